"""From scores to lists: varied, and fairly shared."""

import numpy as np
from scipy import sparse

# Carbonell & Goldstein 1998: how much the score counts against likeness to what is already in the list.
RELEVANCE = 0.7
# How many candidates are put in varied order, for one place in the list.
DEPTH = 3
# A structure stands in at most this many times its equal share of the places.
SHARE = 2


def best_first(rows: np.ndarray, columns: np.ndarray, scores: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The `n` best of each of the B structures named in `rows` (sorted): their columns and scores (B x n each).

    Short lists end with column -1 and score -inf.
    """
    _, lines, counts = np.unique(rows, return_inverse=True, return_counts=True)
    order = np.lexsort((-scores, lines))
    rank = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    order, lines, rank = order[rank < n], lines[rank < n], rank[rank < n]
    width = min(n, counts.max(initial=0))
    chosen, values = np.full((len(counts), width), -1), np.full((len(counts), width), -np.inf)
    chosen[lines, rank], values[lines, rank] = columns[order], scores[order]
    return chosen, values


def likenesses(profiles: sparse.csr_matrix, chosen: np.ndarray) -> np.ndarray:
    """B x n x n: how alike the structures of each line of `chosen` (B x n) are, by their unit `profiles`."""
    n, width = chosen.shape[1], profiles.shape[1]
    them = profiles[chosen.ravel()]
    # Each line has its own copy of the items, so that one product compares only those of one line.
    lines = np.repeat(np.arange(chosen.size) // n, np.diff(them.indptr))
    items, own = np.unique(lines * width + them.indices, return_inverse=True)
    apart = sparse.csr_matrix((them.data, own, them.indptr), (chosen.size, len(items)))
    alike = (apart @ apart.T).tocoo()
    found = np.zeros((chosen.size, n))
    found[alike.row, alike.col % n] = alike.data
    return found.reshape(len(chosen), n, n)


def varied(scores: np.ndarray, likeness: np.ndarray) -> np.ndarray:
    """Maximal marginal relevance: the positions (B x n) of each line's candidates, best first.

    `scores` (B x n, -inf where there is none), `likeness` (B x n x n) in [0, 1]: each next one is good and unlike those
    already chosen.
    """
    there, every = np.isfinite(scores), np.arange(len(scores))
    least = np.where(there, scores, np.inf).min(axis=1, keepdims=True)
    spread = scores.max(axis=1, keepdims=True) - least
    relevance = np.divide(scores - least, spread, out=np.ones_like(scores), where=there & (spread > 0))
    alike, left, order = np.zeros_like(scores), there.copy(), np.empty(scores.shape, dtype=np.int64)
    for place in range(scores.shape[1]):
        marginal = np.where(left, RELEVANCE * relevance - (1 - RELEVANCE) * alike, -np.inf)
        # Once nobody is left, those who are not there follow.
        order[:, place] = chosen = np.where(left.any(axis=1), marginal.argmax(axis=1), place)
        left[every, chosen] = False
        alike = np.maximum(alike, likeness[every, chosen])
    return order


def shared_out(choices: list[np.ndarray], top: int) -> tuple[list[list[int]], np.ndarray]:
    """Fill the lists place by place from `choices` (rows of partners), nobody standing in more than SHARE x `top`.

    Returns the lists and how many times each structure stands in one.
    """
    lists, shown = [[] for _ in choices], [0] * len(choices)
    waiting = [iter(choice.tolist()) for choice in choices]
    for _ in range(top):
        for places, queue in zip(lists, waiting, strict=True):
            partner = next((partner for partner in queue if shown[partner] < SHARE * top), None)
            if partner is not None:
                places.append(partner)
                shown[partner] += 1
    return lists, np.array(shown)


def show_everybody(lists, shown, rows, columns, scores, top: int) -> None:
    """Give each of `columns` the place where it fits best, in the lists (changed) of the `rows` it may stand in.

    Lists that end early take them first: nobody gives way as long as there is room.
    """
    best = np.argsort(-scores, kind="stable")
    edges = list(zip(rows[best].tolist(), columns[best].tolist(), strict=True))
    for displacing in (False, True):
        for row, partner in edges:
            if not shown[partner] and (displacing or len(lists[row]) < top):
                give_place(lists[row], shown, partner, top)


def give_place(places: list[int], shown: np.ndarray, partner: int, top: int) -> None:
    """Put `partner` at the end of a list, if need be in the place of the last one that stands elsewhere too."""
    if len(places) >= top:
        spare = next((other for other in reversed(places) if shown[other] > 1), None)
        if spare is None:
            return
        places.remove(spare)
        shown[spare] -= 1
    places.append(partner)
    shown[partner] += 1
