"""What the house manager reads of a day (« Ma journée »), in as many queries whatever the day holds."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.availability import counted, hours_by_month, month_of, next_month
from agenda.enums import HOLDING, BookingStatus, Reason
from agenda.models import AgendaSettings, Booking, Closure, Event, Occupation
from agenda.pages.holding import closes, closures_with_spaces
from agenda.pages.profiles_seen import Look, looks
from agenda.times import local, midnight, say_minutes, say_time
from residents.models import Stay, User

ONE_DAY = datetime.timedelta(days=1)
# A request that nobody answered before its time came is still told for a week.
UNANSWERED = datetime.timedelta(days=7)
# A late cancellation may be excused on this page for two weeks.
LATE = datetime.timedelta(days=14)
# What a request is told to stand near to, in the same space.
NEAR = datetime.timedelta(hours=2)


@dataclass(frozen=True)
class Share:
    """What a structure holds in the local month of a request, that one counted; hours, `limit` None: no limit."""

    hours: float
    limit: int | None

    @property
    def words(self) -> str:
        """12 h 30"""
        return say_minutes(round(self.hours * 60))

    @property
    def is_over(self) -> bool:
        return self.limit is not None and self.hours > self.limit


@dataclass(frozen=True)
class Request:
    """A request to decide: the rules it goes beyond in words, the closures and the bookings it comes close to."""

    booking: Booking
    reasons: list[str]
    closures: list[Closure]
    near: list[Booking]
    share: Share | None


@dataclass(frozen=True)
class Entry:
    """What takes place in the house: a meeting with the spaces held for it, or a booking.

    `heads` is how many people are expected, None when nobody said; `setups` what is to be set up, in words.
    """

    starts_at: datetime.datetime
    ends_at: datetime.datetime
    title: str
    places: str
    setups: list[str]
    heads: int | None
    event: Event | None = None
    booking: Booking | None = None
    is_under_way: bool = False
    is_all_day: bool = False


@dataclass(frozen=True)
class Hour:
    """The entries that start within an hour; `label` is said in the margin."""

    label: str
    entries: list[Entry]


@dataclass(frozen=True)
class Move:
    """A structure that arrives or leaves: its first or last day."""

    stay: Stay
    day: datetime.date
    arrives: bool


@dataclass(frozen=True)
class Late:
    """A late cancellation, and how many minutes before its start it came (negative: once it had begun)."""

    booking: Booking
    minutes_before: int


@dataclass(frozen=True)
class Day:
    """`unmarked` are the bookings that ended that day or the day before, to say whether somebody came."""

    day: datetime.date
    is_today: bool
    closures: list[Closure]
    requests: list[Request]
    hours: list[Hour]
    tomorrow: list[Entry]
    tomorrow_closures: list[Closure]
    moves: list[Move]
    late: list[Late]
    unmarked: list[Booking]
    looks: list[Look]

    @property
    def previous(self) -> datetime.date:
        return self.day - ONE_DAY

    @property
    def next(self) -> datetime.date:
        return self.day + ONE_DAY

    @property
    def entries(self) -> list[Entry]:
        return [entry for hour in self.hours for entry in hour.entries]

    @property
    def heads(self) -> int:
        """How many people are expected in all, as far as said."""
        return sum(entry.heads or 0 for entry in self.entries)


def read_day(day: datetime.date, *, by: User, now: datetime.datetime | None = None) -> Day:
    """`day` as `by`, a house manager, reads it at `now`."""
    now = now or timezone.now()
    bookings = list(bookings_around(day, now))
    requested = [b for b in bookings if b.status == BookingStatus.REQUESTED and b.ends_at > now - UNANSWERED]
    closures = closures_around(day, requested)
    events = list(Event.objects.published().between(midnight(day), midnight(day + 2 * ONE_DAY)).with_seats())
    entries = entries_of(events, [b for b in bookings if b.is_holding], now)
    return Day(
        day=day,
        is_today=day == local(now).date(),
        closures=[closure for closure in closures if closure.starts_on <= day <= closure.ends_on],
        requests=requests_of(requested, bookings, closures),
        hours=by_hour(on_day(entries, day), day),
        tomorrow=on_day(entries, day + ONE_DAY),
        tomorrow_closures=[c for c in closures if c.starts_on <= day + ONE_DAY <= c.ends_on],
        moves=moves_around(day),
        late=[late(b) for b in bookings if b.is_late and not b.is_waived and b.cancelled_at >= now - LATE],
        unmarked=[b for b in bookings if may_be_no_show(b, day, now)],
        looks=looks(by, now),
    )


def bookings_around(day: datetime.date, now: datetime.datetime):
    """Every booking that the page shows, in one query, with `elementary`: the elementary spaces that it occupies."""
    asked = Booking.objects.requested().filter(
        starts_at__lt=OuterRef("ends_at") + NEAR, ends_at__gt=OuterRef("starts_at") - NEAR
    )
    return (
        Booking.objects.filter(
            Q(status=BookingStatus.REQUESTED, ends_at__gt=now - UNANSWERED)
            | Q(status__in=HOLDING, starts_at__lt=midnight(day + 2 * ONE_DAY), ends_at__gt=midnight(day - ONE_DAY))
            | Q(is_late=True, is_waived=False, cancelled_at__gte=now - LATE)
            | Q(Exists(asked), status__in=HOLDING, ends_at__gt=now - UNANSWERED - NEAR)
        )
        .with_names()
        .annotate(elementary=ArraySubquery(Occupation.objects.filter(booking=OuterRef("pk")).values("space")))
    )


def closures_around(day: datetime.date, requested: list[Booking]) -> list[Closure]:
    """Closures of that day, the next and those of the requests, with the spaces closed."""
    days = [day, day + ONE_DAY]
    days += [local(moment).date() for booking in requested for moment in (booking.starts_at, booking.ends_at)]
    return list(closures_with_spaces(min(days), max(days)))


# Requests


def requests_of(requested: list[Booking], bookings: list[Booking], closures: list[Closure]) -> list[Request]:
    shares = shares_of(requested)
    return [
        Request(
            booking=booking,
            reasons=[str(Reason(reason).label) for reason in booking.reasons],
            closures=[closure for closure in closures if is_closed_by(booking, closure)],
            near=[other for other in bookings if is_near(booking, other)],
            share=shares.get((booking.resident_id, month_of(booking.starts_at))),
        )
        for booking in requested
    ]


def is_closed_by(booking: Booking, closure: Closure) -> bool:
    first, last = local(booking.starts_at).date(), local(booking.ends_at).date()
    return closure.starts_on <= last and closure.ends_on >= first and closes(closure, set(booking.elementary))


def is_near(booking: Booking, other: Booking) -> bool:
    """Another one holds the same space within two hours, before or after."""
    return (
        other.pk != booking.pk
        and other.is_holding
        and other.starts_at < booking.ends_at + NEAR
        and other.ends_at > booking.starts_at - NEAR
        and not set(other.elementary).isdisjoint(booking.elementary)
    )


def shares_of(requested: list[Booking]) -> dict[tuple[int, datetime.date], Share]:
    """{(structure's pk, first of the month): its share}, for those who ask (availability.counted says what counts)."""
    limit = AgendaSettings.load().fair_share_hours
    months = {month_of(booking.starts_at) for booking in requested}
    if not months:
        return {}
    asking = {booking.resident_id for booking in requested if booking.resident_id}
    hours = defaultdict(float)
    held = counted(min(months), next_month(max(months))).filter(resident__in=asking)
    for resident, start, end in held.values_list("resident", "starts_at", "ends_at"):
        for month, part in hours_by_month(start, end).items():
            hours[resident, month] += part
    return {key: Share(held, limit) for key, held in hours.items()}


# Hour by hour


def entries_of(events: list[Event], bookings: list[Booking], now: datetime.datetime) -> list[Entry]:
    """Meetings, each with the bookings made for it, then the other bookings; in time's order."""
    of_event = {event.pk: [b for b in bookings if b.event_id == event.pk] for event in events}
    found = [of_meeting(event, of_event[event.pk], now) for event in events]
    found += [of_booking(booking, now) for booking in bookings if booking.event_id not in of_event]
    return sorted(found, key=lambda entry: (entry.starts_at, entry.ends_at, entry.title))


def of_meeting(event: Event, bookings: list[Booking], now: datetime.datetime) -> Entry:
    return Entry(
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        title=event.title,
        places=", ".join([booking.space.name for booking in bookings] or [event.place or _("lieu à préciser")]),
        setups=[booking.setup for booking in bookings if booking.setup],
        heads=event.taken if event.takes_registrations else None,
        event=event,
        is_under_way=event.starts_at <= now < event.ends_at and not event.is_cancelled,
        is_all_day=event.is_all_day,
    )


def of_booking(booking: Booking, now: datetime.datetime) -> Entry:
    return Entry(
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        title=booking.title,
        places=booking.space.name,
        setups=[booking.setup] if booking.setup else [],
        heads=booking.attendees,
        booking=booking,
        is_under_way=booking.starts_at <= now < booking.ends_at,
    )


def on_day(entries: Iterable[Entry], day: datetime.date) -> list[Entry]:
    start, end = midnight(day), midnight(day + ONE_DAY)
    return [entry for entry in entries if entry.starts_at < end and entry.ends_at > start]


def by_hour(entries: list[Entry], day: datetime.date) -> list[Hour]:
    """The entries of `day` under the hour they start at; first those that last all day or began before."""

    def hour(entry: Entry) -> int:
        if entry.is_all_day:
            return -2
        return local(entry.starts_at).hour if local(entry.starts_at).date() == day else -1

    names = {-2: _("toute la journée"), -1: _("depuis la veille")}
    found = groupby(sorted(entries, key=hour), key=hour)
    return [Hour(names.get(at) or say_time(datetime.time(at)), list(those)) for at, those in found]


# What is left to see to


def moves_around(day: datetime.date) -> list[Move]:
    """Who arrives and leaves from the Monday before to seven days after; a stay that follows another is no move."""
    first, last = day - datetime.timedelta(days=day.weekday()), day + datetime.timedelta(days=7)
    stays = Stay.objects.filter(resident=OuterRef("resident"))
    found = (
        Stay.objects.filter(Q(starts_on__range=(first, last)) | Q(ends_on__range=(first, last)))
        .select_related("resident")
        .annotate(
            follows=Exists(stays.filter(ends_on=OuterRef("starts_on") - ONE_DAY)),
            is_followed=Exists(stays.filter(starts_on=OuterRef("ends_on") + ONE_DAY)),
        )
    )
    moves = [Move(stay, stay.starts_on, True) for stay in found if not stay.follows]
    moves += [Move(stay, stay.ends_on, False) for stay in found if stay.ends_on and not stay.is_followed]
    moves = [move for move in moves if first <= move.day <= last]
    return sorted(moves, key=lambda move: (move.day, not move.arrives, move.stay.resident.sort_name))


def late(booking: Booking) -> Late:
    return Late(booking, round((booking.starts_at - booking.cancelled_at).total_seconds() / 60))


def may_be_no_show(booking: Booking, day: datetime.date, now: datetime.datetime) -> bool:
    """Confirmed, over since that day or the day before, and somebody's: not the house's own, nor a meeting's."""
    return (
        booking.status == BookingStatus.CONFIRMED
        and booking.event_id is None
        and bool(booking.resident_id or booking.booked_for_id or booking.guest_name)
        and midnight(day - ONE_DAY) < booking.ends_at <= min(now, midnight(day + ONE_DAY))
    )
