"""Structures: a line is a structure, known by the address of its page, else by its name however it is spelled.

Nothing is deleted by leaving it out. A name that is nearly another's is asked about, not made a twin. A sector that the
house has not is created, and shown as such by the preview, unless it reads like one that is there: then it is a fault,
for the list of sectors is what the public finds structures by.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from residents.actions.structures import Wanted, free_slug, put_all
from residents.models import Resident, Sector
from residents.models.search import searchable_texts
from residents.spreadsheets.naming import Named, Structures, slug_in
from residents.spreadsheets.plans import Change, Fault, Plan, Table
from residents.spreadsheets.profiles import (
    BY_KEY,
    COLUMNS,
    EMPTIED,
    READERS,
    longest,
    said_of,
    say,
    split_sectors,
    values_of,
)
from residents.spreadsheets.words import MISTYPED, Cells, Misread, closest, lines

__all__ = ["COLUMNS", "export", "plan"]

SLUG = re.compile(r"[a-z0-9]+(?:[-_]+[a-z0-9]+)*")


def export() -> Iterator[dict[str, str]]:
    """Every structure, by name."""
    for resident in Resident.objects.order_by("sort_name", "pk").prefetch_related("sectors", "links"):
        yield said_of(resident)


def plan(table: Table) -> Plan:
    """Seven queries, whatever the lines."""
    house = House(table)
    done = []
    for row in table.rows:
        cells = Cells(table, row, BY_KEY, house.faults)
        if found := house.meant(cells):
            done += house.change(cells, found)
    wanted = [one for _change, one in done]
    changes = house.new_sectors() + [change for change, _one in done]
    faults = sorted(house.faults)
    return Plan(changes, faults, house.unchanged, table.ignored, partial(put_all, wanted))


class House:
    """The structures and sectors that are here, and what the lines read so far make of them."""

    def __init__(self, table: Table):
        self.faults: list[Fault] = []
        self.unchanged = 0
        names = [row.cells["name"] for row in table.rows]
        self.structures = Structures.load(names)
        # Written in the file: no line without an address takes one of these.
        self.addresses = {slug_in(text) for row in table.rows if (text := row.cells.get("address"))}
        self.slugs = set(self.structures.by_slug) | self.addresses
        self.lines: dict[str, int] = {}
        pks = {one.pk for name in names for one in self.structures.by_spelling.get(self.structures.spelled[name], [])}
        pks |= {one.pk for slug in self.addresses if (one := self.structures.by_slug.get(slug))}
        self.residents = Resident.objects.prefetch_related("sectors", "links").in_bulk(pks)
        self.sectors = Sectors(table)

    def meant(self, cells: Cells) -> Named | None:
        """The structure that a line is about, its `pk` None if it is new; None, with a fault, if that is unclear."""
        name = cells.read("name", READERS["name"], missing=_("Il manque le nom."))
        spelling = self.structures.spelled[cells.text("name")]
        if cells.text("name") and not spelling:
            cells.fault("name", _("Le nom doit contenir au moins une lettre ou un chiffre."))
        if not name or not spelling:
            return None
        try:
            by_address = bool(cells.text("address"))
            found = self.at_address(cells, name, spelling) if by_address else self.of_name(cells, name, spelling)
        except Misread as misread:
            cells.fault("address" if "address" in cells and cells.text("address") else "name", str(misread))
            return None
        if found.slug in self.lines:
            words = _("Cette structure est déjà à la ligne %(line)d.") % {"line": self.lines[found.slug]}
            cells.fault("name", words)
            return None
        self.lines[found.slug] = cells.row.line
        return found

    def at_address(self, cells: Cells, name: str, spelling: str) -> Named:
        slug = slug_in(cells.text("address"))
        if known := self.structures.by_slug.get(slug):
            return known
        if not SLUG.fullmatch(slug) or len(slug) > longest("slug"):
            words = _(
                "« %(text)s » n’est pas l’adresse d’une page (atelier-du-zinc) : une adresse postale ne va pas ici."
            )
            raise Misread(words % {"text": cells.text("address")})
        twins = [one for one in self.structures.by_spelling.get(spelling, []) if one.slug not in self.addresses]
        if twins:
            words = _("« %(name)s » est déjà là, à l’adresse %(address)s : écrivez celle-ci, ou aucune.")
            raise Misread(words % {"name": twins[0].name, "address": twins[0].slug})
        return self.new(cells, name, slug, spelling)

    def of_name(self, cells: Cells, name: str, spelling: str) -> Named:
        if spelling in self.structures.by_spelling:
            return self.structures.find(cells.text("name"))
        if near := self.structures.near(spelling):
            raise Misread(self.ask(name, near[0]))
        return self.new(cells, name, free_slug(name, self.slugs, Resident, "structure"), spelling)

    def new(self, cells: Cells, name: str, slug: str, spelling: str) -> Named:
        made = Named(name, slug, spelling, line=cells.row.line)
        self.structures.add(made)
        return made

    def ask(self, name: str, near: Named) -> str:
        """Is it the structure of nearly that name, or another one? Its address says so."""
        where = _("à la ligne %(line)d") % {"line": near.line} if near.line else _("déjà dans la maison")
        return _(
            "« %(name)s » se lit presque comme « %(near)s », %(where)s. Dans la colonne « %(heading)s », écrivez "
            "%(known)s si c’est la même structure, %(new)s si c’en est une autre."
        ) % {
            "name": name,
            "near": near.name,
            "where": where,
            "heading": BY_KEY["address"].heading,
            "known": near.slug,
            "new": free_slug(name, set(self.slugs), Resident, "structure"),
        }

    def change(self, cells: Cells, found: Named) -> list[tuple[Change, Wanted]]:
        """What a line changes, once or not at all."""
        resident = self.residents.get(found.pk)
        before = values_of(resident) if resident else {}
        to = self.read(cells, before)
        if resident is None:
            if not cells.text("kind"):
                cells.fault("kind" if "kind" in cells else "", _("Dites la forme d’une structure nouvelle."))
            to = {"name": found.name, "slug": found.slug} | to
        elif not cells.text("address"):
            # Its name is how it was found: another spelling of it is no other name.
            to.pop("name", None)
        if not to:
            self.unchanged += 1
            return []
        wanted = Wanted(resident, to)
        verb = "change" if resident else "create"
        label = resident.name if resident else found.name
        return [(Change(cells.row.line, verb, label, told(to, before), partial(put_all, [wanted])), wanted)]

    def read(self, cells: Cells, before: dict[str, Any]) -> dict[str, Any]:
        """{field: value} of what the line says otherwise; a cell that says what is there is not judged again."""
        to = {}
        for key, text in cells.row.cells.items():
            if key == "address" or (before and text == lines(say(key, before[key]))):
                continue
            reader = partial(self.sectors.read, cells.row.line) if key == "sectors" else READERS[key]
            value = cells.read(key, reader, empty=EMPTIED.get(key))
            if value is not None and not (before and same(key, value, before[key])):
                to[key] = value
        return to

    def new_sectors(self) -> list[Change]:
        """What the preview says of them; the structures that name them create them."""
        return [
            Change(line, "sector", _("secteur « %(name)s »") % {"name": name}, [], lambda by: None)
            for name, line in self.sectors.new.items()
        ]


class Sectors:
    """The sectors of the house, and the new ones that the lines name, {name: line that names it first}."""

    def __init__(self, table: Table):
        # {spelling: name}
        self.known = dict(Sector.objects.values_list("sort_name", "name"))
        self.new: dict[str, int] = {}
        texts = {text for row in table.rows if (text := row.cells.get("sectors"))}
        ways = [lambda _whole: True, lambda _whole: False]
        self.spelled = searchable_texts({piece for text in texts for way in ways for piece in split_sectors(text, way)})

    def read(self, line: int, text: str) -> list[str]:
        """The names as the house spells them, in its order; raises Misread."""
        pieces = split_sectors(text, lambda whole: self.spelled[whole] in self.known)
        return [self.known[spelling] for spelling in sorted({self.spelling(line, piece) for piece in pieces})]

    def spelling(self, line: int, piece: str) -> str:
        spelling = self.spelled[piece]
        if spelling in self.known:
            return spelling
        if not spelling or len(piece) > longest("name", Sector):
            raise Misread(_("« %(text)s » n’est pas le nom d’un secteur.") % {"text": piece})
        if near := closest(piece, self.known.values(), MISTYPED):
            words = _("Il n’y a pas de secteur « %(text)s ». Est-ce « %(near)s » ? Sinon, créez-le d’abord.")
            raise Misread(words % {"text": piece, "near": near})
        self.known[spelling] = piece
        self.new[piece] = line
        return spelling


def same(key: str, value: Any, before: Any) -> bool:
    if key == "sectors":
        return set(value) == set(before)
    return lines(value) == lines(before) if isinstance(value, str) else value == before


def told(to: dict[str, Any], before: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What the preview says of it: of a new structure, not what is left empty."""
    shown = {"address" if key == "slug" else key: value for key, value in to.items()}
    words = [(BY_KEY[key], say(key, before[key]) if before else "", say(key, value)) for key, value in shown.items()]
    return [(str(column.heading), was, becomes) for column, was, becomes in words if was or becomes]
