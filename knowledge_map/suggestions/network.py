"""Who offers and seeks what, and who knows whom, as sparse matrices."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from scipy import sparse


@dataclass(frozen=True, eq=False)
class Network:
    """N structures, M items, G groups of items; names are whatever the caller uses, rows follow their order.

    `offers` (N x M) holds evidence in ]0, 1] or counts, `needs` (N x M) and `ties` (N x N, symmetric) hold ones,
    `groups` (G x M) sets of items that go along (held by one métier, of one domain, synonyms): 1 / sqrt(n - 1) for each
    of its n items, known here or not, so that groups' groups is Newman's projection (2001), where a small group ties
    more than a large one. `milieux` (M) is true for milieux de référence, `transversal` (M) for what nearly every trade
    holds. A structure that declares nothing only counts as a third party.
    """

    structures: list[Hashable]
    items: list[Hashable]
    offers: sparse.csr_matrix
    needs: sparse.csr_matrix
    ties: sparse.csr_matrix
    groups: sparse.csr_matrix
    milieux: np.ndarray
    transversal: np.ndarray

    @classmethod
    def build(
        cls,
        *,
        offers: Iterable[tuple],
        needs: Iterable[tuple] = (),
        milieux: Collection[Hashable] = (),
        ties: Iterable[tuple] = (),
        groups: Iterable[Collection[Hashable]] = (),
        transversal: Collection[Hashable] = (),
    ) -> "Network":
        """From `(structure, item)` or `(structure, item, evidence)`, and `(structure, structure)` for ties."""
        offers, needs, ties = [(*row, 1.0)[:3] for row in offers], [(*row, 1.0)[:3] for row in needs], list(ties)
        structures = list(dict.fromkeys([row[0] for row in offers + needs] + [s for tie in ties for s in tie]))
        items = list(dict.fromkeys(row[1] for row in offers + needs))
        row_of = {structure: row for row, structure in enumerate(structures)}
        column_of = {item: column for column, item in enumerate(items)}
        return cls(
            structures=structures,
            items=items,
            offers=matrix([(row_of[s], column_of[i], e) for s, i, e in offers], len(structures), len(items)),
            needs=matrix([(row_of[s], column_of[i], 1) for s, i, _ in needs], len(structures), len(items)),
            ties=matrix(
                [(row_of[s], row_of[t], 1) for a, b in ties if a != b for s, t in ((a, b), (b, a))],
                len(structures),
                len(structures),
            ),
            groups=grouped(groups, column_of),
            milieux=np.array([item in milieux for item in items], dtype=bool),
            transversal=np.array([item in transversal for item in items], dtype=bool),
        )

    @property
    def mapped(self) -> np.ndarray:
        """Rows of the structures that declare something, in order."""
        return np.flatnonzero(np.diff(self.offers.indptr) + np.diff(self.needs.indptr))


def grouped(groups: Iterable[Collection[Hashable]], column_of: dict[Hashable, int]) -> sparse.csr_matrix:
    """G x M. A group of which one item only is known here ties nothing, but tells how common that item is."""
    wholes = [set(group) for group in groups]
    wholes = [whole for whole in wholes if len(whole) > 1 and not whole.isdisjoint(column_of)]
    cells = [
        (row, column_of[item], 1 / np.sqrt(len(whole) - 1))
        for row, whole in enumerate(wholes)
        for item in whole & column_of.keys()
    ]
    return matrix(cells, len(wholes), len(column_of))


def matrix(cells: list[tuple], rows: int, columns: int) -> sparse.csr_matrix:
    """CSR of `(row, column, value)`; a cell given twice keeps its greatest value."""
    where = np.array([cell[:2] for cell in cells], dtype=np.int64).reshape(-1, 2)
    values = np.array([cell[2] for cell in cells], dtype=float)
    greatest = np.lexsort((-values, where[:, 1], where[:, 0]))
    first = np.unique(where[greatest] @ [columns, 1], return_index=True)[1]
    row, column = where[greatest[first]].T
    return sparse.csr_matrix((values[greatest[first]], (row, column)), (rows, columns))
