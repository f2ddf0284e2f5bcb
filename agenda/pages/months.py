"""A month as a table: weeks by days, and in each day what is held."""

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.forms.calendar import query
from agenda.pages.columns import states
from agenda.pages.planning import ONE_DAY, Held, Planning
from agenda.times import MONTHS, midnight, monday_of, say_time


@dataclass(slots=True)
class Entry:
    """A booking on one line: « 10 h Réunion »."""

    words: str
    classes: str
    url: str


@dataclass(slots=True)
class MonthDay:
    day: datetime.date
    url: str
    is_within: bool
    is_today: bool
    entries: list[Entry]
    closed: str


def weeks_of(month: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The Monday and the Sunday that a month's table goes from and to."""
    first = month.replace(day=1)
    last = next_month(first) - ONE_DAY
    return monday_of(first), monday_of(last) + ONE_DAY * 6


def next_month(month: datetime.date) -> datetime.date:
    return (month.replace(day=1) + ONE_DAY * 31).replace(day=1)


def previous_month(month: datetime.date) -> datetime.date:
    return (month.replace(day=1) - ONE_DAY).replace(day=1)


def say_month(month: datetime.date) -> str:
    """novembre 2026"""
    return f"{MONTHS[month.month - 1]} {month.year}"


def month_weeks(planning: Planning, month: datetime.date) -> list[list[MonthDay]]:
    slugs = [space.slug for space in planning.spaces] if planning.is_narrowed else []
    address = reverse("agenda:day")
    days = [
        MonthDay(
            day=day,
            url=f"{address}?{query(day, slugs)}",
            is_within=day.month == month.month,
            is_today=day == planning.today,
            entries=[_entry(held, day) for held in planning.held_on(day) if held.span[1] > held.span[0]],
            closed=_closed(planning, day),
        )
        for day in planning.days
    ]
    return [days[index : index + 7] for index in range(0, len(days), 7)]


def _entry(held: Held, day: datetime.date) -> Entry:
    booking = held.booking
    when = say_time(booking.starts_at) if booking.starts_at >= midnight(day) else _("suite")
    asked = f" ({_('à décider')})" if booking.is_requested else ""
    classes = f"entry space--{booking.space.colour} space--{booking.space.pattern}"
    classes += "".join(f" entry--{state}" for state in states(booking))
    return Entry(f"{when} {booking.title}{asked}", classes, booking.url)


def _closed(planning: Planning, day: datetime.date) -> str:
    """Why the house is closed that day, or the chosen spaces all are; "" when one is open."""
    reason = ""
    for space in planning.spaces:
        closure = planning.closure_on(day, space)
        if closure is None:
            return ""
        reason = closure.reason
    return reason
