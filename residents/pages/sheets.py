"""What the pages of « Importer et exporter » read: the kinds of sheets, a preview in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.paginator import Page, Paginator
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from residents.enums import SheetKind
from residents.forms.sheets import PASTED, PreviewForm
from residents.models import SheetUpload
from residents.spreadsheets import exporting, importing
from residents.spreadsheets.kinds import kind_of
from residents.spreadsheets.plans import Change, Column, Plan

# Changes, and faults, on a page.
PER_PAGE = 50
FAULTS_PER_PAGE = 100
# A longer text is shown by its beginning.
LONGEST_SHOWN = 160
EXAMPLES = Path(__file__).parents[1] / "spreadsheets" / "examples"
# Where what a kind brings is read afterwards, and in which words.
PLACES = {
    SheetKind.STRUCTURES: "structures:index",
    SheetKind.PEOPLE: "invitations:index",
    SheetKind.DECLARATIONS: "residents:coverage",
    SheetKind.STAYS: "presences:index",
}


@dataclass(frozen=True)
class Kind:
    """A kind of sheet, and what may be written in it."""

    value: str
    label: str
    columns: list[Column]


def kinds() -> list[Kind]:
    return [Kind(kind.value, str(kind.label), kind_of(kind).COLUMNS) for kind in SheetKind]


def example_of(kind: str) -> bytes:
    """A small sheet of that kind, filled in with invented structures and people."""
    return (EXAMPLES / f"{SheetKind(kind).value}.csv").read_bytes()


def waiting() -> list[SheetUpload]:
    """The sheets that wait for their confirmation, without what they hold."""
    return list(SheetUpload.objects.defer("content").select_related("uploaded_by"))


@dataclass(frozen=True)
class Shown:
    """A change as it is read: `verb` in words, `what` cut to what fits; `is_new` when nothing was there before."""

    line: int
    verb: str
    label: str
    what: list[tuple[str, str, str]]
    is_new: bool

    @classmethod
    def of(cls, change: Change) -> "Shown":
        what = [(heading, short(before), short(after)) for heading, before, after in change.what]
        if change.verb != "change":
            what = [(heading, before, after) for heading, before, after in what if after]
        return cls(change.line, say_verb(change.verb), change.label, what, change.verb != "change")


@dataclass(frozen=True)
class Figure:
    """How many changes of one verb; `verb` "" is what stays as it is."""

    verb: str
    count: int
    words: str


@dataclass(frozen=True)
class Preview:
    """What a sheet would change, a page of it, or all that is wrong with it, a page of it."""

    upload: SheetUpload
    plan: Plan
    figures: list[Figure]
    # The verb that is read alone, "" for all.
    verb: str
    changes: Page
    faults: Page

    @property
    def invites(self) -> bool:
        return any(figure.verb == "invite" for figure in self.figures)

    @property
    def lines(self) -> int:
        """How many lines of the sheet do something."""
        return len({change.line for change in self.plan.changes})

    @property
    def pasted(self) -> str:
        """What was pasted, to be corrected where it was written."""
        return bytes(self.upload.content).decode() if self.upload.name == PASTED else ""


def plan_of(upload: SheetUpload) -> Plan:
    return importing.plan(upload.kind, upload.name, bytes(upload.content))


def preview(upload: SheetUpload, form: PreviewForm, plan: Plan | None = None) -> Preview:
    """`plan` when it was just made."""
    plan = plan or plan_of(upload)
    kept = [change for change in plan.changes if form.verb in ("", change.verb)]
    changes = Paginator(kept, PER_PAGE).get_page(form.page)
    changes.object_list = [Shown.of(change) for change in changes.object_list]
    faults = Paginator(plan.faults, FAULTS_PER_PAGE).get_page(form.page)
    return Preview(upload, plan, figures(plan), form.verb, changes, faults)


def figures(plan: Plan) -> list[Figure]:
    counts = importing.counts(plan.changes)
    told = [Figure(verb, count, say_count(verb, count)) for verb, count in counts.items() if count]
    return [*told, Figure("", plan.unchanged, say_unchanged(plan.unchanged))]


def say_verb(verb: str) -> str:
    return {"create": _("Nouveau"), "change": _("Changement"), "invite": _("Invitation"), "sector": _("Nouveau")}[verb]


def say_count(verb: str, count: int) -> str:
    match verb:
        case "create":
            return ngettext("ligne nouvelle", "lignes nouvelles", count)
        case "change":
            return ngettext("ligne change", "lignes changent", count)
        case "sector":
            return ngettext("secteur nouveau", "secteurs nouveaux", count)
        case _:
            return ngettext("personne invitée", "personnes invitées", count)


def say_unchanged(count: int) -> str:
    return ngettext("ligne déjà à jour", "lignes déjà à jour", count)


def say_report(plan: Plan) -> str:
    """« Importé : 3 lignes nouvelles, 1 personne invitée, 12 lignes déjà à jour. »"""
    told = [f"{figure.count} {figure.words}" for figure in figures(plan) if figure.count]
    return _("Importé : %(what)s.") % {"what": ", ".join(told)} if told else _("Rien à importer.")


def short(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(LONGEST_SHOWN)


def faults_as_csv(plan: Plan) -> Iterator[bytes]:
    """All the faults, for whoever corrects the sheet."""
    columns = [
        Column("line", _("Ligne"), holds="number"),
        Column("column", _("Colonne")),
        Column("message", _("Ce qui ne va pas")),
    ]
    rows = (
        {"line": str(fault.line) if fault.line else "", "column": fault.column, "message": fault.message}
        for fault in plan.faults
    )
    return exporting.csv_file(columns, rows)
