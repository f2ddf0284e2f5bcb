"""What bookings say of people, no longer than docs/personal-data.md says; how often a space was used stays."""

import datetime

from django.db import transaction
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.models import AgendaSettings, Booking, BookingChange, Registration
from residents.models import User

# Who booked, decided, cancelled, and the words that went with it.
HISTORY_KEPT = datetime.timedelta(days=3 * 365)
# What a change of booking may have noted of a guest.
GUEST_NOTES = ["guest_name", "guest_email"]


@transaction.atomic
def forget_guests_of_bookings() -> int:
    """The names and addresses of the outside people whom spaces were booked for; how many bookings named one."""
    ended = Booking.objects.filter(ends_at__lt=timezone.now() - datetime.timedelta(days=guest_kept_days()))
    named = ended.exclude(guest_name="").exclude(guest_name__in=[stranger(), departed()], guest_email="")
    BookingChange.objects.filter(booking__in=ended.exclude(guest_name="")).update(
        before=without("before", GUEST_NOTES), after=without("after", GUEST_NOTES)
    )
    return named.update(guest_name=stranger(), guest_email="")


def stranger() -> str:
    """What stands for an outside person whose name is forgotten."""
    return _("personne extérieure")


def departed() -> str:
    """What stands for a structure that had its page deleted; a booking keeps it where an outside person stands."""
    return _("une structure partie")


def guest_kept_days() -> int:
    return AgendaSettings.load().guest_kept_days


def without(name: str, keys: list[str]) -> Func:
    """The JSON object of the column `name` less `keys`."""
    field = F(name)
    for key in keys:
        field = Func(field, Value(key), template="%(expressions)s", arg_joiner=" - ")
    return field


@transaction.atomic
def forget_history() -> int:
    """Who did what to bookings, and who came to meetings, that ended long ago; how many rows told it."""
    ended = Booking.objects.filter(ends_at__lt=timezone.now() - HISTORY_KEPT)
    people = {field.name: None for field in Booking._meta.fields if field.related_model is User}
    words = dict.fromkeys(["setup", "request_word", "decision_word", "cancellation_word"], "")
    told = Q(*((f"{name}__isnull", False) for name in people), _connector=Q.OR)
    said = ~Q(*words.items())
    forgotten = BookingChange.objects.filter(booking__in=ended).delete()[0]
    forgotten += Registration.objects.filter(event__ends_at__lt=timezone.now() - HISTORY_KEPT).delete()[0]
    return forgotten + ended.filter(told | said).update(**people, **words)
