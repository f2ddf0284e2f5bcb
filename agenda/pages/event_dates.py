"""The dates of a meeting that comes again, and what each meets, before anything is made."""

import datetime
import hashlib
from dataclasses import dataclass

from django.utils import timezone

from agenda.actions import series
from agenda.actions.series import Outcome
from agenda.enums import EventStatus
from agenda.models import Booking, Space
from agenda.reading import ReadBooking, as_read_by, prepared_for
from agenda.recurrence import Occurrence, Rule, occurrences
from agenda.times import local
from residents.models import User


@dataclass(frozen=True)
class Met:
    """What a space's wish meets on a date; `clashes` as the person who wishes may read them."""

    space: Space
    line: series.Line
    clashes: list[ReadBooking]


@dataclass(frozen=True)
class EventDate:
    """A date of the preview; `meets` holds the spaces that are not simply free."""

    occurrence: Occurrence
    outcome: Outcome
    meets: list[Met]

    @property
    def key(self) -> str:
        return self.occurrence.day.isoformat()

    @property
    def can_be_kept(self) -> bool:
        return self.outcome in {Outcome.FREE, Outcome.TO_APPROVE}


# From what stops a date to what does not.
WORST_FIRST = [
    Outcome.IMPOSSIBLE,
    Outcome.PAST,
    Outcome.TAKEN,
    Outcome.CLOSED,
    Outcome.TO_APPROVE,
    Outcome.FREE,
]


def preview(*, to: dict, rule: Rule, by: User, despite_closure: bool = False) -> list[EventDate]:
    """Each date of `rule` for the meeting `to` (see actions.events); a draft meets nobody.

    Raises agenda.recurrence.RuleError.
    """
    start_time, end_time = local(to["starts_at"]).time(), local(to["ends_at"]).time()
    dates = {one.day: one for one in occurrences(rule, start_time, end_time)}
    lines = []
    for space in to["spaces"] if to["status"] == EventStatus.PUBLISHED else []:
        found = series.preview(
            rule=rule,
            start_time=start_time,
            end_time=end_time,
            space=space,
            by=by,
            resident=next(iter(to["organisers"]), None),
            attendees=to["capacity"],
        )
        lines += [(space, line) for line in found]
    said = readings(by, [line for _space, line in lines])
    met: dict[datetime.date, list[Met]] = {day: [] for day in dates}
    for space, line in lines:
        clashes = line.verdict.clashes if line.verdict else []
        met[line.occurrence.day].append(Met(space, line, [said[clash.pk] for clash in clashes]))
    return [read(one, met[day], despite_closure) for day, one in dates.items()]


def readings(reader: User, lines: list[series.Line]) -> dict[int, ReadBooking]:
    """What is in the way, by its key: in one query, whatever the dates."""
    pks = {clash.pk for line in lines if line.verdict for clash in line.verdict.clashes}
    found = prepared_for(reader, Booking.objects.filter(pk__in=pks))
    return {booking.pk: as_read_by(reader, booking) for booking in found}


def read(occurrence: Occurrence, meets: list[Met], despite_closure: bool) -> EventDate:
    found = {meet.line.outcome for meet in meets} or {plain_outcome(occurrence)}
    if despite_closure and Outcome.CLOSED in found:
        found = found - {Outcome.CLOSED} or {Outcome.FREE}
    outcome = min(found, key=WORST_FIRST.index)
    return EventDate(occurrence, outcome, [meet for meet in meets if meet.line.outcome != Outcome.FREE])


def plain_outcome(occurrence: Occurrence) -> Outcome:
    if occurrence.starts_at is None:
        return Outcome.IMPOSSIBLE
    return Outcome.PAST if occurrence.starts_at <= timezone.now() else Outcome.FREE


def mark(to: dict, rule: Rule) -> str:
    """What a preview was of: sent back with the dates kept, so that none is made of another rule."""
    said = [rule, to["starts_at"], to["ends_at"], to["status"], sorted(space.pk for space in to["spaces"])]
    return hashlib.sha256(repr(said).encode()).hexdigest()
