"""Series: each date is looked at before anything is made, changed or cancelled."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from agenda import rules
from agenda.actions import series as actions
from agenda.actions.bookings import Clash
from agenda.forms.bookings import initial_of
from agenda.forms.series import CancelSeriesForm, ChangeSeriesForm, KeepForm, SeriesForm, initial_rhythm
from agenda.models import Booking
from agenda.pages.booking import both_versions, say_series
from agenda.pages.series import Preview
from agenda.reading import prepared_for
from agenda.times import local
from residents.rules import is_house_manager

# The steps, as the buttons say them (`etape`); any other is the preview.
CONFIRM, BACK = "confirmer", "formulaire"


def book_dates(request, form, repeat):
    """The dates of two valid forms, each to keep or skip; then booked, unless one was taken meanwhile."""
    fields = form.typed
    for name in ("starts_at", "ends_at"):
        fields.pop(name)
    when = {"rule": repeat.rule, "start_time": repeat.times[0], "end_time": repeat.times[1]}

    def preview():
        return actions.preview(
            **when,
            space=fields["space"],
            by=request.user,
            resident=form.resident,
            attendees=form.cleaned_data["combien"],
        )

    def make(keep):
        made = actions.book_series(**when, **fields, by=request.user, keep=keep)
        return made.bookings.order_by("starts_at").first()

    return preview_or_make(request, preview, make, title=_("Réserver une série"), space=fields["space"])


def preview_or_make(request, preview, make, *, title, space, booking=None):
    """The preview, or what `make` does of the dates that are kept; shown again when one of them was taken meanwhile."""
    lines, error, status = preview(), "", 200
    if request.POST.get("etape") == CONFIRM:
        keep = KeepForm(request.POST, lines=lines)
        if keep.is_valid():
            made, error, status = attempt(make, keep.days)
            if made:
                return done(request, made, len(keep.days))
            lines = preview()
        else:
            error, status = keep.refusal
    shown = Preview(request.user, space, lines, request.POST, error=error)
    context = {"preview": shown, "title": title, "space": space, "booking": booking}
    return render(request, "agenda/series_preview.html", context, status=status)


def attempt(make, days) -> tuple:
    """(what is made, "", 200), or (None, why it is not, the status of that)."""
    try:
        return make(days), "", 200
    except Clash:
        return None, _("Une des dates a été prise entre-temps : voici la liste à jour."), 409
    except ValidationError as refused:
        return None, refused.messages[0], 422


def done(request, booking, number):
    said = ngettext("C’est fait : %(number)d date.", "C’est fait : %(number)d dates.", number)
    messages.success(request, said % {"number": number})
    return redirect(f"{booking.get_absolute_url()}#enregistre")


@require_http_methods(["GET", "HEAD", "POST"])
def repeat_booking(request, pk):
    """A single booking becomes the first date of a series."""
    booking = to_change(request, pk)
    if booking.series_id:
        return redirect("agenda:change_series", pk)
    start, end = local(booking.starts_at), local(booking.ends_at)
    times = {"day": start.date(), "times": (start.time(), end.time())}
    if request.method != "POST":
        repeat = SeriesForm(initial=initial_rhythm(start.date()), **times)
        return render(request, "agenda/repeat_booking.html", {"booking": booking, "repeat": repeat})
    repeat = SeriesForm(request.POST, **times)
    if not repeat.is_valid() or request.POST.get("etape") == BACK:
        status = 422 if repeat.errors else 200
        return render(request, "agenda/repeat_booking.html", {"booking": booking, "repeat": repeat}, status=status)
    return repeat_dates(request, booking, repeat)


def repeat_dates(request, booking, repeat):
    def preview():
        lines = actions.preview(
            rule=repeat.rule,
            start_time=repeat.times[0],
            end_time=repeat.times[1],
            space=booking.space,
            by=request.user,
            resident=booking.resident,
            attendees=booking.attendees,
            ignoring=[booking],
        )
        return [line for line in lines if line.occurrence.day != repeat.day]

    def make(keep):
        actions.repeat(booking=booking, rule=repeat.rule, by=request.user, keep=keep)
        return booking

    return preview_or_make(
        request, preview, make, title=_("Répéter la réservation"), space=booking.space, booking=booking
    )


def posted(request):
    """What was sent, be it nothing at all; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def to_change(request, pk) -> Booking:
    bookings = prepared_for(request.user, Booking.objects.with_names())
    booking = get_object_or_404(bookings, pk=pk)
    if not rules.can_change(request.user, booking):
        raise PermissionDenied
    return booking


def of_series(request, pk) -> Booking:
    booking = to_change(request, pk)
    if not booking.series_id:
        raise Http404
    return booking


@require_http_methods(["GET", "HEAD", "POST"])
def change_series(request, pk):
    """From what one of its dates becomes, what the others would: shown before it is made."""
    booking = of_series(request, pk)
    initial = initial_of(booking) | {"sequence": booking.sequence}
    form = ChangeSeriesForm(posted(request), initial=initial, user=request.user, booking=booking)
    if request.method != "POST" or request.POST.get("etape") == BACK or not form.is_valid():
        return change_page(request, booking, form, status=422 if form.is_bound and form.errors else 200)
    if form.is_overtaken:
        form.show_latest()
        return change_page(request, booking, form, status=409, versions=both_versions(booking, form.typed))
    to = form.to
    if not to:
        form.add_error(None, _("Rien ne change : modifiez quelque chose, ou revenez à la réservation."))
        return change_page(request, booking, form, status=422)
    scope = form.cleaned_data["portee"]

    def preview():
        return actions.preview_change(booking=booking, to=to, scope=scope, by=request.user)

    def make(keep):
        seen = form.cleaned_data["sequence"]
        actions.change_series(booking=booking, to=to, scope=scope, by=request.user, keep=keep, seen=seen)
        return booking

    return preview_or_make(
        request, preview, make, title=_("Changer la série"), space=form.cleaned_data["espace"], booking=booking
    )


def change_page(request, booking, form, status=200, versions=None):
    context = {
        "booking": booking,
        "form": form,
        "rhythm": say_series(booking.series),
        "versions": versions,
        "is_manager": is_house_manager(request.user),
    }
    return render(request, "agenda/change_series.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_series(request, pk):
    """The dates of each choice are listed; they are cancelled together, and told once."""
    booking = of_series(request, pk)
    form = CancelSeriesForm(posted(request))
    if request.method == "POST" and form.is_valid():
        scope = form.cleaned_data["portee"]
        if request.POST.get("etape") == CONFIRM:
            cancelled = actions.cancel_series(
                booking=booking, scope=scope, by=request.user, word=form.cleaned_data["mot"]
            )
            said = ngettext("%(n)d date est annulée.", "%(n)d dates sont annulées.", len(cancelled))
            messages.success(request, said % {"n": len(cancelled)})
            return redirect(booking)
        affected = actions.affected(booking=booking, scope=scope)
    else:
        affected = None
    context = {"booking": booking, "form": form, "affected": affected, "rhythm": say_series(booking.series)}
    return render(request, "agenda/cancel_series.html", context, status=422 if form.errors else 200)
