"""The dates that a rule makes. Plain Python: knows neither Django nor HTTP."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from dateutil.relativedelta import relativedelta
from dateutil.relativedelta import weekday as rank_of_weekday
from dateutil.rrule import DAILY, MO, MONTHLY, WEEKLY, rrule

from agenda.times import DAYS, MONTHS, SPACE, ImpossibleTime, comes_twice, instant, say_day, say_time

# No rule makes more dates than this, impossible ones included.
MOST_DATES = 200
# What a calendar can be asked for; beyond, an instant may not even be written.
YEARS = range(1970, 2200)

# The values of enums.Frequency.
BY_WEEK, BY_DATE, BY_WEEKDAY = "semaines", "mois-date", "mois-jour"

NUMBERS = {2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six", 7: "sept", 8: "huit", 9: "neuf", 10: "dix"}
RANKS = {1: "premier", 2: "deuxième", 3: "troisième", 4: "quatrième", 5: "cinquième", -1: "dernier"}


class RuleError(ValueError):
    """The rule makes no list of dates: its message says why, in French."""


@dataclass(frozen=True)
class Rule:
    """As agenda.models.Series keeps it: `frequency` is a value of enums.Frequency; ends by `until` or after `count`.

    Weeks and months are counted from that of the first date, which `starts_on` may come before.
    """

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

    @property
    def is_possible(self) -> bool:
        return self.starts_at is not None


def occurrences(rule: Rule, start_time: datetime.time, end_time: datetime.time) -> list[Occurrence]:
    """The dates of `rule` in order, impossible ones included, which `count` does not count.

    Hours are those of the house's clock; an end at or before the start is on the next day. Raises RuleError when the
    rule makes no sense, no date at all, or more than MOST_DATES.
    """
    check(rule)
    found, possible = [], 0
    for day, problem in days(rule):
        if (rule.until and day > rule.until) or (rule.count and possible == rule.count):
            break
        if len(found) == MOST_DATES:
            raise RuleError(excess(rule, found))
        found.append(Occurrence(day, None, None, problem) if problem else on(day, start_time, end_time))
        possible += found[-1].is_possible
    if not found:
        raise RuleError("Ce rythme ne donne aucune date dans cette période.")
    return found


def on(day: datetime.date, start_time: datetime.time, end_time: datetime.time) -> Occurrence:
    """The occurrence of those hours on `day`, impossible when the clock jumps over its start or its end."""
    last = day if end_time > start_time else day + datetime.timedelta(days=1)
    ends = [(day, start_time), (last, end_time)]
    try:
        starts_at, ends_at = (instant(*end) for end in ends)
    except ImpossibleTime:
        day_of, time = next(end for end in ends if is_jumped_over(*end))
        return Occurrence(
            day,
            None,
            None,
            f"{say_time(time)} n’existe pas le {say_dated(day_of)}{SPACE}: on passe à l’heure d’été.",
        )
    twice = [say_time(time) for day_of, time in ends if comes_twice(day_of, time)]
    if not twice:
        return Occurrence(day, starts_at, ends_at)
    come, kept = (
        ("vient", "la première est retenue") if len(twice) == 1 else ("viennent", "les premières sont retenues")
    )
    remark = f"{' et '.join(twice)} {come} deux fois cette nuit-là (heure d’hiver){SPACE}: {kept}."
    return Occurrence(day, starts_at, ends_at, remark=remark)


def say_dated(day: datetime.date) -> str:
    """dimanche 28 mars 2027, whatever the year it is read in."""
    return say_day(day, today=datetime.date.min)


def is_jumped_over(day: datetime.date, time: datetime.time) -> bool:
    try:
        instant(day, time)
    except ImpossibleTime:
        return True
    return False


def check(rule: Rule) -> None:
    """Raises RuleError when the rule cannot be read; what Series keeps passes, but for absurd years."""
    if rule.starts_on.year not in YEARS or (rule.until and rule.until.year not in YEARS):
        raise RuleError(f"L’agenda va de {YEARS.start} à {YEARS.stop - 1}.")
    if not 1 <= rule.interval <= 52:
        raise RuleError("L’intervalle va de 1 à 52.")
    if (rule.until is None) == (rule.count is None):
        raise RuleError("Une série finit à une date, ou après un nombre de dates.")
    if rule.until and rule.until < rule.starts_on:
        raise RuleError("La série finit avant d’avoir commencé.")
    if rule.count is not None and not 1 <= rule.count <= MOST_DATES:
        raise RuleError(f"Une série compte de 1 à {MOST_DATES} dates.")
    complete = {
        BY_WEEK: bool(rule.weekdays) and set(rule.weekdays) <= set(range(7)),
        BY_DATE: rule.monthday in range(1, 32),
        BY_WEEKDAY: rule.nth in RANKS and len(rule.weekdays) == 1 and rule.weekdays[0] in range(7),
    }
    if not complete.get(rule.frequency):
        raise RuleError("Le rythme de la série est incomplet.")


def excess(rule: Rule, found: list[Occurrence]) -> str:
    if not any(one.is_possible for one in found):
        return f"Cette série n’a aucune date possible{SPACE}: {found[0].problem}"
    return f"Cette série dépasse {MOST_DATES} dates{SPACE}: choisissez une fin plus proche."


def days(rule: Rule) -> Iterator[tuple[datetime.date, str]]:
    """(day, problem) without end; the problem, when there is one, says which date that month has not."""
    if rule.frequency == BY_WEEK:
        return weekly(rule)
    return monthly(rule)


def weekly(rule: Rule) -> Iterator[tuple[datetime.date, str]]:
    # From the first of its days: a rule every two weeks on Tuesdays, from a Friday on, starts on the next Tuesday.
    first = rrule(DAILY, dtstart=at_midnight(rule.starts_on), byweekday=rule.weekdays, count=1)[0]
    for moment in rrule(WEEKLY, dtstart=first, interval=rule.interval, byweekday=rule.weekdays, wkst=MO):
        yield moment.date(), ""


def monthly(rule: Rule) -> Iterator[tuple[datetime.date, str]]:
    month = rule.starts_on.replace(day=1)
    if in_month(rule, month)[0] < rule.starts_on:
        month += relativedelta(months=1)
    for moment in rrule(MONTHLY, dtstart=at_midnight(month), interval=rule.interval):
        yield in_month(rule, moment.date())


def in_month(rule: Rule, month: datetime.date) -> tuple[datetime.date, str]:
    """The date of the rule in the month that starts on `month`; its last day and a problem when there is none."""
    if rule.frequency == BY_DATE:
        day, asked = month + relativedelta(day=rule.monthday), rule.monthday
        # relativedelta stops at the month's end.
        if day.day == asked:
            return day, ""
        return day, f"Le {asked}{SPACE}{MONTHS[month.month - 1]} {month.year} n’existe pas."
    weekday, day_of_month = rule.weekdays[0], 31 if rule.nth < 0 else 1
    day = month + relativedelta(day=day_of_month, weekday=rank_of_weekday(weekday, rule.nth))
    if day.month == month.month:
        return day, ""
    last = month + relativedelta(day=31)
    return last, f"{MONTHS[month.month - 1].capitalize()} {month.year} n’a pas de {RANKS[rule.nth]} {DAYS[weekday]}."


def at_midnight(day: datetime.date) -> datetime.datetime:
    """As rrule counts; without a zone, it is a date only."""
    return datetime.datetime.combine(day, datetime.time.min)


def say(rule: Rule, *, today: datetime.date | None = None) -> str:
    """les mardis et jeudis, une semaine sur deux, jusqu’au mercredi 30 juin; the year unless it is that of `today`.

    Raises RuleError, as `occurrences` does.
    """
    check(rule)
    if rule.until:
        end = f"jusqu’au {say_day(rule.until, today=today)}"
    else:
        end = "une fois" if rule.count == 1 else f"{rule.count}{SPACE}fois"
    return f"{say_rhythm(rule)}, {end}"


def say_rhythm(rule: Rule) -> str:
    """un mardi sur deux; le cinquième vendredi de chaque mois; le 29 février de chaque année"""
    if rule.frequency == BY_WEEK:
        return say_weeks(rule)
    if rule.frequency == BY_DATE:
        number = "1er" if rule.monthday == 1 else str(rule.monthday)
    else:
        number = f"{RANKS[rule.nth]} {DAYS[rule.weekdays[0]]}"
    if rule.interval == 1:
        return f"le {number} de chaque mois"
    if rule.interval % 12:
        return f"le {number}, un mois sur {say_number(rule.interval)}"
    month = MONTHS[next(monthly(rule))[0].month - 1]
    of = SPACE if rule.frequency == BY_DATE else (" d’" if month[0] in "ao" else " de ")
    years = rule.interval // 12
    every = " de chaque année" if years == 1 else f", une année sur {say_number(years)}"
    return f"le {number}{of}{month}{every}"


def say_weeks(rule: Rule) -> str:
    weekdays = sorted(set(rule.weekdays))
    names = [DAYS[day] for day in weekdays]
    if len(names) == 1:
        name, every = names[0], rule.interval
        return f"tous les {name}s" if every == 1 else f"un {name} sur {say_number(every)}"
    if len(names) == 7:
        some = "tous les jours"
    elif len(names) > 2 and weekdays == list(range(weekdays[0], weekdays[-1] + 1)):
        some = f"du {names[0]} au {names[-1]}"
    else:
        listed = f"{'s, '.join(names[:-1])}s et {names[-1]}s"
        some = f"tous les {listed}" if rule.interval == 1 else f"les {listed}"
    if rule.interval > 1:
        return f"{some}, une semaine sur {say_number(rule.interval)}"
    return f"{some}, chaque semaine" if some.startswith("du ") else some


def say_number(number: int) -> str:
    return NUMBERS.get(number, str(number))
