"""The method of the suggestions, by hand-computed figures."""

from math import log, sqrt

import numpy as np
import pytest

from knowledge_map import suggestions
from knowledge_map.suggestions import BETA, Network, learn
from knowledge_map.suggestions.channels import Index, measure
from knowledge_map.suggestions.feedback import ENOUGH_ANSWERS
from knowledge_map.suggestions.lists import SHARE, varied


def suggest(network, **options):
    return list(suggestions.suggest(network, **options))


def channels(network, a, b):
    """The four channels of a couple of structures, by name."""
    row, column = network.structures.index(a), network.structures.index(b)
    return measure(Index(network), np.array([row]), np.array([column]))[:, 0].tolist()


def found(suggestions, structure):
    return [s.partner for s in suggestions if s.structure == structure]


def only(suggestions, structure, partner):
    return next(s for s in suggestions if (s.structure, s.partner) == (structure, partner))


# The channels


def test_shared_is_the_cosine_of_weighted_offers():
    network = Network.build(offers=[("a", "x"), ("a", "y"), ("b", "x"), ("c", "z")])
    # N = 3; x has two holders, y and z one.
    x, y = log(4 / 2.5), log(4 / 1.5)
    assert channels(network, "a", "b")[0] == pytest.approx(x / sqrt(x * x + y * y))


def test_shared_weighs_what_is_better_established():
    network = Network.build(offers=[("a", "x", 0.9), ("a", "y", 0.6), ("b", "x"), ("c", "z")])
    x, y = 0.9 * log(4 / 2.5), 0.6 * log(4 / 1.5)
    assert channels(network, "a", "b")[0] == pytest.approx(x / sqrt(x * x + y * y))


def test_what_everybody_offers_says_nothing_from_a_large_house_on():
    network = Network.build(offers=[(structure, "x") for structure in range(1_000)])
    assert Index(network).weights.tolist() == pytest.approx([log(1001 / 1000.5)])


def test_related_is_what_goes_together_elsewhere():
    network = Network.build(offers=[("a", "x"), ("b", "y"), ("c", "x"), ("c", "y")])
    # x and y: one structure in common, two holders each: R = 1 / (2 + 5); each is the only relation of the other, so
    # that D^-1/2 R D^-1/2 = 1. Profiles of a and b are single items: their weight is 1.
    assert channels(network, "a", "b") == pytest.approx([0, 1, 0, 0])


def test_related_reads_what_goes_along_before_residents_tell():
    offers = [("a", "x"), ("b", "y"), ("c", "z")]
    assert channels(Network.build(offers=offers), "a", "b")[1] == 0
    together = Network.build(offers=offers, groups=[["x", "y"], ["z", "unknown"]])
    assert channels(together, "a", "b")[1] == pytest.approx(1)
    assert channels(together, "a", "c")[1] == 0


def test_the_prior_fades_as_the_house_grows():
    def strength(n):
        offers = [(s, item) for s in range(n) for item in ("x", f"own {s}")] + [("a", "y")]
        return Index(Network.build(offers=offers, groups=[["x", "y"]])).fade

    assert [strength(n) for n in (9, 49, 99, 200)] == pytest.approx([0.9, 0.5, 0, 0])


def test_need_is_the_share_of_needs_met_both_ways():
    network = Network.build(
        offers=[("a", "x"), ("b", "y"), ("c", "z")], needs=[("a", "y"), ("a", "z"), ("b", "x"), ("c", "nobody")]
    )
    # Of a's two needs, equally rare, b meets one; of b's only need, a meets all.
    assert channels(network, "a", "b") == pytest.approx([0, 0, 1 / 2 + 1, 0])
    assert channels(network, "a", "c") == pytest.approx([0, 0, 1 / 2, 0])


def test_third_party_shares_itself_among_all_it_knows():
    network = Network.build(
        offers=[("a", "x"), ("b", "y"), ("c", "z")],
        ties=[("a", "c"), ("b", "c"), ("c", "outside"), ("a", "outside"), ("b", "outside")],
    )
    assert channels(network, "a", "b") == pytest.approx([0, 0, 0, 1 / 3 + 1 / 3])


def test_channels_are_the_same_from_both_sides():
    network = Network.build(
        offers=[("a", "x"), ("a", "w"), ("b", "y"), ("b", "w"), ("c", "x"), ("c", "y")],
        needs=[("a", "y")],
        ties=[("a", "c"), ("b", "c")],
    )
    assert channels(network, "a", "b") == pytest.approx(channels(network, "b", "a"))


def test_a_small_group_ties_more_than_a_large_one():
    offers = [("a", "x"), ("b", "near"), ("c", "far"), ("d", "aside")]
    groups = [["x", "near", "unknown"], ["x", "far", *"0123456789"], ["far", "aside", "near"]]
    network = Network.build(offers=offers, groups=groups)
    assert channels(network, "a", "b")[1] > channels(network, "a", "c")[1]
    # Newman's projection: two of three items tie by 1/2, two of twelve by 1/11.
    assert (network.groups.T @ network.groups)[0, [1, 2]].toarray().ravel() == pytest.approx([1 / 2, 1 / 11])


def test_an_item_of_many_groups_goes_less_with_each():
    offers = [("a", "usual"), ("b", "rare"), ("c", "x"), ("d", "own")]
    groups = [["usual", "x"], ["rare", "x"]] + [["usual", f"{n}"] for n in range(50)]
    network = Network.build(offers=offers, groups=groups)
    assert channels(network, "c", "b")[1] > channels(network, "c", "a")[1] > 0


def test_a_transversal_item_goes_along_with_nothing():
    offers = [("a", "everywhere"), ("b", "y"), ("c", "z")]
    network = Network.build(offers=offers, groups=[["everywhere", "y"]], transversal={"everywhere"})
    assert channels(network, "a", "b") == [0, 0, 0, 0]


def test_a_milieu_in_common_counts_in_no_channel():
    offers = [("a", "jeunes"), ("a", "x"), ("b", "jeunes"), ("c", "jeunes"), ("c", "y"), ("d", "z")]
    network = Network.build(offers=offers, milieux={"jeunes"}, groups=[["jeunes", "z"]])
    assert (channels(network, "a", "b"), channels(network, "a", "d")) == ([0, 0, 0, 0], [0, 0, 0, 0])


# The score


def test_score_is_standardised_over_both_sides():
    # One item each in common, in 0, 1 and 2 of two: from a, b stands out (2/3, -1/3, -1/3), and so from b.
    network = Network.build(
        offers=[("a", "own"), ("b", "own b"), ("c", "own c"), ("d", "own d")], needs=[("a", "own b"), ("c", "nobody")]
    )
    told = {(s.structure, s.partner): s.standardised["need"] for s in suggest(network)}
    # Seen from a and from b: 1, 0, 0, that is z = (1 - 1/3) / sqrt(2)/3; nothing differs for c and d.
    assert told["a", "b"] == pytest.approx(sqrt(2))


def test_an_absent_channel_counts_nothing():
    suggestions = suggest(Network.build(offers=[("a", "x"), ("b", "x"), ("b", "y"), ("c", "y")]))
    assert {(s.channels["third_party"], s.standardised["third_party"]) for s in suggestions} == {(0, 0)}
    assert {(s.channels["need"], s.standardised["need"]) for s in suggestions} == {(0, 0)}


def test_score_is_the_weighted_sum_of_the_standardised_channels():
    network = Network.build(
        offers=[("a", "x"), ("a", "y"), ("b", "x"), ("c", "y"), ("d", "z")],
        needs=[("a", "z")],
        ties=[("a", "d"), ("d", "b")],
    )
    suggestions = suggest(network)
    assert [s.score for s in suggestions] == pytest.approx(
        [BETA @ np.array(list(s.standardised.values())) for s in suggestions]
    )


def test_scores_are_the_same_from_both_sides():
    network = Network.build(offers=[("a", "x"), ("b", "x"), ("b", "y"), ("c", "y"), ("c", "x")], needs=[("a", "y")])
    scores = {(s.structure, s.partner): s.score for s in suggest(network)}
    assert scores == pytest.approx({(b, a): score for (a, b), score in scores.items()})


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


# What answers teach


def answers(n, agreed):
    """n answers where the agreement follows the sign of one channel, `agreed`."""
    random = np.random.default_rng(0)
    values = random.normal(size=(n, 4))
    return values, values[:, agreed] > 0


def test_few_answers_teach_nothing():
    values, agreed = answers(ENOUGH_ANSWERS - 1, 0)
    assert learn(values, agreed).tolist() == BETA.tolist()


def test_answers_move_the_weights_towards_what_was_agreed():
    values, agreed = answers(ENOUGH_ANSWERS, 0)
    weights = learn(values, agreed)
    assert weights[0] > BETA[0]
    assert weights[2] < BETA[2]


def test_a_weight_never_turns_against_its_reason():
    values, agreed = answers(500, 1)
    values[:, 2] = -np.abs(values[:, 2]) * np.where(agreed, 1, -1)
    assert learn(values, agreed)[2] == 0


def test_the_weights_are_at_the_maximum_a_posteriori():
    values, agreed = answers(60, 0)
    weights = learn(values, agreed)
    free = weights > 0
    # At the maximum the gradient of the log-posterior vanishes, once the intercept too is at its best.
    from scipy.optimize import brentq
    from scipy.special import expit

    def slope(intercept):
        return (agreed - expit(values @ weights + intercept)).sum() - intercept / 25

    errors = agreed - expit(values @ weights + brentq(slope, -5, 5))
    assert (values.T @ errors - (weights - BETA))[free] == pytest.approx(0, abs=1e-3)
