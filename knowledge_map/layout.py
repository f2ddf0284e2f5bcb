"""Where the map's nodes stand. Knows neither Django nor HTTP; the same data give the same positions.

Structures, domains and free items that tie (the skeleton) are discs laid out by igraph then pushed apart until none
overlaps; an item lies inside its domain's disc, on the side of those who hold it, or, when nobody else holds anything
in its domain, in a ring around its only structure. Positions are `{key: (x, y)}`, in the drawing's units.
"""

import math
import random
from collections import defaultdict

import igraph
import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree

from knowledge_map.graph import KnowledgeGraph

Positions = dict[str, tuple[float, float]]

ITEM_SPACING = 17
# Between two discs, so that a line of text fits under each.
GAP = 26
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
# The discs' share of the map before they are pushed apart.
DENSITY = 0.6
# For how long ties pull on a new map, and on one that people know.
FRESH_STEPS, KNOWN_STEPS = 120, 4
ROUNDS_AT_MOST = 100
# What part of its way to the middle a disc falls at each step.
GRAVITY = 0.03
# Screens are wider than high.
ASPECT = 1.5


def layout(graph: KnowledgeGraph, stored: Positions | None = None) -> Positions:
    """Positions of every node of `graph`, as near as may be to `stored` ones."""
    stored = stored or {}
    skeleton = Skeleton(graph)
    if not skeleton.keys:
        return {}
    points, steps = skeleton.spread(stored)
    points = separated(points, skeleton.radii, skeleton.edges, skeleton.weights, steps)
    points = aligned(points, skeleton.keys, stored)
    centres = dict(zip(skeleton.keys, points.tolist(), strict=True))
    return rounded(centres | place_items(graph, centres, stored))


def completed(graph: KnowledgeGraph, stored: Positions) -> Positions:
    """`stored`, with a place for each node of `graph` that has none yet: near what it is tied to."""
    if stored.keys() >= {*graph.drawn, *graph.tying, *graph.holders}:
        return stored
    skeleton = Skeleton(graph)
    centres = {key: stored[key] for key in skeleton.keys if key in stored}
    if not centres:
        return layout(graph)
    missing = [key for key in skeleton.keys if key not in stored]
    for key in missing:
        centres[key] = tuple(skeleton.beside_neighbours(key, centres))
    # Where nothing is missing, everything keeps its place.
    whole = {key for key in graph.tying if key not in missing and stored.keys() >= set(graph.within[key])}
    placed = {
        key: point
        for key, point in place_items(graph, centres, stored, beside=whole).items()
        if key not in stored or graph.items[key].domain in missing
    }
    return stored | rounded({key: centres[key] for key in missing} | placed)


class Skeleton:
    """The discs of the map and what pulls them together.

    `keys` in order; `radii` (n,) floats; `edges` (m, 2) indices into `keys`; `weights` (m,) counts of declarations.
    """

    def __init__(self, graph: KnowledgeGraph):
        tying = set(graph.tying)
        free = [item for item in graph.shared if not graph.items[item].domain]
        self.keys = sorted([*graph.drawn, *tying, *free])
        self.index = {key: position for position, key in enumerate(self.keys)}
        own = own_items(graph, tying)
        self.radii = np.array([self.radius(graph, key, own) for key in self.keys], float)
        pairs = {(s, d): weight for d in tying for s, weight in graph.weights[d].items()}
        pairs |= {(structure, item): 1 for item in free for structure in graph.holders[item]}
        ordered = sorted(pairs)
        self.edges = np.array([(self.index[a], self.index[b]) for a, b in ordered], int).reshape(-1, 2)
        self.weights = np.array([pairs[pair] for pair in ordered], float)

    @staticmethod
    def radius(graph: KnowledgeGraph, key: str, own: dict[str, list[str]]) -> float:
        if key in graph.structures:
            return ring_slots(len(own.get(key, ())), structure_radius(len(graph.held[key])))[1]
        return region_radius(len(graph.within[key])) if key in graph.within else ITEM_SPACING

    @property
    def scale(self) -> float:
        """The radius of a map where the discs take DENSITY of the room."""
        return math.sqrt(((self.radii + GAP) ** 2).sum() / DENSITY)

    def spread(self, stored: Positions) -> tuple[np.ndarray, int]:
        """Positions before overlaps are removed, and for how many steps ties then pull.

        From igraph; or, when most of it is known, from `stored`, which few steps leave recognisable.
        """
        known = [key for key in self.keys if key in stored]
        if len(known) < max(3, 0.5 * len(self.keys)):
            return self.fresh(), FRESH_STEPS
        centres = {key: stored[key] for key in known}
        for key in self.keys:
            if key not in centres:
                centres[key] = tuple(self.beside_neighbours(key, centres))
        return np.array([centres[key] for key in self.keys], float), KNOWN_STEPS

    def fresh(self) -> np.ndarray:
        count = len(self.keys)
        turns = np.arange(count) * GOLDEN_ANGLE
        # A sunflower to start from, and the same chances each time.
        start = np.sqrt(np.arange(count) + 0.5)[:, None] * np.column_stack([np.cos(turns), np.sin(turns)])
        graph = igraph.Graph(count, self.edges.tolist())
        weights = np.sqrt(self.weights).tolist()
        rounds = 1500 if count < 300 else 300
        igraph.set_random_number_generator(random.Random(count))
        drawn = graph.layout_fruchterman_reingold(weights=weights, niter=rounds, seed=start.tolist())
        igraph.set_random_number_generator(random)
        points = np.array(drawn.coords, float)
        points -= points.mean(axis=0)
        # The few that igraph flung far away come back to the others, in the same direction.
        distance = np.linalg.norm(points, axis=1)
        rank = distance.argsort().argsort()
        wanted = self.scale * np.sqrt((rank + 0.5) / count)
        points *= (wanted / np.maximum(distance, 1e-9))[:, None]
        return points * [math.sqrt(ASPECT), 1 / math.sqrt(ASPECT)]

    def beside_neighbours(self, key: str, centres: Positions) -> np.ndarray:
        """A place for `key` among those it is tied to, never the very same for two keys."""
        position = self.index[key]
        touching = self.edges[(self.edges == position).any(axis=1)].ravel()
        near = [centres[self.keys[other]] for other in touching if self.keys[other] in centres]
        turn = position * GOLDEN_ANGLE
        away = np.array([math.cos(turn), math.sin(turn)])
        if near:
            return np.mean(near, axis=0) + away * self.radii[position]
        return away * (np.abs(np.array(list(centres.values()))).max(initial=0) + self.radii[position])


def own_items(graph: KnowledgeGraph, tying: set[str]) -> dict[str, list[str]]:
    """For each structure, the items that lie in its ring: nobody else holds them, nor anything in their domain."""
    own = defaultdict(list)
    for item, holders in graph.holders.items():
        domain = graph.items[item].domain
        if domain not in tying and len(holders) == 1:
            own[next(iter(holders))].append(item)
    for items in own.values():
        items.sort(key=lambda key: (graph.items[key].domain, key))
    return own


def region_radius(count: int) -> float:
    """The radius of a domain's disc of `count` items."""
    return ITEM_SPACING * (math.sqrt(count) + 1.5)


def structure_radius(count: int) -> float:
    """The radius of the disc of a structure that declares `count` items."""
    return 24 + 4 * math.sqrt(count)


def ring_slots(count: int, radius: float) -> tuple[np.ndarray, float]:
    """`count` places in rings around a disc of `radius` (count, 2), and the radius that all takes."""
    places = []
    while len(places) < count:
        radius += 1.6 * ITEM_SPACING
        room = int(2 * math.pi * radius / (1.6 * ITEM_SPACING))
        here = min(room, count - len(places))
        turns = 2 * np.pi * np.arange(here) / here - np.pi / 2
        places += (radius * np.column_stack([np.cos(turns), np.sin(turns)])).tolist()
    return np.array(places).reshape(-1, 2), radius + (ITEM_SPACING if count else 0)


def sunflower(count: int) -> np.ndarray:
    """`count` places in a disc (count, 2), the first in the middle; more never move the others."""
    turns = np.arange(count) * GOLDEN_ANGLE
    radius = ITEM_SPACING * np.sqrt(np.arange(count) + 0.5)
    return radius[:, None] * np.column_stack([np.cos(turns), np.sin(turns)])


def place_items(
    graph: KnowledgeGraph, centres: Positions, stored: Positions, beside: frozenset[str] | set[str] = frozenset()
) -> Positions:
    """Positions of all items but the free ones, which are of the skeleton, and those of the domains `beside`."""
    placed = {}
    tying = {key for key in graph.tying if key in centres}
    for structure, items in own_items(graph, tying).items():
        slots = ring_slots(len(items), structure_radius(len(graph.held[structure])))[0] + centres[structure]
        placed |= dict(zip(items, slots.tolist(), strict=True))
    for domain in tying - beside:
        placed |= place_in_domain(graph, sorted(graph.within[domain]), domain, centres, stored)
    return placed


def place_in_domain(graph, items, domain, centres, stored) -> Positions:
    """Each item in the free place nearest to those who hold it; one that had a place tends to keep it."""
    centre = np.array(centres[domain])
    slots = sunflower(len(items))
    reach = np.linalg.norm(slots[-1])
    wanted = np.array([pull(graph, item, centre, reach, centres) for item in items])
    cost = np.linalg.norm(slots[None] - wanted[:, None], axis=2)
    if domain in stored:
        before = np.array([stored.get(item, (math.nan, math.nan)) for item in items]) - stored[domain]
        cost += np.nan_to_num(4 * np.linalg.norm(slots[None] - before[:, None], axis=2))
    chosen = linear_sum_assignment(cost)[1]
    return dict(zip(items, (slots[chosen] + centre).tolist(), strict=True))


def pull(graph, item, centre, reach, centres) -> np.ndarray:
    """From `centre`, the point of the disc of radius `reach` nearest to the middle of those who hold `item`."""
    towards = np.mean([centres[key] for key in graph.holders[item]], axis=0) - centre
    distance = np.linalg.norm(towards)
    return towards * min(1, reach / distance) if distance else towards


def separated(points, radii, edges, weights, steps: int) -> np.ndarray:
    """Discs drawn together by their ties for `steps`, then pushed apart until no two are nearer than GAP."""
    points = points.copy()
    strength = 0.06 * np.minimum(1, weights / 4)
    for step in range(steps):
        cooling = 1 - step / FRESH_STEPS
        draw_together(points, radii, edges, strength * cooling)
        # Everything falls to the middle, faster from above than from aside.
        points -= (points - points.mean(axis=0)) * [GRAVITY / ASPECT**2, GRAVITY] * cooling
        if step % 3 == 0:
            pairs = near_pairs(points, radii, GAP)
        push_apart(points, radii, pairs)
    if steps == FRESH_STEPS:
        points = laid_wide(points)
    push_all_apart(points, radii)
    return points


def push_all_apart(points: np.ndarray, radii: np.ndarray) -> None:
    """Move discs until no two are nearer than GAP."""
    for _ in range(ROUNDS_AT_MOST):
        # Looked for once for several rounds, which move discs little.
        pairs = near_pairs(points, radii, GAP)
        moved = [push_apart(points, radii, pairs) for _round in range(8)]
        if not any(moved):
            break


def apart(discs: dict[str, tuple[float, float, float]]) -> Positions:
    """Positions of discs given as (x, y, radius), once moved apart, with room for their names."""
    values = np.array(list(discs.values()))
    points = values[:, :2].copy()
    push_all_apart(points, 1.8 * values[:, 2])
    return rounded(dict(zip(discs, points.tolist(), strict=True)))


def laid_wide(points: np.ndarray) -> np.ndarray:
    """The longest way of `points` laid level, and all of it stretched to ASPECT."""
    points = points - points.mean(axis=0)
    points = points @ np.linalg.svd(points)[2].T
    wide, high = np.maximum(np.ptp(points, axis=0), 1)
    stretch = math.sqrt(ASPECT * high / wide)
    return points * [stretch, 1 / stretch]


def near_pairs(points: np.ndarray, radii: np.ndarray, margin: float) -> np.ndarray:
    """Pairs of indices (n, 2) of the discs nearer than GAP and `margin`."""
    pairs = cKDTree(points).query_pairs(2 * radii.max() + GAP + margin, output_type="ndarray")
    between = points[pairs[:, 1]] - points[pairs[:, 0]]
    reach = radii[pairs].sum(axis=1) + GAP + margin
    return pairs[(between**2).sum(axis=1) < reach**2]


def draw_together(points, radii, edges, strength) -> None:
    """Move discs towards those they are tied to, until their borders are GAP apart."""
    a, b = edges.T
    between = points[b] - points[a]
    distance = np.maximum(np.linalg.norm(between, axis=1), 1e-9)
    slack = np.maximum(0, distance - radii[a] - radii[b] - GAP)
    move = between * (strength * slack / distance)[:, None]
    degree = np.bincount(edges.ravel(), minlength=len(points)).clip(1)[:, None]
    points += (summed(a, move, len(points)) - summed(b, move, len(points))) / np.sqrt(degree)


def push_apart(points: np.ndarray, radii: np.ndarray, pairs: np.ndarray) -> bool:
    """Move the two discs of each pair that overlaps by the overlap, the smaller more; True when there were some."""
    a, b = pairs.T
    between = points[b] - points[a]
    distance = np.sqrt((between**2).sum(axis=1))
    overlap = radii[a] + radii[b] + GAP - distance
    touching = overlap > 0.5
    if not touching.any():
        return False
    a, b, between, distance, overlap = (
        a[touching],
        b[touching],
        between[touching],
        distance[touching],
        overlap[touching],
    )
    # Two discs on the very same point go apart in a direction of their own.
    same = distance < 1e-6
    turns = (a + b)[same] * GOLDEN_ANGLE
    between[same] = np.column_stack([np.cos(turns), np.sin(turns)])
    distance[same] = 1
    share = (radii[b] ** 2 / (radii[a] ** 2 + radii[b] ** 2))[:, None]
    move = between * (1.02 * overlap / distance)[:, None]
    points += summed(a, -move * share, len(points)) + summed(b, move * (1 - share), len(points))
    return True


def summed(indices: np.ndarray, moves: np.ndarray, count: int) -> np.ndarray:
    """The sum of the moves (m, 2) of each index, as (count, 2)."""
    return np.column_stack([np.bincount(indices, moves[:, axis], count) for axis in (0, 1)])


def aligned(points: np.ndarray, keys: list[str], stored: Positions) -> np.ndarray:
    """`points` turned, mirrored and shifted onto `stored` as nearly as may be (orthogonal Procrustes, no scaling)."""
    known = [position for position, key in enumerate(keys) if key in stored]
    if len(known) < 3:
        return points - points.mean(axis=0)
    before = np.array([stored[keys[position]] for position in known], float)
    now = points[known]
    u, _, v = np.linalg.svd((now - now.mean(axis=0)).T @ (before - before.mean(axis=0)))
    return (points - now.mean(axis=0)) @ (u @ v) + before.mean(axis=0)


def rounded(positions) -> Positions:
    return {key: (round(x, 1), round(y, 1)) for key, (x, y) in positions.items()}
