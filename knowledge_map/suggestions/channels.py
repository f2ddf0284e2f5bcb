"""The four channels, and the pairs of structures worth measuring them on.

With N structures and df_i holders of item i, an item weighs w_i = ln((N + 1) / (df_i + 1/2)), at least 0, and x_a is
the unit vector of the savoirs and savoir-faire that a offers, weighted by w and by evidence. A milieu in common helps
to understand each other but gives nothing to do together: it is told, and counts in no channel (nor does it relate).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from knowledge_map.suggestions.network import Network

CHANNELS = ("shared", "related", "need", "third_party")
# Co-occurrence needs about that many structures before it speaks for itself.
PRIOR_UNTIL = 100
# C / (sqrt(C_ii C_jj) + SHRINKAGE): a pair of items seen together once proves little.
SHRINKAGE = 5
# Two items are said to "go together often" when that many structures or groups (métiers, domains) hold both.
OFTEN = 2
# Up to that many structures every pair is measured; beyond, the NEAREST of each by each channel.
ALL_PAIRS_UNTIL = 1_500
NEAREST = 50
# Beyond, items held by more than this share of structures bring no candidate (they still count in the scores),
# and an item keeps its RELATED closest items.
TOO_COMMON = 0.02
RELATED = 20
CHUNK = 20_000


@dataclass(frozen=True, eq=False)
class Index:
    """What the channels read of a network, computed once."""

    network: Network

    @property
    def large(self) -> bool:
        return len(self.network.mapped) > ALL_PAIRS_UNTIL

    @cached_property
    def held(self) -> sparse.csr_matrix:
        """N x M, 1 where a structure offers an item, whatever the evidence."""
        return sparse.csr_matrix(
            (np.ones_like(self.network.offers.data), self.network.offers.indices, self.network.offers.indptr),
            self.network.offers.shape,
        )

    @cached_property
    def holders(self) -> np.ndarray:
        return np.bincount(self.held.indices, minlength=self.held.shape[1])

    @cached_property
    def weights(self) -> np.ndarray:
        """w (M): what everybody offers says little."""
        return np.maximum(np.log((len(self.network.mapped) + 1) / (self.holders + 0.5)), 0)

    @cached_property
    def profiles(self) -> sparse.csr_matrix:
        """x (N x M): unit rows."""
        return unit_rows(scaled(self.network.offers, columns=self.weights * ~self.network.milieux))

    @cached_property
    def wanted(self) -> sparse.csr_matrix:
        """N x M: the weight of each need as a share of all that the structure seeks."""
        needs = scaled(self.network.needs, columns=self.weights)
        return scaled(needs, rows=inverse(row_sums(needs)))

    @cached_property
    def shared_partners(self) -> sparse.csr_matrix:
        """N x N: ties, each divided by the number of ties of the third party (Zhou, Lü & Zhang 2009)."""
        return scaled(self.network.ties, columns=inverse(row_sums(self.network.ties)))

    @cached_property
    def fade(self) -> float:
        """How much the prior still counts: all of it in an empty house, nothing from PRIOR_UNTIL structures on."""
        return max(0.0, 1 - len(self.network.mapped) / PRIOR_UNTIL)

    @cached_property
    def relating(self) -> np.ndarray:
        """M, 1 for the items that may be said to go along with others: neither milieux nor transversal."""
        told = ~(self.network.milieux | self.network.transversal)
        return (told & self.usual if self.large else told).astype(float)

    @cached_property
    def held_together(self) -> sparse.csr_matrix:
        """C (M x M): how many structures offer both items; over usual items only when there are many structures."""
        held = scaled(self.held, columns=self.relating)
        return (held.T @ held).tocsr()

    @cached_property
    def groups(self) -> sparse.csr_matrix:
        """The groups of the network; none once the prior has faded."""
        return scaled(self.network.groups if self.fade else self.network.groups[:0], columns=self.relating)

    @cached_property
    def grouped_together(self) -> sparse.csr_matrix:
        """M x M: what groups hold together, a group counting as a structure that would offer as many items."""
        ordinary = self.held.nnz / max(len(self.network.mapped), 1) - 1
        return (self.groups.T @ self.groups * max(ordinary, 1)).tocsr()

    @cached_property
    def related_items(self) -> sparse.csr_matrix:
        """R (M x M, zero diagonal): how much two items go together, normalised on both sides."""
        related = together((self.held_together + self.fade * self.grouped_together).tocoo())
        return strongest(related, RELATED) if self.large else related

    @cached_property
    def seen(self) -> sparse.csr_matrix:
        """M x M: how many structures and groups hold both items; what is a whole group by itself is seen OFTEN."""
        held = self.groups.astype(bool).astype(float)
        pairs = scaled(held, rows=(self.groups.max(axis=1).toarray().ravel() == 1).astype(float))
        return (self.held_together + held.T @ held + (OFTEN - 1) * (pairs.T @ pairs)).tocsr()

    @cached_property
    def usual(self) -> np.ndarray:
        """Items few enough structures hold for candidates to be looked for through them."""
        return self.holders <= max(TOO_COMMON * self.held.shape[0], 2)

    @cached_property
    def going_along(self) -> sparse.csr_matrix:
        """(R + R') / 2: R is symmetric until its weak cells are dropped."""
        return ((self.related_items + self.related_items.T) / 2).tocsr()

    @cached_property
    def complements(self) -> sparse.csr_matrix:
        """x R (N x M): what goes along with what each structure offers."""
        return (self.profiles @ self.going_along).tocsr()

    @cached_property
    def often_complements(self) -> sparse.csr_matrix:
        """The same through items seen together OFTEN: what may be told."""
        return (self.profiles @ self.going_along.multiply(self.seen >= OFTEN)).tocsr()

    def nearest(self, rows: np.ndarray | None = None, n: int = NEAREST) -> list[sparse.csr_matrix]:
        """For each row of `rows` (all by default), its `n` best by each channel, common items left aside."""
        common = scaled(self.profiles, columns=self.usual.astype(float))
        held = scaled(self.held, columns=self.usual.astype(float))
        sides = [
            (common, common),
            (self.complements, common),
            (self.wanted, held),
            (self.shared_partners, self.network.ties),
        ]
        return [best(left if rows is None else left[rows], right, n) for left, right in sides if left.nnz]


def best(left: sparse.csr_matrix, right: sparse.csr_matrix, n: int) -> sparse.csr_matrix:
    """The `n` greatest of each row of left x right'."""
    # One more: a structure is its own nearest.
    return sp_matmul_topn(left.tocsr(), right.T.tocsr(), top_n=n + 1, threshold=0.0, n_threads=2)


def pairs(index: Index) -> sparse.csr_matrix:
    """N x N, symmetric, where couples are to be measured, columns in order: never oneself nor those in touch."""
    mapped, n = index.network.mapped, len(index.network.structures)
    if index.large:
        near = sum((abs(m) > 0).astype(np.int8) for m in index.nearest())
        pattern = (near + near.T + loners(near, mapped)).astype(bool)
    else:
        side = np.zeros(n, dtype=bool)
        side[mapped] = True
        pattern = sparse.csr_matrix(np.outer(side, side))
    known = index.network.ties.astype(bool) + sparse.eye_array(n, dtype=bool)
    new = sparse.csr_matrix(pattern.astype(np.int8) - pattern.multiply(known).astype(np.int8))
    new.eliminate_zeros()
    new.sort_indices()
    return new


def loners(near: sparse.csr_matrix, mapped: np.ndarray) -> sparse.csr_matrix:
    """Those whom nothing ties to anybody are set beside the next structure, so that somebody hears of them."""
    alone = mapped[np.asarray((near + near.T).astype(bool).sum(axis=1)).ravel()[mapped] <= 1]
    beside = mapped[(np.searchsorted(mapped, alone) + 1) % len(mapped)]
    cells = sparse.csr_matrix((np.ones(len(alone), np.int8), (alone, beside)), near.shape)
    return cells + cells.T


def measure(index: Index, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The four channels (4 x pairs) of each couple, in the order of CHANNELS."""
    values = np.zeros((4, len(rows)))
    values[0] = products(index.profiles, index.profiles, rows, columns)
    values[1] = products(index.complements, index.profiles, rows, columns)
    values[2] = products(index.wanted, index.held, rows, columns) + products(index.wanted, index.held, columns, rows)
    values[3] = products(index.shared_partners, index.network.ties, rows, columns)
    return values


def products(left, right, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """left[row] . right[column] for each couple, by chunks so that memory stays flat."""
    if not left.nnz or not right.nnz:
        return np.zeros(len(rows))
    if left.shape[0] <= ALL_PAIRS_UNTIL:
        return (left @ right.T).toarray()[rows, columns]
    chunks = [slice(start, start + CHUNK) for start in range(0, len(rows), CHUNK)]
    return np.concatenate([row_sums(left[rows[c]].multiply(right[columns[c]])) for c in chunks])


def together(counts: sparse.coo_matrix) -> sparse.csr_matrix:
    """Cosine of co-occurrence, shrunk, zero diagonal, then D^-1/2 on both sides so that hubs do not win."""
    own, off = counts.diagonal(), counts.row != counts.col
    rows, columns = counts.row[off], counts.col[off]
    values = counts.data[off] / (np.sqrt(own[rows] * own[columns]) + SHRINKAGE)
    related = sparse.csr_matrix((values, (rows, columns)), counts.shape)
    half = np.sqrt(inverse(row_sums(related)))
    return scaled(related, rows=half, columns=half)


def strongest(values: sparse.csr_matrix, n: int) -> sparse.csr_matrix:
    """The `n` greatest cells of each row."""
    rows = np.repeat(np.arange(values.shape[0]), np.diff(values.indptr))
    order = np.lexsort((-values.data, rows))
    rank = np.arange(len(order)) - values.indptr[rows[order]]
    kept = order[rank < n]
    return sparse.csr_matrix((values.data[kept], (rows[kept], values.indices[kept])), values.shape)


def scaled(values, *, rows: np.ndarray | None = None, columns: np.ndarray | None = None) -> sparse.csr_matrix:
    """Rows and columns multiplied; cells become 0 rather than vanish one by one."""
    if rows is not None:
        values = sparse.diags(rows) @ values
    if columns is not None:
        values = values @ sparse.diags(columns)
    values = sparse.csr_matrix(values)
    values.eliminate_zeros()
    return values


def unit_rows(values: sparse.csr_matrix) -> sparse.csr_matrix:
    return scaled(values, rows=inverse(np.sqrt(row_sums(values.multiply(values)))))


def row_sums(values) -> np.ndarray:
    return np.asarray(values.sum(axis=1)).ravel()


def inverse(values: np.ndarray) -> np.ndarray:
    """1 / value, and 0 where there is nothing."""
    return np.divide(1.0, values, out=np.zeros_like(values, dtype=float), where=values > 0)
