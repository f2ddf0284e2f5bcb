"""Dates of tests: on the house's clock, or soon, at any day and hour that they run."""

import datetime

from django.utils import timezone

from agenda.times import instant


def at(day: str, time: str) -> datetime.datetime:
    """An instant on the house's clock: `at("2027-03-03", "10:00")`."""
    return instant(datetime.date.fromisoformat(day), datetime.time.fromisoformat(time))


def next_monday() -> datetime.date:
    """A Monday to come, at least two days away (a space is given back without delay until the day before)."""
    day_after_tomorrow = timezone.localdate() + datetime.timedelta(days=2)
    return day_after_tomorrow + datetime.timedelta(days=-day_after_tomorrow.weekday() % 7)


def soon(time: str = "10:00", *, days: int = 0) -> datetime.datetime:
    """An instant of that next Monday, or `days` later."""
    return instant(next_monday() + datetime.timedelta(days=days), datetime.time.fromisoformat(time))
