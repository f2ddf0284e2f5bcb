"""The method of the suggestions, by hand-computed figures: the channels, the score, what answers teach."""

from math import log, sqrt

import numpy as np
import pytest

from knowledge_map.suggestions import BETA, Network, learn
from knowledge_map.suggestions.channels import Index, measure
from knowledge_map.suggestions.feedback import ENOUGH_ANSWERS
from tests.knowledge_map.suggesting import suggest


def channels(network, a, b):
    """The four channels of a couple of structures, by name."""
    row, column = network.structures.index(a), network.structures.index(b)
    return measure(Index(network), np.array([row]), np.array([column]))[:, 0].tolist()


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
