"""A small piece of the map, drawn on the server: what is around a structure, around an item, or what ties the house.

Three columns at most: structures, items, structures. All the excerpts of a page are read in one query.
"""

import textwrap
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import fmean

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode

from knowledge_map.graph import OFFER, SEEK, Item, KnowledgeGraph, Structure, Tie
from knowledge_map.listing import KIND_WORDS
from residents import rules
from residents.models import Declaration, KnowledgeItem, Resident, User

# A handful: the excerpt is read at a glance, on a phone too; the map has the rest.
ITEMS, STRUCTURES = 5, 4
# The drawing's own units, in which a letter is 15 high.
WIDTH, MARGIN = 400, 20
LEFT, MIDDLE, RIGHT = 120, 200, 280
LINE, GAP = 17, 18
# Letters a line, and in the longest word that is written whole.
LETTERS = {"structure": (12, 13), "item": (15, 16)}
LINES = 3
NODE = 9


@dataclass(frozen=True)
class Node:
    """`anchor` and (`text_x`, `text_y`) are those of the first of `lines`; `kind` is structure or an item's kind."""

    key: str
    label: str
    kind: str
    x: int
    y: int
    lines: list[tuple[str, int]]
    text_x: int
    anchor: str
    is_centre: bool = False


@dataclass(frozen=True)
class Line:
    x1: int
    y1: int
    x2: int
    y2: int
    stance: str


@dataclass(frozen=True)
class Said:
    """An item in words: who offers it and who seeks it, of those drawn."""

    label: str
    kind_words: str
    offered: list[str]
    sought: list[str]


@dataclass
class Excerpt:
    """What components/map_excerpt.html draws; `url` is the same place on the map, `centre` its name ("": the house)."""

    url: str
    centre: str
    nodes: list[Node] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    height: int = 0
    width: int = WIDTH


def excerpts(reader: User, keys: Iterable[str]) -> dict[str, Excerpt]:
    """Around each of these nodes ("r12", "i345"; "" for the whole map), as far as `reader` may read; one query.

    A term that was merged since is the one that says it now, for some queries more. What they may not read, or what
    holds nothing, has no excerpt.
    """
    keys = set(keys)
    if not keys:
        return {}
    graph = readable(reader, keys)
    if moved := moved_terms(keys - graph.items.keys()):
        graph = readable(reader, {moved.get(key, key) for key in keys})
    found = {key: cut_out(graph, moved.get(key, key)) for key in keys}
    return {key: excerpt for key, excerpt in found.items() if excerpt.nodes}


def moved_terms(keys: set[str]) -> dict[str, str]:
    """Of these nodes, the terms that were merged away, with the node that says each now."""
    if not (wanted := numbers(keys, "i")):
        return {}
    gone = KnowledgeItem.objects.filter(pk__in=wanted, retired=True)
    return {f"i{item.pk}": f"i{item.standing().pk}" for item in gone}


def readable(reader: User, keys: set[str]) -> KnowledgeGraph:
    """Who holds what, for the items that are around `keys`; only what `reader` may read."""
    present = Resident.objects.in_residence().filter(rules.met_here(reader))
    known = Declaration.objects.filter(rules.readable(reader, "savoirs", "resident__"), resident__in=present)
    wanted = Q(item__in=known.filter(resident__in=numbers(keys, "r")).values("item"))
    wanted |= Q(item__in=numbers(keys, "i"))
    if "" in keys:
        popular = known.order_by().values("item").annotate(holders=Count("resident"))
        wanted |= Q(item__in=popular.order_by("-holders", "item").values("item")[:ITEMS])
    rows = known.filter(wanted).order_by("item__searchable", "resident__sort_name").values_list(
        "resident_id", "resident__name", "resident__sort_name", "item_id", "item__label", "item__kind", "stance"
    )  # fmt: skip
    structures, items, ties = {}, {}, []
    for resident, name, sort, item, label, kind, stance in rows:
        structures[resident] = Structure(f"r{resident}", name, sort=sort)
        items[item] = Item(f"i{item}", label, kind)
        ties.append(Tie(f"r{resident}", f"i{item}", stance))
    return KnowledgeGraph(structures.values(), items.values(), [], ties)


def numbers(keys: set[str], head: str) -> list[int]:
    return [int(key[1:]) for key in keys if key.startswith(head)]


def cut_out(graph: KnowledgeGraph, key: str) -> Excerpt:
    left, items, right = columns(graph, key)
    query = {"vue": "autour", "centre": key} if key else {}
    address = reverse("knowledge_map:map") + (f"?{urlencode(query)}" if query else "")
    excerpt = Excerpt(url=address, centre=graph.label(key))
    if items and (left or right):
        draw(excerpt, graph, key, left, items, right)
    return excerpt


def columns(graph: KnowledgeGraph, key: str) -> tuple[list[str], list[str], list[str]]:
    """(structures, items, structures): the centre alone in its column, the whole house on both sides."""
    if key in graph.items:
        by_stance = {
            stance: [one for one, tie in graph.holders[key].items() if tie.stance == stance][:STRUCTURES]
            for stance in (OFFER, SEEK)
        }
        return by_stance[OFFER], [key], by_stance[SEEK]
    if key:
        items = sorted(graph.held.get(key, ()), key=graph.telling)[:ITEMS]
        return [key], items, untangled(graph, items, strongest(graph, items, STRUCTURES, but=key))
    items = sorted(graph.holders, key=graph.telling)[:ITEMS]
    structures = strongest(graph, items, 2 * STRUCTURES)
    return untangled(graph, items, structures[::2]), items, untangled(graph, items, structures[1::2])


def strongest(graph: KnowledgeGraph, items: list[str], most: int, but: str = "") -> list[str]:
    """The structures that hold most of `items`."""
    counts = Counter(key for item in items for key in graph.holders[item] if key != but)
    return [key for key, _count in counts.most_common(most)]


def untangled(graph: KnowledgeGraph, items: list[str], structures: list[str]) -> list[str]:
    """Each at the height of what it holds, so that few lines cross."""
    return sorted(structures, key=lambda key: fmean(items.index(item) for item in graph.held[key] if item in items))


def draw(excerpt: Excerpt, graph: KnowledgeGraph, centre: str, left, items, right) -> None:
    structures = [*left, *right]
    rooms = {key: room(graph, key) for key in (*structures, *items)}
    excerpt.height = max(sum(rooms[key] for key in column) for column in (left, items, right)) + 2 * MARGIN - GAP
    places = {}
    for column, x, anchor in ((left, LEFT, "end"), (items, MIDDLE, "middle"), (right, RIGHT, "start")):
        for key, y in zip(column, heights([rooms[key] for key in column], excerpt.height), strict=True):
            node = node_of(graph, key, x, y, anchor, is_centre=key == centre)
            excerpt.nodes.append(node)
            places[key] = node
    for item in items:
        ties = {key: tie for key, tie in graph.holders[item].items() if key in places}
        excerpt.lines += [line(places[key], places[item], tie.stance) for key, tie in ties.items()]
        node = graph.items[item]
        by_stance = {
            stance: [graph.label(key) for key, tie in ties.items() if tie.stance == stance] for stance in (OFFER, SEEK)
        }
        excerpt.said.append(Said(node.label, KIND_WORDS[node.kind], by_stance[OFFER], by_stance[SEEK]))


def wrapped(graph: KnowledgeGraph, key: str) -> list[str]:
    letters, longest = LETTERS["structure" if key in graph.structures else "item"]
    words = [word if len(word) <= longest else f"{word[: longest - 1]}…" for word in graph.label(key).split()]
    return textwrap.wrap(" ".join(words), letters, max_lines=LINES, placeholder=" …", break_long_words=False)


def room(graph: KnowledgeGraph, key: str) -> int:
    """How high a node stands, with its name: beside a structure, under an item."""
    height = LINE * len(wrapped(graph, key))
    return (max(height, 2 * NODE) if key in graph.structures else height + 2 * NODE) + GAP


def heights(rooms: list[int], height: int) -> list[int]:
    """The top of each node's room, the column spread over `height`."""
    if not rooms:
        return []
    spare = (height - 2 * MARGIN + GAP - sum(rooms)) / len(rooms)
    tops, top = [], MARGIN + spare / 2
    for one in rooms:
        tops.append(round(top))
        top += one + spare
    return tops


def node_of(graph: KnowledgeGraph, key: str, x: int, top: int, anchor: str, *, is_centre: bool) -> Node:
    words = wrapped(graph, key)
    if key in graph.structures:
        y = top + max(LINE * len(words), 2 * NODE) // 2
        first = y - LINE * (len(words) - 1) // 2 + 5
        text_x = x + (NODE + 6) * (1 if anchor == "start" else -1)
        kind = "structure"
    else:
        y, text_x, kind = top + NODE, x, graph.items[key].kind
        first = y + NODE + LINE - 2
    lines = [(text, first + number * LINE) for number, text in enumerate(words)]
    return Node(key, graph.label(key), kind, x, y, lines, text_x, anchor, is_centre)


def line(structure: Node, item: Node, stance: str) -> Line:
    return Line(structure.x, structure.y, item.x, item.y, stance)
