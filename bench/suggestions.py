"""Do suggestions find who really worked together, and how fast? `python -m bench.suggestions [projects.json]`

Cooperation: CORDIS projects, organisations with at least 3 of them; 20 % of the projects are hidden (5 seeds), profiles
are the words of the other titles, and the partners never met are ranked. nDCG@10; AUC against all who did not become
partners; szAUC, against those of the same size decile (what is left once popularity is); cov, the share of
organisations in somebody's top 10. The method has no figure fitted to these data, but who is judged was chosen knowing
them: it moves the AUC by 0.02, as much as the draw of the hidden projects does. So two tables: organisations with any
word left, and those that would count as mapped in the house, with at least 10.

Scale: synthetic structures of 10 items each, items drawn by Zipf's law. Times are of this machine, memory is the peak
of a process of its own.
"""

import json
import os
import re
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.stats import rankdata

from knowledge_map.suggestions import BETA, CHANNELS, Network, suggest
from knowledge_map.suggestions.channels import Index, best, scaled, unit_rows
from knowledge_map.suggestions.scores import Scorer

DATA = Path(os.environ.get("CORDIS", "../shared/data/cordis/projects_big.json"))
SEEDS, HIDDEN, MAPPED_WORDS, TOP = range(5), 0.2, 10, 10
STOP_WORDS = re.compile(
    r"\b(the|and|for|with|from|its|into|via|through|based|using|towards?|new|between|their)\b", re.IGNORECASE
)


def main(path: Path = DATA) -> None:
    if path.exists():
        cooperation(json.loads(path.read_text(encoding="utf-8")))
    else:
        print(f"Cooperations: the CORDIS file is absent ({path}): give its path as an argument or in CORDIS.\n")
    scale()


# Who really worked with whom


def cooperation(projects: list[dict]) -> None:
    """Print the tables of the methods: means of the seeds, and the spread of the AUC between seeds."""
    known = Counter(name for project in projects for name in {p["name"] for p in project["participants"]})
    row_of = {name: row for row, name in enumerate(sorted(n for n, count in known.items() if count >= 3))}
    titles = [re.findall(r"[a-z]{3,}", STOP_WORDS.sub(" ", p["title"]).lower()) for p in projects]
    teams = [
        sorted({row_of[p["name"]] for p in project["participants"] if p["name"] in row_of}) for project in projects
    ]
    print(f"Cooperations: CORDIS, {len(row_of)} organisations, {len(SEEDS)} seeds")
    for words in (1, MAPPED_WORDS):
        cases = [Case(titles, teams, len(row_of), np.random.default_rng(seed), words) for seed in SEEDS]
        table(cases, words)
    print("cov counts the scores alone; lists add variety and quotas: everybody mapped stands in one.\n")


def table(cases: list["Case"], words: int) -> None:
    figures: dict[str, list] = {}
    for seed, case in zip(SEEDS, cases, strict=True):
        for name, scores in case.methods(seed).items():
            figures.setdefault(name, []).append(case.measure(scores))
    judged = [int(case.mapped.sum()) for case in cases]
    print(f"{f'{words} words, {min(judged)}-{max(judged)} judged':26}{'nDCG@10':>9}{'AUC':>8}{'± seeds':>9}", end="")
    print(f"{'szAUC':>8}{'cov':>7}")
    for name, rows in figures.items():
        ndcg, auc, size_auc, coverage = np.mean(rows, axis=0)
        print(f"  {name:24}{ndcg:9.3f}{auc:8.3f}{np.std(rows, axis=0)[1]:9.3f}{size_auc:8.3f}{coverage:7.2f}")


class Case:
    """One draw of hidden projects: what is known, and what is to be found, by those with `least` words."""

    def __init__(self, titles, teams, n, random, least):
        hidden = set(random.permutation(len(teams))[: int(HIDDEN * len(teams))].tolist())
        self.n, self.met, self.future, self.size = n, np.zeros((n, n), bool), np.zeros((n, n), bool), np.zeros(n)
        uses = Counter()
        for project, (words, team) in enumerate(zip(titles, teams, strict=True)):
            (self.future if project in hidden else self.met)[np.ix_(team, team)] = True
            if project not in hidden:
                self.size[team] += 1
                uses.update((member, word) for member in team for word in set(words))
        self.network = self.as_network(uses)
        self.mapped = np.diff(self.network.offers.indptr) >= least
        self.candidates = np.outer(self.mapped, self.mapped) & ~self.met & ~np.eye(n, dtype=bool)
        self.found = self.future & self.candidates
        self.decile = np.searchsorted(np.quantile(self.size[self.mapped], np.arange(0.1, 1, 0.1)), self.size, "right")

    def as_network(self, uses) -> Network:
        """Structures 0 to n-1; a word is all the better evidence as more of one's projects bear it."""
        members, words = zip(*uses, strict=True)
        column_of = {word: column for column, word in enumerate(dict.fromkeys(words))}
        columns = [column_of[word] for word in words]
        offers = sparse.csr_matrix((np.array(list(uses.values()), float), (members, columns)), (self.n, len(column_of)))
        ties = sparse.csr_matrix(self.met.astype(float))
        ties.setdiag(0)
        ties.eliminate_zeros()
        nothing = sparse.csr_matrix(offers.shape)
        no_group, no_item = sparse.csr_matrix((0, offers.shape[1])), np.zeros(offers.shape[1], bool)
        return Network(list(range(self.n)), list(column_of), offers, nothing, ties, no_group, no_item, no_item)

    def methods(self, seed: int) -> dict[str, np.ndarray]:
        """n x n scores of each method; row a ranks a's partners."""
        index, degree = Index(self.network), self.met.sum(axis=1)
        frequency = np.log(self.n / np.maximum(index.holders, 1)) + 1
        text = unit_rows(scaled(self.network.offers, columns=frequency))
        ties = self.network.ties
        return {
            "random": np.random.default_rng(seed).random((self.n, self.n)),
            "popularity": np.tile(self.size, (self.n, 1)),
            "TF-IDF cosine": (text @ text.T).toarray(),
            "shared items": (index.held @ index.held.T).toarray(),
            "Adamic-Adar": (scaled(ties, columns=1 / np.log(np.maximum(degree, 2))) @ ties).toarray(),
            "S + K (ours)": self.ours("shared", "related"),
            "S + K + T (ours)": self.ours("shared", "related", "third_party"),
        }

    def ours(self, *channels: str) -> np.ndarray:
        scorer = Scorer(Index(self.network), BETA * np.isin(CHANNELS, channels), np.zeros(self.n, bool))
        scores = scorer.of(*next(scorer.blocks()))
        table = np.full((self.n, self.n), -np.inf)
        table[scores.rows, scores.columns] = scores.totals
        return table

    def measure(self, scores: np.ndarray) -> tuple[float, float, float, float]:
        """nDCG@10, AUC, szAUC, means over the structures that made a new partner; coverage."""
        rows, shown = [], set()
        for a in np.flatnonzero(self.mapped):
            candidates = np.flatnonzero(self.candidates[a])
            values, found = scores[a, candidates], self.found[a, candidates]
            first = np.argsort(-values, kind="stable")[:TOP]
            shown.update(candidates[first].tolist())
            if found.any():
                rows.append((ndcg(found, first), auc(values, found), size_auc(values, found, self.decile[candidates])))
        return (*np.nanmean(rows, axis=0), len(shown) / self.mapped.sum())


def ndcg(found: np.ndarray, first: np.ndarray) -> float:
    gains = 1 / np.log2(np.arange(2, TOP + 2))
    return float((found[first] * gains).sum() / gains[: min(TOP, found.sum())].sum())


def auc(values: np.ndarray, found: np.ndarray) -> float:
    """The chance that one found stands above one not found, ties for one half."""
    yes, no = found.sum(), (~found).sum()
    return (rankdata(values)[found].sum() - yes * (yes + 1) / 2) / (yes * no)


def size_auc(values: np.ndarray, found: np.ndarray, decile: np.ndarray) -> float:
    """The same among structures of one size."""
    classes = [decile == d for d in np.unique(decile[found])]
    told = [(auc(values[c], found[c]), found[c].sum()) for c in classes if not found[c].all()]
    return np.average([t[0] for t in told], weights=[t[1] for t in told]) if told else np.nan


# Scale


def scale() -> None:
    """Each measure in a process of its own, so that its peak of memory is its own."""
    print("Scale: synthetic structures, 10 Zipf items each")
    for n in (10_000, 100_000):
        told = apart("nearest", n)
        print(
            f"  {n:>7,}: the 50 nearest of everybody in {told['all']:.2f} s, of one in {told['one'] * 1000:.1f} ms",
            end="",
        )
        print(f" (peak {told['peak']:.2f} GB)")
    told = apart("lists", 10_000)
    print(f"   10,000: the four channels, varied lists of 10 and their reasons in {told['all']:.1f} s", end="")
    print(f" (peak {told['peak']:.2f} GB)")


def apart(what: str, n: int) -> dict:
    return json.loads(subprocess.check_output([sys.executable, "-m", "bench.suggestions", f"--{what}", str(n)]))


def zipf(n: int, seed: int = 0) -> Network:
    """n structures offering 10 items drawn by Zipf's law (exponent 1) among n / 2 and 1,000 at least."""
    items = max(n // 2, 1_000)
    random = np.random.default_rng(seed)
    ranks = np.searchsorted(
        np.cumsum(1 / np.arange(1, items + 1)) / np.sum(1 / np.arange(1, items + 1)), random.random(n * 10)
    )
    offers = sparse.csr_matrix((np.ones(n * 10), (np.repeat(np.arange(n), 10), ranks)), (n, items))
    offers.data[:] = 1
    nothing = sparse.csr_matrix(offers.shape)
    return Network(
        list(range(n)),
        list(range(items)),
        offers,
        nothing,
        sparse.csr_matrix((n, n)),
        sparse.csr_matrix((0, items)),
        np.zeros(items, bool),
        np.zeros(items, bool),
    )


def time_nearest(n: int) -> dict:
    """All pairs by what they share, the 50 nearest of each; then one structure alone, the index being there."""
    index = Index(zipf(n))
    start = time.perf_counter()
    common = scaled(index.profiles, columns=index.usual.astype(float))
    best(common, common, 50)
    everyone = time.perf_counter() - start
    start = time.perf_counter()
    for row in range(20):
        best(common[[row]], common, 50)
    one = (time.perf_counter() - start) / 20
    return {"all": everyone, "one": one, "peak": peak()}


def time_lists(n: int) -> dict:
    network = zipf(n)
    start = time.perf_counter()
    for _suggestion in suggest(network):
        pass
    return {"all": time.perf_counter() - start, "peak": peak()}


def peak() -> float:
    """Peak of resident memory, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[:1] in (["--nearest"], ["--lists"]):
        print(json.dumps({"--nearest": time_nearest, "--lists": time_lists}[arguments[0]](int(arguments[1]))))
    else:
        main(Path(arguments[0]) if arguments else DATA)
