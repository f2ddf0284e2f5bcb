"""What is held, open, closed and free from one day to another: read in five queries, whatever the days and spaces."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils import timezone

from agenda import rules
from agenda.models import Booking, Closure, Equipment, OpeningHours, Space
from agenda.pages.grid import DAY, ROW, Span, closing_minutes, merged, minutes_of, span_on, without
from agenda.reading import ReadBooking, as_read_by, prepared_for
from agenda.times import local, midnight
from residents.models import User

ONE_DAY = datetime.timedelta(days=1)
# What reading.py asks of a booking.
SHOWN = [
    "space_id",
    "starts_at",
    "ends_at",
    "buffer_minutes",
    "title",
    "title_audience",
    "status",
    "sequence",
    "guest_name",
    "created_by_id",
    "booked_for_id",
    "resident__name",
    "event__title",
    "event__slug",
]
# The longest time that a space may ask for tidying (Space.Meta.constraints).
LONGEST_TIDYING = datetime.timedelta(hours=12)


@dataclass(slots=True)
class Held:
    """A booking on one day: when it is held, and until when it is tidied after, in minutes of that day."""

    booking: ReadBooking
    span: Span
    tidied: int


def all_spaces() -> list[Space]:
    """Every space in the order of the house, with `part_ids` and `equipment_names`, in one query."""
    through = Space.parts.through.objects.filter(from_space_id=OuterRef("pk")).values("to_space_id")
    equipment = Equipment.objects.filter(spaces=OuterRef("pk")).order_by("sort_name").values("name")
    return list(
        Space.objects.select_related("picture").annotate(
            part_ids=ArraySubquery(through), equipment_names=ArraySubquery(equipment)
        )
    )


class Planning:
    """The days `first` to `last`, both included, of some spaces, as `user` reads them.

    `slugs` chooses spaces; none: all those in use. Bookings of a whole stand in its parts too, and the other way round.
    """

    def __init__(self, user: User, first: datetime.date, last: datetime.date, slugs: list[str] = ()):
        self.user, self.first, self.last = user, first, last
        self._slugs = set(slugs)

    @cached_property
    def today(self) -> datetime.date:
        return local(self.now).date()

    @property
    def days(self) -> list[datetime.date]:
        return [self.first + ONE_DAY * number for number in range((self.last - self.first).days + 1)]

    @cached_property
    def every_space(self) -> dict[int, Space]:
        return {space.pk: space for space in all_spaces()}

    @cached_property
    def offered(self) -> list[Space]:
        """What can be chosen: the spaces in use, and one that is not when the address names it."""
        return [one for one in self.every_space.values() if not one.is_retired or one.slug in self._slugs]

    @cached_property
    def spaces(self) -> list[Space]:
        chosen = [space for space in self.offered if space.slug in self._slugs]
        return chosen or self.offered

    @property
    def is_narrowed(self) -> bool:
        return len(self.spaces) < len(self.offered)

    @cached_property
    def elements(self) -> dict[int, frozenset[int]]:
        """{space's pk: the elementary spaces that it is made of}"""
        return {pk: frozenset(space.part_ids or [pk]) for pk, space in self.every_space.items()}

    def touches(self, space: Space, other: Space) -> bool:
        """Holding one holds some of the other."""
        return not self.elements[space.pk].isdisjoint(self.elements[other.pk])

    # What is held

    @cached_property
    def bookings(self) -> list[ReadBooking]:
        """Those that hold one of the spaces on these days, in time's order."""
        start, end = midnight(self.first), midnight(self.last + ONE_DAY)
        found = prepared_for(self.user, Booking.objects.holding().between(start - LONGEST_TIDYING, end))
        # Only what a calendar shows, and each space once: a month has hundreds of bookings.
        found = found.select_related(None).select_related("resident", "event").only(*SHOWN)
        chosen = frozenset().union(*(self.elements[space.pk] for space in self.spaces))
        if self.is_narrowed:
            pks = [pk for pk, elements in self.elements.items() if not elements.isdisjoint(chosen)]
            found = found.filter(space__in=pks)
        readings = []
        for booking in found:
            booking.space = self.every_space[booking.space_id]
            readings.append(as_read_by(self.user, booking))
        return [reading for reading in readings if reading.tidied_at > start]

    @cached_property
    def _held(self) -> dict[datetime.date, list[Held]]:
        held = defaultdict(list)
        for booking in self.bookings:
            day = max(local(booking.starts_at).date(), self.first)
            last = min(local(booking.tidied_at).date(), self.last)
            while day <= last:
                span = span_on(day, booking.starts_at, booking.ends_at)
                tidied = max(span_on(day, booking.ends_at, booking.tidied_at)[1], span[1])
                if tidied > span[0]:
                    held[day].append(Held(booking, span, tidied))
                day += ONE_DAY
        return held

    def held_on(self, day: datetime.date, space: Space | None = None) -> list[Held]:
        """What holds `space` (or any of the spaces) that day, tidying of the day before included."""
        if space is None:
            return self._held[day]
        return [held for held in self._held[day] if self.touches(space, held.booking.space)]

    # What is open

    @cached_property
    def opening_hours(self) -> list[OpeningHours]:
        return list(OpeningHours.objects.filter(space__in=[space.pk for space in self.spaces]))

    @cached_property
    def _hours(self) -> dict[tuple[int, int], list[Span]]:
        hours = defaultdict(list)
        for row in self.opening_hours:
            hours[row.space_id, row.weekday].append((minutes_of(row.opens_at), closing_minutes(row.closes_at)))
        return hours

    def opened_on(self, day: datetime.date, space: Space) -> list[Span]:
        """Its weekly hours, closures not looked at."""
        return self._hours[space.pk, day.weekday()]

    @cached_property
    def closures(self) -> list[Closure]:
        """Those of these days, each with `space_ids`."""
        through = Closure.spaces.through.objects.filter(closure_id=OuterRef("pk")).values("space_id")
        return list(Closure.objects.between(self.first, self.last).annotate(space_ids=ArraySubquery(through)))

    def closure_on(self, day: datetime.date, space: Space) -> Closure | None:
        """What closes `space` that day: the house, itself, a part of it, a whole that it belongs to."""
        for closure in self.closures:
            if closure.starts_on <= day <= closure.ends_on and (
                not closure.space_ids
                or any(self.touches(space, self.every_space[pk]) for pk in closure.space_ids if pk in self.every_space)
            ):
                return closure
        return None

    # What is free

    @cached_property
    def now(self) -> datetime.datetime:
        return timezone.now()

    def past_on(self, day: datetime.date) -> Span:
        """What is over that day; the quarter of an hour that has begun is not."""
        now = local(self.now)
        if day != now.date():
            return (0, DAY if day < now.date() else 0)
        return (0, now.hour * 60 + now.minute // ROW * ROW)

    def free_on(self, day: datetime.date, space: Space) -> list[Span]:
        """When `space` can be had that day: open, not closed, not held, to come, with room to tidy up after and before.

        As availability.free_stretches says it, for any number of days and spaces at once.
        """
        if self.closure_on(day, space):
            return []
        taken = [(held.span[0] - space.buffer_minutes, held.tidied) for held in self.held_on(day, space)]
        free = without(self.opened_on(day, space), [*taken, self.past_on(day)])
        return [span for span in free if span[1] - span[0] >= space.least_minutes]

    def bookable_on(self, day: datetime.date, space: Space) -> list[Span]:
        """`free_on`, for those who may book `space`."""
        return self.free_on(day, space) if rules.can_book(self.user, space) else []

    def shut_on(self, day: datetime.date, spaces: list[Space]) -> list[Span]:
        """When all of `spaces` are outside their hours or closed."""
        opened = [span for space in spaces if not self.closure_on(day, space) for span in self.opened_on(day, space)]
        return without([(0, DAY)], merged(opened))
