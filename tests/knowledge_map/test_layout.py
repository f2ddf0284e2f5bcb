import math

import numpy as np
import pytest

from bench.maps import made_up_map
from knowledge_map.graph import KnowledgeGraph, Tie
from knowledge_map.layout import GAP, Skeleton, completed, layout


def centres(positions, keys):
    return np.array([positions[key] for key in keys])


def one_more_item(graph):
    """`graph` where its first structure also holds an item of its second."""
    first, second = graph.drawn[:2]
    item = next(item for item in graph.held[second] if item not in graph.held[first])
    ties = [*graph.ties, Tie(first, item)]
    return KnowledgeGraph(graph.structures.values(), graph.items.values(), graph.domains.values(), ties)


def test_every_node_has_a_place():
    graph = made_up_map(35)

    assert set(layout(graph)) == {*graph.drawn, *graph.tying, *graph.holders}


def test_same_data_same_places():
    assert layout(made_up_map(35)) == layout(made_up_map(35))


@pytest.mark.parametrize("structures", [2, 12, 35, 80])
def test_no_two_discs_overlap(structures):
    graph = made_up_map(structures)
    skeleton = Skeleton(graph)

    points = centres(layout(graph), skeleton.keys)

    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    wanted = skeleton.radii[:, None] + skeleton.radii[None] + GAP - 1
    np.fill_diagonal(distances, np.inf)
    assert (distances >= wanted).all()


def test_no_two_items_lie_on_one_another():
    graph = made_up_map(35)
    points = centres(layout(graph), sorted(graph.holders))

    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    assert distances.min() > 20


def test_map_stays_recognisable_when_an_item_is_added():
    graph = made_up_map(35)
    before = layout(graph)

    after = layout(one_more_item(graph), before)

    moved = np.linalg.norm(centres(before, graph.drawn) - centres(after, graph.drawn), axis=1)
    assert np.median(moved) < 20
    # The map is more than a thousand wide.
    assert moved.max() < 120
    assert np.ptp(centres(before, graph.drawn)[:, 0]) > 1000


def test_turned_map_is_turned_back():
    graph = made_up_map(12)
    before = layout(graph)
    turned = {key: (-y, x) for key, (x, y) in before.items()}

    after = layout(graph, turned)

    assert np.linalg.norm(centres(after, graph.drawn) - centres(turned, graph.drawn), axis=1).max() < 120


def test_new_items_are_placed_at_once_and_nothing_moves():
    graph = made_up_map(12)
    stored = layout(graph)
    lost = [graph.drawn[0], graph.tying[0], sorted(graph.holders)[0]]
    known = {key: place for key, place in stored.items() if key not in lost}

    placed = completed(graph, known)

    assert placed.keys() == stored.keys()
    still = [key for key in graph.drawn if key not in lost]
    assert [placed[key] for key in still] == [stored[key] for key in still]


def test_stored_map_that_holds_everything_is_kept():
    graph = made_up_map(12)
    stored = layout(graph)

    assert completed(graph, stored) is stored


def test_map_of_one_structure():
    graph = made_up_map(1)

    places = layout(graph)

    assert places[graph.drawn[0]] == (0, 0)
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in places.values())


def test_empty_map():
    assert layout(KnowledgeGraph([], [], [], [])) == {}
