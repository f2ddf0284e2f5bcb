"""What a structure has declared, as the page of savoirs reads it."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.enums import KnowledgeKind
from residents.models import Declaration, Resident
from residents.models.structures import MAPPED_ITEMS
from residents.pages.coverage import Progress
from residents.pages.history import Undoable, latest_change

# The residency's own definitions, from its paper « une cartographie des savoirs pour mieux coopérer ».
DEFINITIONS = {
    KnowledgeKind.SAVOIR: gettext_lazy("Connaissances, cultures…"),
    KnowledgeKind.SAVOIR_FAIRE: gettext_lazy("Manières de faire, techniques…"),
    KnowledgeKind.MILIEU: gettext_lazy(
        "Groupes sociaux associés par des techniques et/ou s’identifiant par des codes spécifiques, "
        "des manières de voir ou de faire."
    ),
}
# Questions that help remembering: one seldom thinks of what one does every day.
PROMPTS = {
    KnowledgeKind.SAVOIR: [
        gettext_lazy("Que venez-vous souvent expliquer aux autres ?"),
        gettext_lazy("De quoi pourriez-vous parler une heure sans notes ?"),
        gettext_lazy("Quels dispositifs, quels textes, quels auteurs connaissez-vous mieux que vos voisins ?"),
        gettext_lazy("Quelles langues, quelles cultures vous sont familières ?"),
    ],
    KnowledgeKind.SAVOIR_FAIRE: [
        gettext_lazy("Que vous demande-t-on de faire, parce que vous le faites bien ?"),
        gettext_lazy("Avec quels outils, quelles machines, quels logiciels travaillez-vous ?"),
        gettext_lazy("Que faites-vous chaque semaine sans même y penser ?"),
        gettext_lazy("Qu’avez-vous appris à faire à quelqu’un cette année ?"),
    ],
    KnowledgeKind.MILIEU: [
        gettext_lazy("Avec qui parlez-vous sans avoir à traduire ?"),
        gettext_lazy("Quels publics accueillez-vous, accompagnez-vous, défendez-vous ?"),
        gettext_lazy("Dans quels réseaux, quels métiers, quels quartiers vous reconnaît-on ?"),
        gettext_lazy("De quel milieu venez-vous, et lequel vous a adoptés ?"),
    ],
}


@dataclass(frozen=True)
class Entry:
    """A declaration as it is edited: `text` is in its field, `seen` the note that the person had before their eyes."""

    declaration: Declaration
    text: str
    seen: str
    again: bool = False
    errors: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The item's number: text, which a template draws at no cost, where it would look how a number is written."""
        return str(self.declaration.item_id)

    @property
    def label(self) -> str:
        return self.declaration.item.label

    @property
    def kind(self) -> str:
        return self.declaration.item.kind

    @classmethod
    def of(cls, declaration: Declaration) -> "Entry":
        return cls(declaration, declaration.note, declaration.note)


@dataclass(frozen=True)
class Section:
    """One of the three kinds, and what is declared of it, the newest first."""

    kind: KnowledgeKind
    entries: list[Entry]

    @property
    def title(self):
        return capfirst(self.kind.plural)

    @property
    def definition(self):
        return DEFINITIONS[self.kind]

    @property
    def prompts(self):
        return PROMPTS[self.kind]


class Inventory:
    """All that `resident` has declared, in one query, two more for its latest change."""

    def __init__(self, resident: Resident):
        self.resident = resident

    @cached_property
    def declarations(self) -> list[Declaration]:
        return list(self.resident.declarations.select_related("item"))

    @cached_property
    def sections(self) -> list[Section]:
        return [
            Section(kind, [Entry.of(declared) for declared in self.declarations if declared.item.kind == kind])
            for kind in KnowledgeKind
        ]

    @cached_property
    def progress(self) -> Progress:
        return Progress({section.kind: len(section.entries) for section in self.sections})

    @property
    def rivets(self) -> range:
        """One rivet for each item that it takes to count as mapped."""
        return range(MAPPED_ITEMS)

    @cached_property
    def latest(self) -> Undoable | None:
        """The last thing that somebody changed."""
        return latest_change(self.resident)


def still_missing(progress: Progress) -> str:
    """What is missing to count as mapped, or that nothing is."""
    if progress.is_mapped:
        return _("Votre structure est cartographiée.")
    return _("Encore %(missing)s, et votre structure sera cartographiée.") % {"missing": progress.missing_words}
