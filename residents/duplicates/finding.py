"""The pairs of terms that may say the same thing, among those that matter and against the whole vocabulary.

Those that matter are what structures or the house wrote, or somebody declares: a few hundred among 45,000. The work is
done in sets by PostgreSQL; what comes out is judged word by word (`spelling`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from residents.duplicates import (
    INFLECTED,
    JOINED,
    MEANING,
    MOST_BY_MEANING,
    SAME_WORDS,
    SCORES,
    SHORTENED,
    SYNONYM,
    meaning,
)
from residents.duplicates.spelling import initials, is_acronym, likeness, telling, unknown
from residents.enums import Scheme
from residents.models import Declaration, KnowledgeItem
from residents.vocabulary.words import SMALL_WORDS

# Candidates of one term that shares trigrams: how alike, and how many.
SHARED_TRIGRAMS, CANDIDATES = 0.3, 40
# An acronym that stands for more terms than these stands for none.
MOST_MEANT = 3

# Labels and synonyms with the key that terms of the same words share: the stems without small words, in order. C, C++
# and C# are told apart by their signs, which no stem keeps.
SAME_KEY = """
WITH texts AS (
    SELECT k.id, k.kind, k.searchable, false AS synonym FROM residents_knowledgeitem k WHERE NOT k.retired
    UNION ALL
    SELECT k.id, k.kind, s.searchable, true FROM residents_synonym s
    JOIN residents_knowledgeitem k ON k.id = s.item_id WHERE NOT k.retired AND s.searchable <> ''
), bare AS (
    SELECT *, regexp_replace(regexp_replace(searchable, %(small)s, '', 'g'), %(plural)s, %(singular)s, 'g') AS telling
    FROM texts
), keys AS (
    SELECT id, kind, searchable, synonym, replace(searchable, ' ', '') AS joined,
        regexp_replace(searchable, '[^+#]', '', 'g') || coalesce(
            nullif(array_to_string(tsvector_to_array(to_tsvector('pg_catalog.french', telling)), ' '), ''), searchable
        ) AS stems
    FROM bare
), mine AS (SELECT * FROM keys WHERE id = ANY(%(mine)s))
SELECT mine.id, keys.id, mine.searchable, keys.searchable, mine.synonym OR keys.synonym
FROM mine JOIN keys ON keys.kind = mine.kind AND keys.stems = mine.stems AND keys.id <> mine.id
UNION
SELECT mine.id, keys.id, mine.searchable, keys.searchable, mine.synonym OR keys.synonym
FROM mine JOIN keys ON keys.kind = mine.kind AND keys.joined = mine.joined AND keys.id <> mine.id
"""

# PostgreSQL leaves out its own small words, among which « les » is missing, and stems leave the s of « vélos ».
SMALL = rf"\m({'|'.join(sorted(SMALL_WORDS))})\M"
PLURAL, SINGULAR = r"(\w\w\w)s\M", r"\1"

# The vocabulary's own words: those that a source writes.
KNOWN_WORDS = """
SELECT DISTINCT word FROM residents_knowledgeitem, string_to_table(searchable, ' ') AS word WHERE scheme <> %(resident)s
"""

ALIKE = """
SELECT mine.id, other.id, mine.searchable, other.searchable
FROM residents_knowledgeitem mine CROSS JOIN LATERAL (
    SELECT id, searchable FROM residents_knowledgeitem
    WHERE searchable %% mine.searchable AND kind = mine.kind AND id <> mine.id AND NOT retired
    ORDER BY similarity(searchable, mine.searchable) DESC, id LIMIT %(limit)s
) other
WHERE mine.id = ANY(%(mine)s)
"""


@dataclass(frozen=True)
class Found:
    """Two keys of terms, the older first, and why they are near."""

    item: int
    other: int
    score: float
    reasons: list[str]


def those_that_matter():
    """The terms that are compared: written by structures or the house, or declared by somebody."""
    declared = Exists(Declaration.objects.filter(item=OuterRef("pk")))
    return KnowledgeItem.objects.current().filter(Q(scheme__in=[Scheme.RESIDENT, Scheme.HOUSE]) | declared)


def find(keys: Iterable[int], *, by_meaning: bool) -> list[Found]:
    """The pairs of the terms of these `keys` with any other of their kind, each once, all its reasons together.

    Six queries, and with `by_meaning` four more, for half a minute.
    """
    reasons, scores = defaultdict(list), {}
    mine = list(keys)
    for one, other, why, score in [*by_words(mine), *(by_sense(mine) if by_meaning else ())]:
        pair = (min(one, other), max(one, other))
        if why not in reasons[pair]:
            reasons[pair].append(why)
        scores[pair] = max(scores.get(pair, 0), score)
    return [Found(*pair, scores[pair], sorted(whys, key=most_telling)) for pair, whys in reasons.items()]


def most_telling(reason: str) -> float:
    return -SCORES.get(reason, 0)


def by_words(mine: list[int]) -> Iterator[tuple[int, int, str, float]]:
    """(key, other key, reason, score)."""
    sure = list(same_key(mine))
    pairs = {(one, other) for one, other, _why in sure}
    guessed = (found for found in misspelt(mine) if found[:2] not in pairs)
    return ((one, other, why, SCORES[why]) for one, other, why in [*sure, *guessed, *acronyms(mine)])


@contextmanager
def unhurried():
    """A cursor for what reads the whole vocabulary, which the limits meant for pages would cut short."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield cursor


def same_key(mine: list[int]) -> Iterator[tuple[int, int, str]]:
    with unhurried() as cursor:
        cursor.execute(SAME_KEY, {"mine": mine, "small": SMALL, "plural": PLURAL, "singular": SINGULAR})
        rows = cursor.fetchall()
    for one, other, text, other_text, synonym in rows:
        if synonym:
            yield one, other, SYNONYM
        elif sorted(telling(text)) == sorted(telling(other_text)):
            yield one, other, SAME_WORDS
        else:
            yield one, other, JOINED if text.replace(" ", "") == other_text.replace(" ", "") else INFLECTED


def misspelt(mine: list[int]) -> Iterator[tuple[int, int, str]]:
    """Of the terms that have a word of no source: those that are like them, word by word."""
    with unhurried() as cursor:
        cursor.execute(KNOWN_WORDS, {"resident": Scheme.RESIDENT})
        known = {word for (word,) in cursor.fetchall()}
        labels = KnowledgeItem.objects.filter(pk__in=mine).values_list("pk", "searchable")
        odd = [pk for pk, label in labels if unknown(label, known)]
        if not odd:
            return
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(SHARED_TRIGRAMS)])
        cursor.execute(ALIKE, {"mine": odd, "limit": CANDIDATES})
        rows = cursor.fetchall()
        stem = stems(cursor, {word for row in rows for label in row[2:] for word in label.split()})
    for one, other, label, other_label in rows:
        for why in likeness(label, other_label, known, stem) or []:
            yield one, other, why


def stems(cursor, words: set[str]):
    """A function that gives the stem of each of the `words`; what has none (small words) is its own."""
    cursor.execute(
        "SELECT word, (ts_lexize('french_stem', regexp_replace(word, %s, %s)))[1] FROM unnest(%s::text[]) AS word",
        [PLURAL, SINGULAR, list(words)],
    )
    found = dict(cursor.fetchall())
    return lambda word: found.get(word) or word


def acronyms(mine: list[int]) -> Iterator[tuple[int, int, str]]:
    """Terms of first letters, with what they stand for; either may be among `mine`."""
    kept = set(mine)
    terms = list(KnowledgeItem.objects.current().values_list("pk", "kind", "label", "searchable"))
    short = {
        (kind, text.replace(" ", "")): pk for pk, kind, label, text in terms if " " not in label and is_acronym(label)
    }
    meant = defaultdict(set)
    for pk, kind, _label, text in terms if short else ():
        for letters in initials(text):
            if (kind, letters) in short:
                meant[short[kind, letters]].add(pk)
    for pk, others in meant.items():
        for other in sorted(others - {pk}) if len(others - {pk}) <= MOST_MEANT else ():
            if kept & {pk, other}:
                yield pk, other, SHORTENED


def by_sense(mine: list[int]) -> Iterator[tuple[int, int, str, float]]:
    """What means nearly the same; nothing without the extra `meaning`. A query a kind."""
    encoder = meaning.encoder()
    if encoder is None:
        return
    kept = set(mine)
    for kind in KnowledgeItem.objects.filter(pk__in=mine).order_by().values_list("kind", flat=True).distinct():
        terms = list(KnowledgeItem.objects.current().filter(kind=kind).order_by("pk").values_list("pk", "label"))
        everything = meaning.vectors(encoder, [label for _pk, label in terms])
        rows = [row for row, (pk, _label) in enumerate(terms) if pk in kept]
        for row, column, csls in meaning.near(everything[rows], everything):
            one, other = terms[rows[row]][0], terms[column][0]
            if one != other:
                yield one, other, MEANING, min(MOST_BY_MEANING, csls)
