"""Bookings asked for, read, changed, decided and given up."""

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agenda import rules
from agenda.actions import bookings as actions
from agenda.actions.bookings import Clash, Overtaken
from agenda.enums import BookingStatus
from agenda.forms.bookings import BookingForm, PrefillForm, WishForm, initial_of
from agenda.forms.changes import (
    CancelForm,
    ChangeForm,
    MoveForm,
    MyBookingsForm,
)
from agenda.forms.series import SeriesForm, initial_rhythm
from agenda.models import Booking
from agenda.pages import my_bookings as mine
from agenda.pages import wishes
from agenda.pages.booking import BookingPage, both_versions, is_late_to_cancel, told_of
from agenda.pages.wishes import CLOSED, FREE, REFUSED, REQUEST, TAKEN
from agenda.reading import as_read_by, prepared_for
from agenda.times import local, say_stretch
from agenda.views import series
from residents.rules import is_house_manager


def found(request, pk) -> Booking:
    """The booking, for who may know that it is there."""
    booking = get_object_or_404(prepared_for(request.user, Booking.objects.with_names()), pk=pk)
    if not rules.can_see_bookings(request.user) and not rules.is_party(request.user, booking):
        raise PermissionDenied
    return booking


# Asking


@require_http_methods(["GET", "HEAD", "POST"])
def book(request):
    """Looked at while one chooses (htmx), asked for, or repeated: then its dates are looked at first."""
    if not rules.can_see_bookings(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return look_before_booking(request)
    data = with_choice(request.POST)
    form = BookingForm(data, user=request.user)
    if data.get("repeter"):
        return book_series(request, form, data)
    if not form.is_valid() or data.get("etape") == series.BACK:
        return book_page(request, form, status=422 if form.errors else 200)
    answer = look(form)
    if refused := refusal_status(answer, form):
        return book_page(request, form, answer, status=refused)
    try:
        booking = actions.book(**form.typed, by=request.user, despite_closure=form.despite_closure)
    except Clash as clash:
        answer = wishes.answer_to(form.wish, clash.verdict, user=request.user, attendees=form.cleaned_data["combien"])
        return book_page(request, form, answer, status=409)
    except ValidationError as error:
        form.add_error(None, error)
        return book_page(request, form, answer, status=422)
    messages.success(request, booked_words(booking))
    return saved(booking)


def book_series(request, form, data):
    form.full_clean()
    times = form.cleaned_data.get("debut"), form.cleaned_data.get("fin")
    repeat = SeriesForm(data, day=form.cleaned_data.get("jour"), times=times)
    if not all([form.is_valid(), repeat.is_valid()]) or data.get("etape") == series.BACK:
        return book_page(request, form, status=422 if form.errors or repeat.errors else 200, repeat=repeat)
    if form.cleaned_data["ends_at"] - form.cleaned_data["starts_at"] > datetime.timedelta(days=1):
        form.add_error("jour_fin", _("Ce qui se répète dure un jour au plus."))
        return book_page(request, form, status=422, repeat=repeat)
    return series.book_dates(request, form, repeat)


def saved(booking):
    """Back to the booking; the mark tells this browser to forget the draft."""
    return redirect(f"{booking.get_absolute_url()}#enregistre")


def booked_words(booking) -> str:
    words = {"space": booking.space, "when": say_stretch(booking.starts_at, booking.ends_at)}
    if booking.status == BookingStatus.REQUESTED:
        return _("Votre demande est envoyée : %(space)s, %(when)s. L’espace vous est gardé jusqu’à la réponse.") % words
    return _("C’est réservé : %(space)s, %(when)s.") % words


def with_choice(data):
    """What was typed, in the space and at the time of the button that was pressed, if one was."""
    fields = wishes.fields_of_choice(data.get("choisir", ""))
    if not fields:
        return data
    data = data.copy()
    for name, value in fields.items():
        data[name] = value
    return data


def look(form: WishForm, booking: Booking | None = None) -> wishes.Answer:
    attendees = form.cleaned_data["combien"]
    return wishes.look(form.wish, user=form.user, resident=form.resident, attendees=attendees, booking=booking)


def refusal_status(answer: wishes.Answer, form: BookingForm) -> int | None:
    """What keeps a valid form from being acted on, as a status: 409, what is in the way; 422, what is to be settled."""
    if answer.state == TAKEN:
        return 409
    to_settle = {
        REFUSED: True,
        CLOSED: not form.despite_closure,
        REQUEST: not form.accepts_request,
    }
    return 422 if to_settle.get(answer.state) else None


def look_before_booking(request):
    prefill = PrefillForm(request.GET).values
    if is_live(request):
        return live_answer(request)
    initial = next_hour() | prefill
    form = BookingForm(initial=initial, user=request.user)
    wish = {name: form[name].value() for name in WishForm.base_fields if name in form.fields}
    chosen = WishForm(wish, user=request.user, spaces=form.spaces)
    answer = look(chosen) if "espace" in prefill and chosen.is_valid() else None
    return book_page(request, form, answer)


def is_live(request) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request


def live_answer(request, booking=None):
    """What the wish that is being typed meets; `booking` is the one that it would change."""
    form = WishForm(request.GET, user=request.user, booking=booking)
    answer = look(form, booking) if form.is_valid() else None
    return render(request, "agenda/_booking_verdict.html", {"form": form, "answer": answer, "is_asked": False})


def next_hour() -> dict:
    """A time to start from: the next full hour of today, or tomorrow morning once the evening has come."""
    now = local(timezone.now())
    start = datetime.time(min(now.hour + 1, 23))
    if not 8 <= start.hour <= 20:
        start = datetime.time(10)
    day = now.date() + datetime.timedelta(days=now.time() >= start)
    return {"jour": day, "debut": start, "fin": datetime.time(start.hour + 1)}


def book_page(request, form, answer=None, status=200, repeat=None):
    context = {
        "form": form,
        "repeat": repeat or SeriesForm(initial=initial_rhythm(day_of(form))),
        "repeats": repeat is not None,
        "answer": answer,
        "is_asked": form.is_bound,
        "is_ready": not form.is_bound and answer is not None and answer.state in {FREE, REQUEST},
        "titles": mine.latest_titles(request.user),
        "given": " ".join(PrefillForm(request.GET).values),
        "is_manager": is_house_manager(request.user),
    }
    return render(request, "agenda/book.html", context, status=status)


def day_of(form) -> datetime.date:
    """The day that the form is at, whatever else is wrong in it."""
    day = form.cleaned_data.get("jour") if form.is_bound else form["jour"].value()
    return day or timezone.localdate()


# Reading


@require_safe
def my_bookings(request):
    """Those to follow: booked by the person, for them, or for their structures."""
    form = MyBookingsForm(request.GET)
    return render(
        request, "agenda/my_bookings.html", {"mine": mine.MyBookings(request.user, form.view, form.page_number)}
    )


@require_safe
def booking(request, pk):
    """All of it for who may read it, « occupé » for the other residents."""
    booking = found(request, pk)
    reading = as_read_by(request.user, booking)
    if reading.is_busy:
        return render(request, "agenda/booking_busy.html", {"reading": reading})
    return render(request, "agenda/booking.html", {"page": BookingPage(request.user, booking, reading)})


# Changing


@require_http_methods(["GET", "HEAD", "POST"])
def change_booking(request, pk):
    """A form opened before somebody else's change shows both versions; one for a booking that is gone loses nothing."""
    booking = found(request, pk)
    if not rules.owns(request.user, booking) or booking.event_id:
        raise PermissionDenied
    if request.method != "POST":
        if not rules.can_change(request.user, booking):
            raise PermissionDenied
        if is_live(request):
            return live_answer(request, booking)
        initial = initial_of(booking) | PrefillForm(request.GET).values | {"sequence": booking.sequence}
        return change_page(request, ChangeForm(initial=initial, user=request.user, booking=booking))
    form = ChangeForm(with_choice(request.POST), user=request.user, booking=booking)
    if not form.is_valid():
        return change_page(request, form, status=422)
    if not rules.can_change(request.user, booking):
        return conflict_page(request, form)
    if form.keeps_theirs:
        messages.info(request, _("La version enregistrée reste telle quelle."))
        return saved(booking)
    if form.is_overtaken:
        form.add_error("garder", _("Choisissez la version qui reste."))
        return conflict_page(request, form)
    return make_change(request, form)


def make_change(request, form):
    answer = look(form, form.booking) if form.is_judged else None
    if answer and (refused := refusal_status(answer, form)):
        return change_page(request, form, answer, status=refused)
    try:
        booking = actions.change(
            booking=form.booking,
            to=form.typed,
            by=request.user,
            seen=form.seen,
            despite_closure=form.despite_closure,
        )
    except Overtaken as overtaken:
        form.booking = overtaken.booking
        return conflict_page(request, form)
    except Clash as clash:
        answer = wishes.answer_to(form.wish, clash.verdict, user=request.user, attendees=form.cleaned_data["combien"])
        return change_page(request, form, answer, status=409)
    except ValidationError as error:
        form.add_error(None, error)
        return change_page(request, form, answer, status=422)
    when = say_stretch(booking.starts_at, booking.ends_at)
    messages.success(request, _("C’est modifié : %(space)s, %(when)s.") % {"space": booking.space, "when": when})
    return saved(booking)


def change_page(request, form, answer=None, status=200):
    context = {
        "form": form,
        "booking": form.booking,
        "answer": answer,
        "is_asked": form.is_bound,
        "is_manager": is_house_manager(request.user),
        "versions": None,
        "is_gone": False,
    }
    return render(request, "agenda/change_booking.html", context, status=status)


def conflict_page(request, form):
    """Both versions side by side; sent again, the form knows the other one was seen."""
    form.show_latest()
    context = {
        "form": form,
        "booking": form.booking,
        "answer": None,
        "is_asked": True,
        "is_manager": is_house_manager(request.user),
        "versions": both_versions(form.booking, form.typed),
        "is_gone": not rules.can_change(request.user, form.booking),
    }
    return render(request, "agenda/change_booking.html", context, status=409)


@require_POST
def move_booking(request, pk):
    """Dragged in the week: {"ok", "message", "url", "sequence"}; beyond the rules, the form is where one says why."""
    booking = found(request, pk)
    if not rules.can_change(request.user, booking):
        return moved(booking, _("Cette réservation ne se déplace pas."), status=403)
    form = MoveForm(request.POST, user=request.user, booking=booking)
    if not form.is_valid():
        return moved(booking, " ".join(form.sentences), status=422)
    to = form.wish
    answer = wishes.look(to, user=request.user, resident=booking.resident, attendees=booking.attendees, booking=booking)
    if answer.state != FREE:
        url = f"{reverse('agenda:change_booking', args=[pk])}?{urlencode(form.as_typed)}"
        return moved(booking, answer.sentence, status=409 if answer.state == TAKEN else 422, url=url)
    try:
        booking = actions.change(booking=booking, to=to, by=request.user, seen=form.cleaned_data["sequence"])
    except (Overtaken, Clash) as error:
        return moved(booking, error.messages[0], status=409)
    except ValidationError as error:
        return moved(booking, error.messages[0], status=422)
    when = say_stretch(booking.starts_at, booking.ends_at)
    return moved(booking, _("C’est déplacé : %(space)s, %(when)s.") % {"space": booking.space, "when": when})


def moved(booking, message, *, status=200, url=""):
    answer = {
        "ok": status == 200,
        "message": message,
        "url": url or booking.get_absolute_url(),
        "sequence": booking.sequence,
    }
    return JsonResponse(answer, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_booking(request, pk):
    """A second look first: whether it is late, and who will be told."""
    booking = found(request, pk)
    if not rules.owns(request.user, booking):
        raise PermissionDenied
    if not rules.can_cancel(request.user, booking):
        if booking.status != BookingStatus.CANCELLED:
            raise PermissionDenied
        messages.info(request, _("Cette réservation est déjà annulée."))
        return redirect(booking)
    form = CancelForm(series.posted(request))
    if request.method == "POST" and form.is_valid():
        actions.cancel(booking=booking, by=request.user, word=form.cleaned_data["mot"])
        messages.success(request, _("C’est annulé : l’espace est de nouveau libre."))
        return redirect(booking)
    context = {
        "form": form,
        "booking": booking,
        "is_late": is_late_to_cancel(booking, request.user),
        "told": told_of(booking, request.user),
    }
    return render(request, "agenda/cancel_booking.html", context, status=422 if form.errors else 200)
