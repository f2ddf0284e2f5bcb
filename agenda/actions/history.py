"""What was done to a booking: kept with it (BookingChange), by whom, from what to what."""

import datetime

from agenda.enums import BookingAction, BookingStatus
from agenda.models import Booking, BookingChange, Space
from residents.models import Resident, User


def become(booking: Booking, status: BookingStatus, action: BookingAction, *, by: User, word: str) -> None:
    before, booking.status = booking.status, status
    keep(booking, action, by=by, before={"status": before}, after={"status": status}, word=word)


def keep(booking: Booking, action: BookingAction, *, by: User, before: dict, after: dict, word: str = "") -> None:
    booking.sequence += 1
    booking.save()
    note(booking, action, by=by, before=before, after=after, word=word)


def note(booking, action, *, by: User, before: dict | None = None, after: dict | None = None, word: str = "") -> None:
    BookingChange.objects.create(
        booking=booking,
        action=action,
        by=by,
        before={name: plain(value) for name, value in (before or {}).items()},
        after={name: plain(value) for name, value in (after or {}).items()},
        word=word,
    )


def plain(value):
    """As JSON keeps it and history shows it: instants in UTC, spaces and structures by their names."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    return str(value) if isinstance(value, Space | Resident) else value
