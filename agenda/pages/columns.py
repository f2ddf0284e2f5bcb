"""The columns of a grid of hours: a week (a column a day) and a day (a column a space)."""

import datetime
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from agenda import rules
from agenda.forms.calendar import query
from agenda.models import Space
from agenda.pages.grid import Span, by_hour, hours_shown, in_lanes, merged, rows, time_of
from agenda.pages.planning import ONE_DAY, Held, Planning
from agenda.reading import ReadBooking
from agenda.times import NARROW, local, say_day, say_hours, say_time

# The classes `lane-…` and `of-…` of static/css/components/calendar_rows.css.
MOST_LANES = 12


@dataclass(slots=True)
class Block:
    """A booking as drawn: `classes` place and colour it, `lines` say it."""

    booking: ReadBooking
    classes: str
    lines: str
    tidying: str = ""

    @property
    def start(self) -> str:
        """2026-11-23T10:00 on the house's clock, for who may move it."""
        return f"{local(self.booking.starts_at):%Y-%m-%dT%H:%M}"

    @property
    def end(self) -> str:
        return f"{local(self.booking.ends_at):%Y-%m-%dT%H:%M}"


@dataclass(slots=True)
class Cell:
    """An hour that is free, and where it is booked."""

    classes: str
    label: str
    url: str


@dataclass(slots=True)
class Shut:
    classes: str
    words: str


@dataclass
class Column:
    """`key` is its part of element ids; `space` the only one that it shows; `url` leads to more of it; `words` say
    what a stretch of it is.

    `choose` is the address, less the times, that a stretch drawn over the column leads to ("": none can be).
    """

    key: str
    day: datetime.date
    title: str
    words: str
    url: str
    space: Space | None
    is_today: bool
    notes: list[str]
    blocks: list[Block]
    cells: list[Cell]
    shut: list[Shut]
    lanes: int
    choose: str = ""


@dataclass
class Grid:
    """Columns over the same hours."""

    first_hour: int
    last_hour: int
    columns: list[Column] = field(default_factory=list)

    @property
    def hours(self) -> list[str]:
        return [f"{hour}{NARROW}h" for hour in range(self.first_hour, self.last_hour)]

    @property
    def is_empty(self) -> bool:
        return not any(column.blocks for column in self.columns)

    @property
    def can_book(self) -> bool:
        return any(column.space and column.cells for column in self.columns)

    @property
    def can_find(self) -> bool:
        return any(column.cells for column in self.columns)


def week_grid(planning: Planning) -> Grid:
    """A column a day, all the chosen spaces together; a single space can be booked in it."""
    grid = Grid(*_hours(planning, [(day, planning.spaces) for day in planning.days]))
    single = planning.spaces[0] if len(planning.spaces) == 1 else None
    slugs = [space.slug for space in planning.spaces] if planning.is_narrowed else []
    for day in planning.days:
        grid.columns.append(
            _column(
                planning,
                grid,
                day,
                planning.spaces,
                key=day.isoformat(),
                title=say_short_day(day),
                words=say_day(day, today=planning.today),
                url=reverse("agenda:day") + f"?{query(day, slugs)}",
                single=single,
            )
        )
    return grid


def day_grid(planning: Planning, day: datetime.date) -> Grid:
    """A column a space."""
    grid = Grid(*_hours(planning, [(day, [space]) for space in planning.spaces]))
    for space in planning.spaces:
        grid.columns.append(
            _column(
                planning,
                grid,
                day,
                [space],
                key=space.slug,
                title=space.name,
                words=f"{space.name}, {say_day(day, today=planning.today)}",
                url=reverse("agenda:week") + f"?{query(day, [space.slug])}",
                single=space,
            )
        )
    return grid


def say_short_day(day: datetime.date) -> str:
    """lun. 23"""
    return f"{say_day(day, today=day)[:3]}. {day.day}"


def _hours(planning: Planning, shown: list[tuple[datetime.date, list[Space]]]) -> tuple[int, int]:
    opened = [span for day, spaces in shown for space in spaces for span in planning.opened_on(day, space)]
    held = [held.span for day in planning.days for held in planning.held_on(day)]
    return hours_shown(opened, held)


def _column(planning, grid, day, spaces, *, key, title, words, url, single) -> Column:
    held = planning.held_on(day, single)
    lanes = in_lanes([_drawn(one, grid) for one in held])
    choose = choosing(planning, day, single)
    return Column(
        key=key,
        day=day,
        title=title,
        words=words,
        url=url,
        space=single,
        is_today=day == planning.today,
        notes=notes_of(planning, day, spaces),
        blocks=[_block(one, grid, lane, single) for one, lane in zip(held, lanes, strict=True)],
        cells=_cells(planning, grid, day, spaces, single, choose, words),
        shut=_shut(planning, grid, day, spaces),
        lanes=min(max((of for _lane, of in lanes), default=1), MOST_LANES),
        choose=choose,
    )


def choosing(planning: Planning, day: datetime.date, single: Space | None) -> str:
    """Where a stretch of that day leads: to booking the space, or to the spaces that are free then."""
    if single is None:
        return reverse("agenda:find") + f"?jour={day}"
    return reverse("agenda:book") + f"?espace={single.slug}" if rules.can_book(planning.user, single) else ""


def _drawn(held: Held, grid: Grid) -> Span:
    return rows((held.span[0], held.tidied), grid.first_hour, grid.last_hour)


def _block(held: Held, grid: Grid, lane: tuple[int, int], single: Space | None) -> Block:
    booking = held.booking
    start, end = _drawn(held, grid)
    tidying = end - rows((held.span[0], max(held.span)), grid.first_hour, grid.last_hour)[1]
    classes = [f"held from-{start} to-{end} space--{booking.space.colour} space--{booking.space.pattern}"]
    if lane[1] > 1:
        classes.append(f"lane-{min(lane[0], MOST_LANES - 1)} of-{min(lane[1], MOST_LANES)}")
    if tidying > 0:
        classes.append(f"tidy-{tidying}")
    classes += [f"held--{name}" for name in states(booking)]
    return Block(booking, " ".join(classes), "\n".join(lines(booking, single)), _("rangement") if tidying > 0 else "")


def states(booking: ReadBooking) -> list[str]:
    """The variants of `.held` that draw it."""
    told = {
        "asked": booking.is_requested,
        "busy": booking.is_busy,
        "meeting": booking.is_meeting,
        "ours": booking.is_ours,
    }
    return [name for name, is_so in told.items() if is_so]


def lines(booking: ReadBooking, single: Space | None) -> list[str]:
    """What a block says, line by line; the space, unless the column is that very space's."""
    title = booking.title
    if booking.is_meeting:
        title = _("Rendez-vous : %(title)s") % {"title": title}
    elif booking.is_requested:
        title = _("À décider : %(title)s") % {"title": title}
    told = [say_hours(booking.starts_at, booking.ends_at), title]
    where = booking.space.name if single != booking.space else ""
    told.append(" · ".join(word for word in (booking.holder, where) if word))
    return [line for line in told if line]


def _cells(planning, grid, day, spaces, single, choose, words) -> list[Cell]:
    """The free hours of the single space; of several, the stretches when one of them at least is free.

    An hour a cell would be too many elements where several spaces are: the script cuts a stretch into hours.
    """
    if not choose:
        return []
    free = merged([span for space in spaces for span in planning.bookable_on(day, space)])
    cells = []
    for start, end in by_hour(free) if single else free:
        first, last = rows((start, end), grid.first_hour, grid.last_hour)
        cells.append(
            Cell(
                classes=f"cell from-{first} to-{last}",
                label=f"{words}, {say_minutes_of(start)} – {say_minutes_of(end)}",
                url=choose + "&" + stretch_query(day, start, end, single),
            )
        )
    return cells


def say_minutes_of(minutes: int) -> str:
    """10 h 30, of minutes since midnight."""
    return say_time(datetime.time(minutes // 60 % 24, minutes % 60))


def stretch_query(day: datetime.date, start: int, end: int, single: Space | None) -> str:
    """The times of an address, for booking a space or for finding one."""
    if single is None:
        return f"debut={time_of(start)}&duree={min(-(-(end - start) // 30) * 30, 60)}"
    last = day + ONE_DAY if end == 24 * 60 else day
    return f"debut={day}T{time_of(start)}&fin={last}T{time_of(end)}"


def _shut(planning, grid, day, spaces) -> list[Shut]:
    edges = (grid.first_hour * 60, grid.last_hour * 60)
    shut = []
    for start, end in planning.shut_on(day, spaces):
        if start < edges[1] and end > edges[0]:
            first, last = rows((max(start, edges[0]), min(end, edges[1])), grid.first_hour, grid.last_hour)
            shut.append(Shut(f"shut from-{first} to-{last}", _("fermé")))
    return shut


def notes_of(planning: Planning, day: datetime.date, spaces: list[Space]) -> list[str]:
    """What is closed that day, and why."""
    told: dict = {}
    for space in spaces:
        if closure := planning.closure_on(day, space):
            told.setdefault(closure.pk, (closure, []))[1].append(space.name)
    return [
        _("Fermé : %(reason)s") % {"reason": closure.reason}
        if len(names) == len(spaces)
        else _("%(spaces)s : fermé, %(reason)s") % {"spaces": ", ".join(names), "reason": closure.reason}
        for closure, names in told.values()
    ]
