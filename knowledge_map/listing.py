"""The map as tables: the same nodes, in words and figures, sorted as one likes."""

from dataclasses import dataclass, field

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from knowledge_map.graph import OFFER, SEEK, KnowledgeGraph, Scene

LISTS = {"structures": _("Structures"), "savoirs": _("Savoirs"), "domaines": _("Domaines")}
KIND_WORDS = {"savoir": _("savoir"), "savoir_faire": _("savoir-faire"), "milieu": _("milieu de référence")}
COLUMNS = {
    "structures": {"nom": _("Structure"), "offre": _("offre"), "recherche": _("cherche"), "liens": _("liens")},
    "savoirs": {"nom": _("Savoir"), "offre": _("offert"), "recherche": _("cherché")},
    "domaines": {"nom": _("Domaine"), "structures": _("structures"), "savoirs": _("savoirs")},
}


@dataclass(slots=True)
class Row:
    """`figures` has one number for each column but the name; `kind` is an item's, with `words` to say it."""

    key: str
    label: str
    sort: str
    figures: dict[str, int]
    kind: str = ""
    words: str = ""


@dataclass(slots=True)
class Column:
    name: str
    label: str
    order: str
    next_sort: str


@dataclass
class Listing:
    """The nodes of one sort in `scene`; `sort` is a column's name, "-" before it for the largest first.

    Folded nodes are listed too, except around a centre: folding is the drawing's way of being readable.
    """

    scene: Scene
    name: str
    sort: str
    whole: bool = True
    columns: list[Column] = field(init=False)

    def __post_init__(self):
        names = COLUMNS[self.name]
        if self.sort.lstrip("-") not in names:
            self.sort = "nom"
        self.columns = [self.column(name, label) for name, label in names.items()]

    def column(self, name: str, label: str) -> Column:
        """A first click sorts names upwards and figures downwards, a second one the other way round."""
        first, second = (name, f"-{name}") if name == "nom" else (f"-{name}", name)
        order = {name: "ascending", f"-{name}": "descending"}.get(self.sort, "")
        return Column(name, label, order, second if self.sort == first else first)

    @cached_property
    def rows(self) -> list[Row]:
        graph = self.scene.graph
        rows = [row for row in BUILDERS[self.name](graph) if self.whole or row.key in self.scene.nodes]
        rows.sort(key=lambda row: (row.sort, row.key))
        column = self.sort.lstrip("-")
        if column == "nom":
            return rows[::-1] if self.sort.startswith("-") else rows
        return sorted(rows, key=lambda row: row.figures[column], reverse=self.sort.startswith("-"))


def structure_rows(graph: KnowledgeGraph) -> list[Row]:
    partners = partners_of(graph)
    rows = []
    for key in graph.drawn:
        structure, held = graph.structures[key], graph.held[key]
        sought = sum(tie.stance == SEEK for tie in held.values())
        figures = {"offre": len(held) - sought, "recherche": sought, "liens": len(partners[key])}
        rows.append(Row(key, structure.name, structure.sort, figures))
    return rows


def partners_of(graph: KnowledgeGraph) -> dict[str, set[str]]:
    """For each structure, those that hold something in common with it."""
    partners = {key: set() for key in graph.drawn}
    for holders in graph.holders.values():
        for key in holders:
            partners[key].update(holders)
    return {key: others - {key} for key, others in partners.items()}


def item_rows(graph: KnowledgeGraph) -> list[Row]:
    rows = []
    for key, holders in graph.holders.items():
        item = graph.items[key]
        offered = sum(tie.stance == OFFER for tie in holders.values())
        figures = {"offre": offered, "recherche": len(holders) - offered}
        rows.append(Row(key, item.label, item.sort, figures, item.kind, KIND_WORDS[item.kind]))
    return rows


def domain_rows(graph: KnowledgeGraph) -> list[Row]:
    return [
        Row(
            key,
            graph.domains[key].label,
            graph.domains[key].sort,
            {"structures": len(weights), "savoirs": len(graph.within[key])},
        )
        for key, weights in graph.weights.items()
    ]


BUILDERS = {"structures": structure_rows, "savoirs": item_rows, "domaines": domain_rows}
