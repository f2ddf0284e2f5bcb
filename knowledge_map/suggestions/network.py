"""Who offers and seeks what, and who knows whom, as sparse matrices."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from scipy import sparse


@dataclass(frozen=True, eq=False)
class Network:
    """N structures, M items, G groups of items; names are whatever the caller uses, rows follow their order.

    `offers` (N x M) holds evidence in ]0, 1] or counts, `needs` (N x M) and `ties` (N x N, symmetric) hold ones,
    `groups` (G x M) sets of items that go along (held by one métier, of one domain, synonyms), `milieux` (M) is true
    for milieux de référence. A structure that declares nothing only counts as a third party.
    """

    structures: list[Hashable]
    items: list[Hashable]
    offers: sparse.csr_matrix
    needs: sparse.csr_matrix
    ties: sparse.csr_matrix
    groups: sparse.csr_matrix
    milieux: np.ndarray

    @classmethod
    def build(
        cls,
        *,
        offers: Iterable[tuple],
        needs: Iterable[tuple] = (),
        milieux: Collection[Hashable] = (),
        ties: Iterable[tuple] = (),
        groups: Iterable[Iterable[Hashable]] = (),
    ) -> "Network":
        """From `(structure, item)` or `(structure, item, evidence)`, and `(structure, structure)` for ties."""
        offers, needs, ties = [(*row, 1.0)[:3] for row in offers], [(*row, 1.0)[:3] for row in needs], list(ties)
        structures = list(dict.fromkeys([row[0] for row in offers + needs] + [s for tie in ties for s in tie]))
        items = list(dict.fromkeys(row[1] for row in offers + needs))
        row_of = {structure: row for row, structure in enumerate(structures)}
        column_of = {item: column for column, item in enumerate(items)}
        known = [[column_of[item] for item in group if item in column_of] for group in groups]
        known = [group for group in known if len(group) > 1]
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
            groups=matrix([(row, i, 1) for row, group in enumerate(known) for i in group], len(known), len(items)),
            milieux=np.array([item in milieux for item in items], dtype=bool),
        )

    @property
    def mapped(self) -> np.ndarray:
        """Rows of the structures that declare something, in order."""
        return np.flatnonzero(np.diff(self.offers.indptr) + np.diff(self.needs.indptr))


def matrix(cells: list[tuple], rows: int, columns: int) -> sparse.csr_matrix:
    """CSR of `(row, column, value)`; a cell given twice keeps its greatest value."""
    best: dict[tuple[int, int], float] = {}
    for row, column, value in cells:
        best[row, column] = max(value, best.get((row, column), 0))
    where = np.array(list(best), dtype=np.int32).reshape(-1, 2)
    return sparse.csr_matrix(
        (np.fromiter(best.values(), float, len(best)), (where[:, 0], where[:, 1])), (rows, columns)
    )
