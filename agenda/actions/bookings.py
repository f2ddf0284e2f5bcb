"""Booking, changing, cancelling, deciding: the database refuses what would be held twice, these say it in words."""

import datetime

from django.core.exceptions import ValidationError

from agenda.availability import Stretch, Verdict
from agenda.models import Booking, Event, Space
from residents.models import Resident, User


class Clash(ValidationError):
    """Somebody holds the space then: `verdict` says who, as far as known; `params` nothing."""

    def __init__(self, message, verdict: Verdict):
        super().__init__(message, "clash")
        self.verdict = verdict


class Overtaken(ValidationError):
    """The booking was changed since the form was opened: `booking` is as it is now."""

    def __init__(self, message, booking: Booking):
        super().__init__(message, "overtaken")
        self.booking = booking


# What a booking's form gives and `change` takes: {"space", "starts_at", "ends_at", "title", "title_audience",
# "attendees", "setup", "resident", "guest_name", "guest_email", "request_word"}, all or some of them.


def lock_spaces(spaces: list[Space]) -> None:
    """Those who want the same elementary spaces wait for one another, until the transaction ends."""
    raise NotImplementedError


def book(
    *,
    space: Space,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    title: str,
    by: User,
    resident: Resident | None = None,
    booked_for: User | None = None,
    guest_name: str = "",
    guest_email: str = "",
    attendees: int | None = None,
    setup: str = "",
    title_audience: str = "residents",
    request_word: str = "",
    despite_closure: bool = False,
    event: Event | None = None,
    tell: bool = True,
) -> Booking:
    """Hold `space`: confirmed, or requested with its reasons when it goes beyond the rules.

    `despite_closure` is the house manager's, knowingly. Raises Clash, ValidationError (a closure, a refusal, a wrong
    time) and PermissionDenied.
    """
    raise NotImplementedError


def change(*, booking: Booking, to: dict, by: User, seen: int | None = None, despite_closure: bool = False) -> Booking:
    """Make the booking's fields be those of `to`; `seen` is the `sequence` that the person had before their eyes.

    Raises Overtaken when it is no longer the one kept, Clash, ValidationError and PermissionDenied.
    """
    raise NotImplementedError


def cancel(*, booking: Booking, by: User, word: str = "", tell: bool = True) -> None:
    """Free the space at once; recorded as late past the space's deadline. Nothing happens to one already cancelled."""
    raise NotImplementedError


def approve(*, booking: Booking, by: User, word: str = "") -> None:
    """Raises ValidationError, code "overtaken", when it is no longer to be decided."""
    raise NotImplementedError


def decline(*, booking: Booking, by: User, word: str = "") -> None:
    """Raises ValidationError, code "overtaken", when it is no longer to be decided."""
    raise NotImplementedError


def waive(*, booking: Booking, by: User, word: str = "") -> None:
    """Excuse a late cancellation: it counts no more against the structure."""
    raise NotImplementedError


def mark_no_show(*, booking: Booking, by: User, is_no_show: bool = True) -> None:
    raise NotImplementedError


def alternatives(*, space: Space, starts_at, ends_at, by: User, attendees: int | None = None) -> dict:
    """{"times": [Stretch], "spaces": [Space]}: the nearest free times there, and the spaces free then."""
    raise NotImplementedError


__all__ = ["Clash", "Overtaken", "Stretch"]
