"""What the house manager says of a booking: accepted or refused, excused, nobody came."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agenda.actions import bookings as actions
from agenda.forms.changes import DecisionForm, NoShowForm, WordForm
from agenda.models import Booking
from agenda.views.bookings import found
from residents.rules import is_house_manager


@require_POST
def decide_booking(request, pk):
    booking = managed(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Rien n’est décidé : acceptez ou refusez, en 1 000 signes au plus."))
        return back(request, booking)
    decide = actions.approve if form.cleaned_data["decision"] == DecisionForm.ACCEPT else actions.decline
    try:
        decide(booking=booking, by=request.user, word=form.cleaned_data["mot"])
    except ValidationError as error:
        messages.warning(request, error.messages[0])
        return back(request, booking)
    is_accepted = form.cleaned_data["decision"] == DecisionForm.ACCEPT
    messages.success(request, _("La demande est acceptée.") if is_accepted else _("La demande est refusée."))
    return back(request, booking)


@require_POST
def waive_booking(request, pk):
    booking = managed(request, pk)
    form = WordForm(request.POST)
    if not form.is_valid() or not booking.is_late:
        messages.error(request, _("Rien n’est changé : seule une annulation tardive s’excuse."))
        return back(request, booking)
    actions.waive(booking=booking, by=request.user, word=form.cleaned_data["mot"])
    messages.success(request, _("L’annulation tardive est excusée."))
    return back(request, booking)


@require_POST
def mark_no_show(request, pk):
    booking = managed(request, pk)
    form = NoShowForm(request.POST)
    form.full_clean()
    is_no_show = form.cleaned_data["absence"]
    try:
        actions.mark_no_show(booking=booking, by=request.user, is_no_show=is_no_show)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return back(request, booking)
    messages.success(request, _("L’absence est notée.") if is_no_show else _("La présence est rétablie."))
    return back(request, booking)


def managed(request, pk) -> Booking:
    if not is_house_manager(request.user):
        raise PermissionDenied
    return found(request, pk)


def back(request, booking):
    """To the page that the form names, when it is one of ours."""
    page = request.POST.get("suite", "")
    ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return redirect(page if ours else booking.get_absolute_url())
