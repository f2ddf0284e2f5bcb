"""The four channels of each couple put on one scale and added up, block by block so that memory stays flat."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from knowledge_map.suggestions.channels import Index, measure, pairs, products

SHARED, RELATED, NEED, THIRD_PARTY = range(4)
# How many couples are measured at a time when there are many structures.
BLOCK = 500_000


@dataclass(frozen=True, eq=False)
class Scores:
    """n couples: structure rows, partner rows, channels and standardised channels (4 x n), sums (n)."""

    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    standardised: np.ndarray
    totals: np.ndarray


class Scorer:
    """score(a, b) = sum over channels of beta x z(a, b), z standardised over a's candidates, mean of both sides.

    `pattern` (N x N) tells the candidates. `hidden` (N) structures do not say what they know.
    """

    def __init__(self, index: Index, beta: np.ndarray, hidden: np.ndarray):
        self.index, self.beta, self.hidden = index, np.asarray(beta), hidden
        self.pattern = pairs(index)
        n = len(index.network.structures)
        self.mean, self.deviation = np.zeros((2, 4, n))
        for rows, columns in self.blocks():
            values = measure(index, rows, columns)
            count = np.maximum(np.bincount(rows, minlength=n), 1)
            for channel in np.flatnonzero(values.any(axis=1)):
                mean = np.bincount(rows, values[channel], minlength=n) / count
                squares = np.bincount(rows, (values[channel] - mean[rows]) ** 2, minlength=n)
                # Each structure is in one block: what the others add is 0.
                self.mean[channel] += mean
                self.deviation[channel] += np.sqrt(squares / count)

    def blocks(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """`(rows, columns)` of all the candidates, sorted, a structure's own in one block."""
        starts, n = self.pattern.indptr, self.pattern.shape[0]
        size = BLOCK if self.index.large else max(starts[-1], 1)
        cuts = np.unique(np.append(np.searchsorted(starts, np.arange(0, starts[-1], size)), n))
        for first, last in pairwise(cuts.tolist()):
            columns = self.pattern.indices[starts[first] : starts[last]].astype(np.int64)
            yield np.repeat(np.arange(first, last), np.diff(starts[first : last + 1])), columns

    def of(self, rows: np.ndarray, columns: np.ndarray) -> Scores:
        """The scores of these couples of candidates."""
        values = measure(self.index, rows, columns)
        standardised = (self.seen_from(rows, values) + self.seen_from(columns, values)) / 2
        # What a discreet partner declares must not even move its rank in others' lists.
        unsaid = self.hidden[columns]
        for channel in (SHARED, RELATED, NEED):
            values[channel, unsaid] = standardised[channel, unsaid] = 0
        return Scores(rows, columns, values, standardised, self.beta @ standardised)

    def seen_from(self, side: np.ndarray, values: np.ndarray) -> np.ndarray:
        """z (4 x n) among the candidates of `side`; 0 where nothing differs, for equal values differ by rounding."""
        deviation = self.deviation[:, side]
        return np.divide(values - self.mean[:, side], deviation, out=np.zeros_like(values), where=deviation > 1e-9)

    def telling(self, scores: Scores) -> np.ndarray:
        """Where a reader would find a reason (n): a need met, a shared savoir, a third party, what goes along often."""
        told = scores.values[[SHARED, NEED, THIRD_PARTY]].any(axis=0)
        weak = np.flatnonzero(~told & (scores.values[RELATED] > 0))
        along = products(self.index.often_complements, self.index.profiles, scores.rows[weak], scores.columns[weak])
        told[weak] = along > 0
        return told


def visible(profiles: sparse.csr_matrix, hidden: np.ndarray) -> sparse.csr_matrix:
    """`profiles` without those of `hidden` structures."""
    return profiles.multiply(~hidden[:, None]).tocsr()
