"""Stays: a line is a structure's time in the house, known by the structure and its first day.

Nothing is deleted by leaving it out. To move a first day is to make another stay: the former one is told as
overlapping, and is moved in the back office.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.actions.stays import Wanted, put_all
from residents.models import Stay
from residents.places import say_date
from residents.spreadsheets.naming import Named, Structures
from residents.spreadsheets.one_cell import STRUCTURE, structure_of, written
from residents.spreadsheets.plans import Change, Column, Fault, Plan, Table
from residents.spreadsheets.words import Cells, Misread, day, hundredths, number, plain, repeated

COLUMNS = [
    replace(STRUCTURE, aliases=("nom", *STRUCTURE.aliases)),
    Column(
        "starts_on",
        gettext_lazy("Du"),
        aliases=("début", "date de début", "arrivée", "date d’arrivée", "date arrivée", "entrée", "date d’entrée"),
        required=True,
        help=gettext_lazy("Le premier jour, comme 01/03/2026 ou 1er mars 2026."),
        holds="day",
    ),
    Column(
        "ends_on",
        gettext_lazy("Au"),
        aliases=("fin", "date de fin", "départ", "date de départ", "date départ", "sortie", "jusqu’au"),
        help=gettext_lazy("Le dernier jour, compris. Vide : sans fin prévue."),
        holds="day",
    ),
    Column(
        "share",
        gettext_lazy("Part d’une place"),
        aliases=("part", "quotité", "temps", "temps de présence", "place", "places", "ETP"),
        help=gettext_lazy("1 pour un plein temps, 0,5 ou 50 % pour un mi-temps. Vide : 1, ou ce qui est déjà noté."),
        holds="number",
    ),
]
BY_KEY = {column.key: column for column in COLUMNS}
ENDLESS = {"", "sans fin", "sans fin prevue", "en cours", "indetermine", "indeterminee"}
SHARES = {
    "plein temps": "1",
    "temps plein": "1",
    "complet": "1",
    "mi temps": "0.5",
    "demi place": "0.5",
    "quart temps": "0.25",
    "tiers temps": "0.33",
}
MOST_PLACES = 10


@dataclass(frozen=True)
class Time:
    """A stay as it shall be; `line` 0 is one that the sheet does not speak of, `stay` None one that is new."""

    line: int
    structure: Named
    starts_on: datetime.date
    ends_on: datetime.date | None
    share: Decimal
    stay: Stay | None = None

    @property
    def changes(self) -> bool:
        return self.stay is None or (self.stay.ends_on, self.stay.share) != (self.ends_on, self.share)


def export() -> Iterator[dict[str, str]]:
    """Every stay, structure by structure, in the order of time."""
    names = written(Structures.load([]))
    for stay in Stay.objects.order_by("resident__sort_name", "resident_id", "starts_on"):
        yield {
            "structure": names[stay.resident_id],
            "starts_on": stay.starts_on.isoformat(),
            "ends_on": stay.ends_on.isoformat() if stay.ends_on else "",
            "share": f"{stay.share.normalize():f}",
        }


def plan(table: Table) -> Plan:
    """Three queries, whatever the lines."""
    structures = Structures.load(row.cells["structure"] for row in table.rows)
    read_lines = [Cells(table, row, BY_KEY) for row in table.rows]
    meant = {cells.row.line: structure_of(cells, structures) for cells in read_lines}
    known = known_stays({one.pk for one in meant.values() if one})
    times = [time for cells in read_lines if (time := read(cells, meant[cells.row.line], known))]
    faults = [fault for cells in read_lines for fault in cells.faults]
    faults += said_twice(times, table) + overlaps(times, known, table)
    wanted = [time for time in times if time.changes]
    return Plan(
        [change(time) for time in wanted],
        sorted(faults),
        unchanged=len(times) - len(wanted),
        ignored=table.ignored,
        at_once=partial(put_all, [stay_of(time) for time in wanted]),
    )


def known_stays(pks: set[int]) -> dict[int, dict[datetime.date, Stay]]:
    """{structure's key: {first day: stay}}."""
    known = defaultdict(dict)
    for stay in Stay.objects.filter(resident__in=pks):
        known[stay.resident_id][stay.starts_on] = stay
    return known


def read(cells: Cells, structure: Named | None, known: dict[int, dict[datetime.date, Stay]]) -> Time | None:
    """What a line says; None, with its faults, when it cannot be."""
    starts_on = cells.read("starts_on", day, missing=_("Il manque le premier jour."))
    stay = known[structure.pk].get(starts_on) if structure and starts_on else None
    left = (stay.ends_on, stay.share) if stay else (None, Decimal(1))
    ends_on = cells.read("ends_on", read_end) if "ends_on" in cells else left[0]
    share = cells.read("share", read_share, empty=left[1])
    if starts_on and ends_on and ends_on < starts_on:
        cells.fault("ends_on", _("La présence finit avant d’avoir commencé."))
    return None if cells.faults else Time(cells.row.line, structure, starts_on, ends_on, share, stay)


def read_end(text: str) -> datetime.date | None:
    return None if plain(text) in ENDLESS else day(text)


def read_share(text: str) -> Decimal:
    share = hundredths(number(SHARES.get(plain(text), text)))
    if not 0 < share <= MOST_PLACES:
        raise Misread(_("« %(text)s » : la part d’une place va de plus de 0 à 10.") % {"text": text})
    return share


def said_twice(times: list[Time], table: Table) -> list[Fault]:
    column, words = table.heading(BY_KEY["starts_on"]), _("Cette présence est déjà à la ligne %(line)d.")
    twice = repeated(times, lambda time: (time.structure.pk, time.starts_on))
    return [Fault(time.line, column, words % {"line": first}) for time, first in twice]


def overlaps(times: list[Time], known: dict[int, dict[datetime.date, Stay]], table: Table) -> list[Fault]:
    """A structure is here once at a time: told on both lines, or on the one that the sheet has."""
    by_structure = defaultdict(dict)
    for time in times:
        by_structure[time.structure].setdefault(time.starts_on, time)
    faults = []
    for structure, mine in by_structure.items():
        for starts_on, stay in known[structure.pk].items():
            mine.setdefault(starts_on, Time(0, structure, starts_on, stay.ends_on, stay.share, stay))
        for one, other in pairs(sorted(mine.values(), key=lambda time: time.starts_on)):
            faults += [fault(one, other, table)] if one.line else []
            faults += [fault(other, one, table)] if other.line else []
    return faults


def pairs(times: list[Time]) -> Iterator[tuple[Time, Time]]:
    """Each stay that begins before another one has ended, with that one; `times` are in order."""
    longest = None
    for time in times:
        if longest and last_day(longest) >= time.starts_on:
            yield longest, time
        longest = max(filter(None, (longest, time)), key=last_day)


def last_day(time: Time) -> datetime.date:
    return time.ends_on or datetime.date.max


def fault(time: Time, other: Time, table: Table) -> Fault:
    where = _("à la ligne %(line)d") % {"line": other.line} if other.line else _("déjà notée")
    words = _("Chevauche la présence de la même structure %(stretch)s, %(where)s.")
    return Fault(time.line, table.heading(BY_KEY["starts_on"]), words % {"stretch": say_time(other), "where": where})


def say_time(time: Time) -> str:
    start = say_date(time.starts_on)
    if time.ends_on is None:
        return _("depuis le %(start)s, sans fin") % {"start": start}
    return _("du %(start)s au %(end)s") % {"start": start, "end": say_date(time.ends_on)}


def say_end(ends_on: datetime.date | None) -> str:
    return say_date(ends_on) if ends_on else _("sans fin prévue")


def say_share(share: Decimal) -> str:
    """1; 0,5; 0,33"""
    return number_format(share.normalize())


def change(time: Time) -> Change:
    stay = time.stay
    what = []
    if stay is None or stay.ends_on != time.ends_on:
        what.append((str(BY_KEY["ends_on"].heading), say_end(stay.ends_on) if stay else "", say_end(time.ends_on)))
    if stay is None or stay.share != time.share:
        what.append((str(BY_KEY["share"].heading), say_share(stay.share) if stay else "", say_share(time.share)))
    label = _("%(structure)s, à partir du %(day)s") % {
        "structure": time.structure.name,
        "day": say_date(time.starts_on),
    }
    do = partial(put_all, [stay_of(time)])
    return Change(time.line, "change" if stay else "create", label, what, do)


def stay_of(time: Time) -> Wanted:
    return Wanted(time.stay, time.structure.pk, time.structure.name, time.starts_on, time.ends_on, time.share)
