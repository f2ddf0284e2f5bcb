"""How the spaces were used over a period: hours held, share of the opening hours, by whom, when, and what was missed.

Hours are those of confirmed bookings, from start to end, tidying not counted. A whole booked is counted in each of its
parts, so that adding up spaces is never counting twice. Everything is added in UTC, in seconds: summer time's hour that
comes twice or never is counted as it was lived.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from agenda.enums import BookingStatus
from agenda.models import Booking, Space
from agenda.pages.holding import elementary_of, situations_of
from agenda.situation import Situation, Span, closed_span, merged, without
from agenda.times import local, midnight, monday_of

ONE_DAY = datetime.timedelta(days=1)
ONE_HOUR = datetime.timedelta(hours=1)
HOURS = range(24)
SHORT_MONTHS = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]


@dataclass(frozen=True)
class Period:
    """A week or a month, cut to what was asked for: days, both included."""

    first: datetime.date
    last: datetime.date
    by_month: bool

    @property
    def label(self) -> str:
        """nov., or 16/11: the Monday of the week."""
        return SHORT_MONTHS[self.first.month - 1] if self.by_month else f"{self.first:%d/%m}"


@dataclass
class SpaceUse:
    """An elementary space; in hours. `held` by period; `open_held` is what was held within the `opened` hours."""

    space: Space
    held: list[float]
    opened: float = 0
    open_held: float = 0

    @property
    def total(self) -> float:
        return sum(self.held)

    @property
    def share(self) -> float | None:
        """Of the opening hours, 0 to 1; None when it was never open."""
        return self.open_held / self.opened if self.opened else None


@dataclass
class Holder:
    """A structure, or those who have none. `late` are late cancellations not excused, `waived` the excused ones."""

    name: str
    hours: float = 0
    bookings: int = 0
    late: int = 0
    waived: int = 0
    no_shows: int = 0


@dataclass
class Usage:
    """`by_hour[weekday][hour]` is in hours held, all spaces together; `late` and `no_shows` are counted by period."""

    first: datetime.date
    last: datetime.date
    periods: list[Period]
    spaces: list[SpaceUse] = field(default_factory=list)
    holders: list[Holder] = field(default_factory=list)
    by_hour: list[list[float]] = field(default_factory=lambda: [[0.0] * 24 for _day in range(7)])
    late: list[int] = field(default_factory=list)
    no_shows: list[int] = field(default_factory=list)

    @property
    def total(self) -> float:
        return sum(use.total for use in self.spaces)

    @property
    def share(self) -> float | None:
        opened = sum(use.opened for use in self.spaces)
        return sum(use.open_held for use in self.spaces) / opened if opened else None

    @property
    def hours_of_day(self) -> range:
        """The hours worth drawing: from the first to the last of which something was held, 8 to 20 at least."""
        held = [hour for hour in HOURS if any(day[hour] for day in self.by_hour)]
        return range(min([8, *held]), max([20, *(hour + 1 for hour in held)]))


def read_usage(
    spaces: list[Space],
    first: datetime.date,
    last: datetime.date,
    *,
    by_month: bool = False,
    space: Space | None = None,
) -> Usage:
    """The use made of the house, or of `space`, from `first` to `last`, both included, in three queries.

    `spaces` are all those of the house, read by holding.spaces_with_hours.
    """
    usage = Usage(first, last, periods_of(first, last, by_month=by_month))
    start, end = span_of(first, last)
    counted = elementary_of(space) if space else {one.pk for one in spaces if not one.parts.all()}
    spaces = [one for one in spaces if one.pk in counted]
    situations = situations_of(spaces, start, end)
    bookings = {}
    for one in spaces:
        held = held_in(situations[one.pk], start, end)
        # A space retired since is still told of, for what it held.
        if held or space is not None or not one.is_retired:
            count_space(usage, situations[one.pk], [span for span, _booking in held])
        bookings.update({booking.pk: (span, booking) for span, booking in held})
    holders = {}
    count_holders(usage, holders, bookings.values())
    count_late(usage, holders, late_between(start, end, space))
    usage.holders = sorted(holders.values(), key=lambda holder: (-holder.hours, -holder.bookings, holder.name))
    return usage


def periods_of(first: datetime.date, last: datetime.date, *, by_month: bool) -> list[Period]:
    found, day = [], first
    while day <= last:
        after = (day.replace(day=1) + 31 * ONE_DAY).replace(day=1) if by_month else monday_of(day) + 7 * ONE_DAY
        found.append(Period(day, min(after - ONE_DAY, last), by_month))
        day = after
    return found


def held_in(found: Situation, start: datetime.datetime, end: datetime.datetime) -> list[tuple[Span, Booking]]:
    """The confirmed bookings that hold the space between two instants, and the span of each there, in time's order."""
    return [
        ((max(booking.starts_at, start), min(booking.ends_at, end)), booking)
        for _start, _end, booking in found.taken
        if booking.status == BookingStatus.CONFIRMED and booking.starts_at < end and booking.ends_at > start
    ]


# Spaces and hours


def count_space(usage: Usage, found: Situation, held: list[Span]) -> None:
    open_spans = opened(found, span_of(usage.first, usage.last))
    usage.spaces.append(
        SpaceUse(
            found.space,
            held=[shared(held, [span_of(period.first, period.last)]) for period in usage.periods],
            opened=hours(open_spans),
            open_held=shared(held, open_spans),
        )
    )
    for span in held:
        count_by_hour(usage.by_hour, span)


def span_of(first: datetime.date, last: datetime.date) -> Span:
    """The instants of days, both included, in UTC."""
    return midnight(first).astimezone(datetime.UTC), midnight(last + ONE_DAY).astimezone(datetime.UTC)


def opened(found: Situation, span: Span) -> list[Span]:
    """When the space could be held: its opening hours of today's rules, closures taken away."""
    start, end = span
    spans = [(max(opens, start), min(closes, end)) for opens, closes in found.open_spans(start, end)]
    closures = merged([closed_span(closure) for closure in found.closures])
    return without([one for one in spans if one[0] < one[1]], closures)


def hours(spans: list[Span]) -> float:
    return sum((end - start).total_seconds() for start, end in spans) / 3600


def shared(spans: list[Span], others: list[Span]) -> float:
    """How many hours `spans` and `others` have in common; both in order, each apart within its list."""
    seconds, at = 0.0, 0
    for start, end in spans:
        # Those that end before this one begins are behind all that follow too.
        while at < len(others) and others[at][1] <= start:
            at += 1
        for other_start, other_end in others[at:]:
            if other_start >= end:
                break
            seconds += (min(end, other_end) - max(start, other_start)).total_seconds()
    return seconds / 3600


def count_by_hour(by_hour: list[list[float]], span: Span) -> None:
    """Add the span to the hours of the week that it crosses, on the house's clock; Paris is whole hours from UTC."""
    start, end = span
    while start < end:
        after = min(end, start.replace(minute=0, second=0, microsecond=0) + ONE_HOUR)
        here = local(start)
        by_hour[here.weekday()][here.hour] += (after - start).total_seconds() / 3600
        start = after


# Who, and what was missed


def key_of(booking: Booking):
    """What a booking is counted under: its structure, or what it is when it has none."""
    if booking.event_id:
        return "meeting"
    return booking.resident_id or ("guest" if booking.guest_name else "house")


def holder_of(holders: dict, booking: Booking) -> Holder:
    names = {"meeting": _("rendez-vous de la maison"), "guest": _("personnes extérieures"), "house": _("la maison")}
    key = key_of(booking)
    return holders.setdefault(key, Holder(names.get(key) or booking.resident.name))


def count_holders(usage: Usage, holders: dict, bookings: Iterable[tuple[Span, Booking]]) -> None:
    """Hours of bookings: a whole booked counts once here."""
    usage.no_shows = [0] * len(usage.periods)
    for span, booking in bookings:
        holder = holder_of(holders, booking)
        holder.bookings += 1
        holder.hours += hours([span])
        if booking.is_no_show:
            holder.no_shows += 1
            usage.no_shows[period_at(usage, booking)] += 1


def late_between(start: datetime.datetime, end: datetime.datetime, space: Space | None):
    """Late cancellations, by when they were to be held."""
    late = Booking.objects.filter(is_late=True, starts_at__gte=start, starts_at__lt=end).select_related("resident")
    if space is None:
        return late
    whose = Space.objects.filter(Q(pk=space.pk) | Q(wholes=space) | Q(parts=space))
    return late.filter(space__in=whose)


def count_late(usage: Usage, holders: dict, late: Iterable[Booking]) -> None:
    """The excused ones are counted apart."""
    usage.late = [0] * len(usage.periods)
    for booking in late:
        holder = holder_of(holders, booking)
        if booking.is_waived:
            holder.waived += 1
        else:
            holder.late += 1
            usage.late[period_at(usage, booking)] += 1


def period_at(usage: Usage, booking: Booking) -> int:
    """The rank of the period that the booking starts in; one that began before the first counts in it."""
    day = local(booking.starts_at).date()
    return max((at for at, period in enumerate(usage.periods) if period.first <= day), default=0)
