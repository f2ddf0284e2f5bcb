"""What is free, when, and what a wish meets: read here before asking, kept true by the database (Occupation)."""

import datetime
from dataclasses import dataclass, field

from agenda.enums import Reason
from agenda.models import Booking, Closure, Space
from residents.models import Resident, User


@dataclass(frozen=True)
class Stretch:
    """A span of time of a space: instants."""

    space: Space
    starts_at: datetime.datetime
    ends_at: datetime.datetime


@dataclass(frozen=True)
class Verdict:
    """What a wish meets. `clashes`: bookings in the way, to be shown through reading.py; `closures` likewise.

    `reasons` are the rules that it goes beyond. It is `free` when nothing is in the way; `needs_decision` when it can
    be asked for but not confirmed at once; `refusal` is a French sentence when it cannot even be asked for.
    """

    clashes: list[Booking] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    needs_decision: bool = False
    refusal: str = ""

    @property
    def is_free(self) -> bool:
        return not self.clashes and not self.closures


def judge(
    *,
    space: Space,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    by: User,
    resident: Resident | None = None,
    attendees: int | None = None,
    ignoring: list[Booking] = (),
) -> Verdict:
    """What `by` meets in wishing for `space` from `starts_at` to `ends_at`; `ignoring` leaves some bookings out."""
    raise NotImplementedError


def free_stretches(space: Space, day: datetime.date) -> list[Stretch]:
    """When `space` can be booked that day: open, not closed, not taken, tidying counted; what is past is left out."""
    raise NotImplementedError


def nearest_free(
    space: Space, starts_at: datetime.datetime, minutes: int, *, most: int = 3, ignoring: list[Booking] = ()
) -> list[Stretch]:
    """The free times of that length there that are nearest to `starts_at`, before or after it, in time's order."""
    raise NotImplementedError


def free_spaces(
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    *,
    attendees: int | None = None,
    equipment: list = (),
    by: User | None = None,
) -> list[Space]:
    """The spaces that can be had then, the smallest that suffices first; only those that `by` may book, if given."""
    raise NotImplementedError


def hours_used(month: datetime.date) -> dict[int, float]:
    """{resident's pk: hours held in the local month of that date}, meetings of the house not counted."""
    raise NotImplementedError
