"""The knowledge map as a graph, and which part of it is seen. Knows neither Django nor HTTP.

Nodes have keys: "r12" a structure, "i345" an item, "dK12" a domain, "cdK12" a community (the structures around a
domain, drawn as one when the map is too large). What the reader may not read never enters a `KnowledgeGraph`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import combinations

import networkx as nx

KINDS = ("savoir", "savoir_faire", "milieu")
OFFER, SEEK = "offre", "recherche"
# Edges that are not declarations: a structure's folded items in a domain, a suggested cooperation.
SHEAF, SUGGESTED = "domaine", "suggestion"

# A structure shows its few strongest domains: with all of them 35 structures are a hairball.
DOMAINS_PER_STRUCTURE = 3
# The shared items shown before one asks for more, the most telling first.
SHARED_AT_ONCE = 40
# A search or a filter on the stance unfolds what it finds, up to here.
ITEMS_FOUND_AT_ONCE = 60
# Past this many nodes vis-network takes seconds, past this many edges nobody reads them: communities that open on
# demand are drawn instead.
NODES_AT_ONCE = 1500
EDGES_AT_ONCE = 1500


@dataclass(frozen=True, slots=True)
class Structure:
    key: str
    name: str
    slug: str = ""
    sort: str = ""
    sectors: tuple[str, ...] = ()
    tagline: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    key: str
    label: str
    kind: str
    sort: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Domain:
    key: str
    label: str
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """A declaration: `structure` offers or seeks `item` (two keys)."""

    structure: str
    item: str
    stance: str = OFFER
    confirmed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """`kind` is OFFER, SEEK, SHEAF or SUGGESTED; `weight` counts the declarations that it stands for."""

    source: str
    target: str
    kind: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class State:
    """What is asked of the map: the address, once validated; `search` in the letters of the nodes' `sort`."""

    view: str = "structures"
    kinds: frozenset[str] = frozenset()
    sector: str = ""
    stance: str = ""
    item: str = ""
    search: str = ""
    chosen: str = ""
    unfolded: frozenset[str] = frozenset()
    centre: str = ""
    depth: int = 1
    suggestions: bool = True

    @property
    def opened(self) -> frozenset[str]:
        """The nodes whose items are all shown: unfolded, chosen or at the centre."""
        return self.unfolded | {self.chosen, self.centre} - {""}


@dataclass(slots=True)
class Community:
    key: str
    label: str
    structures: frozenset[str]


@dataclass(slots=True)
class Scene:
    """What is drawn for a state: keys of nodes, edges between them, and `graph`, what the filters left."""

    graph: "KnowledgeGraph"
    nodes: set[str]
    edges: list[Edge]
    matches: set[str] = field(default_factory=set)
    communities: dict[str, Community] = field(default_factory=dict)


class KnowledgeGraph:
    """Structures, items and domains, and who holds what.

    `held[structure][item]` and `holders[item][structure]` are Ties; `within[domain]` lists its declared items;
    `weights[domain][structure]` counts that structure's declarations there. A tie, or a suggestion (a pair of keys),
    to something unknown is ignored.
    """

    def __init__(
        self,
        structures: Iterable[Structure],
        items: Iterable[Item],
        domains: Iterable[Domain],
        ties: Iterable[Tie],
        suggestions: Iterable[tuple[str, str]] = (),
    ):
        self.structures = {structure.key: structure for structure in structures}
        self.items = {item.key: item for item in items}
        self.domains = {domain.key: domain for domain in domains}
        self.held: dict[str, dict[str, Tie]] = {key: {} for key in self.structures}
        self.holders: dict[str, dict[str, Tie]] = defaultdict(dict)
        self.within: dict[str, list[str]] = defaultdict(list)
        self.weights: dict[str, Counter] = defaultdict(Counter)
        for tie in ties:
            if tie.structure in self.structures and tie.item in self.items:
                self.add(tie)
        self.suggestions = [pair for pair in suggestions if pair[0] in self.structures and pair[1] in self.structures]

    def add(self, tie: Tie) -> None:
        domain = self.items[tie.item].domain
        if domain:
            if tie.item not in self.holders:
                self.within[domain].append(tie.item)
            self.weights[domain][tie.structure] += 1
        self.held[tie.structure][tie.item] = tie
        self.holders[tie.item][tie.structure] = tie

    @property
    def ties(self) -> list[Tie]:
        return [tie for held in self.held.values() for tie in held.values()]

    @property
    def drawn(self) -> list[str]:
        """The structures that have something to show."""
        return [key for key, held in self.held.items() if held]

    @property
    def tying(self) -> list[str]:
        """The domains in which at least two structures hold something."""
        return [domain for domain, weights in self.weights.items() if len(weights) > 1]

    @property
    def shared(self) -> list[str]:
        """The items that at least two structures hold; first those that one seeks and another offers."""
        return sorted((item for item, holders in self.holders.items() if len(holders) > 1), key=self.telling)

    def telling(self, item: str) -> tuple:
        stances = [tie.stance for tie in self.holders[item].values()]
        return -len(set(stances)), -len(stances), item

    def label(self, key: str) -> str:
        """The full name of a structure, an item or a domain; "" when there is none."""
        if node := self.structures.get(key):
            return node.name
        node = self.items.get(key) or self.domains.get(key)
        return node.label if node else ""

    def __contains__(self, key: str) -> bool:
        return key in self.structures or key in self.holders or key in self.weights

    def only(self, ties: Iterable[Tie]) -> "KnowledgeGraph":
        """The same graph with these declarations and no others."""
        return KnowledgeGraph(
            self.structures.values(), self.items.values(), self.domains.values(), ties, self.suggestions
        )

    def network(self) -> nx.Graph:
        """As a networkx graph, for analysis and export: nodes have `label` and `kind`, edges `kind` and `weight`."""
        network = nx.Graph()
        for key in self.drawn:
            network.add_node(key, label=self.structures[key].name, kind="structure")
        for domain in self.weights:
            network.add_node(domain, label=self.domains[domain].label, kind="domaine")
        for key, holders in self.holders.items():
            item = self.items[key]
            network.add_node(key, label=item.label, kind=item.kind)
            if item.domain:
                network.add_edge(key, item.domain, kind="appartenance", weight=1)
            for structure, tie in holders.items():
                network.add_edge(structure, key, kind=tie.stance, weight=1)
        for source, target in self.suggestions:
            if source in network and target in network:
                network.add_edge(source, target, kind=SUGGESTED, weight=1)
        return network


def found(graph: KnowledgeGraph, search: str) -> set[str]:
    """The keys of the nodes whose name holds every word of `search`, in any order; with a domain, its items."""
    words = search.split()
    nodes = [*graph.structures.values(), *graph.items.values(), *graph.domains.values()]
    named = {node.key for node in nodes if words and all(word in node.sort for word in words)}
    return named | {item for domain in named & graph.within.keys() for item in graph.within[domain]}


def filtered(graph: KnowledgeGraph, state: State) -> tuple[KnowledgeGraph, set[str]]:
    """`graph` with the declarations that `state` keeps, and the keys that its search found there."""
    holders = graph.holders.get(state.item, {})
    matches = found(graph, state.search)

    def kept(tie: Tie) -> bool:
        item = graph.items[tie.item]
        return (
            (not state.kinds or item.kind in state.kinds)
            and (not state.stance or tie.stance == state.stance)
            and (not state.sector or state.sector in graph.structures[tie.structure].sectors)
            and (not state.item or tie.structure in holders)
            and (not state.search or not matches.isdisjoint((tie.item, tie.structure, item.domain)))
        )

    narrowed = state.kinds or state.stance or state.sector or state.item or state.search
    result = graph.only(filter(kept, graph.ties)) if narrowed else graph
    return result, {key for key in matches if key in result}


def strongest_domains(graph: KnowledgeGraph) -> dict[str, list[str]]:
    """For each structure, the tying domains where it holds most, strongest first; each is kept by two at least."""
    ranked = defaultdict(list)
    for domain in graph.tying:
        weights = graph.weights[domain]
        for structure, weight in weights.items():
            ranked[structure].append((-weight, -len(weights), domain))
    kept = {key: [domain for *_, domain in sorted(ranks)] for key, ranks in ranked.items()}
    popular = Counter(domain for domains in kept.values() for domain in domains[:DOMAINS_PER_STRUCTURE])
    links = {
        # A structure alone in all its strongest domains keeps the first one, and another structure joins it there.
        key: [domain for domain in domains[:DOMAINS_PER_STRUCTURE] if popular[domain] > 1] or domains[:1]
        for key, domains in kept.items()
    }
    counts = Counter(domain for domains in links.values() for domain in domains)
    for domain in sorted(domain for domain, count in counts.items() if count == 1):
        others = [(-weight, key) for key, weight in graph.weights[domain].items() if domain not in links[key]]
        if others:
            links[min(others)[1]].append(domain)
    return links


def visible(graph: KnowledgeGraph, state: State) -> Scene:
    """What `state` shows of `graph`."""
    kept, matches = filtered(graph, state)
    scene = by_items(kept, state) if state.view == "savoirs" else by_structures(kept, state, matches)
    if state.view == "autour":
        scene = around(scene, state)
    if len(scene.nodes) > NODES_AT_ONCE or len(scene.edges) > EDGES_AT_ONCE:
        scene = by_communities(kept, state, matches)
    scene.matches = matches
    if state.suggestions:
        scene.edges += [Edge(a, b, SUGGESTED) for a, b in kept.suggestions if a in scene.nodes and b in scene.nodes]
    return scene


def opened_items(graph: KnowledgeGraph, opened: Iterable[str]) -> set[str]:
    """The items that opened structures hold and opened domains contain, and the opened items."""
    items = set()
    for key in opened:
        items.update(graph.held.get(key, ()), graph.within.get(key, ()))
        if key in graph.holders:
            items.add(key)
    return items


def by_structures(graph: KnowledgeGraph, state: State, matches: set[str]) -> Scene:
    """Structures, the domains that tie them, the items that they share; what is opened shows all it has."""
    items = {*graph.shared[:SHARED_AT_ONCE], *opened_items(graph, state.opened)}
    if state.stance or state.search:
        more = matches & graph.holders.keys() if state.search else graph.holders.keys()
        items.update(sorted(more, key=graph.telling)[:ITEMS_FOUND_AT_ONCE])
    links = strongest_domains(graph)
    domains = {domain for kept in links.values() for domain in kept}
    # What is opened, and each item seen, lies in its region.
    domains |= (state.opened | {graph.items[item].domain for item in items}) & set(graph.tying)
    edges = threads(graph, items) + sheaves(graph, links, items)
    return Scene(graph, {*graph.drawn, *domains, *items}, edges)


def threads(graph: KnowledgeGraph, items: Iterable[str]) -> list[Edge]:
    return [Edge(key, item, tie.stance) for item in sorted(items) for key, tie in graph.holders[item].items()]


def sheaves(graph: KnowledgeGraph, links: dict[str, list[str]], items: set[str]) -> list[Edge]:
    """One edge for what a structure holds in a domain, where none of it is seen item by item."""
    seen = {(structure, graph.items[item].domain) for item in items for structure in graph.holders[item]}
    return [
        Edge(structure, domain, SHEAF, graph.weights[domain][structure])
        for structure, domains in links.items()
        for domain in domains
        if (structure, domain) not in seen
    ]


def by_items(graph: KnowledgeGraph, state: State) -> Scene:
    """Every item in its region; threads only for what is opened."""
    edges = threads(graph, opened_items(graph, state.opened))
    return Scene(graph, {*graph.drawn, *graph.tying, *graph.holders}, edges)


def around(scene: Scene, state: State) -> Scene:
    """Of `scene`, what is within `state.depth` ties of its centre; with 2, also how those found are tied."""
    network = nx.Graph()
    network.add_nodes_from(scene.nodes)
    network.add_edges_from((edge.source, edge.target) for edge in scene.edges)
    network.add_edges_from(pair for pair in scene.graph.suggestions if state.suggestions)
    if state.centre not in scene.nodes:
        return Scene(scene.graph, set(), [])
    near = set(nx.single_source_shortest_path_length(network, state.centre, cutoff=state.depth)) & scene.nodes
    near |= {scene.graph.items[key].domain for key in near if key in scene.graph.items} & scene.nodes
    near |= {state.chosen} & scene.nodes
    return Scene(scene.graph, near, [edge for edge in scene.edges if {edge.source, edge.target} <= near])


def communities(graph: KnowledgeGraph) -> list[Community]:
    """Structures grouped by the domains that they share; largest first, named by their two strongest domains."""
    import igraph

    links = strongest_domains(graph)
    keys = sorted({*links, *(domain for domains in links.values() for domain in domains)})
    index = {key: position for position, key in enumerate(keys)}
    pairs = [(index[structure], index[domain]) for structure, domains in links.items() for domain in domains]
    weights = [graph.weights[domain][structure] for structure, domains in links.items() for domain in domains]
    # Fast greedy has no chance in it: the same data make the same communities, under the same names.
    groups = igraph.Graph(len(keys), pairs).community_fastgreedy(weights).as_clustering() if pairs else []
    result = [named(graph, links, [keys[position] for position in group]) for group in groups]
    alone = frozenset(graph.drawn) - links.keys()
    if alone:
        result.append(Community("cd", "", alone))
    return sorted(result, key=lambda community: (-len(community.structures), community.key))


def named(graph: KnowledgeGraph, links: dict[str, list[str]], members: list[str]) -> Community:
    structures = frozenset(members) & links.keys()
    domains = sorted(
        (key for key in members if key in graph.domains),
        key=lambda domain: (-sum(graph.weights[domain][key] for key in structures), domain),
    )
    label = " · ".join(graph.domains[domain].label for domain in domains[:2])
    return Community(f"c{domains[0]}", label, structures)


def by_communities(graph: KnowledgeGraph, state: State, matches: set[str]) -> Scene:
    """Communities as single nodes; those opened, or holding something opened, show their structures instead."""
    groups = communities(graph)
    opened = [
        group for group in groups if group.key in state.opened or any(holds(graph, group, key) for key in state.opened)
    ]
    shown = frozenset(key for group in opened for key in group.structures)
    inner = graph.only(tie for tie in graph.ties if tie.structure in shown)
    scene = by_structures(inner, replace(state, search="", stance=""), matches)
    if len(scene.nodes) > NODES_AT_ONCE or len(scene.edges) > EDGES_AT_ONCE:
        scene = Scene(inner, {*inner.drawn, *inner.tying}, sheaves(inner, strongest_domains(inner), set()))
    closed = {group.key: group for group in groups if group not in opened}
    edges = scene.edges + between(graph, closed)
    return Scene(graph, scene.nodes | closed.keys(), edges, communities=closed)


def holds(graph: KnowledgeGraph, group: Community, key: str) -> bool:
    return key in group.structures or not group.structures.isdisjoint(graph.holders.get(key, ()))


def between(graph: KnowledgeGraph, groups: dict[str, Community]) -> list[Edge]:
    """Edges between communities: how many items members of both hold. The two strongest of each are kept."""
    owner = {structure: key for key, group in groups.items() for structure in group.structures}
    common = Counter()
    for item in graph.shared:
        ends = sorted({owner[structure] for structure in graph.holders[item] if structure in owner})
        common.update(combinations(ends, 2))
    ranked = defaultdict(list)
    for (a, b), weight in common.items():
        ranked[a].append((-weight, a, b))
        ranked[b].append((-weight, a, b))
    strongest = {rank for ranks in ranked.values() for rank in sorted(ranks)[:2]}
    return [Edge(a, b, SHEAF, -weight) for weight, a, b in sorted(strongest)]
