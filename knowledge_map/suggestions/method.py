"""The method from end to end: pairs, channels, standardised scores, lists, reasons."""

from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass

import numpy as np

from knowledge_map.suggestions.channels import CHANNELS, Index
from knowledge_map.suggestions.feedback import BETA
from knowledge_map.suggestions.lists import DEPTH, best_first, likenesses, shared_out, show_everybody, varied
from knowledge_map.suggestions.network import Network
from knowledge_map.suggestions.reasons import Reasons
from knowledge_map.suggestions.scores import Scorer, Scores, visible

CLOSE, COMPLEMENTARY = "proches", "complementaires"
# How many lists are written at a time.
WRITTEN = 2_000


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


def suggest(
    network: Network,
    *,
    top: int = 10,
    beta: np.ndarray = BETA,
    excluded: Collection[tuple] = (),
    kept: Collection[tuple] = (),
    discreet: Collection[Hashable] = (),
) -> Iterator[Suggestion]:
    """Every mapped structure's list of at most `top` partners, by structure then rank (from 1).

    A list ends where nothing more can be said, but for those who would stand in none. `excluded` couples (structure,
    partner) stay out of the structure's list. `kept` ones stand after it, whatever their score, and take no place.
    `discreet` structures do not say what they know: they are suggested only through third parties, or because somebody
    must hear of them, and nothing shown tells what they declare. The lists are all made when this returns; what they
    say is written as it is read, for it is long.
    """
    position = {structure: row for row, structure in enumerate(network.structures)}
    hidden = np.isin(np.arange(len(position)), [position[s] for s in discreet if s in position])
    scorer = Scorer(Index(network), beta, hidden)
    return written(scorer, listed(scorer, top, couples(excluded, position), couples(kept, position)))


def couples(asked: Collection[tuple], position: dict) -> np.ndarray:
    """Each couple of known structures as one number, row x N + column, in order."""
    known = [position[a] * len(position) + position[b] for a, b in asked if a in position and b in position]
    return np.unique(np.array(known, dtype=np.int64))


def listed(scorer: Scorer, top: int, excluded: np.ndarray, kept: np.ndarray) -> list[list[int]]:
    """The rows of the partners of every structure."""
    n = scorer.pattern.shape[0]
    out = np.append(excluded, kept)
    lists, shown = shared_out(orders(scorer, top, out), top)
    unheard = scorer.index.network.mapped[shown[scorer.index.network.mapped] == 0]
    # Candidates are so both ways: those of whom nobody hears tell whose lists they may stand in.
    partners = np.repeat(unheard, np.diff(scorer.pattern.indptr)[unheard])
    keys = np.sort(scorer.pattern[unheard].indices.astype(np.int64) * n + partners)
    rows, columns = np.divmod(keys[~np.isin(keys, out)], n)
    show_everybody(lists, shown, rows, columns, scorer.of(rows, columns).totals, top)
    for a, b in zip(*np.divmod(kept, n), strict=True):
        if scorer.pattern[a, b]:
            lists[a].append(int(b))
    return lists


def orders(scorer: Scorer, top: int, out: np.ndarray) -> list[np.ndarray]:
    """For each structure, the rows of those who may enter its list, in varied order; never the couples of `out`."""
    n = scorer.pattern.shape[0]
    profiles = visible(scorer.index.profiles, scorer.hidden)
    choices = [np.empty(0, dtype=np.int64)] * n
    for rows, columns in scorer.blocks():
        allowed = ~np.isin(rows * n + columns, out)
        scores = scorer.of(rows[allowed], columns[allowed])
        told = scorer.telling(scores)
        if not told.any():
            continue
        best, values = best_first(scores.rows[told], scores.columns[told], scores.totals[told], DEPTH * top)
        order = varied(values, likenesses(profiles, best))
        best = np.take_along_axis(best, order, axis=1)
        for row, choice in zip(np.unique(scores.rows[told]), best, strict=True):
            choices[row] = choice[choice >= 0]
    return choices


def written(scorer: Scorer, lists: list[list[int]]) -> Iterator[Suggestion]:
    for first in range(0, len(lists), WRITTEN):
        some = lists[first : first + WRITTEN]
        lengths = [len(places) for places in some]
        rows = np.repeat(np.arange(first, first + len(some)), lengths)
        columns = np.array([partner for places in some for partner in places], dtype=np.int64)
        ranks = (rank for length in lengths for rank in range(1, length + 1))
        scores, why = scorer.of(rows, columns), Reasons(scorer.index)
        for edge, rank in enumerate(ranks):
            yield suggestion(scorer, scores, why, edge, rank)


def suggestion(scorer: Scorer, scores: Scores, why: Reasons, edge: int, rank: int) -> Suggestion:
    a, b = int(scores.rows[edge]), int(scores.columns[edge])
    values, standardised = scores.values[:, edge], scores.standardised[:, edge]
    reasons = why.between(a, b, through_others_only=bool(scorer.hidden[b]))
    return Suggestion(
        structure=why.network.structures[a],
        partner=why.network.structures[b],
        rank=rank,
        score=float(scores.totals[edge]),
        channels=dict(zip(CHANNELS, values.tolist(), strict=True)),
        standardised=dict(zip(CHANNELS, standardised.tolist(), strict=True)),
        reasons=reasons,
        closeness=closeness(reasons, dict(zip(CHANNELS, scorer.beta * standardised, strict=True))),
    )


def closeness(reasons: list[dict], counted: dict[str, float]) -> str:
    """What the couple rests on: savoirs they have alike (Nooteboom et al. 2007), or what differs and completes.

    A label, not a factor; empty when no savoir is told.
    """
    told = {reason["channel"] for reason in reasons} & {"shared", "related", "need"}
    if not told:
        return ""
    return CLOSE if max(sorted(told), key=counted.get) == "shared" else COMPLEMENTARY
