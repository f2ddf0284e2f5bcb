"""Which terms of the vocabulary a sheet means: by their label or a synonym, as `KnowledgeItem.objects.labelled`."""

from collections.abc import Iterable

from residents.models import KnowledgeItem, Merge, Synonym
from residents.models.search import close_to_each, searchable_texts

# New terms looked at for near ones; the queue of near duplicates looks at all of them, in the background.
MOST_COMPARED = 200

Key = tuple[str, str]


class Terms:
    """`found` and `near` by (nature, what a sheet writes); read in five queries, however many."""

    def __init__(self, spelled: dict[str, str], items: dict[Key, KnowledgeItem], close: dict[Key, str]):
        self._spelled, self._items, self._close = spelled, items, close

    @classmethod
    def load(cls, wanted: Iterable[tuple[str, str]]) -> "Terms":
        """`wanted` are (nature, label)."""
        wanted = list(dict.fromkeys(wanted))
        spelled = searchable_texts(label for _kind, label in wanted)
        keys = {(kind, spelled[label]) for kind, label in wanted if spelled[label]}
        items = standing(labelled(keys))
        unknown = [(kind, spelled[label]) for kind, label in wanted if (kind, spelled[label]) in keys - items.keys()]
        return cls(spelled, items, close_to_each(list(dict.fromkeys(unknown))[:MOST_COMPARED]))

    def key(self, kind: str, label: str) -> Key:
        """The nature, and the label as it is compared: "" when it holds no letter."""
        return kind, self._spelled[label]

    def found(self, kind: str, label: str) -> KnowledgeItem | None:
        return self._items.get(self.key(kind, label))

    def near(self, kind: str, label: str) -> str:
        """The label of a term that is spelled nearly so, "" if there is none."""
        return self._close.get(self.key(kind, label), "")


def labelled(keys: set[Key]) -> dict[Key, KnowledgeItem]:
    """The term of each label, or failing it of that synonym; two queries."""
    spellings = {spelling for _kind, spelling in keys}
    by_label = {(item.kind, item.searchable): item for item in KnowledgeItem.objects.filter(searchable__in=spellings)}
    synonyms = Synonym.objects.filter(searchable__in=spellings).select_related("item")
    by_synonym: dict[Key, KnowledgeItem] = {}
    for synonym in synonyms.order_by("item__retired", "-item__occupation_count", "item_id"):
        by_synonym.setdefault((synonym.item.kind, synonym.searchable), synonym.item)
    return {key: found for key, found in (by_synonym | by_label).items() if key in keys}


def standing(items: dict[Key, KnowledgeItem]) -> dict[Key, KnowledgeItem]:
    """Those that were merged away lead, however far, to the term that says it now; two queries at most."""
    if not any(item.retired for item in items.values()):
        return items
    into = dict(Merge.objects.in_force().values_list("item_id", "into_id"))
    ends = {}
    for key, item in items.items():
        end = item.pk
        while end in into:
            end = into[end]
        if end != item.pk:
            ends[key] = end
    kept = KnowledgeItem.objects.in_bulk(set(ends.values()))
    return items | {key: kept[end] for key, end in ends.items()}
