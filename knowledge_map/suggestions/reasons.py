"""Why two structures: the very items and partners behind each channel, strongest first."""

from collections.abc import Hashable, Iterable

from scipy import sparse

from knowledge_map.suggestions.channels import Index

# As many as a person reads.
ITEMS = 4
COUPLES = 2
PARTNERS = 3
# Two items are said to "go together often" when that many structures or groups (métiers, domains) hold both.
OFTEN = 2


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
        self.wanted, self.related = Rows(index.wanted), Rows(index.related_items)
        self.seen = Rows(index.held_together + index.grouped_together)
        self.partners, self.ties = Rows(index.shared_partners), Rows(index.network.ties)

    def between(self, a: int, b: int) -> list[dict]:
        """Only the reasons that exist, in the order of ORDER.

        `{"channel": "need", "seeker": structure, "items": [...]}` (once a way),
        `{"channel": "shared", "items": [...]}`, `{"channel": "related", "pairs": [[a's, b's], ...]}`,
        `{"channel": "milieu", "items": [...]}`, `{"channel": "third_party", "structures": [...]}`.
        """
        structures, milieux = self.network.structures, self.network.milieux
        shared = common(self.profiles[a], self.profiles[b])
        found = [
            {"channel": "need", "seeker": structures[a], "items": self.items(common(self.wanted[a], self.held[b]))},
            {"channel": "need", "seeker": structures[b], "items": self.items(common(self.wanted[b], self.held[a]))},
            {"channel": "shared", "items": self.items(i for i in shared if not milieux[i])},
            {"channel": "milieu", "items": self.items(i for i in shared if milieux[i])},
            {
                "channel": "third_party",
                "structures": [structures[c] for c in common(self.partners[a], self.ties[b])[:PARTNERS]],
            },
        ]
        found = [reason for reason in found if reason.get("items") or reason.get("structures")]
        couples = self.complementary(a, b, often=bool(found))
        if couples:
            found.append({"channel": "related", "pairs": [self.items(couple) for couple in couples]})
        return sorted(found, key=lambda reason: ORDER.index(reason["channel"]))

    def items(self, columns: Iterable[int]) -> list[Hashable]:
        return [self.network.items[column] for column in list(columns)[:ITEMS]]

    def complementary(self, a: int, b: int, *, often: bool) -> list[tuple[int, int]]:
        """(what a alone offers, what b alone offers) that go together, each item once; milieux are told apart.

        `often` leaves out what was seen together fewer than OFTEN times: weak, it is told only for want of better.
        """
        ours, theirs = self.alone(a, b), self.alone(b, a)
        strength = []
        for i, weight in ours.items():
            seen = self.seen[i]
            for j in theirs.keys() & seen.keys():
                if seen[j] >= OFTEN or not often:
                    strength.append((-weight * self.together(i, j) * theirs[j], i, j))
        chosen: list[tuple[int, int]] = []
        for value, i, j in sorted(strength):
            if value == 0 or len(chosen) == COUPLES:
                break
            if all(i != x and j != y for x, y in chosen):
                chosen.append((i, j))
        return chosen

    def together(self, i: int, j: int) -> float:
        """R is symmetric until its weak cells are dropped."""
        return self.related[i].get(j, 0) + self.related[j].get(i, 0)

    def alone(self, a: int, b: int) -> dict[int, float]:
        """What a offers and b does not, with its weight."""
        held, milieux = self.held[b], self.network.milieux
        return {i: weight for i, weight in self.profiles[a].items() if i not in held and not milieux[i]}


def common(left: dict[int, float], right: dict[int, float]) -> list[int]:
    """Columns where two rows meet, the greatest product first."""
    return sorted(left.keys() & right.keys(), key=lambda column: (-left[column] * right[column], column))
