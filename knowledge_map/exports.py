"""The map as files. Knows neither Django nor HTTP.

Each writer takes the scene that is seen, the graph of all that the reader may read, and positions; it gives text or
bytes. Nothing that the reader may not read is in either.
"""

import json
import re
from pathlib import Path

import networkx as nx

from knowledge_map.drawing import dust, network
from knowledge_map.graph import KnowledgeGraph, Scene
from knowledge_map.layout import Positions
from knowledge_map.picture import picture

TEMPLATES = Path(__file__).parent / "offline"
CANVAS = Path(__file__).parent.parent / "static" / "js" / "map-canvas.js"
# XML cannot hold these, whatever the escaping.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_network(graph: KnowledgeGraph, positions: Positions) -> nx.Graph:
    """Nodes with `label`, `kind`, `x`, `y`; edges with `kind` and `weight`; free of what XML cannot hold."""
    result = graph.network()
    for key, attributes in result.nodes(data=True):
        attributes["label"] = UNWRITABLE.sub("", attributes["label"])
        if key in positions:
            attributes["x"], attributes["y"] = positions[key]
    return result


def to_json(scene: Scene, graph: KnowledgeGraph, positions: Positions) -> str:
    """networkx's node-link format, which D3 reads too."""
    data = nx.node_link_data(as_network(scene.graph, positions), edges="links")
    return json.dumps(data, ensure_ascii=False, indent=1)


def to_graphml(scene: Scene, graph: KnowledgeGraph, positions: Positions) -> str:
    return "\n".join(nx.generate_graphml(as_network(scene.graph, positions)))


def to_gexf(scene: Scene, graph: KnowledgeGraph, positions: Positions) -> str:
    result = as_network(scene.graph, positions)
    for _key, attributes in result.nodes(data=True):
        if "x" in attributes:
            # GEXF's vertical axis goes up.
            attributes["viz"] = {"position": {"x": attributes.pop("x"), "y": -attributes.pop("y"), "z": 0.0}}
    return "\n".join(nx.generate_gexf(result))


def to_html(scene: Scene, graph: KnowledgeGraph, positions: Positions) -> str:
    """One page that opens offline: pyvis renders our template, with vis-network and the drawing in it."""
    import pyvis
    from jinja2 import Environment, FileSystemLoader

    drawn = network(scene, graph, positions)
    drawn.templateEnv = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    drawn.templateEnv.globals |= {
        "vis": (Path(pyvis.__file__).parent / "lib" / "vis-9.1.2" / "vis-network.min.js").read_text("utf-8"),
        "canvas": CANVAS.read_text("utf-8"),
        "rows": offline_rows(scene),
        "dust": dust(scene, positions),
    }
    drawn.path = "map.html.j2"
    return drawn.generate_html("carte.html")


def offline_rows(scene: Scene) -> list[dict]:
    """Every node seen, with the names of what it is tied to: the list and the search of the offline page."""
    graph = scene.graph
    rows = []
    for key in scene.nodes - scene.communities.keys():
        if key in graph.structures:
            tied = [graph.label(item) for item in graph.held[key]]
        elif key in graph.items:
            tied = [graph.label(structure) for structure in graph.holders[key]]
        else:
            tied = [graph.label(structure) for structure in graph.weights[key]]
        kind = graph.items[key].kind if key in graph.items else "structure" if key in graph.structures else "domaine"
        rows.append({"key": key, "label": graph.label(key), "kind": kind, "tied": sorted(tied)})
    order = ["structure", "domaine", "savoir", "savoir_faire", "milieu"]
    return sorted(rows, key=lambda row: (order.index(row["kind"]), row["label"].lower()))


def to_png(scene: Scene, graph: KnowledgeGraph, positions: Positions) -> bytes:
    return picture(network(scene, graph, positions))


EXPORTS = {
    "json": ("application/json", to_json),
    "graphml": ("application/graphml+xml", to_graphml),
    "gexf": ("application/gexf+xml", to_gexf),
    "html": ("text/html; charset=utf-8", to_html),
    "png": ("image/png", to_png),
}
