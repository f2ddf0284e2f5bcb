"""The map as somebody reads it: only what they may read ever enters the graph."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, Value

from knowledge_map.graph import Domain, Item, KnowledgeGraph, Structure, Tie
from knowledge_map.layout import Positions, completed
from knowledge_map.models import MapLayout, Suggestion
from residents import rules
from residents.enums import Evidence
from residents.models import Declaration, Resident, User
from residents.models.fields import Searchable
from residents.pages.coverage import Coverage, coverage_of

# The house manager sees everybody's suggestions: the first ones of each structure.
SUGGESTIONS_EACH = 3


@dataclass(frozen=True)
class ReadableMap:
    """What a reader may see.

    graph      without anything that is not theirs
    positions  of all its nodes
    coverage   how much is mapped of the house that the reader is told of
    mine       keys of the reader's own structures that are on the map
    absent     names of the structures that it does not show: not mapped yet, or their savoirs are not for this reader
    sectors    {slug: name} of the structures that it shows
    search     what was searched, in the letters of the nodes' `sort`
    """

    graph: KnowledgeGraph
    positions: Positions
    coverage: Coverage
    mine: list[str]
    absent: list[str]
    sectors: dict[str, str]
    search: str


def readable_map(reader: User, search: str = "") -> ReadableMap:
    """Four queries, five for who is signed in, however large the map."""
    residents = list(residents_present(reader))
    readable = {resident.pk: resident for resident in residents if rules.can_read(reader, resident, "savoirs")}
    sectors = sectors_of(readable)
    declarations = Declared(readable, search)
    graph = KnowledgeGraph(
        [as_structure(resident, sectors[pk], reader) for pk, resident in readable.items()],
        declarations.items.values(),
        declarations.domains.values(),
        declarations.ties,
        suggested(reader, readable),
    )
    drawn = set(graph.drawn)
    return ReadableMap(
        graph=graph,
        positions=completed(graph, stored_positions()),
        coverage=coverage_of(residents),
        mine=[f"r{m.resident_id}" for m in memberships(reader) if f"r{m.resident_id}" in drawn],
        absent=[resident.name for resident in residents if f"r{resident.pk}" not in drawn],
        sectors=dict(sorted({pair for pk in readable for pair in sectors[pk]}, key=lambda pair: pair[1].lower())),
        search=declarations.search,
    )


def residents_present(reader: User):
    """Structures in residence that the reader is told of, counted, and no more than the map reads."""
    counted = Resident.objects.in_residence().filter(rules.met_here(reader)).with_counts()
    return counted.only("name", "slug", "sort_name", "tagline", "tagline_audience", "savoirs_audience", "trace")


def memberships(reader: User) -> list:
    return reader.memberships_list if reader.is_authenticated else []


def sectors_of(residents) -> dict[int, list[tuple[str, str]]]:
    """The (slug, name) of the sectors of each of these primary keys."""
    found = defaultdict(list)
    rows = Resident.sectors.through.objects.filter(resident__in=list(residents))
    for resident, slug, name in rows.values_list("resident_id", "sector__slug", "sector__name"):
        found[resident].append((slug, name))
    return found


def as_structure(resident: Resident, sectors: list[tuple[str, str]], reader: User) -> Structure:
    return Structure(
        key=f"r{resident.pk}",
        name=resident.name,
        slug=resident.slug,
        sort=resident.sort_name,
        sectors=tuple(slug for slug, _name in sectors),
        tagline=resident.tagline if rules.can_read(reader, resident, "tagline") else "",
    )


class Declared:
    """What the residents of some primary keys declare: `items` and `domains` by key, and `ties`.

    `search` is the text searched, in the letters of the items' `sort`; domains have theirs only when it is given.
    """

    def __init__(self, residents: Iterable[int], search: str = ""):
        self.items: dict[str, Item] = {}
        self.domains: dict[str, Domain] = {}
        self.ties: list[Tie] = []
        self.search = ""
        folded = Searchable("item__domain__label") if search else Value("")
        rows = Declaration.objects.filter(resident__in=list(residents)).order_by().values_list(
            "resident_id", "item_id", "stance", "evidence", "note",
            "item__kind", "item__label", "item__searchable",
            "item__domain__code", "item__domain__label", folded, Searchable(Value(search)),
        )  # fmt: skip
        for row in rows:
            self.add(*row)

    def add(self, resident, item, stance, evidence, note, kind, label, sort, code, domain, domain_sort, search) -> None:
        key, home = f"i{item}", f"d{code}" if code else ""
        if key not in self.items:
            self.items[key] = Item(key, label, kind, sort, home)
        if home and home not in self.domains:
            self.domains[home] = Domain(home, domain, domain_sort)
        self.ties.append(Tie(f"r{resident}", key, stance, evidence == Evidence.CONFIRMED, note))
        self.search = search


def suggested(reader: User, residents) -> list[tuple[str, str]]:
    """Pairs of keys: what is suggested to the reader's own structures; to everybody, for the house manager."""
    if not rules.is_resident(reader):
        return []
    own = [membership.resident_id for membership in memberships(reader)]
    wanted = Q(resident__in=own)
    if rules.is_house_manager(reader):
        wanted |= Q(rank__lte=SUGGESTIONS_EACH)
    pairs = Suggestion.objects.filter(wanted, resident__in=list(residents), partner__in=list(residents))
    return sorted({tuple(sorted((f"r{a}", f"r{b}"))) for a, b in pairs.values_list("resident_id", "partner_id")})


def stored_positions() -> Positions:
    return MapLayout.objects.values_list("positions", flat=True).first() or {}
