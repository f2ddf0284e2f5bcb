"""The lists of suggestions: who is in which, for which reasons, and what discreet structures keep to themselves."""

import numpy as np

from knowledge_map.suggestions import Network
from knowledge_map.suggestions.lists import SHARE, varied
from tests.knowledge_map.suggesting import suggest


def found(suggestions, structure):
    return [s.partner for s in suggestions if s.structure == structure]


def only(suggestions, structure, partner):
    return next(s for s in suggestions if (s.structure, s.partner) == (structure, partner))


# The lists


def test_those_in_touch_are_not_suggested_to_each_other():
    network = Network.build(offers=[("a", "x"), ("b", "x"), ("c", "x"), ("c", "y")], ties=[("b", "a")])
    assert {s: found(suggest(network), s) for s in "abc"} == {"a": ["c"], "b": ["c"], "c": ["a", "b"]}


def test_who_declares_nothing_is_suggested_to_nobody():
    network = Network.build(offers=[("a", "x"), ("b", "x")], ties=[("outside", "a"), ("outside", "b")])
    assert [(s.structure, s.partner) for s in suggest(network)] == [("a", "b"), ("b", "a")]


def test_an_excluded_partner_leaves_one_list_only():
    network = Network.build(offers=[("a", "x"), ("b", "x"), ("c", "x"), ("d", "x")])
    suggestions = suggest(network, excluded=[("a", "b")])
    assert (sorted(found(suggestions, "a")), sorted(found(suggestions, "b"))) == (["c", "d"], ["a", "c", "d"])


def test_a_kept_partner_takes_no_place():
    network = Network.build(offers=[("a", "x"), ("b", "x"), ("c", "x"), ("d", "x")])
    suggestions = suggest(network, top=1, kept=[("a", "d")])
    assert (len(found(suggestions, "a")), found(suggestions, "a")[-1]) == (2, "d")


def test_ranks_follow_each_other():
    network = Network.build(offers=[(s, "x") for s in "abcd"])
    assert [s.rank for s in suggest(network) if s.structure == "a"] == [1, 2, 3]


def test_variety_prefers_the_unlike_among_equals():
    likeness = np.array([[1, 0.9, 0], [0.9, 1, 0], [0, 0, 1]])
    # After the first: 0.7 x 0.9 - 0.3 x 0.9 = 0.36 against 0.7 x 0.8 = 0.56 (scores run from 0 to 1).
    scores = np.array([1.0, 0.9, 0.8, 0])
    likeness = np.pad(likeness, ((0, 1), (0, 1)))
    assert varied(scores[None], likeness[None]).tolist() == [[0, 2, 1, 3]]


def test_a_much_better_one_is_preferred_to_variety():
    scores, likeness = np.array([1.0, 0.9, 0]), np.array([[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]])
    assert varied(scores[None], likeness[None]).tolist() == [[0, 1, 2]]


def test_variety_of_a_short_list_leaves_its_empty_places_last():
    scores = np.array([[0.5, -np.inf, -np.inf], [3, 2, 1]])
    assert varied(scores, np.zeros((2, 3, 3))).tolist() == [[0, 1, 2], [0, 1, 2]]


def star(n):
    """`hub` shares an item with each of n others, which share nothing with one another; `lone` shares nothing."""
    return Network.build(
        offers=[("hub", f"item {i}") for i in range(n)] + [(i, f"item {i}") for i in range(n)] + [("lone", "nothing")]
    )


def test_everybody_mapped_is_in_a_list():
    suggestions = suggest(star(30), top=2)
    assert {s.partner for s in suggestions} == {"hub", "lone", *range(30)}


def test_nobody_is_in_more_lists_than_its_share():
    suggestions = suggest(star(30), top=2)
    exposure = [sum(s.partner == partner for s in suggestions) for partner in ["hub", "lone", *range(30)]]
    assert max(exposure) == SHARE * 2


def test_those_of_whom_nobody_hears_take_free_places_first():
    suggestions = suggest(star(5), top=2)
    # Four of the five hear of the hub, its share; each keeps it, and has room for one that nobody else names.
    assert sum(s.partner == "hub" for s in suggestions) == 4


def test_no_list_is_longer_than_asked():
    suggestions = suggest(star(30), top=2)
    assert max(len(found(suggestions, s)) for s in ["hub", "lone", *range(30)]) == 2


def test_without_anything_there_is_nothing():
    assert suggest(Network.build(offers=[])) == []
    assert suggest(Network.build(offers=[("alone", "x")])) == []


def test_many_structures_are_measured_on_their_nearest_only(monkeypatch):
    def lists():
        random = np.random.default_rng(1)
        offers = [(s, int(i)) for s in range(60) for i in random.integers(0, 40, 4)]
        return suggest(Network.build(offers=offers, ties=[(0, 1), (1, 2)], needs=[(0, 7), (3, 9)]), top=3)

    everything = lists()
    monkeypatch.setattr("knowledge_map.suggestions.channels.ALL_PAIRS_UNTIL", 10)
    monkeypatch.setattr("knowledge_map.suggestions.channels.TOO_COMMON", 1)
    nearest = lists()
    assert {s.partner for s in nearest} == set(range(60))
    best = {s.structure: s.partner for s in everything if s.rank == 1}
    assert sum(best[s.structure] == s.partner for s in nearest if s.rank == 1) >= 40


def test_a_list_ends_where_nothing_more_can_be_said():
    offers = [("a", "x"), ("b", "x"), ("b", "y"), ("c", "y"), ("c", "jeunes"), ("a", "jeunes")]
    network = Network.build(offers=offers, milieux={"jeunes"})
    # x and y are seen together once only, and a milieu in common makes nobody work together.
    assert {s: found(suggest(network), s) for s in "abc"} == {"a": ["b"], "b": ["a", "c"], "c": ["b"]}


def test_what_goes_together_often_is_enough_for_a_list():
    offers = [("a", "x"), ("b", "y")] + [(s, item) for s in "cd" for item in "xy"]
    assert "b" in found(suggest(Network.build(offers=offers)), "a")


def test_what_is_a_whole_group_by_itself_is_enough_for_a_list():
    offers = [("a", "x"), ("b", "y"), ("b", "w"), ("c", "w"), ("d", "x")]
    assert "b" in found(suggest(Network.build(offers=offers, groups=[["x", "y"]])), "a")
    assert "b" not in found(suggest(Network.build(offers=offers, groups=[["x", "y", "other"]])), "a")


def test_the_lists_are_the_same_block_by_block(monkeypatch):
    random = np.random.default_rng(2)
    offers = [(s, int(i)) for s in range(60) for i in random.integers(0, 40, 4)]
    network = Network.build(offers=offers, ties=[(0, 1), (1, 2)], needs=[(0, 7), (3, 9)])
    monkeypatch.setattr("knowledge_map.suggestions.channels.ALL_PAIRS_UNTIL", 10)
    whole = suggest(network, top=3, excluded=[(0, 5)], kept=[(3, 4)])
    monkeypatch.setattr("knowledge_map.suggestions.scores.BLOCK", 100)
    monkeypatch.setattr("knowledge_map.suggestions.method.WRITTEN", 7)
    pieces = suggest(network, top=3, excluded=[(0, 5)], kept=[(3, 4)])
    assert [(s.structure, s.partner, s.rank, s.reasons) for s in pieces] == [
        (s.structure, s.partner, s.rank, s.reasons) for s in whole
    ]


# The reasons


def test_reasons_are_the_items_themselves():
    network = Network.build(
        offers=[
            ("a", "x"), ("a", "compta"), ("a", "jeunes"),
            ("b", "x"), ("b", "jeunes"), ("b", "bilan"), ("b", "traiteur"),
            ("c", "compta"), ("c", "bilan"), ("d", "compta"), ("d", "bilan"),
        ],
        needs=[("a", "traiteur"), ("b", "compta")],
        milieux={"jeunes"},
        ties=[("a", "c"), ("b", "c")],
    )  # fmt: skip
    assert only(suggest(network), "a", "b").reasons == [
        {"channel": "need", "seeker": "a", "items": ["traiteur"]},
        {"channel": "need", "seeker": "b", "items": ["compta"]},
        {"channel": "shared", "items": ["x"]},
        {"channel": "related", "pairs": [["compta", "bilan"]]},
        {"channel": "milieu", "items": ["jeunes"]},
        {"channel": "third_party", "structures": ["c"]},
    ]


def test_the_rarest_shared_item_comes_first():
    offers = [(s, "usual") for s in "abcdef"] + [("a", "rare"), ("b", "rare"), ("c", "other")]
    assert only(suggest(Network.build(offers=offers)), "a", "b").reasons == [
        {"channel": "shared", "items": ["rare", "usual"]}
    ]


def test_a_weak_relation_is_told_only_for_want_of_better():
    offers = [("a", "x"), ("b", "y"), ("c", "x"), ("c", "y")]
    apart = [("a", "c"), ("b", "c"), ("c", "a"), ("c", "b")]
    # Nothing else ties a and b: they stand in a list only because somebody must hear of each.
    assert only(suggest(Network.build(offers=offers), excluded=apart), "a", "b").reasons == [
        {"channel": "related", "pairs": [["x", "y"]]}
    ]
    better = Network.build(offers=offers, needs=[("a", "y")])
    assert only(suggest(better), "a", "b").reasons == [{"channel": "need", "seeker": "a", "items": ["y"]}]


def test_closeness_says_what_the_couple_rests_on():
    network = Network.build(
        offers=[("a", "x"), ("b", "x"), ("c", "y"), ("d", "z")], needs=[("c", "z")], ties=[("a", "e"), ("d", "e")]
    )
    suggestions = suggest(network)
    labels = {(s.structure, s.partner): s.closeness for s in suggestions}
    assert (labels["a", "b"], labels["c", "d"], labels["a", "d"]) == ("proches", "complementaires", "")


# Who keeps its savoirs to itself


def test_a_discreet_structure_is_never_told_through_what_it_declares():
    offers = [("a", "x"), ("b", "x"), ("c", "x"), ("c", "z")]
    network = Network.build(offers=offers, needs=[("a", "y"), ("b", "x")])
    told = only(suggest(network, discreet={"b"}), "a", "b")
    assert (told.channels, told.reasons, told.closeness, told.score) == (
        {"shared": 0, "related": 0, "need": 0, "third_party": 0},
        [],
        "",
        0,
    )


def test_what_a_discreet_structure_declares_does_not_move_its_rank():
    def order(need):
        offers = [("a", "x"), ("b", need), ("b", "own"), ("c", "x"), ("d", "y")]
        return found(suggest(Network.build(offers=offers, needs=[("a", "wanted")]), discreet={"b"}), "a")

    assert order("wanted") == order("unwanted")


def test_a_discreet_structure_reads_its_own_reasons():
    network = Network.build(offers=[("a", "x"), ("b", "x"), ("c", "z")])
    assert only(suggest(network, discreet={"b"}), "b", "a").reasons == [{"channel": "shared", "items": ["x"]}]


def test_a_third_party_may_still_introduce_a_discreet_structure():
    network = Network.build(offers=[("a", "x"), ("b", "x"), ("c", "z")], ties=[("a", "c"), ("b", "c")])
    assert only(suggest(network, discreet={"b"}), "a", "b").reasons == [{"channel": "third_party", "structures": ["c"]}]
