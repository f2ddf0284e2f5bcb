"""Pages of the back office that are not lists: public holidays, and the bookings that a closure meets."""

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from wagtail.log_actions import log

from agenda import rules
from agenda.actions import closures
from agenda.forms.back_office import DecisionsForm, HolidaysForm, YearForm
from agenda.models import Closure
from agenda.pages import office


@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request):
    """The public holidays of a year: those that are ticked become closures of the whole house."""
    if not rules.is_house_manager(request.user):
        raise PermissionDenied
    year = YearForm(request.GET).year
    proposed = to_come(year)
    form = HolidaysForm(
        proposed,
        request.POST if request.method == "POST" else None,
        initial={"days": [day.isoformat() for day in proposed]},
    )
    if request.method == "POST" and form.is_valid():
        chosen = [day for day in proposed if day.isoformat() in form.cleaned_data["days"]]
        close(chosen, proposed, by=request.user)
        count = len(chosen)
        messages.success(
            request,
            ngettext("%(count)s fermeture ajoutée.", "%(count)s fermetures ajoutées.", count) % {"count": count},
        )
        return redirect("fermetures:index")
    context = {"form": form, "year": year, "proposed": proposed}
    return render(request, "agenda/back_office/holidays.html", context, status=422 if form.errors else 200)


def to_come(year: int) -> dict[datetime.date, str]:
    """{day: name} of the French public holidays of `year`, to come, on which the house is not closed yet."""
    today = timezone.localdate()
    proposed = closures.proposed_holidays(year)
    return {one.day: one.reason for one in proposed if one.day >= today and not one.is_closed}


@transaction.atomic
def close(days, names: dict, *, by) -> None:
    for day in days:
        closure = Closure.objects.create(starts_on=day, ends_on=day, reason=names[day])
        log(instance=closure, action="wagtail.create", user=by)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request, pk):
    """The bookings that a closure meets: each is kept, knowingly, or cancelled with a word."""
    if not rules.is_house_manager(request.user):
        raise PermissionDenied
    closure = get_object_or_404(Closure, pk=pk)
    met = closures.bookings_met((closure.starts_on, closure.ends_on), list(closure.spaces.all()))
    # A meeting's is given up with the meeting, on its page.
    alone = [booking for booking in met if booking.event_id is None]
    form = DecisionsForm(alone, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cancelled = closures.decide(
            closure=closure,
            cancelled=form.cleaned_data["cancelled"],
            by=request.user,
            word=form.cleaned_data["word"],
        )
        count = len(cancelled)
        messages.success(
            request,
            ngettext(
                "%(count)s réservation annulée, les autres sont gardées.",
                "%(count)s réservations annulées, les autres sont gardées.",
                count,
            )
            % {"count": count}
            if count
            else _("Toutes les réservations sont gardées."),
        )
        return redirect("fermetures:index")
    context = {"closure": closure, "spaces": office.spaces_closed(closure), "bookings": met, "form": form}
    return render(request, "agenda/back_office/decide.html", context, status=422 if form.errors else 200)
