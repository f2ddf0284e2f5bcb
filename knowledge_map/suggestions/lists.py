"""From scores to lists: varied, and fairly shared."""

from itertools import pairwise

import numpy as np
from scipy import sparse

# Carbonell & Goldstein 1998: how much the score counts against likeness to what is already in the list.
RELEVANCE = 0.7
# How many candidates are put in varied order, for one place in the list.
DEPTH = 3
# A structure stands in at most this many times its equal share of the places.
SHARE = 2


def varied(scores: np.ndarray, likeness: np.ndarray, n: int) -> list[int]:
    """Maximal marginal relevance: positions of `n` of the candidates, best first.

    `scores` (c), `likeness` (c x c) in [0, 1]: each next one is good and unlike those already chosen.
    """
    spread = np.ptp(scores)
    relevance = (scores - scores.min()) / spread if spread else np.ones_like(scores)
    alike, chosen = np.zeros_like(relevance), []
    left = np.ones(len(scores), dtype=bool)
    for _ in range(min(n, len(scores))):
        marginal = np.where(left, RELEVANCE * relevance - (1 - RELEVANCE) * alike, -np.inf)
        chosen.append(int(marginal.argmax()))
        left[chosen[-1]] = False
        alike = np.maximum(alike, likeness[chosen[-1]])
    return chosen


def orders(starts: np.ndarray, columns: np.ndarray, scores: np.ndarray, likeable: np.ndarray, profiles, top: int):
    """For each structure, the pairs (positions in `columns`) that may enter its list, in varied order."""
    for start, end in pairwise(starts):
        edges = start + np.flatnonzero(likeable[start:end])
        edges = edges[np.argsort(-scores[edges], kind="stable")[: DEPTH * top]]
        if not len(edges):
            yield edges
            continue
        them = sparse.csr_matrix(profiles[columns[edges]])
        yield edges[varied(scores[edges], (them @ them.T).toarray(), len(edges))]


def shared_out(choices: list[np.ndarray], columns: np.ndarray, top: int) -> tuple[list[list[int]], np.ndarray]:
    """Fill the lists place by place from `choices`, nobody standing in more than SHARE x `top` of them.

    Returns the lists (of pairs) and how many times each structure stands in one.
    """
    lists, shown = [[] for _ in choices], np.zeros(len(choices), dtype=np.int64)
    waiting = [iter(choice) for choice in choices]
    for _ in range(top):
        for places, queue in zip(lists, waiting, strict=True):
            edge = next((e for e in queue if shown[columns[e]] < SHARE * top), None)
            if edge is not None:
                places.append(int(edge))
                shown[columns[edge]] += 1
    return lists, shown


def show_everybody(lists, shown, rows, columns, scores, allowed, wanted, top: int) -> None:
    """Give each of `wanted` (rows) that stands in no list the place where it fits best, in `lists` (changed)."""
    missing = np.zeros(len(lists), dtype=bool)
    missing[wanted] = True
    missing &= shown == 0
    edges = np.flatnonzero(missing[columns] & allowed)
    for edge in edges[np.argsort(-scores[edges], kind="stable")]:
        if missing[columns[edge]] and give_place(lists[rows[edge]], shown, columns, edge, top):
            missing[columns[edge]] = False


def give_place(places: list[int], shown: np.ndarray, columns: np.ndarray, edge: int, top: int) -> bool:
    """Put `edge` at the end of a list, if need be in the place of the last one that stands elsewhere too."""
    if len(places) >= top:
        spare = next((e for e in reversed(places) if shown[columns[e]] > 1), None)
        if spare is None:
            return False
        places.remove(spare)
        shown[columns[spare]] -= 1
    places.append(int(edge))
    shown[columns[edge]] += 1
    return True
