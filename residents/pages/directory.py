"""The directory: which structures in residence answer a search, for somebody who reads only what is theirs."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import TrigramStrictWordSimilarity
from django.core.paginator import Paginator
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import JSONObject
from django.db.models.lookups import GreaterThanOrEqual

from residents import rules
from residents.enums import KnowledgeKind
from residents.models import Declaration, Resident, Sector, Synonym, User
from residents.models.fields import Searchable
from residents.models.search import begins_words, searchable_text, telling_words
from residents.pages.coverage import Progress
from residents.reading import Reading, as_read_by

PER_PAGE = 18
# Savoirs shown on a card, and proposed as filters.
CARD_ITEMS = 4
PROPOSED_ITEMS = 12
# The share of trigrams that a word keeps through a spelling mistake ("brazage" has 0.45 of "brasage").
NEARLY = 0.4


@dataclass(frozen=True)
class Found:
    """A structure that answers the words, with what the other filters ask of it, as far as the reader may know."""

    pk: int
    sectors: list[dict]
    kinds: list[str]
    declares_item: bool


@dataclass(frozen=True)
class Facet:
    """A value of a filter, and how many structures would be left with it beside the other filters."""

    value: str | int
    label: str
    count: int
    chosen: bool
    kind: str = ""


class Directory:
    """Structures in residence today that answer `filters` (see DirectoryForm) as far as `reader` may read them.

    Five queries at most, however many structures there are.
    """

    def __init__(self, reader: User, filters: dict):
        self.reader = reader
        self.kinds, self.sectors, self.item = filters["nature"], filters["secteur"], filters["savoir"]
        self.words = telling_words(searchable_text(filters["q"])) if filters["q"] else []
        self.says = says
        # Something was typed that holds no letter and no digit.
        self.is_unsearchable = bool(filters["q"]) and not self.words

    @cached_property
    def found(self) -> list[Found]:
        """Those that answer the words, in alphabetical order, each row small: the filters count among them.

        When nobody says the words as they were typed, those who say them nearly so.
        """
        if self.is_unsearchable:
            return []
        found = self._found()
        if not found and self.words:
            self.says = says_nearly
            found = self._found()
        return found

    def _found(self) -> list[Found]:
        residents = self._present().alias(searchable_tagline=Searchable("tagline"))
        for word in self.words:
            residents = residents.filter(self._is_found_by(word))
        rows = residents.order_by("sort_name", "pk").values_list(
            "pk",
            ArraySubquery(
                Sector.objects.filter(residents=OuterRef("pk")).values(
                    data=JSONObject(value=F("slug"), label=F("name"))
                )
            ),
            ArraySubquery(self._declarations().values_list("item__kind").distinct()),
            Exists(self._declarations().filter(item=self.item)),
        )
        return [Found(*row) for row in rows]

    def _present(self) -> QuerySet:
        """Those in residence that the reader is told of."""
        return Resident.objects.in_residence().filter(rules.met_here(self.reader))

    def _declarations(self) -> QuerySet:
        """What a structure, the outer row, declares; nothing if the reader may not know it."""
        return Declaration.objects.filter(
            rules.readable(self.reader, "savoirs", "resident__"), resident=OuterRef("pk")
        ).order_by()

    def _is_found_by(self, word: str) -> Q:
        return (
            self.says("sort_name", word)
            | rules.readable(self.reader, "tagline") & self.says("searchable_tagline", word)
            | Q(Exists(Sector.objects.filter(self.says("sort_name", word), residents=OuterRef("pk"))))
            | Q(Exists(self._declarations().filter(self._declares_what_is_said(word))))
        )

    def _declares_what_is_said(self, word: str) -> Q:
        """Declarations of an item of which the label or a synonym says `word`."""
        synonyms = Synonym.objects.filter(self.says("searchable", word), item=OuterRef("item"))
        return self.says("item__searchable", word) | Q(Exists(synonyms))

    def left(self, beside: str = "") -> list[Found]:
        """Those that answer all the filters, `beside` one of them ("kinds", "sectors", "item")."""
        return [
            one
            for one in self.found
            if (beside == "kinds" or not self.kinds or not set(self.kinds).isdisjoint(one.kinds))
            and (beside == "sectors" or not self.sectors or any(s["value"] in self.sectors for s in one.sectors))
            and (beside == "item" or not self.item or one.declares_item)
        ]

    @cached_property
    def total(self) -> int:
        return len(self.left())

    @cached_property
    def kind_facets(self) -> list[Facet]:
        left = self.left(beside="kinds")
        return [
            Facet(kind.value, kind.label, sum(kind in one.kinds for one in left), kind in self.kinds, kind.value)
            for kind in KnowledgeKind
        ]

    @cached_property
    def sector_facets(self) -> list[Facet]:
        """Sectors of at least one structure that answers the words."""
        left = self.left(beside="sectors")
        labels = {sector["value"]: sector["label"] for one in self.found for sector in one.sectors}
        facets = [
            Facet(slug, label, sum(slug in [s["value"] for s in one.sectors] for one in left), slug in self.sectors)
            for slug, label in labels.items()
        ]
        return sorted((f for f in facets if f.count or f.chosen), key=lambda facet: (-facet.count, facet.label))

    @cached_property
    def item_facets(self) -> list[Facet]:
        """The chosen item, then those that most of the structures declare."""
        found = [one.pk for one in self.left(beside="item")]
        known = Declaration.objects.filter(rules.readable(self.reader, "savoirs", "resident__"))
        items = known.values_list("item_id", "item__label", "item__kind")
        order = ["-count", "item__searchable", "item_id"]
        if self.item:
            # The chosen one is named though nobody is left with it.
            items = items.filter(resident__in=self._present()).annotate(count=Count("pk", filter=Q(resident__in=found)))
            items = items.filter(Q(count__gt=0) | Q(item=self.item))
            order.insert(0, Case(When(item=self.item, then=Value(0)), default=Value(1)))
        else:
            items = items.filter(resident__in=found).annotate(count=Count("pk"))
        return [
            Facet(pk, label, count, pk == self.item, kind)
            for pk, label, kind, count in items.order_by(*order)[:PROPOSED_ITEMS]
        ]

    def page(self, number: int):
        """A page of cards (`Card`), in alphabetical order; a number beyond the last gives the last."""
        page = Paginator([one.pk for one in self.left()], PER_PAGE).get_page(number)
        # They are here: known without asking again.
        rows = Resident.objects.filter(pk__in=page.object_list).annotate(has_left=Value(False))
        rows = rows.with_counts().annotate(card_items=self._card_items).select_related("logo")
        page.object_list = [Card(row, self.reader) for row in rows.order_by("sort_name", "pk")]
        sectors = {one.pk: sorted(sector["label"] for sector in one.sectors) for one in self.found}
        for card in page.object_list:
            card.sectors = sectors[card.reading.pk]
        return page

    @property
    def _card_items(self) -> ArraySubquery:
        """Some items of each structure, those that answer the search first."""
        asked = Q(item=self.item)
        for word in self.words:
            asked |= self._declares_what_is_said(word)
        shown = (
            self._declarations()
            .alias(rank=Case(When(asked, then=Value(0)), default=Value(1)))
            .order_by("rank", "stance", "item__searchable", "item_id")
        )
        fields = JSONObject(pk=F("item_id"), kind=F("item__kind"), label=F("item__label"), stance=F("stance"))
        return ArraySubquery(shown.values(data=fields)[:CARD_ITEMS])


class Card:
    """One structure of the list, as its reader reads it."""

    def __init__(self, resident: Resident, reader: User):
        self.reading: Reading = as_read_by(reader, resident)
        self.sectors: list[str] = []
        self.items: list[dict] = resident.card_items
        # Who may not read the savoirs is not told how many there are.
        self.is_mapped: bool = Progress.of(resident).is_mapped and self.reading.may("savoirs")


def says(column: str, word: str) -> Q:
    """A word of the searchable `column` begins with `word`."""
    return begins_words([word], column)


def says_nearly(column: str, word: str) -> Q:
    """A word of the searchable `column` begins with `word`, or is spelled nearly like it."""
    return says(column, word) | Q(GreaterThanOrEqual(TrigramStrictWordSimilarity(word, column), NEARLY))
