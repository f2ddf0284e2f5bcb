"""The pairs of terms that may say the same thing, among those that matter and against the whole vocabulary.

Those that matter are what structures or the house wrote, or somebody declares: a few hundred among 45,000. Terms of the
same words share a key, and meet without being compared; PostgreSQL's trigrams give those that may be misspelt, which
are judged word by word (`spelling`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import NamedTuple

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
from residents.models import Declaration, KnowledgeItem, Synonym

# Candidates of one term that shares trigrams: how alike, and how many.
SHARED_TRIGRAMS, CANDIDATES = 0.4, 20
# An acronym that stands for more terms than these stands for none.
MOST_MEANT = 3

# PostgreSQL's stemmer leaves the s of « vélos ».
STEMS = r"""
SELECT word, (ts_lexize('french_stem', regexp_replace(word, '(\w\w\w)s$', '\1')))[1] FROM unnest(%s::text[]) AS word
"""

# `kind || ''` so that no other index than that of trigrams fits.
ALIKE = """
SELECT mine.id, other.id
FROM residents_knowledgeitem mine CROSS JOIN LATERAL (
    SELECT id FROM residents_knowledgeitem
    WHERE searchable %% mine.searchable AND kind || '' = mine.kind AND id <> mine.id AND NOT retired
    ORDER BY similarity(searchable, mine.searchable) DESC, id LIMIT %(limit)s
) other
WHERE mine.id = ANY(%(mine)s)
"""


# (key of the term, searchable text, whether it is a synonym)
Text = tuple[int, str, bool]


class Term(NamedTuple):
    pk: int
    kind: str
    label: str
    searchable: str
    scheme: str


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


class Vocabulary:
    """All the terms that are proposed, read once in three queries.

    `terms` is {key: Term}; `texts` has each label and each synonym, as (key, searchable text, whether a synonym).
    """

    def __init__(self):
        rows = KnowledgeItem.objects.current().order_by("pk").values_list("pk", "kind", "label", "searchable", "scheme")
        self.terms = {row[0]: Term(*row) for row in rows}
        synonyms = Synonym.objects.filter(item__retired=False).exclude(searchable="")
        self.texts = [
            *((term.pk, term.searchable, False) for term in self.terms.values()),
            *((item, text, True) for item, text in synonyms.values_list("item", "searchable") if item in self.terms),
        ]
        # Those that a source writes.
        self.known = {
            word for term in self.terms.values() if term.scheme != Scheme.RESIDENT for word in term.searchable.split()
        }
        with connection.cursor() as cursor:
            self.stem = stems(cursor, {word for _pk, text, _synonym in self.texts for word in text.split()})

    def same_as(self, mine: set[int], key: Callable[[str], str]) -> Iterator[tuple[Text, Text]]:
        """A text of each of `mine` and a text of another term of its kind, of one and the same `key`."""
        alike = defaultdict(list)
        for text in self.texts:
            alike[self.terms[text[0]].kind, key(text[1])].append(text)
        for texts in alike.values():
            for one, other in permutations(texts, 2) if len(texts) > 1 else ():
                if one[0] in mine and one[0] != other[0]:
                    yield one, other


def stems(cursor, words: set[str]) -> Callable[[str], str]:
    """The stem of each of the `words`; one that PostgreSQL leaves out (« son ») is its own."""
    cursor.execute(STEMS, [list(words)])
    found = dict(cursor.fetchall())
    return lambda word: found.get(word) or word


def find(keys: Iterable[int], *, by_meaning: bool) -> list[Found]:
    """The pairs of the terms of these `keys` with any other of their kind, each once, all its reasons together.

    Four queries, and as many cores as one for a second or two; `by_meaning` takes half a minute.
    """
    vocabulary = Vocabulary()
    mine = set(keys) & set(vocabulary.terms)
    reasons, scores = defaultdict(list), {}
    for one, other, why, score in [*by_words(vocabulary, mine), *(by_sense(vocabulary, mine) if by_meaning else ())]:
        pair = (min(one, other), max(one, other))
        if why not in reasons[pair]:
            reasons[pair].append(why)
        scores[pair] = max(scores.get(pair, 0), score)
    return [Found(*pair, scores[pair], telling_reasons(whys)) for pair, whys in reasons.items()]


def telling_reasons(whys: list[str]) -> list[str]:
    """The surest first; what the words say is not said again by their meaning."""
    return sorted((why for why in whys if why in SCORES), key=lambda why: -SCORES[why]) or whys


def by_words(vocabulary: Vocabulary, mine: set[int]) -> Iterator[tuple[int, int, str, float]]:
    """(key, other key, reason, score)."""
    sure = list(same_words(vocabulary, mine))
    pairs = {(one, other) for one, other, _why in sure}
    guessed = (found for found in misspelt(vocabulary, mine) if found[:2] not in pairs)
    found = [*sure, *guessed, *acronyms(vocabulary, mine)]
    return ((one, other, why, SCORES[why]) for one, other, why in found)


def same_words(vocabulary: Vocabulary, mine: set[int]) -> Iterator[tuple[int, int, str]]:
    """The same stems in any order, or the same letters in one word or in several."""

    def key(text):
        return " ".join(sorted({vocabulary.stem(word) for word in telling(text)}))

    for (one, text, is_synonym), (other, other_text, other_is) in vocabulary.same_as(mine, key):
        if is_synonym or other_is:
            yield one, other, SYNONYM
        else:
            yield one, other, SAME_WORDS if sorted(telling(text)) == sorted(telling(other_text)) else INFLECTED
    for (one, _text, is_synonym), (other, _text, other_is) in vocabulary.same_as(mine, joined):
        yield one, other, SYNONYM if is_synonym or other_is else JOINED


def joined(text: str) -> str:
    return text.replace(" ", "")


def misspelt(vocabulary: Vocabulary, mine: set[int]) -> Iterator[tuple[int, int, str]]:
    """Of the terms that have a word of no source: those that are like them, word by word. One query."""
    odd = [pk for pk in mine if unknown(vocabulary.terms[pk].searchable, vocabulary.known)]
    for one, other in alike(odd) if odd else ():
        if other in vocabulary.terms:
            texts = (vocabulary.terms[pk].searchable for pk in (one, other))
            for why in likeness(*texts, vocabulary.known, vocabulary.stem) or ():
                yield one, other, why


def alike(odd: list[int]) -> list[tuple[int, int]]:
    """Keys of terms, and of those that share trigrams with them."""
    with transaction.atomic(), connection.cursor() as cursor:
        # The limit is meant for pages.
        cursor.execute("SET LOCAL statement_timeout = 0")
        # PostgreSQL takes comparing trigrams for cheap, and reads the whole table for each term.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(SHARED_TRIGRAMS)])
        cursor.execute(ALIKE, {"mine": odd, "limit": CANDIDATES})
        return cursor.fetchall()


def acronyms(vocabulary: Vocabulary, mine: set[int]) -> Iterator[tuple[int, int, str]]:
    """Terms of first letters, with what they stand for; either may be among `mine`."""
    terms = vocabulary.terms.values()
    short = {(term.kind, joined(term.searchable)): term.pk for term in terms if is_acronym(term.label)}
    meant = defaultdict(set)
    for term in terms if short else ():
        for letters in initials(term.searchable):
            if (term.kind, letters) in short:
                meant[short[term.kind, letters]].add(term.pk)
    for pk, others in meant.items():
        for other in sorted(others) if len(others) <= MOST_MEANT else ():
            if pk in mine or other in mine:
                yield pk, other, SHORTENED


def by_sense(vocabulary: Vocabulary, mine: set[int]) -> Iterator[tuple[int, int, str, float]]:
    """What means nearly the same; nothing without the extra `meaning`."""
    encoder = meaning.encoder()
    if encoder is None:
        return
    for kind in {vocabulary.terms[pk].kind for pk in mine}:
        terms = [term for term in vocabulary.terms.values() if term.kind == kind]
        everything = meaning.vectors(encoder, [term.label for term in terms])
        rows = [row for row, term in enumerate(terms) if term.pk in mine]
        for row, column, csls in meaning.near(everything[rows], everything):
            one, other = terms[rows[row]].pk, terms[column].pk
            if one != other:
                yield one, other, MEANING, min(MOST_BY_MEANING, csls)
