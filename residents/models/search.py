"""Finding terms of the vocabulary: what the field of `/savoirs/` proposes while somebody types.

Everything compares `searchable` columns (see `Searchable`), so accents, case, apostrophes and hyphens do not matter.
45,000 terms are searched by their prefix and trigram indexes; bench/autocomplete.py measures it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, reduce
from operator import and_

from django.apps import apps
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connections, models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Length

from residents.models.neighbours import items_going_along
from residents.vocabulary.words import SMALL_WORDS

# The longest label of the vocabulary; what is typed beyond is not read.
LONGEST_TEXT = 300
# Words looked at in a sentence: more would not find more, only later.
MOST_WORDS = 8

# Close spellings: PostgreSQL gives candidates that share a part of the trigrams typed, the best of them are compared
# word by word. A mistake spoils more of a short text ("jardniage" shares 0.43 with "jardinage") than of a long one.
SHARED_TRIGRAMS = {11: 0.4, 17: 0.5}
SHARED_TRIGRAMS_BEYOND = 0.6
SHORTEST_SPELLING, LONGEST_SPELLING = 4, 80
# A short text that begins some word is not a mistake, just unfinished.
SURE_SPELLING = 6
CANDIDATES = 40
# Letters of a word that a mistake seldom spoils.
SAFE_LETTERS = 3
# Two words are the same one mistyped, at this ratio, or at that one if even their first letters differ (habilitation is
# not facilitation); a term holds enough of the typed words.
SAME_WORD, SAME_WORD_MISBEGUN = 0.8, 0.85
ENOUGH_WORDS = 0.6

# How well a label answers, best first.
EXACT, BEGINS, BEGINS_MID_WORD, HOLDS, RESEMBLES = range(5)


class Loosely(models.Func):
    """The text to compare, from a subquery that first sets how alike trigrams must be, for this statement only.

    `%>` cannot run before its operand is known, so the setting is always made in time; no transaction is needed.
    """

    template = (
        "(SELECT CASE WHEN set_config('pg_trgm.word_similarity_threshold', '%(threshold)s', true) <> '' "
        "THEN %(expressions)s END)"
    )
    output_field = models.TextField()

    def __init__(self, text: str):
        thresholds = (shared for length, shared in SHARED_TRIGRAMS.items() if len(text) < length)
        super().__init__(Value(text), threshold=next(thresholds, SHARED_TRIGRAMS_BEYOND))


def searchable_text(text: str, using: str = "default") -> str:
    """`text` as the `searchable` columns hold it ("" for punctuation only), computed by the same SQL function."""
    readable = text[:LONGEST_TEXT].replace("\0", " ").encode("utf-8", "ignore").decode()
    if not readable.strip():
        return ""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT searchable(%s)", [readable])
        return cursor.fetchone()[0]


def searchable_texts(texts: Iterable[str], using: str = "default") -> dict[str, str]:
    """{text: its `searchable_text`}, in one query for all."""
    wanted = list(dict.fromkeys(texts))
    readable = [text[:LONGEST_TEXT].replace("\0", " ").encode("utf-8", "ignore").decode() for text in wanted]
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT searchable(text) FROM unnest(%s::text[]) WITH ORDINALITY AS given(text, rank) ORDER BY rank",
            [readable],
        )
        return dict(zip(wanted, (found for (found,) in cursor), strict=True))


def telling_words(query: str) -> list[str]:
    """The words of a searchable text worth looking for, each once.

    Small words are left out, but not the last one, which may be the beginning of a longer word.
    """
    words = query.split()
    telling = [word for word in words[:-1] if word not in SMALL_WORDS] + words[-1:]
    return list(dict.fromkeys(telling))[:MOST_WORDS]


def begins_words(words: Iterable[str], path: str = "searchable") -> Q:
    """Every word is the beginning of a word of the searchable column at `path`; `words` is not empty."""
    return reduce(and_, (Q(**{f"{path}__startswith": word}) | Q(**{f"{path}__contains": f" {word}"}) for word in words))


class KnowledgeItemQuerySet(models.QuerySet):
    def current(self):
        """Terms that may be proposed: those that their source still holds."""
        return self.filter(retired=False)

    def of_kind(self, kind):
        """Terms of one kind; `None` keeps the three."""
        return self.filter(kind=kind) if kind else self

    def matching(self, text: str, kind: str | None = None, limit: int = 12) -> list:
        """The terms that somebody typing `text` most likely means, best first, at most `limit`; at most 4 queries.

        Exact labels and synonyms first, then labels that begin with the text, labels of which every typed word begins
        a word, synonyms likewise, and, if nothing is exact, close spellings. Among equals: what the house has declared,
        what most métiers hold, the shortest. Retired terms are left out. Each term bears `.matched`, the synonym that
        was found or "".
        """
        query = searchable_text(text, self.db)
        if not query:
            return []
        proposed = self.current().of_kind(kind).select_related("domain")
        labels = list(_labels(proposed, query)[:limit])
        synonyms = list(_synonyms(proposed, query)[: 2 * limit + CANDIDATES])
        found = _first_of_each(
            [
                *(item for item in (*labels, *synonyms) if item.answers == EXACT),
                *(item for item in (*labels, *synonyms) if EXACT < item.answers < RESEMBLES),
            ]
        )
        sure = found and (found[0].answers == EXACT or len(query) < SURE_SPELLING)
        if len(found) < limit and not sure:
            found = _first_of_each([*found, *_closest(query, [*_alike(proposed, query), *synonyms])])
        return found[:limit]

    def labelled(self, label: str, kind: str):
        """The term of that kind with that label, or failing it that synonym; `None` if there is none.

        Retired terms count, since their label is taken; one that was merged away leads to the term that says it now.
        """
        query = searchable_text(label, self.db)
        of_kind = self.of_kind(kind).select_related("domain")
        found = (
            of_kind.filter(searchable=query).first()
            or of_kind.filter(synonyms__searchable=query).order_by("retired", "-occupation_count", "pk").first()
        )
        return found and found.standing()

    def close_to(self, label: str, kind: str, limit: int = 3) -> list:
        """Terms spelled nearly like `label` ("vouliez-vous dire...?"), closest first, with `.matched`; 3 queries."""
        query = searchable_text(label, self.db)
        if not query:
            return []
        proposed = self.current().of_kind(kind).select_related("domain").exclude(searchable=query)
        near = [*_alike(proposed, query), *_synonyms(proposed, query)[:CANDIDATES]]
        return _first_of_each(_closest(query, near))[:limit]

    def going_along_with(self, resident, limit: int = 8) -> list:
        """Terms that often go along with what `resident` has declared and that it lacks, the most telling first."""
        return items_going_along(self, resident, limit)


@dataclass(frozen=True)
class _Spelled:
    """A label, as `_closest` compares it."""

    pk: int
    label: str
    spelling: str
    matched: str = ""


def close_to_each(wanted: list[tuple[str, str]], using: str = "default") -> dict[tuple[str, str], str]:
    """{(nature, searchable text): the label of the term spelled most nearly so}, where there is one; one query.

    As `close_to` for each, but for synonyms and domains.
    """
    typed = {key: " ".join(_telling_spelling(key[1])) for key in wanted}
    wanted = [key for key in wanted if len(typed[key]) >= SHORTEST_SPELLING]
    if not wanted:
        return {}
    found: dict[tuple[str, str], list[_Spelled]] = defaultdict(list)
    with connections[using].cursor() as cursor:
        cursor.execute(
            """
            SELECT given.rank, term.id, term.label, term.searchable
            FROM unnest(%(kinds)s::text[], %(typed)s::text[]) WITH ORDINALITY AS given(kind, typed, rank)
            CROSS JOIN LATERAL (
                SELECT id, label, searchable FROM residents_knowledgeitem
                WHERE kind = given.kind AND NOT retired AND searchable %%> (
                    SELECT CASE WHEN set_config('pg_trgm.word_similarity_threshold', %(threshold)s, true) <> ''
                    THEN given.typed END
                )
                ORDER BY word_similarity(given.typed, searchable) DESC, id
                LIMIT %(candidates)s
            ) AS term
            ORDER BY given.rank, term.id
            """,
            {
                "kinds": [kind for kind, _text in wanted],
                "typed": [typed[key] for key in wanted],
                "threshold": str(SHARED_TRIGRAMS_BEYOND),
                "candidates": CANDIDATES,
            },
        )
        for rank, *term in cursor:
            found[wanted[rank - 1]].append(_Spelled(*term))
    closest = {key: _closest(key[1], near) for key, near in found.items()}
    return {key: near[0].label for key, near in closest.items() if near}


def _first_of_each(items: Iterable) -> list:
    """A term found twice keeps its first place."""
    found = {}
    for item in items:
        found.setdefault(item.pk, item)
    return list(found.values())


def _labels(items, query: str):
    """Terms of which every typed word begins a word of the label, best first.

    Two letters begin some word of most labels: they must begin the label or be a word of it; a small word, begin it.
    """
    begins = Q(spelling__startswith=query)
    if query in SMALL_WORDS:
        holds = begins
    elif len(query) <= 2:
        holds = begins | Q(spelling__contains=f" {query} ") | Q(spelling__endswith=f" {query}")
    else:
        holds = begins_words(telling_words(query), "spelling")
    return _best_first(_spelled(items).filter(holds), query, otherwise=Value(HOLDS))


def _synonyms(items, query: str):
    """Terms by their synonyms: every typed word begins a word of it; then those that may be a mistake away.

    A term comes once for each such synonym. A mistake seldom spoils the first letters, which a plain scan of a few
    thousand synonyms compares in no time.
    """
    words = telling_words(query)
    may_be = begins_words((word[:SAFE_LETTERS] for word in words), "spelling")
    otherwise = Case(When(begins_words(words, "spelling"), then=Value(HOLDS)), default=Value(RESEMBLES))
    return _best_first(_spelled(items, "synonyms__").filter(may_be), query, otherwise=otherwise)


def _alike(items, query: str):
    """Terms of which the label, or a part of it, shares enough trigrams with the telling words."""
    typed = " ".join(_telling_spelling(query))
    if len(typed) < SHORTEST_SPELLING:
        return items.none()
    alike = _spelled(items).filter(searchable__trigram_word_similar=Loosely(typed))
    closeness = TrigramWordSimilarity(typed, "searchable")
    return alike.annotate(closeness=closeness).order_by("-closeness", "pk")[:CANDIDATES]


def _spelled(items, path: str = ""):
    """Terms with the `spelling` that is compared, and `matched`, which is empty for the label and tells the synonym."""
    matched = F(f"{path}label") if path else Value("")
    return items.annotate(spelling=F(f"{path}searchable"), matched=matched)


def _best_first(spelled, query: str, *, otherwise):
    """Terms that answer best, then the declared, usual, short ones; `otherwise` answers what does not begin so."""
    declarations = apps.get_model("residents", "Declaration").objects.known_in_house().filter(item=OuterRef("pk"))
    # One or two letters are a beginning rather than a word.
    whole_word = Q(spelling__startswith=f"{query} ") | Q(spelling__startswith=f"{query}s ")
    answers = Case(
        When(spelling=query, then=Value(EXACT)),
        When(whole_word, then=Value(BEGINS if len(query) > 2 else BEGINS_MID_WORD)),
        When(spelling__startswith=query, then=Value(BEGINS_MID_WORD)),
        default=otherwise,
    )
    return spelled.annotate(answers=answers, declared=Exists(declarations)).order_by(
        "answers", "-declared", "-occupation_count", Length("spelling"), "spelling", "pk"
    )


def _telling_spelling(query: str) -> list[str]:
    return [word for word in telling_words(query[:LONGEST_SPELLING]) if len(word) > 2]


def _closest(query: str, items: list) -> list:
    """The terms of which the spelling holds most of the typed words, give or take a typing mistake."""
    words, same = _telling_spelling(query), cache(_same)
    if len("".join(words)) < SHORTEST_SPELLING:
        return []
    close = [(_likeness(words, item.spelling, same), item) for item in items]
    close = [(likeness, item) for likeness, item in close if likeness >= ENOUGH_WORDS]
    close.sort(key=lambda pair: (-round(pair[0], 2), len(pair[1].spelling), pair[1].matched, pair[1].pk))
    return [item for _ratio, item in close]


def _likeness(words: list[str], label: str, same) -> float:
    """0 to 1: the mean, over the typed words, of their likeness (`same`) to the word of `label` most like them."""
    written = label.split()
    likeness = (max(same(word, other) for other in written) for word in words)
    return sum(likeness) / len(words)


def _same(typed: str, written: str) -> float:
    """How alike two words are, the typed one being perhaps the beginning of the other; 0 if not the same mistyped.

    The ratio of matching letters is that of Ratcliff & Obershelp (1988).
    """
    if written.startswith(typed):
        return 1
    enough = SAME_WORD if written[0] == typed[0] else SAME_WORD_MISBEGUN
    matcher = SequenceMatcher(None, typed, written[: len(typed) + 1], autojunk=False)
    ratio = matcher.ratio() if matcher.quick_ratio() >= enough else 0
    return ratio if ratio >= enough else 0
