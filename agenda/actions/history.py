"""What was done to a booking: kept with it (BookingChange), by whom, from what to what; told in the journal too.

A registration has the journal alone; a guest's name is not in it.
"""

import datetime

from agenda.enums import BookingAction, BookingStatus, RegistrationAction
from agenda.models import Booking, BookingChange, Registration, Space
from residents.actions import journal
from residents.models import Resident, User

# What the actions of the journal begin with.
BOOKING_ACTION, REGISTRATION_ACTION = "agenda.booking.", "agenda.registration."


def become(booking: Booking, status: BookingStatus, action: BookingAction, *, by: User, word: str) -> None:
    before, booking.status = booking.status, status
    keep(booking, action, by=by, before={"status": before}, after={"status": status}, word=word)


def keep(booking: Booking, action: BookingAction, *, by: User, before: dict, after: dict, word: str = "") -> None:
    booking.sequence += 1
    booking.save()
    note(booking, action, by=by, before=before, after=after, word=word)


def note(booking, action, *, by: User, before: dict | None = None, after: dict | None = None, word: str = "") -> None:
    note_all(
        [
            BookingChange(
                booking=booking,
                action=action,
                by=by,
                before={name: plain(value) for name, value in (before or {}).items()},
                after={name: plain(value) for name, value in (after or {}).items()},
                word=word,
            )
        ]
    )


def note_all(changes: list[BookingChange]) -> None:
    """Keep the changes, each with its booking's history and with a line in the journal: two queries in all."""
    BookingChange.objects.bulk_create(changes)
    journal.note_all(
        journal.entry(
            change.booking,
            BOOKING_ACTION + change.action,
            by=change.by,
            whom=change.booking.resident.name if change.booking.resident else "",
        )
        for change in changes
    )


def note_registration(registration: Registration, action: RegistrationAction, *, by: User | None) -> None:
    """`by` is None for a guest, who has no account."""
    whom = str(registration.user) if registration.user and registration.user != by else ""
    journal.note(registration, REGISTRATION_ACTION + action, by=by, label=registration.event.title, whom=whom)


def plain(value):
    """As JSON keeps it and history shows it: instants in UTC, spaces and structures by their names."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    return str(value) if isinstance(value, Space | Resident) else value
