"""How spaces stand over a period: opening hours, closures, what is taken. Read once, asked as often as needed."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.utils import timezone

from agenda.models import Booking, Closure, Occupation, OpeningHours, Space
from agenda.times import PARIS, local

# Beyond these years on either side of now nothing is read: a wrong date is no reason for an error.
SANE_YEARS = 10
DAY = datetime.timedelta(days=1)

Span = tuple[datetime.datetime, datetime.datetime]


def utc(moment: datetime.datetime) -> datetime.datetime:
    """Two moments of one zone are compared by their wall clocks, which summer time deceives: in UTC they are not."""
    return moment.astimezone(datetime.UTC)


def is_sane(day: datetime.date | datetime.datetime) -> bool:
    return abs(day.year - timezone.now().year) <= SANE_YEARS


def sane(moment: datetime.datetime) -> datetime.datetime:
    """The moment in UTC, brought back to years that can be counted with."""
    now = timezone.now()
    if is_sane(moment):
        return utc(moment)
    return now + datetime.timedelta(days=366 * SANE_YEARS if moment.year > now.year else -366 * SANE_YEARS)


def wall(day: datetime.date, time: datetime.time) -> datetime.datetime:
    """In UTC, the instant of a time of the house's clock, moved on by an hour when the clock jumps over it."""
    return datetime.datetime.combine(day, time, tzinfo=PARIS).astimezone(datetime.UTC)


@dataclass
class Situation:
    """Of one space. Spans are pairs of instants in UTC, the end excluded."""

    space: Space
    hours: dict[int, list[tuple[datetime.time, datetime.time]]] = field(default_factory=lambda: defaultdict(list))
    closures: list[Closure] = field(default_factory=list)
    # Tidying included; a whole's own booking stands once for each part, and has but its pk unless named.
    taken: list[tuple[datetime.datetime, datetime.datetime, Booking]] = field(default_factory=list)

    def is_open(self, starts_at: datetime.datetime, ends_at: datetime.datetime) -> bool:
        """Whether the opening hours hold it whole; a closing at midnight and an opening at midnight are one stretch."""
        return any(start <= starts_at and ends_at <= end for start, end in self.open_spans(starts_at, ends_at))

    def open_spans(self, first: datetime.datetime, last: datetime.datetime) -> list[Span]:
        """The opening hours of the days from `first` to `last`, in order, those that touch made one."""
        spans = []
        for day in days(first, last):
            for opens, closes in self.hours.get(day.weekday(), []):
                end_day = day + DAY if closes == datetime.time.min else day
                spans.append((wall(day, opens), wall(end_day, closes)))
        return merged(spans)

    def closed(self, starts_at: datetime.datetime, ends_at: datetime.datetime) -> list[Closure]:
        return [c for c in self.closures if closed_span(c)[0] < ends_at and closed_span(c)[1] > starts_at]

    def clashes(self, starts_at: datetime.datetime, ends_at: datetime.datetime) -> list[Booking]:
        """The bookings in the way, in time's order: their tidying and that of the wish are counted."""
        until = ends_at + self.buffer
        found = {b.pk: (start, b.pk, b) for start, end, b in self.taken if start < until and end > starts_at}
        return [booking for _start, _pk, booking in sorted(found.values(), key=lambda row: row[:2])]

    def free(self, first: datetime.datetime, last: datetime.datetime) -> list[Span]:
        """Where a booking fits between two instants: open, not closed, not taken, with room to tidy up after it."""
        in_the_way = [(start - self.buffer, end) for start, end, _booking in self.taken]
        in_the_way += [closed_span(closure) for closure in self.closures]
        spans = [(max(start, first), min(end, last)) for start, end in self.open_spans(first, last)]
        return without([span for span in spans if span[0] < span[1]], merged(in_the_way))

    @property
    def buffer(self) -> datetime.timedelta:
        return datetime.timedelta(minutes=self.space.buffer_minutes)


def days(first: datetime.datetime, last: datetime.datetime) -> list[datetime.date]:
    day, until = local(first).date(), local(last).date()
    return [day + DAY * n for n in range((until - day).days + 1)]


def closed_span(closure: Closure) -> Span:
    return wall(closure.starts_on, datetime.time.min), wall(closure.ends_on + DAY, datetime.time.min)


def merged(spans: list[Span]) -> list[Span]:
    """In order, those that touch or overlap made one."""
    result = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def without(spans: list[Span], holes: list[Span]) -> list[Span]:
    """What the `holes` leave of the `spans`; both in order and apart."""
    left = []
    for start, end in spans:
        for hole_start, hole_end in holes:
            if hole_end <= start or hole_start >= end:
                continue
            if hole_start > start:
                left.append((start, hole_start))
            start = max(start, hole_end)
        if start < end:
            left.append((start, end))
    return left


def read(
    spaces: list[Space],
    first: datetime.datetime,
    last: datetime.datetime,
    ignoring: list[Booking] = (),
    *,
    named: bool = False,
) -> dict[int, Situation]:
    """{space's pk: its situation between two instants}, in four or five queries whatever the spaces and the days.

    `named` reads what pages show of the bookings that are in the way; without it they have but their pk.
    """
    situations = {space.pk: Situation(space) for space in spaces}
    parts, wholes = kin()
    hours = OpeningHours.objects.filter(space__in=situations).order_by("weekday", "opens_at")
    for space, weekday, *span in hours.values_list("space", "weekday", "opens_at", "closes_at"):
        situations[space].hours[weekday].append(tuple(span))
    closures = Closure.objects.between(local(first).date(), local(last).date()).prefetch_related("spaces")
    for closure in closures:
        closed = {space.pk for space in closure.spaces.all()}
        for pk, found in situations.items():
            # As ClosureQuerySet.of, for many spaces at once.
            if not closed or closed & {pk, *parts[pk], *wholes[pk]}:
                found.closures.append(closure)
    read_taken(situations, parts, first, last, ignoring, named=named)
    return situations


def kin() -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """({pk: its parts' pks}, {pk: the pks of the wholes it belongs to}) of all spaces."""
    parts, wholes = defaultdict(set), defaultdict(set)
    for whole, part in Space.parts.through.objects.values_list("from_space", "to_space"):
        parts[whole].add(part)
        wholes[part].add(whole)
    return parts, wholes


def read_taken(situations, parts, first, last, ignoring: list[Booking] = (), *, named: bool = True) -> None:
    """What is taken of the spaces of `situations` between two instants, in one query."""
    elementary = {pk: parts[pk] or {pk} for pk in situations}
    longest = max((found.buffer for found in situations.values()), default=datetime.timedelta())
    occupations = (
        Occupation.objects.filter(
            space__in=set().union(*elementary.values()), during__overlap=(utc(first), utc(last) + longest)
        )
        .exclude(booking__in=[booking.pk for booking in ignoring])
        .order_by("during")
    )
    taken = defaultdict(list)
    if named:
        names = ("space", "resident", "event", "created_by", "booked_for")
        for one in occupations.select_related(*(f"booking__{name}" for name in names)):
            taken[one.space_id].append((one.during.lower, one.during.upper, one.booking))
    else:
        for space, during, pk in occupations.values_list("space", "during", "booking"):
            taken[space].append((during.lower, during.upper, Booking(pk=pk)))
    for pk, found in situations.items():
        found.taken = [span for part in elementary[pk] for span in taken[part]]
