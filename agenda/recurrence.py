"""The dates that a rule makes. Plain Python: knows neither Django nor HTTP."""

import datetime
from dataclasses import dataclass, field

# No rule makes more dates than this.
MOST_DATES = 200


@dataclass(frozen=True)
class Rule:
    """As agenda.models.Series keeps it: `frequency` is a value of enums.Frequency; ends by `until` or after `count`."""

    frequency: str
    starts_on: datetime.date
    interval: int = 1
    weekdays: list[int] = field(default_factory=list)
    monthday: int | None = None
    nth: int | None = None
    until: datetime.date | None = None
    count: int | None = None


@dataclass(frozen=True)
class Occurrence:
    """A date of the rule; `starts_at` and `ends_at` are None when it is impossible, `problem` then says why, in French.

    A date that does not exist (31 February) has the month's last day as `day`, to stand in its place in the list.
    """

    day: datetime.date
    starts_at: datetime.datetime | None
    ends_at: datetime.datetime | None
    problem: str = ""
    # Said of a possible date: "2 h 30 vient deux fois ce jour-là : la première est retenue."
    remark: str = ""


def occurrences(rule: Rule, start_time: datetime.time, end_time: datetime.time) -> list[Occurrence]:
    """The dates of `rule` in order, impossible ones included, which `count` does not count.

    Hours are those of the house's clock; an end at or before the start is on the next day.
    """
    raise NotImplementedError


def say(rule: Rule) -> str:
    """tous les mardis et jeudis, toutes les 2 semaines, jusqu'au 30 juin"""
    raise NotImplementedError
