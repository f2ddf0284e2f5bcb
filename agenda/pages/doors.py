"""What is read at a door, on a screen or on paper, by whoever passes: when the space is held, seldom what for."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agenda.enums import BookingStatus, EventAudience, EventStatus, TitleAudience
from agenda.models import Booking, Space
from agenda.pages.holding import situations_of
from agenda.situation import Situation, closed_span, merged, without
from agenda.times import local, midnight, say_day, say_time

ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Held:
    """A booking as the door tells it: instants in UTC, `tidied_at` when the space is free again.

    `part` names the space held when it is not the door's own; `title` is "" unless everybody may read it there.
    """

    starts_at: datetime.datetime
    ends_at: datetime.datetime
    tidied_at: datetime.datetime
    part: str
    title: str


@dataclass(frozen=True)
class Door:
    """The screen of a door at `now`. `state` is a class and picks the words: free, partly, held, tidying, closed.

    `until` is when that ends, None when nothing says so today; `under_way` what holds it, `coming` what comes today.
    """

    space: Space
    today: datetime.date
    state: str
    until: datetime.datetime | None
    under_way: list[Held]
    coming: list[Held]
    # When it opens, of a closed one that opens later today.
    opens_at: datetime.datetime | None

    @property
    def until_words(self) -> str:
        """14 h; on another day: mardi 24 novembre, 9 h"""
        return say_until(self.until, self.today) if self.until else ""


def say_until(moment: datetime.datetime, today: datetime.date) -> str:
    there = local(moment)
    if there.date() == today:
        return say_time(there)
    if there == midnight(today + ONE_DAY):
        return str(_("minuit"))
    return f"{say_day(there, today=today)}, {say_time(there)}"


@dataclass(frozen=True)
class SheetDay:
    """A day of a sheet of paper: what holds the space; closed by a closure, or never open that day of the week."""

    day: datetime.date
    held: list[Held]
    is_closed: bool


@dataclass(frozen=True)
class Sheet:
    space: Space
    days: list[SheetDay]


def title_at_door(space: Space, booking: Booking) -> str:
    """What the booking is for, when both doors allow it and it is everybody's to read; "" otherwise.

    A request is not told: the house has not answered yet.
    """
    if not (space.shows_titles_at_door and booking.space.shows_titles_at_door):
        return ""
    if booking.status != BookingStatus.CONFIRMED:
        return ""
    event = booking.event
    if event is not None:
        is_public = event.audience == EventAudience.PUBLIC and event.status == EventStatus.PUBLISHED
        return event.title if is_public else ""
    return booking.title if booking.title_audience == TitleAudience.PUBLIC else ""


def held_at(found: Situation) -> list[Held]:
    """What holds the space, in time's order; a whole's own booking stands once, though it occupies each part."""
    bookings = {booking.pk: (until, booking) for _start, until, booking in found.taken}
    held = [
        Held(
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            tidied_at=until,
            # A whole that holds this part is told as this space, for whoever stands there cannot come in.
            part=booking.space.name if booking.space in found.space.parts.all() else "",
            title=title_at_door(found.space, booking),
        )
        for until, booking in bookings.values()
    ]
    return sorted(held, key=lambda one: (one.starts_at, one.part))


def read_door(space: Space, now: datetime.datetime) -> Door:
    """The door of `space` at `now`, in two queries (read by holding.spaces_with_hours)."""
    today = local(now).date()
    start, end = midnight(today).astimezone(datetime.UTC), midnight(today + ONE_DAY).astimezone(datetime.UTC)
    found = situations_of([space], start, end)[space.pk]
    held = held_at(found)
    under_way = [one for one in held if one.starts_at <= now < one.tidied_at]
    coming = [one for one in held if now < one.starts_at < end]
    closures = merged([closed_span(closure) for closure in found.closures])
    open_spans = without(found.open_spans(start, end - datetime.timedelta(microseconds=1)), closures)
    state, until = state_at(space, under_way, now)
    opens_at = None
    if state == "free":
        closing = next((closes for opens, closes in open_spans if opens <= now < closes), None)
        if closing is None:
            state, opens_at = "closed", next((opens for opens, _closes in open_spans if opens > now), None)
        else:
            until = min([closing, *(one.starts_at for one in coming)])
    return Door(space, today, state, until, under_way, coming, opens_at)


def state_at(space: Space, under_way: list[Held], now: datetime.datetime) -> tuple[str, datetime.datetime | None]:
    """What holds the space now, and until when: the first end of all when several parts are held."""
    if not under_way:
        return "free", None
    parts = {one.part for one in under_way}
    if "" not in parts and len(parts) < len(space.parts.all()):
        return "partly", min(one.tidied_at for one in under_way)
    if ends := [one.ends_at for one in under_way if one.ends_at > now]:
        return "held", min(ends)
    return "tidying", min(one.tidied_at for one in under_way)


def sheets(spaces: list[Space], days: list[datetime.date]) -> list[Sheet]:
    """A sheet a space, in two queries (read by holding.spaces_with_hours)."""
    start, end = midnight(days[0]).astimezone(datetime.UTC), midnight(days[-1] + ONE_DAY).astimezone(datetime.UTC)
    situations = situations_of(spaces, start, end)
    return [Sheet(space, [sheet_day(situations[space.pk], day) for day in days]) for space in spaces]


def sheet_day(found: Situation, day: datetime.date) -> SheetDay:
    start, end = midnight(day), midnight(day + ONE_DAY)
    return SheetDay(
        day=day,
        held=[one for one in held_at(found) if one.starts_at < end and one.ends_at > start],
        is_closed=not found.hours.get(day.weekday())
        or any(closure.starts_on <= day <= closure.ends_on for closure in found.closures),
    )
