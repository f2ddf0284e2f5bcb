"""Why two structures: the very items and partners behind each channel, strongest first."""

from collections.abc import Hashable, Iterable

from scipy import sparse

from knowledge_map.suggestions.channels import OFTEN, Index, scaled

# As many as a person reads.
ITEMS = 4
COUPLES = 2
PARTNERS = 3
ORDER = ("need", "shared", "related", "milieu", "third_party")


class Rows(dict):
    """A sparse matrix read row by row as `{column: value}`, each row made once: far quicker than slicing it."""

    def __init__(self, matrix):
        super().__init__()
        self.matrix = sparse.csr_matrix(matrix)

    def __missing__(self, row: int) -> dict[int, float]:
        start, end = self.matrix.indptr[row : row + 2]
        columns, values = self.matrix.indices[start:end], self.matrix.data[start:end]
        self[row] = dict(zip(columns.tolist(), values.tolist(), strict=True))
        return self[row]


class Reasons:
    """`Reasons(index).between(a, b)`: what brings the couple of rows (a, b) together, said from a's side."""

    def __init__(self, index: Index):
        self.network = index.network
        self.profiles, self.held = Rows(index.profiles), Rows(index.held)
        self.milieux = Rows(scaled(index.held, columns=index.weights * index.network.milieux))
        self.wanted, self.seen = Rows(index.wanted), Rows(index.seen)
        self.related = Rows(index.going_along)
        self.partners, self.ties = Rows(index.shared_partners), Rows(index.network.ties)

    def between(self, a: int, b: int, *, through_others_only: bool = False) -> list[dict]:
        """Only the reasons that exist, in the order of ORDER; or third parties alone.

        `{"channel": "need", "seeker": structure, "items": [...]}` (once a way),
        `{"channel": "shared", "items": [...]}`, `{"channel": "related", "pairs": [[a's, b's], ...]}`,
        `{"channel": "milieu", "items": [...]}`, `{"channel": "third_party", "structures": [...]}`.
        """
        found = [] if through_others_only else self.from_savoirs(a, b)
        known = [self.network.structures[c] for c in common(self.partners[a], self.ties[b])[:PARTNERS]]
        if known:
            found.append({"channel": "third_party", "structures": known})
        if not through_others_only:
            couples = self.complementary(a, b, often=bool(found))
            if couples:
                found.append({"channel": "related", "pairs": [self.items(couple) for couple in couples]})
        return sorted(found, key=lambda reason: ORDER.index(reason["channel"]))

    def from_savoirs(self, a: int, b: int) -> list[dict]:
        """What both name: needs met, savoirs and milieux in common."""
        structures = self.network.structures
        met = [(s, common(self.wanted[x], self.held[y])) for s, x, y in ((structures[a], a, b), (structures[b], b, a))]
        found = [{"channel": "need", "seeker": seeker, "items": self.items(items)} for seeker, items in met]
        for channel, rows in (("shared", self.profiles), ("milieu", self.milieux)):
            found.append({"channel": channel, "items": self.items(common(rows[a], rows[b]))})
        return [reason for reason in found if reason["items"]]

    def items(self, columns: Iterable[int]) -> list[Hashable]:
        return [self.network.items[column] for column in list(columns)[:ITEMS]]

    def complementary(self, a: int, b: int, *, often: bool) -> list[tuple[int, int]]:
        """(what a alone offers, what b alone offers) that go together, each item once; milieux are told apart.

        `often` leaves out what was seen together fewer than OFTEN times: weak, it is told only for want of better.
        """
        ours, theirs = self.alone(a, b), self.alone(b, a)
        strength = []
        for i, weight in ours.items():
            related = self.related[i]
            for j in theirs.keys() & related.keys():
                if not often or self.seen[i][j] >= OFTEN:
                    strength.append((-weight * related[j] * theirs[j], i, j))
        chosen: list[tuple[int, int]] = []
        for _, i, j in sorted(strength):
            if len(chosen) == COUPLES:
                break
            if all(i != x and j != y for x, y in chosen):
                chosen.append((i, j))
        return chosen

    def alone(self, a: int, b: int) -> dict[int, float]:
        """The savoirs that a offers and b does not, with their weights."""
        held = self.held[b]
        return {i: weight for i, weight in self.profiles[a].items() if i not in held}


def common(left: dict[int, float], right: dict[int, float]) -> list[int]:
    """Columns where two rows meet, the greatest product first."""
    return sorted(left.keys() & right.keys(), key=lambda column: (-left[column] * right[column], column))
