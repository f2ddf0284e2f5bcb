"""What structures know or seek: a line is a declaration. Terms are found as the site finds them; nothing is withdrawn.

A term that nobody knows is written anew, as a structure would write it on the site (`declarations.free_terms`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.actions import declarations
from residents.enums import Evidence, KnowledgeKind, Stance
from residents.forms.fields import one_line
from residents.models import Declaration, KnowledgeItem, Resident, User
from residents.spreadsheets.naming import Named, Structures
from residents.spreadsheets.one_cell import STRUCTURE, structure_of, written
from residents.spreadsheets.plans import Change, Column, Fault, Plan, Table
from residents.spreadsheets.terms import Terms
from residents.spreadsheets.words import Cells, choice_of, line_of, plain, repeated

LONGEST_TERM = KnowledgeItem._meta.get_field("label").max_length
LONGEST_NOTE = Declaration._meta.get_field("note").max_length
# The second aliases are those of `manage.py suggest --declarations`.
COLUMNS = [
    STRUCTURE,
    Column(
        "kind",
        gettext_lazy("Nature"),
        aliases=("type", "kind"),
        required=True,
        help=gettext_lazy("« savoir », « savoir-faire » ou « milieu »."),
    ),
    Column(
        "item",
        gettext_lazy("Terme"),
        aliases=("intitulé", "item", "élément", "savoir"),
        required=True,
        help=gettext_lazy("Un terme du vocabulaire ou l’un de ses synonymes ; un terme inconnu est proposé."),
    ),
    Column(
        "stance",
        gettext_lazy("Position"),
        aliases=("offre ou recherche", "stance"),
        help=gettext_lazy("« offre » ou « recherche » ; vide : offre."),
    ),
    Column(
        "note",
        gettext_lazy("Précision"),
        aliases=("précisions", "note", "commentaire"),
        help=gettext_lazy("En quelques mots, 300 signes au plus."),
    ),
    Column(
        "evidence",
        gettext_lazy("Appui"),
        aliases=("preuve", "evidence"),
        help=gettext_lazy("« déclaré » ou « confirmé en entretien » ; vide : ce qui est déjà noté, déclaré sinon."),
    ),
]
BY_KEY = {column.key: column for column in COLUMNS}
KINDS = {
    "savoirs": KnowledgeKind.SAVOIR,
    "savoirs faire": KnowledgeKind.SAVOIR_FAIRE,
    "milieux": KnowledgeKind.MILIEU,
    "milieux de reference": KnowledgeKind.MILIEU,
}
STANCES = {
    "offres": Stance.OFFER,
    "propose": Stance.OFFER,
    "offer": Stance.OFFER,
    "recherches": Stance.SEEK,
    "cherche": Stance.SEEK,
    "besoin": Stance.SEEK,
    "demande": Stance.SEEK,
    "seek": Stance.SEEK,
}
EVIDENCES = {
    "declaree": Evidence.DECLARED,
    "confirmee": Evidence.CONFIRMED,
    "confirmee en entretien": Evidence.CONFIRMED,
    "entretien": Evidence.CONFIRMED,
}
READERS = {
    "kind": choice_of(KnowledgeKind, KINDS),
    "item": line_of(LONGEST_TERM),
    "stance": choice_of(Stance, STANCES),
    "note": line_of(LONGEST_NOTE),
    "evidence": choice_of(Evidence, EVIDENCES),
}
LABELS = {"stance": Stance, "evidence": Evidence}


def export() -> Iterator[dict[str, str]]:
    """Every declaration, structure by structure, nature by nature."""
    structures = written(Structures.load([]))
    order = ("resident__sort_name", "resident_id", "item__kind", "item__searchable", "pk")
    for one in Declaration.objects.select_related("item").order_by(*order):
        yield {
            "structure": structures[one.resident_id],
            "kind": str(one.item.get_kind_display()),
            "item": one.item.label,
            "stance": say("stance", one.stance),
            "note": one.note,
            "evidence": say("evidence", one.evidence),
        }


def plan(table: Table) -> Plan:
    structures = Structures.load(row.cells["structure"] for row in table.rows)
    lines, faults = read(table, structures)
    terms = Terms.load((line.kind, line.label) for line in lines)
    faults += unwritable(lines, terms, table) + said_twice(lines, terms, table)
    states = known_states(lines, terms)
    residents = Resident.objects.in_bulk({line.structure.pk for line in lines})
    house = House(terms, states, residents)
    done = [(line, change) for line in lines if (change := house.change(line))]
    at_once = partial(house.declare, [line for line, _change in done])
    changes = [change for _line, change in done]
    unchanged = len(lines) - len(changes)
    return Plan(changes, sorted(faults), unchanged=unchanged, ignored=table.ignored, at_once=at_once)


@dataclass(frozen=True)
class Line:
    """What a line says; None leaves what is declared as it is."""

    line: int
    structure: Named
    kind: str
    label: str
    stance: str | None
    note: str | None
    evidence: str | None

    @property
    def given(self) -> dict[str, str]:
        said = {"stance": self.stance, "note": self.note, "evidence": self.evidence}
        return {key: value for key, value in said.items() if value is not None}


def read(table: Table, structures: Structures) -> tuple[list[Line], list[Fault]]:
    lines, faults = [], []
    for row in table.rows:
        cells = Cells(table, row, BY_KEY)
        structure = structure_of(cells, structures)
        kind = cells.read("kind", READERS["kind"], missing=_("Il manque la nature : savoir, savoir-faire ou milieu."))
        label = cells.read("item", READERS["item"], missing=_("Il manque le terme."))
        # Said of nothing, an offer without a note; a column that is not there changes nothing.
        stance = cells.read("stance", READERS["stance"], empty=Stance.OFFER) if "stance" in cells else None
        note = cells.read("note", READERS["note"], empty="") if "note" in cells else None
        evidence = cells.read("evidence", READERS["evidence"])
        faults += cells.faults
        if not cells.faults:
            lines.append(Line(row.line, structure, kind, label, stance, note, evidence))
    return lines, faults


def heading(key: str) -> str:
    return str(BY_KEY[key].heading)


def say(key: str, value: str) -> str:
    """A value in words."""
    return str(LABELS[key](value).label) if key in LABELS else value


def unwritable(lines: list[Line], terms: Terms, table: Table) -> list[Fault]:
    column, words = table.heading(BY_KEY["item"]), _("Le terme doit contenir au moins une lettre ou un chiffre.")
    return [Fault(line.line, column, words) for line in lines if not terms.key(line.kind, line.label)[1]]


def said_twice(lines: list[Line], terms: Terms, table: Table) -> list[Fault]:
    """A structure declares a term once: two synonyms are one term."""

    def said(line: Line):
        return line.structure.pk, terms.found(line.kind, line.label) or terms.key(line.kind, line.label)

    column = table.heading(BY_KEY["item"])
    words = _("« %(label)s » est déjà à la ligne %(line)d, pour la même structure.")
    return [
        Fault(line.line, column, words % {"label": line.label, "line": first}) for line, first in repeated(lines, said)
    ]


def known_states(lines: list[Line], terms: Terms) -> dict[tuple[int, int], dict]:
    """{(structure's key, item's key): state} of what the sheet speaks of; one query."""
    items = {item.pk for line in lines if (item := terms.found(line.kind, line.label))}
    known = Declaration.objects.filter(resident__in={line.structure.pk for line in lines}, item__in=items)
    return {
        (resident, item): {"stance": stance, "note": note, "evidence": evidence}
        for resident, item, stance, note, evidence in known.values_list(
            "resident", "item", "stance", "note", "evidence"
        )
    }


@dataclass(frozen=True)
class House:
    """What is declared already, and how a line is carried out."""

    terms: Terms
    states: dict[tuple[int, int], dict]
    residents: dict[int, Resident]

    def change(self, line: Line) -> Change | None:
        item, before, said = self.terms.found(line.kind, line.label), self.before(line), self.said(line)
        if before:
            what = [(heading(key), say(key, before[key]), say(key, value)) for key, value in said.items()]
        else:
            after = {key: value for key, value in (declarations.PLAINLY | said).items() if value}
            what = [(heading("item"), "", self.say_term(line, item))]
            what += [(heading(key), "", say(key, value)) for key, value in after.items()]
        if not what:
            return None
        label = f"{line.structure.name}{_(' : ')}{item or line.label}"
        return Change(line.line, "change" if before else "create", label, what, partial(self.declare, [line]))

    def before(self, line: Line) -> dict[str, str] | None:
        item = self.terms.found(line.kind, line.label)
        return self.states.get((line.structure.pk, item.pk)) if item else None

    def said(self, line: Line) -> dict[str, str]:
        """What the line says otherwise than it is declared; spaces that are read alike are one."""
        before = self.before(line)
        return {key: value for key, value in line.given.items() if not before or value != one_line(before[key])}

    def say_term(self, line: Line, item: KnowledgeItem | None) -> str:
        """A term found otherwise than by its own words, and one that is new, are said to be so."""
        names = {"label": line.label, "item": item}
        if item is None:
            if near := self.terms.near(line.kind, line.label):
                return _("« %(label)s », nouveau terme ; « %(near)s » existe déjà") % {**names, "near": near}
            return _("« %(label)s », nouveau terme") % names
        if plain(item.label) != plain(line.label):
            return _("« %(item)s », aussi dit « %(label)s »") % names
        return item.label

    def declare(self, lines: list[Line], *, by: User) -> None:
        """Carry out these lines, the terms that nobody knew first."""
        new = {
            self.terms.key(line.kind, line.label): line.label
            for line in reversed(lines)
            if not self.terms.found(line.kind, line.label)
        }
        made = declarations.free_terms([(kind, label) for (kind, _spelling), label in new.items()], by=by)
        items = dict(zip(new, made, strict=True))
        wanted = [
            declarations.Wanted(
                self.residents[line.structure.pk],
                self.terms.found(line.kind, line.label) or items[self.terms.key(line.kind, line.label)],
                **self.said(line),
            )
            for line in lines
        ]
        declarations.declare_all(wanted, by=by)
