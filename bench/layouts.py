"""How long the map takes: layouts, and what a page asks of it.

.venv/bin/python -m bench.layouts
"""

import json
import resource
from collections.abc import Callable
from time import process_time

from bench.maps import made_up_map
from knowledge_map.drawing import drawing
from knowledge_map.graph import KnowledgeGraph, State, Tie, visible
from knowledge_map.layout import completed, layout
from knowledge_map.listing import Listing

# Structures of 25 items each, and the nodes that they make.
MAPS = [12, 35, 260, 1680]
ROUNDS = 3


def milliseconds(act: Callable) -> tuple[float, object]:
    """The least processor time of a few, and what came of it."""
    times = []
    for _round in range(ROUNDS):
        start = process_time()
        result = act()
        times.append(process_time() - start)
    return 1000 * min(times), result


def one_more(graph: KnowledgeGraph) -> KnowledgeGraph:
    first, second = graph.drawn[:2]
    item = next(item for item in graph.held[second] if item not in graph.held[first])
    ties = [*graph.ties, Tie(first, item)]
    return KnowledgeGraph(graph.structures.values(), graph.items.values(), graph.domains.values(), ties)


def layouts() -> None:
    print(f"{'structures':>10} {'nodes':>7} {'ties':>7} {'from nothing':>13} {'one item more':>14} {'at once':>9}")
    for structures in MAPS:
        graph = made_up_map(structures)
        fresh, positions = milliseconds(lambda graph=graph: layout(graph))
        more = one_more(graph)
        again, _ = milliseconds(lambda more=more, positions=positions: layout(more, positions))
        known = {key: place for key, place in positions.items() if key != graph.drawn[0]}
        at_once, _ = milliseconds(lambda graph=graph, known=known: completed(graph, known))
        print(
            f"{structures:>10} {len(positions):>7} {len(graph.ties):>7} "
            f"{fresh:>10.0f} ms {again:>11.0f} ms {at_once:>6.1f} ms"
        )


def pages() -> None:
    print(f"{'structures':>10} {'nodes':>7} {'view':>11} {'drawn':>6} {'edges':>6} {'page data':>11} {'JSON':>8}")
    for structures in (35, 560):
        graph = made_up_map(structures)
        positions = layout(graph)
        for view in ("structures", "savoirs", "autour"):
            state = State(view=view, centre=graph.drawn[0] if view == "autour" else "", depth=2)
            taken, text = milliseconds(
                lambda graph=graph, positions=positions, state=state: page(graph, positions, state)
            )
            scene = visible(graph, state)
            print(
                f"{structures:>10} {len(positions):>7} {view:>11} {len(scene.nodes):>6} {len(scene.edges):>6} "
                f"{taken:>8.1f} ms {len(text) / 1000:>5.0f} kB"
            )


def page(graph: KnowledgeGraph, positions, state: State) -> str:
    scene = visible(graph, state)
    rows = Listing(scene, "structures", "nom").rows
    return json.dumps({"rows": len(rows), **drawing(scene, graph, positions)})


def main() -> None:
    print("Layouts (processor time, the least of three)")
    layouts()
    print("\nWhat a page asks of the map, from the graph to the JSON (processor time, the least of three)")
    pages()
    print(f"\nMemory at the peak: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
