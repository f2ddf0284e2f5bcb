"""The whole map at a glance: a small picture drawn on the server, of few elements. Knows neither Django nor HTTP.

All the structures are there; those with room for their name are links, the others discs of one path. The items that
tie most, and the threads to them, make one path for each look.
"""

import textwrap
from dataclasses import dataclass

from knowledge_map.graph import SEEK, KnowledgeGraph
from knowledge_map.layout import Positions, structure_radius

WIDTH, HEIGHT = 720, 520
# Room on the sides for half a name, and under for its lines.
MARGIN_X, MARGIN_TOP, MARGIN_BOTTOM = 96, 26, 60
# In the drawing's units: a letter's mean width, a line's height, as on a phone (static/css/components/glimpse.css).
LETTER, LINE = 13, 23
LETTERS, LINES = 15, 2
# A disc that one can touch on a phone, where the drawing is half as large.
SMALLEST_DISC, LARGEST_DISC = 15, 24
MOST_STRUCTURES, MOST_NAMES, MOST_ITEMS = 60, 14, 30
ITEM = 6


@dataclass(frozen=True)
class Disc:
    """A structure that is named; `lines` are (words, y) under it."""

    name: str
    slug: str
    x: int
    y: int
    radius: int
    lines: list[tuple[str, int]]
    # The name does not hold in its lines.
    is_cut: bool


@dataclass(frozen=True)
class Glimpse:
    """`threads` by stance, `shapes` by kind and `dots` are the data of SVG paths; `telling` the items that tie most."""

    named: list[Disc]
    dots: str
    threads: dict[str, str]
    shapes: dict[str, str]
    telling: list
    structures: int
    items: int
    shared: int
    width: int = WIDTH
    height: int = HEIGHT


def glimpse(graph: KnowledgeGraph, positions: Positions) -> Glimpse | None:
    """The map of `graph`, all of whose nodes stand at `positions`; None while nothing is declared."""
    structures = sorted(graph.drawn, key=lambda key: (-len(graph.held[key]), key))[:MOST_STRUCTURES]
    if not structures:
        return None
    items = graph.shared[:MOST_ITEMS]
    places = fitted({key: positions[key] for key in [*structures, *items]})
    radii = {key: radius(len(graph.held[key])) for key in structures}
    named = with_room([disc(graph, key, places[key], radii[key]) for key in structures])
    slugs = {one.slug for one in named}
    unnamed = [key for key in structures if graph.structures[key].slug not in slugs]
    return Glimpse(
        named=named,
        dots="".join(circle(*places[key], radii[key] // 2) for key in unnamed),
        threads=threads(graph, items, places),
        shapes=shapes(graph, items, places),
        telling=[graph.items[key] for key in items[:6]],
        structures=len(graph.drawn),
        items=len(graph.holders),
        shared=len(graph.shared),
    )


def fitted(points: Positions) -> dict[str, tuple[int, int]]:
    """`points` stretched to the picture's room, each way by itself."""
    left, right = min(x for x, _ in points.values()), max(x for x, _ in points.values())
    top, bottom = min(y for _, y in points.values()), max(y for _, y in points.values())
    across = (WIDTH - 2 * MARGIN_X) / max(right - left, 1)
    down = (HEIGHT - MARGIN_TOP - MARGIN_BOTTOM) / max(bottom - top, 1)
    return {
        key: (round(MARGIN_X + (x - left) * across), round(MARGIN_TOP + (y - top) * down))
        for key, (x, y) in points.items()
    }


def radius(declared: int) -> int:
    """As on the map, smaller, and within what a finger reaches."""
    return round(min(max(structure_radius(declared) / 2, SMALLEST_DISC), LARGEST_DISC))


def disc(graph: KnowledgeGraph, key: str, place: tuple[int, int], size: int) -> Disc:
    structure, (x, y) = graph.structures[key], place
    words = textwrap.wrap(structure.name, LETTERS, max_lines=LINES, placeholder="…")
    lines = [(line, y + size + LINE * (number + 1) - 4) for number, line in enumerate(words)]
    is_cut = " ".join(words) != " ".join(structure.name.split())
    return Disc(structure.name, structure.slug, x, y, size, lines, is_cut)


def with_room(discs: list[Disc]) -> list[Disc]:
    """Those whose name has room beside the others; the first ones first."""
    kept, taken = [], []
    for one in discs:
        if len(kept) == MOST_NAMES:
            break
        here = box(one)
        if not any(overlap(here, other) for other in taken):
            kept.append(one)
            taken.append(here)
    return kept


def box(one: Disc) -> tuple[float, float, float, float]:
    """What a disc and its name cover: left, top, right, bottom."""
    half = max([one.radius, *(len(words) * LETTER / 2 for words, _ in one.lines)])
    return one.x - half, one.y - one.radius, one.x + half, one.y + one.radius + LINE * len(one.lines)


def overlap(a: tuple, b: tuple) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def threads(graph: KnowledgeGraph, items: list[str], places: dict[str, tuple[int, int]]) -> dict[str, str]:
    """Straight lines from structures to items, those that offer and those that seek."""
    found = {"offers": "", "seeks": ""}
    for item in items:
        for structure, tie in graph.holders[item].items():
            if structure in places:
                (x1, y1), (x2, y2) = places[structure], places[item]
                found["seeks" if tie.stance == SEEK else "offers"] += f"M{x1} {y1}L{x2} {y2}"
    return found


def shapes(graph: KnowledgeGraph, items: list[str], places: dict[str, tuple[int, int]]) -> dict[str, str]:
    """As on the map: a circle for a savoir, a square for a savoir-faire, a hexagon for a milieu."""
    drawn = {"savoir": circle, "savoir_faire": square, "milieu": hexagon}
    return {
        kind: "".join(draw(*places[item], ITEM) for item in items if graph.items[item].kind == kind)
        for kind, draw in drawn.items()
    }


def circle(x: int, y: int, size: int) -> str:
    return f"M{x - size} {y}a{size} {size} 0 1 0 {2 * size} 0a{size} {size} 0 1 0 {-2 * size} 0z"


def square(x: int, y: int, size: int) -> str:
    return f"M{x - size} {y - size}h{2 * size}v{2 * size}h{-2 * size}z"


def hexagon(x: int, y: int, size: int) -> str:
    half = size // 2
    return f"M{x - size - 1} {y}l{half + 1} {-size}h{size}l{half + 1} {size}l{-half - 1} {size}h{-size}z"
