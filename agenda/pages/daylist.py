"""The agenda as a list: day by day, what is held and what is free; it says and leads to all that the grids do."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agenda.models import Space
from agenda.pages.columns import choosing, notes_of, say_minutes_of, states, stretch_query
from agenda.pages.grid import Span
from agenda.pages.planning import Held, Planning
from agenda.reading import ReadBooking


@dataclass(slots=True)
class Line:
    """A booking of that day, or (without it) a free stretch and where it is booked."""

    start: int
    space: Space
    booking: ReadBooking | None = None
    variants: str = ""
    words: str = ""
    url: str = ""


@dataclass(slots=True)
class FreeSpace:
    """A space and its free stretches of that day, when several spaces are listed."""

    space: Space
    lines: list[Line]


@dataclass(slots=True)
class ListDay:
    """`lines` in time's order; with a single space its free stretches stand among them, else in `free`."""

    day: datetime.date
    is_today: bool
    notes: list[str]
    lines: list[Line]
    free: list[FreeSpace]


def list_days(planning: Planning) -> list[ListDay]:
    return [_list_day(planning, day) for day in planning.days]


def _list_day(planning: Planning, day: datetime.date) -> ListDay:
    lines = [_held_line(held) for held in planning.held_on(day) if held.span[1] > held.span[0]]
    free = [FreeSpace(space, _free_lines(planning, day, space)) for space in planning.spaces]
    if len(free) == 1:
        lines, free = [*lines, *free[0].lines], []
    return ListDay(
        day=day,
        is_today=day == planning.today,
        notes=notes_of(planning, day, planning.spaces),
        lines=sorted(lines, key=lambda line: (line.start, line.space.position, line.space.name)),
        free=[one for one in free if one.lines],
    )


def _held_line(held: Held) -> Line:
    variants = "".join(f" agenda-line--{state}" for state in states(held.booking))
    return Line(held.span[0], held.booking.space, held.booking, variants)


def _free_lines(planning: Planning, day: datetime.date, space: Space) -> list[Line]:
    choose = choosing(planning, day, space)
    return [
        Line(start, space, words=say_span((start, end)), url=f"{choose}&{stretch_query(day, start, end, space)}")
        for start, end in planning.bookable_on(day, space)
    ]


def say_span(span: Span) -> str:
    """10 h – 12 h; the end of the day is midnight."""
    end = _("minuit") if span[1] == 24 * 60 else say_minutes_of(span[1])
    return f"{say_minutes_of(span[0])} – {end}"
