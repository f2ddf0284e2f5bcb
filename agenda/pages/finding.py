"""Find a space: which are free at the time that is wished for, and when the others are, nearest first."""

import datetime
from dataclasses import dataclass

from agenda import rules
from agenda.enums import Approval
from agenda.models import Space
from agenda.pages.columns import choosing, stretch_query
from agenda.pages.daylist import say_span
from agenda.pages.grid import DAY, ROW, Span, minutes_of
from agenda.pages.planning import ONE_DAY, Planning
from agenda.times import say_day

# Days looked at on either side of the one that is wished for.
NEARBY = 7
MOST_TIMES = 3


@dataclass(slots=True)
class Time:
    words: str
    url: str


@dataclass(slots=True)
class Found:
    """A space that suits; `times` is the very time wished for, or those nearest to it, in time's order."""

    space: Space
    times: list[Time]
    by_request: bool


@dataclass(slots=True)
class Findings:
    """The smallest space first. `too_small` counts those that lack seats or equipment."""

    free: list[Found]
    later: list[Found]
    too_small: int


def around(day: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The days that a search reads."""
    return day - ONE_DAY * NEARBY, day + ONE_DAY * NEARBY


def find_spaces(
    planning: Planning, *, day: datetime.date, time: datetime.time, minutes: int, people: int | None, wanted: set[str]
) -> Findings:
    """What suits among the spaces that the person may book; `planning` goes `around` the day."""
    wish = (minutes_of(time), minutes_of(time) + minutes)
    bookable = [space for space in planning.spaces if rules.can_book(planning.user, space)]
    suiting = [space for space in bookable if space.capacity >= (people or 1) and wanted <= set(space.equipment_names)]
    suiting.sort(key=lambda space: (space.capacity, space.position, space.sort_name))
    free, later = [], []
    for space in suiting:
        if not is_allowed(planning, space, day, minutes):
            continue
        if any(start <= wish[0] and wish[1] <= end for start, end in planning.free_on(day, space)):
            free.append(found(planning, space, [(day, wish)], people))
        elif times := nearest(planning, space, day, wish):
            later.append(found(planning, space, times, people))
    return Findings(free, later, len(bookable) - len(suiting))


def is_allowed(planning: Planning, space: Space, day: datetime.date, minutes: int) -> bool:
    """Whether it can be asked for: beyond its rules, some spaces refuse rather than let the house decide."""
    if space.approval != Approval.NEVER or rules.is_house_manager(planning.user):
        return True
    longest, ahead = space.longest_minutes, space.ahead_days
    return (
        space.least_minutes <= minutes
        and (longest is None or minutes <= longest)
        and (ahead is None or day <= planning.today + ONE_DAY * ahead)
    )


def nearest(planning: Planning, space: Space, day: datetime.date, wish: Span) -> list[tuple[datetime.date, Span]]:
    """The free times of that length nearest to the wish, one in each gap, in time's order."""
    length, times = wish[1] - wish[0], []
    for other in planning.days:
        for start, end in planning.free_on(other, space):
            if end - start >= length:
                begin = min(max(wish[0], start), end - length)
                # On a quarter of an hour when there is room for it.
                begin = begin if begin in (start, wish[0]) else max(start, begin // ROW * ROW)
                away = abs((other - day).days * DAY + begin - wish[0])
                times.append((away, other, (begin, begin + length)))
    return sorted((other, span) for _away, other, span in sorted(times)[:MOST_TIMES])


def found(planning: Planning, space: Space, times: list[tuple[datetime.date, Span]], people: int | None) -> Found:
    more = f"&combien={people}" if people else ""
    return Found(
        space=space,
        times=[
            Time(
                f"{say_day(day, today=planning.today)}, {say_span(span)}",
                f"{choosing(planning, day, space)}&{stretch_query(day, *span, space)}{more}",
            )
            for day, span in times
        ],
        by_request=space.approval == Approval.ALWAYS,
    )
