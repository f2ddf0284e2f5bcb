"""Instants and the house's clock (Europe/Paris); plain Python, dates as people say them."""

import datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
# Between a number and its unit.
NARROW = "\u202f"
SPACE = "\u00a0"


class ImpossibleTime(ValueError):
    """The clock jumps over this time on that day (last Sunday of March, 02:00 to 03:00)."""


def instant(day: datetime.date, time: datetime.time) -> datetime.datetime:
    """The aware instant of `time` on `day` in Paris; of a time that comes twice (October), the first.

    Raises ImpossibleTime for a time that the clock jumps over.
    """
    found = datetime.datetime.combine(day, time.replace(fold=0, tzinfo=None), tzinfo=PARIS)
    back = found.astimezone(datetime.UTC).astimezone(PARIS)
    if back.replace(tzinfo=None) != found.replace(tzinfo=None):
        raise ImpossibleTime(f"{time:%H:%M} le {day:%d/%m/%Y}")
    return found


def comes_twice(day: datetime.date, time: datetime.time) -> bool:
    """Whether the clock shows `time` twice on that day (last Sunday of October, 02:00 to 03:00)."""
    first = datetime.datetime.combine(day, time, tzinfo=PARIS)
    return first.utcoffset() > first.replace(fold=1).utcoffset()


def midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, tzinfo=PARIS)


def local(moment: datetime.datetime) -> datetime.datetime:
    return moment.astimezone(PARIS)


def monday_of(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def say_time(time: datetime.time | datetime.datetime) -> str:
    """10 h, 10 h 30"""
    if isinstance(time, datetime.datetime) and time.tzinfo:
        time = local(time)
    minutes = f"{NARROW}{time.minute:02}" if time.minute else ""
    return f"{time.hour}{NARROW}h{minutes}"


def say_day(day: datetime.date, *, today: datetime.date | None = None) -> str:
    """mercredi 7 mars; with the year when it is not that of `today` (by default, of now in Paris)."""
    if isinstance(day, datetime.datetime):
        day = local(day).date()
    today = today or datetime.datetime.now(PARIS).date()
    number = "1er" if day.day == 1 else str(day.day)
    year = f" {day.year}" if day.year != today.year else ""
    return f"{DAYS[day.weekday()]} {number}{SPACE}{MONTHS[day.month - 1]}{year}"


def say_hours(start: datetime.datetime, end: datetime.datetime) -> str:
    """10 h – 13 h; an end on another day says which."""
    start, end = local(start), local(end)
    if end.date() == start.date():
        return f"{say_time(start)}{SPACE}– {say_time(end)}"
    if end.time() == datetime.time.min and end.date() == start.date() + datetime.timedelta(days=1):
        return f"{say_time(start)}{SPACE}– minuit"
    return f"{say_time(start)}{SPACE}– {say_day(end)}, {say_time(end)}"


def say_stretch(start: datetime.datetime, end: datetime.datetime, *, all_day: bool = False) -> str:
    """mercredi 7 mars, 10 h – 13 h; all day, `end` excluded: mercredi 7 mars, or du mercredi 7 au jeudi 8 mars."""
    if not all_day:
        return f"{say_day(start)}, {say_hours(start, end)}"
    first, last = local(start).date(), local(end).date() - datetime.timedelta(days=1)
    return say_day(first) if last <= first else f"du {say_day(first)} au {say_day(last)}"


def say_minutes(minutes: int) -> str:
    """45 minutes, 1 h, 2 h 30"""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{SPACE}minutes" if rest > 1 else f"{rest}{SPACE}minute"
    return f"{hours}{NARROW}h{NARROW}{rest:02}" if rest else f"{hours}{NARROW}h"
