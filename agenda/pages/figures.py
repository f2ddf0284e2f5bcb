"""The figures of the page « Utilisation »: each a chart and the table that says the same, which is also the file."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.pages import charts
from agenda.pages.charts import Chart
from agenda.pages.usage import Usage
from agenda.times import DAYS, NARROW, SPACE


@dataclass(frozen=True)
class Figure:
    """`rows` hold numbers as they are (hours as float, None: nothing to say); the first cell of each names it."""

    chart: Chart
    head: list[str]
    rows: list[list]

    @property
    def key(self) -> str:
        return self.chart.key

    @property
    def table(self) -> list[list[str]]:
        return [[say_cell(value) for value in row] for row in self.rows]


def say_number(value: float) -> str:
    """12 or 12,5"""
    return f"{value:.1f}".removesuffix(".0").replace(".", ",")


def say_hours(value: float) -> str:
    return f"{say_number(value)}{NARROW}h"


def say_share(value: float | None) -> str:
    """37 %; None: jamais ouvert"""
    return _("jamais ouvert") if value is None else f"{round(value * 100)}{SPACE}%"


def say_cell(value) -> str:
    if value is None:
        return "–"
    return say_number(value) if isinstance(value, float) else str(value)


def summary_of(usage: Usage) -> list[dict]:
    """The few numbers above the charts: `[{"name", "words"}]`."""
    return [
        {"name": _("tenues en tout"), "words": say_hours(usage.total)},
        {"name": _("des heures d’ouverture"), "words": say_share(usage.share)},
        counted(_("réservation"), _("réservations"), sum(holder.bookings for holder in usage.holders)),
        counted(_("annulation tardive"), _("annulations tardives"), sum(usage.late)),
        counted(_("absence"), _("absences"), sum(usage.no_shows)),
    ]


def counted(one: str, several: str, number: int) -> dict:
    """French counts none as one."""
    return {"name": several if number > 1 else one, "words": str(number)}


def figures_of(usage: Usage) -> list[Figure]:
    return [by_period(usage), by_holder(usage), by_hour(usage), by_space(usage), missed(usage)]


def by_period(usage: Usage) -> Figure:
    ticks = [period.label for period in usage.periods]
    rows = [(use.space.name, use.held, say_hours(use.total)) for use in usage.spaces]
    by_month = usage.periods[0].by_month
    title = _("Heures tenues par mois") if by_month else _("Heures tenues par semaine")
    described = _("Une bande par espace, une barre par période ; la plus haute porte son nombre d’heures.")
    spaces = [use.held for use in usage.spaces]
    return Figure(
        charts.columns(Chart("periodes", title, described), rows, ticks, say=say_hours),
        [_("Mois") if by_month else _("Semaine"), *[use.space.name for use in usage.spaces], _("Ensemble")],
        [
            [say_period(period), *[float(held[at]) for held in spaces], float(sum(held[at] for held in spaces))]
            for at, period in enumerate(usage.periods)
        ],
    )


def say_period(period) -> str:
    """16/11/2026 – 22/11/2026"""
    return f"{period.first:%d/%m/%Y} – {period.last:%d/%m/%Y}"


def by_space(usage: Usage) -> Figure:
    described = _("Une barre par espace, pleine quand il est tenu pendant toutes ses heures d’ouverture.")
    rows = [(use.space.name, use.share, say_share(use.share)) for use in usage.spaces]
    return Figure(
        charts.bars(Chart("espaces", _("Part des heures d’ouverture"), described), rows, most=1),
        [_("Espace"), _("Heures tenues"), _("dont pendant l’ouverture"), _("Heures d’ouverture"), _("Part, en %")],
        [
            [
                use.space.name,
                float(use.total),
                float(use.open_held),
                float(use.opened),
                None if use.share is None else float(use.share * 100),
            ]
            for use in usage.spaces
        ],
    )


def by_hour(usage: Usage) -> Figure:
    days = [day[:3] for day in DAYS]
    rows = [(say_time_of(hour), [usage.by_hour[day][hour] for day in range(7)]) for hour in usage.hours_of_day]
    described = _(
        "Une case par jour et par heure : les heures tenues, tous espaces ensemble ; plus foncée, plus prise."
    )
    return Figure(
        charts.heat(Chart("heures", _("Heures de la semaine"), described), days, rows, say=say_number),
        [_("Heure"), *DAYS],
        [[name, *[float(value) for value in values]] for name, values in rows],
    )


def say_time_of(hour: int) -> str:
    return f"{hour}{NARROW}h"


def by_holder(usage: Usage) -> Figure:
    most = max((holder.hours for holder in usage.holders), default=0)
    rows = [(holder.name, holder.hours, say_holder(holder)) for holder in usage.holders]
    described = _("Une barre par structure, la plus longue pour celle qui a tenu le plus d’heures.")
    return Figure(
        charts.bars(Chart("structures", _("Par structure"), described), rows, most=most),
        [
            _("Structure"),
            _("Réservations"),
            _("Heures"),
            _("Annulations tardives"),
            _("Annulations excusées"),
            _("Absences"),
        ],
        [[h.name, h.bookings, float(h.hours), h.late, h.waived, h.no_shows] for h in usage.holders],
    )


def say_holder(holder) -> str:
    """12 h, 1 tardive, 2 absences"""
    told = [say_hours(holder.hours)]
    if holder.late:
        told.append(ngettext("%(n)d tardive", "%(n)d tardives", holder.late) % {"n": holder.late})
    if holder.no_shows:
        told.append(ngettext("%(n)d absence", "%(n)d absences", holder.no_shows) % {"n": holder.no_shows})
    return ", ".join(told)


def missed(usage: Usage) -> Figure:
    rows = [
        (_("Annulations tardives"), [float(n) for n in usage.late], str(sum(usage.late))),
        (_("Absences"), [float(n) for n in usage.no_shows], str(sum(usage.no_shows))),
    ]
    described = _("Deux bandes : annulations tardives non excusées, puis réservations où personne n’est venu.")
    chart = Chart("manquements", _("Annulations tardives et absences"), described)
    return Figure(
        charts.columns(chart, rows, [period.label for period in usage.periods], say=say_number),
        [_("Période"), _("Annulations tardives"), _("Absences")],
        [[say_period(period), usage.late[at], usage.no_shows[at]] for at, period in enumerate(usage.periods)],
    )
