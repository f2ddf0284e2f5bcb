"""A person, or a structure, leaves the house: what others count on in the agenda stays, without their name."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.actions import registrations
from agenda.actions.bookings import cancel
from agenda.actions.forgetting import GUEST_NOTES, departed, stranger, without
from agenda.models import Booking, BookingChange, Event, Registration
from agenda.portability import registrations_of
from residents.models import Resident, User


@transaction.atomic
def forget_person(*, user: User, by: User | None) -> None:
    """Give back the seats to come, offered to who waits; what was booked stays, and names them no more.

    Whoever calls deletes the account next, and with it the registrations and the secret addresses.
    """
    theirs = registrations_of(user)
    for registration in theirs.active().filter(event__ends_at__gt=timezone.now()):
        registrations.cancel(registration=registration, by=by)
    # Made by mail, before there was an account.
    Registration.objects.filter(user=None, email__iexact=user.email).delete()
    as_guest = Booking.objects.filter(guest_email__iexact=user.email)
    BookingChange.objects.filter(booking__in=as_guest).update(
        before=without("before", GUEST_NOTES), after=without("after", GUEST_NOTES)
    )
    as_guest.update(guest_name=stranger(), guest_email="")


@transaction.atomic
def forget_structure(*, resident: Resident, by: User) -> None:
    """Cancel what it booked and that has not begun; past bookings and its meetings stay, without its name."""
    word = _("La structure est partie.")
    to_come = Booking.objects.of_residents([resident]).holding().to_come().filter(event=None)
    for booking in to_come.order_by("starts_at", "pk"):
        cancel(booking=booking, by=by, word=word)
    for change in BookingChange.objects.filter(booking__resident=resident):
        rename(change, resident.name)
    Booking.objects.filter(resident=resident, event=None).update(resident=None, guest_name=departed())
    Booking.objects.filter(resident=resident).update(resident=None)


def rename(change: BookingChange, name: str) -> None:
    """The history of a booking says structures by their names."""
    states = [state for state in (change.before, change.after) if state.get("resident") == name]
    for state in states:
        state["resident"] = departed()
    if states:
        change.save(update_fields=["before", "after"])


def left_without_host(resident: Resident):
    """Meetings to come that nobody else organises: they stay, and the house looks after them."""
    alone = Event.objects.filter(organisers=resident).exclude(pk__in=others_of(resident))
    return alone.published().to_come().order_by("starts_at", "pk")


def others_of(resident: Resident):
    return Event.organisers.through.objects.exclude(resident=resident).values("event")
