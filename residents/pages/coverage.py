"""How much of the house is mapped: "12/35 structures cartographiées"."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import format_lazy, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from residents import rules
from residents.enums import KnowledgeKind
from residents.models import Resident, User
from residents.models.structures import MAPPED_ITEMS

# What a full inventory looks like: the goal that the gauge shows.
GOAL_ITEMS = 25

MAPPED_MEANS = format_lazy(
    gettext_lazy("au moins {items} éléments, dont un savoir, un savoir-faire et un milieu de référence"),
    items=MAPPED_ITEMS,
)


@dataclass(frozen=True)
class Progress:
    """How far a structure is: its number of items of each kind (`{KnowledgeKind value: int}`, all three present)."""

    counts: dict[str, int]

    @classmethod
    def of(cls, resident: Resident) -> "Progress":
        """Of a structure read `with_counts`."""
        return cls({kind: resident.declared_kinds.count(kind) for kind in KnowledgeKind.values})

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def missing_kinds(self) -> list[KnowledgeKind]:
        return [kind for kind in KnowledgeKind if not self.counts[kind]]

    @property
    def is_mapped(self) -> bool:
        """As `Resident.objects.mapped()` would say."""
        return self.total >= MAPPED_ITEMS and not self.missing_kinds

    @property
    def still_to_declare(self) -> int:
        """The fewest items that would make the structure count as mapped."""
        return max(MAPPED_ITEMS - self.total, len(self.missing_kinds))

    @property
    def missing_words(self) -> str:
        """ "3 éléments, dont un milieu de référence"."""
        still, kinds = self.still_to_declare, [_("un %(kind)s") % {"kind": kind.label} for kind in self.missing_kinds]
        words = ngettext("%(still)d élément", "%(still)d éléments", still) % {"still": still}
        return (
            _("%(words)s, dont %(kinds)s") % {"words": words, "kinds": get_text_list(kinds, _("et"))}
            if kinds
            else words
        )


@dataclass(frozen=True)
class Coverage:
    """`mapped` of the `total` structures in residence today: those in `done`; `missing` are the others, the nearest to
    done first. Each resident carries its `progress`.
    """

    mapped: int
    total: int
    missing: list[Resident]
    done: list[Resident]

    def __str__(self):
        return _("%(mapped)d/%(total)d structures cartographiées") % {"mapped": self.mapped, "total": self.total}


def coverage(reader: User | None = None) -> Coverage:
    """The coverage of the structures in residence today, those that `reader` is told of if one is given; one query."""
    present = Resident.objects.in_residence()
    residents = (
        (present.filter(rules.met_here(reader)) if reader else present)
        .with_counts()
        .only("name", "slug", "kind", "savoirs_audience", "trace")
    )
    return coverage_of(residents)


def coverage_of(residents: Iterable[Resident]) -> Coverage:
    """The coverage of those residents, read `with_counts`."""
    done, missing = [], []
    for resident in residents:
        resident.progress = Progress.of(resident)
        (done if resident.progress.is_mapped else missing).append(resident)
    missing.sort(key=lambda resident: (resident.progress.still_to_declare, -resident.progress.total))
    return Coverage(mapped=len(done), total=len(done) + len(missing), missing=missing, done=done)
