"""What the back office shows of the agenda."""

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.enums import Weekday
from agenda.models import Booking, Closure, Space
from agenda.times import local, midnight, say_hours

# The drawing of a week: minutes are its unit, a day is a row.
DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Bar:
    """A stretch of a day, in minutes since midnight."""

    x: int
    width: int
    words: str


@dataclass(frozen=True)
class Day:
    date: datetime.date
    name: str
    hours: list[Bar]
    bookings: list[Bar]
    closure: str


def week_of(space: Space) -> list[Day]:
    """Seven days from today as `space` keeps them, in four queries."""
    today = timezone.localdate()
    days = [today + datetime.timedelta(days=number) for number in range(7)]
    hours = list(space.opening_hours.all())
    closures = list(Closure.objects.of(space).between(days[0], days[-1]))
    bookings = list(
        Booking.objects.holding()
        .filter(occupations__space__in=[space.pk, *space.parts.values_list("pk", flat=True)])
        .between(midnight(days[0]), midnight(days[-1] + datetime.timedelta(days=1)))
        .distinct()
    )
    return [
        Day(
            date=day,
            name=Weekday(day.weekday()).label,
            hours=[hours_bar(found) for found in hours if found.weekday == day.weekday()],
            bookings=[bar for bar in (booking_bar(booking, day) for booking in bookings) if bar],
            closure=next((c.reason for c in closures if c.starts_on <= day <= c.ends_on), ""),
        )
        for day in days
    ]


def hours_bar(hours) -> Bar:
    opens = hours.opens_at.hour * 60 + hours.opens_at.minute
    closes = hours.closes_at.hour * 60 + hours.closes_at.minute or DAY_MINUTES
    closing = f"{hours.closes_at:%H:%M}" if closes < DAY_MINUTES else _("minuit")
    return Bar(opens, closes - opens, f"{hours.opens_at:%H:%M} – {closing}")


def booking_bar(booking: Booking, day: datetime.date) -> Bar | None:
    """The part of `booking` that is on `day`."""
    starts_at, ends_at = local(booking.starts_at), local(booking.ends_at)
    if not starts_at.date() <= day <= ends_at.date():
        return None
    first = starts_at.hour * 60 + starts_at.minute if starts_at.date() == day else 0
    last = ends_at.hour * 60 + ends_at.minute if ends_at.date() == day else DAY_MINUTES
    words = f"{say_hours(booking.starts_at, booking.ends_at)}, {booking.title}"
    return Bar(first, last - first, words) if last > first else None


def spaces_closed(closure: Closure) -> str:
    """Which spaces, in words (`spaces` is best prefetched)."""
    return ", ".join(space.name for space in closure.spaces.all()) or _("toute la maison")
