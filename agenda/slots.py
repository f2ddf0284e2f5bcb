"""The slots of a permanence: how its hours are cut, and which of them are taken."""

import datetime
from dataclasses import dataclass

from agenda.times import local


@dataclass(frozen=True)
class Slot:
    """`starts_at` and `ends_at` are instants; `is_past` once it has begun."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime
    is_taken: bool
    is_past: bool

    @property
    def is_free(self) -> bool:
        return not self.is_taken and not self.is_past

    @property
    def key(self) -> str:
        """What a form sends back for it: an instant in UTC, which summer time never makes ambiguous."""
        return self.starts_at.astimezone(datetime.UTC).strftime("%Y%m%dT%H%MZ")


def slots(
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    minutes: int,
    *,
    taken: set[datetime.datetime],
    now: datetime.datetime,
) -> list[Slot]:
    """Slots of `minutes` from `starts_at`, as many as fit whole before `ends_at`; `taken` holds starts.

    Counted in elapsed time: the hour that October repeats holds slots of its own.
    """
    length = datetime.timedelta(minutes=minutes)
    start, end = starts_at.astimezone(datetime.UTC), ends_at.astimezone(datetime.UTC)
    taken = {moment.astimezone(datetime.UTC) for moment in taken}
    found = []
    while start + length <= end:
        found.append(Slot(local(start), local(start + length), start in taken, start <= now))
        start += length
    return found
