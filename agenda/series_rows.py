"""The rows that keep the rules of series: written, and split when a part of their dates goes another way."""

import datetime
from dataclasses import replace

from agenda.models import Booking, Series
from agenda.recurrence import BY_DATE, BY_WEEKDAY, Rule, RuleError, occurrences
from agenda.series_preview import Plan
from residents.models import User

DAY = datetime.timedelta(days=1)


def series_of(rule: Rule, start_time: datetime.time, end_time: datetime.time, *, by: User | None) -> Series:
    """The row that keeps the rule, not saved yet."""
    return Series(
        frequency=rule.frequency,
        interval=rule.interval,
        weekdays=sorted(set(rule.weekdays)) if rule.frequency != BY_DATE else [],
        monthday=rule.monthday if rule.frequency == BY_DATE else None,
        nth=rule.nth if rule.frequency == BY_WEEKDAY else None,
        starts_on=rule.starts_on,
        until=rule.until,
        count=rule.count,
        start_time=start_time,
        end_time=end_time,
        created_by=by,
    )


def rule_of(series: Series) -> Rule:
    """The rule that a row keeps, for `recurrence.say`."""
    return Rule(
        frequency=series.frequency,
        starts_on=series.starts_on,
        interval=series.interval,
        weekdays=list(series.weekdays),
        monthday=series.monthday,
        nth=series.nth,
        until=series.until,
        count=series.count,
    )


def split(series: Series, kept: list[Booking], plan: Plan, *, by: User) -> Series:
    """A row of their own for the dates of `kept`, set on them for the caller to save; then `close` the old row.

    When no rule makes the days that they are moved to (the 31st, a day later), they stand for the days that they had.
    """
    days = sorted(booking.occurrence_on for booking in kept)
    known = series.bookings.order_by().values_list("occurrence_on", flat=True)
    last = max([series.until] if series.until else known, default=days[-1])
    rule = replace(rule_of(series), starts_on=days[0], until=max(last, days[-1]), count=None)
    moved = shifted(rule, plan.day_shift)
    new = series_of(moved or rule, plan.start_time or series.start_time, plan.end_time or series.end_time, by=by)
    new.save()
    for booking in kept:
        booking.series = new
        booking.occurrence_on += DAY * (plan.day_shift if moved else 0)
    return new


def shifted(rule: Rule, shift: int) -> Rule | None:
    """The rule of that frequency that makes the same days, so many days later; None when there is none."""
    if not shift:
        return None
    first = rule.starts_on + DAY * shift
    found = replace(
        rule,
        starts_on=first,
        until=rule.until + DAY * shift,
        weekdays=[(day + shift) % 7 for day in rule.weekdays],
        monthday=rule.monthday and first.day,
        nth=rule.nth and (rule.nth if rule.nth < 0 else (first.day - 1) // 7 + 1),
    )
    days = {day + DAY * shift for day in days_of(rule)}
    return found if days and days_of(found) == days else None


def days_of(rule: Rule) -> set[datetime.date]:
    """The days of the rule that exist; none when it makes no list."""
    try:
        # At noon, for the days alone matter.
        return {one.day for one in occurrences(rule, datetime.time(12), datetime.time(13)) if one.is_possible}
    except RuleError:
        return set()


def close(series: Series, day: datetime.date) -> None:
    """Dates from `day` on went to another row: this one ends the day before, unless some stay beyond.

    Without any date left, it is no more.
    """
    if not series.bookings.exists() and not series.events.exists():
        series.delete()
    elif series.starts_on < day and not series.bookings.holding().filter(occurrence_on__gte=day).exists():
        series.until, series.count = day - DAY, None
        series.save()
