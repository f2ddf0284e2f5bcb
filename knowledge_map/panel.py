"""What is said of the chosen node, beside the map."""

from dataclasses import dataclass, field

from knowledge_map.graph import KINDS, OFFER, SEEK, Community, Domain, Item, KnowledgeGraph, Scene, Structure
from knowledge_map.listing import KIND_WORDS


@dataclass(slots=True)
class Panel:
    """`sort` is structure, item, domain or community, and `node` that thing.

    groups     [(title's name, [(node, Tie or count)])], in the order in which they are read
    domain     an item's Domain
    partners   the structures suggested to a structure
    """

    sort: str
    node: Structure | Item | Domain | Community
    groups: list[tuple[str, list]]
    domain: Domain | None = None
    partners: list[Structure] = field(default_factory=list)

    @property
    def kind_words(self) -> str:
        return KIND_WORDS[self.node.kind]


def panel(scene: Scene, graph: KnowledgeGraph, key: str) -> Panel | None:
    """What `graph` (all that may be read, whatever the filters) says of `key`; None for no node."""
    if key in scene.communities:
        community = scene.communities[key]
        members = sorted((graph.structures[member] for member in community.structures), key=lambda s: s.sort)
        return Panel("community", community, [("structures", [(member, None) for member in members])])
    if key in graph.structures and graph.held[key]:
        return structure_panel(graph, key)
    if key in graph.holders:
        return item_panel(graph, key)
    if key in graph.weights:
        return domain_panel(graph, key)
    return None


def structure_panel(graph: KnowledgeGraph, key: str) -> Panel:
    ties = [(graph.items[item], tie) for item, tie in graph.held[key].items()]
    ties.sort(key=lambda pair: pair[0].sort)
    offered = {kind: [pair for pair in ties if pair[0].kind == kind and pair[1].stance == OFFER] for kind in KINDS}
    sought = [pair for pair in ties if pair[1].stance == SEEK]
    groups = [(kind, pairs) for kind, pairs in [*offered.items(), (SEEK, sought)] if pairs]
    partners = {b if a == key else a for a, b in graph.suggestions if key in (a, b)}
    named = sorted((graph.structures[partner] for partner in partners), key=lambda s: s.sort)
    return Panel("structure", graph.structures[key], groups, partners=named)


def item_panel(graph: KnowledgeGraph, key: str) -> Panel:
    holders = [(graph.structures[structure], tie) for structure, tie in graph.holders[key].items()]
    holders.sort(key=lambda pair: pair[0].sort)
    groups = [(stance, [pair for pair in holders if pair[1].stance == stance]) for stance in (OFFER, SEEK)]
    item = graph.items[key]
    return Panel("item", item, [group for group in groups if group[1]], domain=graph.domains.get(item.domain))


def domain_panel(graph: KnowledgeGraph, key: str) -> Panel:
    structures = [(graph.structures[structure], count) for structure, count in graph.weights[key].items()]
    structures.sort(key=lambda pair: (-pair[1], pair[0].sort))
    items = [(graph.items[item], None) for item in graph.within[key]]
    items.sort(key=lambda pair: pair[0].sort)
    return Panel("domain", graph.domains[key], [("structures", structures), ("items", items)])
