"""The method from end to end: pairs, channels, standardised scores, lists, reasons."""

from collections.abc import Collection, Hashable
from dataclasses import dataclass

import numpy as np

from knowledge_map.suggestions.channels import CHANNELS, Index, measure, pairs
from knowledge_map.suggestions.feedback import BETA
from knowledge_map.suggestions.lists import orders, shared_out, show_everybody
from knowledge_map.suggestions.network import Network
from knowledge_map.suggestions.reasons import Reasons

CLOSE, COMPLEMENTARY = "proches", "complementaires"
SHARED, RELATED, NEED, THIRD_PARTY = range(4)


@dataclass(frozen=True)
class Suggestion:
    """`partner` suggested to `structure`: `channels` as measured, `standardised` as they count in `score`."""

    structure: Hashable
    partner: Hashable
    rank: int
    score: float
    channels: dict[str, float]
    standardised: dict[str, float]
    reasons: list[dict]
    closeness: str


@dataclass(frozen=True, eq=False)
class Scores:
    """Couples both ways, sorted by row: structure rows, partner rows, channels and standardised channels (4 x n)."""

    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    standardised: np.ndarray
    totals: np.ndarray

    def starts(self, n: int) -> np.ndarray:
        return np.searchsorted(self.rows, np.arange(n + 1))


def suggest(
    network: Network,
    *,
    top: int = 10,
    beta: np.ndarray = BETA,
    excluded: Collection[tuple] = (),
    kept: Collection[tuple] = (),
    discreet: Collection[Hashable] = (),
) -> list[Suggestion]:
    """Every mapped structure's list of at most `top` partners, by structure then rank (from 1).

    `excluded` couples (structure, partner) stay out of the structure's list. `kept` ones stand after it, whatever
    their score, and take no place. `discreet` structures do not say what they know: they are suggested only through
    third parties, or because somebody must hear of them, and nothing shown tells what they declare.
    """
    index = Index(network)
    position = {structure: row for row, structure in enumerate(network.structures)}
    hidden = np.isin(np.arange(len(position)), [position[s] for s in discreet if s in position])
    scores = scored(index, beta, hidden)
    lists = listed(index, scores, top, hidden, couples(excluded, position), couples(kept, position))
    reasons = Reasons(index)
    return [
        written(reasons, scores, beta, edge, rank, hidden)
        for places in lists
        for rank, edge in enumerate(places, start=1)
    ]


def scored(index: Index, beta: np.ndarray, hidden: np.ndarray) -> Scores:
    """score(a, b) = sum over channels of beta x z(a, b), z standardised over a's candidates, mean of both sides."""
    rows, columns = pairs(index)
    values = measure(index, rows, columns)
    standardised = np.array([both_sides(channel, rows, columns) for channel in values])
    # What a discreet partner declares must not even move its rank in others' lists.
    unsaid = hidden[columns]
    for channel in (SHARED, RELATED, NEED):
        values[channel, unsaid] = standardised[channel, unsaid] = 0
    return Scores(rows, columns, values, standardised, np.asarray(beta) @ standardised)


def both_sides(values: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """z over each structure's candidates, averaged with the z seen from the other side; 0 where nothing differs."""
    if not values.any():
        return np.zeros_like(values)
    count = np.maximum(np.bincount(rows), 1)
    mean = np.bincount(rows, values) / count
    deviation = np.sqrt(np.bincount(rows, (values - mean[rows]) ** 2) / count)
    # Equal values differ by rounding only: no information.
    told = deviation[rows] > 1e-9
    z = np.divide(values - mean[rows], deviation[rows], out=np.zeros_like(values), where=told)
    # Couples are there both ways: sorted by (column, row), they are the same ones seen from the other side.
    return (z + z[np.lexsort((rows, columns))]) / 2


def listed(index, scores: Scores, top: int, hidden, excluded: np.ndarray, kept: np.ndarray) -> list[list[int]]:
    """The lists of every structure, as positions of couples."""
    n = len(index.network.structures)
    keys = scores.rows * n + scores.columns
    asked = np.isin(keys, kept)
    allowed = ~np.isin(keys, excluded) & ~asked
    visible = index.profiles.multiply(~hidden[:, None]).tocsr()
    choices = orders(scores.starts(n), scores.columns, scores.totals, allowed & scores.values.any(axis=0), visible, top)
    lists, shown = shared_out(list(choices), scores.columns, top)
    show_everybody(lists, shown, scores.rows, scores.columns, scores.totals, allowed, index.network.mapped, top)
    for edge in np.flatnonzero(asked):
        lists[scores.rows[edge]].append(int(edge))
    return lists


def couples(asked: Collection[tuple], position: dict) -> np.ndarray:
    """Each couple of known structures as one number, row x N + column."""
    return np.array(
        [position[a] * len(position) + position[b] for a, b in asked if a in position and b in position], dtype=np.int64
    )


def written(why: Reasons, scores: Scores, beta, edge: int, rank: int, hidden: np.ndarray) -> Suggestion:
    a, b = int(scores.rows[edge]), int(scores.columns[edge])
    reasons = why.between(a, b)
    if hidden[b]:
        reasons = [reason for reason in reasons if reason["channel"] == "third_party"]
    return Suggestion(
        structure=why.network.structures[a],
        partner=why.network.structures[b],
        rank=rank,
        score=float(scores.totals[edge]),
        channels=dict(zip(CHANNELS, scores.values[:, edge].tolist(), strict=True)),
        standardised=dict(zip(CHANNELS, scores.standardised[:, edge].tolist(), strict=True)),
        reasons=reasons,
        closeness=closeness(scores.values[:, edge], beta * scores.standardised[:, edge]),
    )


def closeness(values: np.ndarray, counted: np.ndarray) -> str:
    """What the couple rests on: what they have alike (Nooteboom et al. 2007), or what differs and completes.

    A label, not a factor; empty when no item speaks.
    """
    told = [channel for channel in (SHARED, RELATED, NEED) if values[channel] > 0]
    if not told:
        return ""
    return CLOSE if max(told, key=lambda channel: counted[channel]) == SHARED else COMPLEMENTARY
