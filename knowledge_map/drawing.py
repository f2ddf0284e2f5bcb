"""A scene as vis-network draws it: nodes, edges and options made by pyvis. Knows neither Django nor HTTP.

Colours are not here: `static/js/map-canvas.js` takes those of the page, light or dark. Nor is any `title`, which
vis-network reads as HTML.
"""

import json
import math

import numpy as np

from knowledge_map.graph import KnowledgeGraph, Scene
from knowledge_map.layout import ITEM_SPACING, Positions, apart, structure_radius

# Never colour alone: a structure is a large disc, a savoir a circle, a savoir-faire a square, a milieu a hexagon.
SHAPES = {"savoir": "dot", "savoir_faire": "square", "milieu": "hexagon"}
ITEM_SIZES = {"savoir": 8, "savoir_faire": 7, "milieu": 9}
IMPLIED = {"shape", "arrows"}
OPTIONS = {
    "autoResize": True,
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "nodes": {"borderWidth": 2, "font": {"size": 0}},
    "edges": {"smooth": {"enabled": False}, "selectionWidth": 0, "arrows": {"to": {"enabled": False}}},
    # Choosing, hovering and the keyboard are the page's own: they work on touch, and with the table.
    "interaction": {"hover": False, "selectable": False, "keyboard": False, "tooltipDelay": 0},
}


def drawing(scene: Scene, graph: KnowledgeGraph, positions: Positions, mine: frozenset[str] = frozenset()) -> dict:
    """`{"nodes", "edges", "options", "dust"}`: what vis-network draws, regions first, under the others; and where the
    folded items lie, `[[x, y]]`.

    `graph` is all that may be read: regions keep their size whatever the filters.
    """
    nodes, edges, *_ = network(scene, graph, positions, mine).get_network_data()
    return {
        "nodes": [without(node, IMPLIED) for node in nodes],
        "edges": [without(edge, IMPLIED) for edge in edges],
        "options": OPTIONS,
        "dust": dust(scene, positions),
    }


def without(told: dict, implied: set[str]) -> dict:
    """What need not be sent: the drawing knows it from the group."""
    small = told["group"] in SHAPES
    return {name: value for name, value in told.items() if name not in implied and not (small and name == "size")}


class Keys(dict):
    """The keys of a pyvis Network's nodes: it looks in them at each node and each edge, and a list is read whole."""

    append = dict.setdefault


def dust(scene: Scene, positions: Positions) -> list[list[int]]:
    """Where lie the folded items of the structures and the regions that are seen."""
    graph, tying = scene.graph, set(scene.graph.tying)
    held = {item for key in scene.nodes & graph.structures.keys() for item in graph.held[key]}
    lying = (
        item
        for item in held - scene.nodes
        if graph.items[item].domain in scene.nodes | {""} or graph.items[item].domain not in tying
    )
    return sorted([round(value) for value in positions[item]] for item in lying)


def network(scene: Scene, graph: KnowledgeGraph, positions: Positions, mine: frozenset[str] = frozenset()):
    """The same as a pyvis Network."""
    # pyvis loads IPython, which takes most of a second: only those who draw pay for it, once.
    from pyvis.network import Network

    # Directed, because an undirected one compares each new edge with all the others.
    positions = with_communities(scene, positions)
    drawn = Network(directed=True)
    drawn.node_ids = Keys()
    for key in sorted(scene.nodes, key=lambda key: ("cdir".index(key[0]), key)):
        flags = {name: True for name, told in (("mine", key in mine), ("match", key in scene.matches)) if told}
        drawn.add_node(key, **node(scene, graph, key, positions), **flags)
    for edge in scene.edges:
        drawn.add_edge(edge.source, edge.target, group=edge.kind, weight=edge.weight, arrows="")
    drawn.set_options(json.dumps(OPTIONS))
    return drawn


def node(scene: Scene, graph: KnowledgeGraph, key: str, positions: Positions) -> dict:
    x, y = positions[key]
    if community := scene.communities.get(key):
        count = len(community.structures)
        label = f"{community.label} ({count})" if community.label else f"({count})"
        return look(label, "community", "dot", community_radius(count), x, y)
    if key in graph.structures:
        return look(graph.label(key), "structure", "dot", structure_radius(len(graph.held[key])), x, y)
    if key in graph.items:
        kind = graph.items[key].kind
        region = {"region": graph.items[key].domain} if graph.items[key].domain in scene.nodes else {}
        return look(graph.label(key), kind, SHAPES[kind], ITEM_SIZES[kind], x, y) | region
    size = max(math.dist(positions[item], (x, y)) for item in graph.within[key]) + 1.5 * ITEM_SPACING
    return look(graph.label(key), "domaine", "dot", size, x, y)


def look(label: str, group: str, shape: str, size: float, x: float, y: float) -> dict:
    return {"label": label, "group": group, "shape": shape, "size": round(size, 1), "x": x, "y": y}


def with_communities(scene: Scene, positions: Positions) -> Positions:
    """`positions`, with those of the communities: amid their structures, apart from one another."""
    if not scene.communities:
        return positions
    discs = {
        key: (
            *np.mean([positions[member] for member in community.structures], axis=0),
            community_radius(len(community.structures)),
        )
        for key, community in scene.communities.items()
    }
    return positions | apart(discs)


def community_radius(count: int) -> float:
    return 1.5 * structure_radius(count)
