"""Where terms are at home among the domains. Plain Python over sparse matrices: no Django here.

A term held by métiers is at home in the domains of these métiers. A term without métiers (ESCO's, some of ROME's)
takes the domains of the terms whose words are most like its own.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix, diags
from sparse_dot_topn import sp_matmul_topn

from residents.vocabulary.words import stems

# Domains of a term: those that weigh at least this share of the best one, and at most so many.
SHARE_OF_BEST = 0.25
MOST_DOMAINS = 5
# Terms looked at around a term without métiers, and the cosine under which a resemblance is chance.
NEIGHBOURS = 30
RESEMBLANCE = 0.2
# The term stays without a domain when its closest neighbour is not this close, or when no domain gets this share of
# the neighbours. Measured by hiding the métiers of 2,500 of ROME's terms: without this rule the home that is found is
# a true one for 42 % of them; with it, for 60 % of half of them, and by eye most of the others are next door.
CLOSEST, AGREEMENT = 0.4, 0.2


def shares(holders: csr_matrix) -> csr_matrix:
    """Rows divided by their sum: of the métiers that hold a term, the share in each domain. Empty rows stay empty."""
    totals = np.asarray(holders.sum(axis=1)).ravel()
    return diags(np.divide(1, totals, out=np.zeros(len(totals)), where=totals > 0)) @ holders.tocsr()


def associations(given: csr_matrix, usual: np.ndarray) -> csr_matrix:
    """How strongly each term (row) selects each domain (column).

    p(d|t) * log2(p(d|t) / p(d)), p(d) being a domain's share of all métiers: the share of the term's métiers, weighted
    by how specific that is. It is one domain's part of the Kullback-Leibler divergence (Resnik 1996, "selectional
    association", before normalisation). Domains less frequent than by chance are left out.
    """
    weights = given.tocoo()
    ratio = weights.data / usual[weights.col]
    matters = ratio > 1
    return csr_matrix(
        (
            weights.data[matters] * np.log2(ratio[matters]),
            (weights.row[matters], weights.col[matters]),
        ),
        shape=given.shape,
    )


def best_domains(strengths: csr_matrix) -> list[list[int]]:
    """For each row the columns that matter, the strongest first: see SHARE_OF_BEST and MOST_DOMAINS."""
    best = []
    for start, end in zip(strengths.indptr, strengths.indptr[1:], strict=False):
        values, columns = strengths.data[start:end], strengths.indices[start:end]
        order = np.lexsort((columns, -values))[:MOST_DOMAINS]
        best.append([int(columns[i]) for i in order if values[i] >= SHARE_OF_BEST * values[order[0]]])
    return best


def tfidf(labels: Sequence[str]) -> csr_matrix:
    """Unit rows: (1 + ln tf) * ln(labels / labels with the word)."""
    vocabulary, rows, columns, counts = {}, [], [], []
    for row, label in enumerate(labels):
        for stem, count in stems(label).items():
            rows.append(row)
            columns.append(vocabulary.setdefault(stem, len(vocabulary)))
            counts.append(count)
    shape = (len(labels), len(vocabulary) or 1)
    matrix = csr_matrix((1 + np.log(np.array(counts, dtype=np.float32)), (rows, columns)), shape=shape)
    frequency = np.bincount(matrix.indices, minlength=shape[1])
    matrix = matrix @ diags(np.log(len(labels) / np.maximum(frequency, 1)).astype(np.float32))
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (diags(np.divide(1, norms, out=np.zeros_like(norms), where=norms > 0)) @ matrix).tocsr()


def borrowed_shares(given: csr_matrix, labels: Sequence[str], threads: int = 2) -> csr_matrix:
    """The shares of the terms that have none, borrowed from the NEIGHBOURS most alike among those that have some.

    A neighbour counts by the square of its cosine. Rows on which the neighbours do not agree stay empty.
    """
    has = np.diff(given.indptr) > 0
    known, lacking = np.flatnonzero(has), np.flatnonzero(~has)
    if not len(known) or not len(lacking):
        return given
    vectors = tfidf(labels).astype(np.float32)
    alike = sp_matmul_topn(
        vectors[lacking], vectors[known].T.tocsr(), top_n=NEIGHBOURS, threshold=RESEMBLANCE, n_threads=threads
    )
    borrowed = shares(alike.power(2) @ given[known])
    sure = (_row_maxima(borrowed) >= AGREEMENT) & (_row_maxima(alike) >= CLOSEST)
    borrowed = diags(sure.astype(float)) @ borrowed
    place = csr_matrix((np.ones(len(lacking)), (lacking, np.arange(len(lacking)))), shape=(len(has), len(lacking)))
    result = (given + place @ borrowed).tocsr()
    result.eliminate_zeros()
    return result


def _row_maxima(matrix: csr_matrix) -> np.ndarray:
    return np.asarray(matrix.max(axis=1).todense()).ravel()


def place(holders: csr_matrix, usual: np.ndarray, labels: Sequence[str]) -> list[list[int]]:
    """The domains of every term, the one where it is most at home first; none when nothing is known.

    `holders[t, d]` counts the métiers of domain d that hold term t, `usual[d]` is d's share of all métiers, `labels`
    are the searchable labels of the terms.
    """
    return best_domains(associations(borrowed_shares(shares(holders), labels), usual))
