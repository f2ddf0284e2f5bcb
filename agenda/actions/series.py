"""Series of bookings: looked at date by date before they are made, changed from a date on, never in the past."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from agenda.availability import Verdict
from agenda.models import Booking, Series, Space
from agenda.recurrence import Occurrence, Rule
from residents.models import Resident, User


class Outcome(StrEnum):
    """What a date of a series meets."""

    FREE = "libre"
    CLOSED = "fermee"
    TAKEN = "prise"
    TO_APPROVE = "a-decider"
    IMPOSSIBLE = "impossible"
    PAST = "passee"


class Scope(StrEnum):
    """Which dates a change of a series is for; the past never moves."""

    THIS = "celle-ci"
    FROM_HERE = "a-partir"
    ALL = "toutes"


@dataclass(frozen=True)
class Line:
    """A date of a preview. `is_kept` is what is proposed: free dates and those to approve are kept.

    For a change, `booking` is the one that is there, and `occurrence` where it would go.
    """

    occurrence: Occurrence
    outcome: Outcome
    verdict: Verdict | None = None
    booking: Booking | None = None

    @property
    def key(self) -> str:
        """What the form sends back for this date, an ISO date."""
        return self.occurrence.day.isoformat()

    @property
    def can_be_kept(self) -> bool:
        return self.outcome in {Outcome.FREE, Outcome.TO_APPROVE}


def preview(
    *,
    rule: Rule,
    start_time: datetime.time,
    end_time: datetime.time,
    space: Space,
    by: User,
    resident: Resident | None = None,
    attendees: int | None = None,
    ignoring: list[Booking] = (),
) -> list[Line]:
    """Each date of the rule and what it meets, in a number of queries that does not grow with the dates."""
    raise NotImplementedError


def book_series(
    *,
    rule: Rule,
    start_time: datetime.time,
    end_time: datetime.time,
    space: Space,
    by: User,
    keep: set[datetime.date],
    **fields,
) -> Series:
    """Book the dates of `keep` (all of them or none); `fields` as `bookings.book` takes them.

    Raises Clash when one of them was taken meanwhile: the preview is to be shown again.
    """
    raise NotImplementedError


def repeat(*, booking: Booking, rule: Rule, by: User, keep: set[datetime.date]) -> Series:
    """Make a series of a single booking, which becomes its first date; the others are `keep`."""
    raise NotImplementedError


def affected(*, booking: Booking, scope: Scope) -> list[Booking]:
    """The bookings of its series, to come and holding their space, that a change of that scope is for."""
    raise NotImplementedError


def preview_change(*, booking: Booking, to: dict, scope: Scope, by: User) -> list[Line]:
    """What the change would do to each date; nothing is made.

    `to` is as `bookings.change` takes it, less "starts_at" and "ends_at", and with "day_shift" (days), "start_time",
    "end_time" for when.
    """
    raise NotImplementedError


def change_series(*, booking: Booking, to: dict, scope: Scope, by: User, keep: set[datetime.date]) -> list[Booking]:
    """Change the dates of `keep` (keys of the preview's lines), in one go; the others of the scope stay as they are.

    FROM_HERE splits the series in two at that date. Raises Clash when a date was taken meanwhile.
    """
    raise NotImplementedError


def cancel_series(*, booking: Booking, scope: Scope, by: User, word: str = "") -> list[Booking]:
    """Cancel the dates to come of that scope, and tell it once."""
    raise NotImplementedError
