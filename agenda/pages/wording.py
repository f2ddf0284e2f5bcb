"""A space's rules and hours, in plain French."""

from collections import defaultdict

from django.utils.translation import gettext as _

from agenda.enums import Approval, BookableBy
from agenda.models import OpeningHours, Space
from agenda.times import DAYS, SPACE, say_minutes, say_time


def rules_of(space: Space) -> list[str]:
    """What whoever books it should know, a sentence each."""
    if space.is_retired:
        return [_("Cet espace ne se réserve plus.")]
    return [line for line in (_who(space), _how_long(space), _how_far(space), _tidying(space), _leaving(space)) if line]


def _who(space: Space) -> str:
    who = {
        BookableBy.RESIDENTS: _("Tous les résidents peuvent réserver"),
        BookableBy.LEADS: _("Les référentes et référents peuvent réserver"),
        BookableBy.HOUSE: _("Seule la maîtresse d’établissement réserve"),
    }[space.bookable_by]
    how = {
        Approval.NEVER: _("c’est confirmé tout de suite"),
        Approval.ALWAYS: _("la maison décide de chaque demande"),
        Approval.BEYOND: _("c’est confirmé tout de suite, ou soumis à la maison au-delà des règles"),
    }[space.approval]
    return f"{who} ; {how}."


def _how_long(space: Space) -> str:
    least = say_minutes(space.least_minutes)
    if space.longest_minutes is None:
        return _("Au moins %(least)s à la fois.") % {"least": least}
    return _("De %(least)s à %(longest)s à la fois.") % {"least": least, "longest": say_minutes(space.longest_minutes)}


def _how_far(space: Space) -> str:
    if space.ahead_days is None:
        return _("Aussi longtemps à l’avance que vous voulez.")
    return _("Jusqu’à %(days)d jours à l’avance.") % {"days": space.ahead_days}


def _tidying(space: Space) -> str:
    if not space.buffer_minutes:
        return ""
    return _("Ensuite, %(minutes)s de rangement pendant lesquelles personne d’autre n’entre.") % {
        "minutes": say_minutes(space.buffer_minutes)
    }


def _leaving(space: Space) -> str:
    if not space.cancellation_hours:
        return _("Annulation sans retard jusqu’au dernier moment.")
    return _("Annulation sans retard jusqu’à %(hours)s avant.") % {"hours": say_minutes(space.cancellation_hours * 60)}


def hours_of(rows: list[OpeningHours]) -> list[tuple[str, str]]:
    """[("du lundi au vendredi", "8 h – 22 h")]: days that follow and have the same hours are said together."""
    by_day: dict[int, list[str]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.weekday, row.opens_at)):
        closes = say_time(row.closes_at) if row.closes_at.hour or row.closes_at.minute else _("minuit")
        by_day[row.weekday].append(f"{say_time(row.opens_at)}{SPACE}– {closes}")
    said: list[tuple[list[int], str]] = []
    for weekday in sorted(by_day):
        words = ", ".join(by_day[weekday])
        if said and said[-1][1] == words and said[-1][0][-1] == weekday - 1:
            said[-1][0].append(weekday)
        else:
            said.append(([weekday], words))
    return [(_say_days(days), words) for days, words in said]


def _say_days(days: list[int]) -> str:
    if len(days) == 7:
        return _("tous les jours")
    if len(days) == 1:
        return DAYS[days[0]]
    join = _("%(first)s et %(last)s") if len(days) == 2 else _("du %(first)s au %(last)s")
    return join % {"first": DAYS[days[0]], "last": DAYS[days[-1]]}
