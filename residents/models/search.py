"""Finding terms of the vocabulary: what the field of `/savoirs/` proposes while somebody types.

Everything compares `searchable` columns (see `Searchable`), so accents, case, apostrophes and hyphens do not matter.
45,000 terms are searched by their prefix and trigram indexes; bench/autocomplete.py measures it.
"""

from collections.abc import Iterable
from functools import reduce
from operator import and_

from django.apps import apps
from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db import connections, models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Length

# The longest label of the vocabulary; what is typed beyond is not read.
LONGEST_TEXT = 300
# Words looked at in a sentence: more would not find more, only later.
MOST_WORDS = 8
# Trigrams of a whole sentence resemble nothing: close spellings look at its beginning.
LONGEST_SPELLING = 80
# Small words that tell nothing, unless nothing else was typed.
SMALL_WORDS = {
    *("a", "au", "aux", "avec", "ce", "ces", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les"),
    *("nos", "notre", "ou", "par", "pour", "qu", "que", "s", "sur", "un", "une"),
}


def searchable_text(text: str, using: str = "default") -> str:
    """`text` as the `searchable` columns hold it ("" for punctuation only), computed by the same SQL function."""
    readable = text[:LONGEST_TEXT].replace("\0", " ").encode("utf-8", "ignore").decode()
    if not readable.strip():
        return ""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT searchable(%s)", [readable])
        return cursor.fetchone()[0]


def telling_words(query: str) -> list[str]:
    """The words of a searchable text worth looking for, each once: small words are left out, the last one excepted,
    which may be the beginning of a longer one."""
    words = query.split()
    telling = [word for word in words[:-1] if word not in SMALL_WORDS] + words[-1:]
    return list(dict.fromkeys(telling))[:MOST_WORDS]


def begins_words(words: Iterable[str], path: str = "searchable") -> Q:
    """Every word is the beginning of a word of `path`."""
    return reduce(and_, (Q(**{f"{path}__startswith": w}) | Q(**{f"{path}__contains": f" {w}"}) for w in words))


class KnowledgeItemQuerySet(models.QuerySet):
    def current(self):
        """Terms that may be proposed: those that their source still holds."""
        return self.filter(retired=False)

    def of_kind(self, kind):
        """Terms of one kind; `None` keeps the three."""
        return self.filter(kind=kind) if kind else self

    def matching(self, text: str, kind: str | None = None, limit: int = 12) -> list:
        """The terms that somebody typing `text` most likely means, best first, at most `limit`.

        Exact labels and synonyms first, then labels that begin with the text, labels of which every typed word begins
        a word, synonyms likewise, and close spellings. Among equals: what the house has declared, what most métiers
        hold, the shortest. Retired terms are left out. Each term bears `.matched`, the synonym that was found or "".
        """
        query = searchable_text(text, self.db)
        if not query:
            return []
        proposed = self.current().of_kind(kind).select_related("domain")
        found = {}
        for stage in (_exact, _labels_that_begin, _labels_of_words, _synonyms_of_words, _close_spellings):
            for item, synonym in stage(proposed.exclude(pk__in=list(found)), query, limit):
                if item.pk not in found:
                    item.matched = synonym
                    found[item.pk] = item
            if len(found) >= limit:
                break
        return list(found.values())[:limit]

    def labelled(self, label: str, kind: str):
        """The term of that kind with that label, or failing it that synonym; `None` if there is none.

        Retired terms count, since their label is taken.
        """
        query = searchable_text(label, self.db)
        of_kind = self.of_kind(kind).select_related("domain")
        return (
            of_kind.filter(searchable=query).first()
            or of_kind.filter(synonyms__searchable=query).order_by("retired", "-occupation_count", "pk").first()
        )

    def close_to(self, label: str, kind: str, limit: int = 3) -> list:
        """ "Vouliez-vous dire...?": terms spelled nearly like `label`, the closest first, each with `.matched`."""
        query = searchable_text(label, self.db)[:LONGEST_SPELLING]
        if not query:
            return []
        proposed = self.current().of_kind(kind).select_related("domain").exclude(searchable=query)
        found = {}
        for item, synonym in _close_spellings(proposed, query, limit):
            if item.pk not in found:
                item.matched = synonym
                found[item.pk] = item
        return list(found.values())[:limit]

    def going_along_with(self, resident, limit: int = 8) -> list:
        """Terms that often go along with what `resident` has declared and that it lacks, the most telling first."""
        from residents.models.neighbours import items_of_close_occupations

        return items_of_close_occupations(self, resident, limit)


def _usual_first(items, *first, path=""):
    """Sort by `first`, then what the house has declared, what most métiers hold, the shortest label."""
    declarations = apps.get_model("residents", "Declaration").objects.filter(item=OuterRef(f"{path}pk"))
    return items.annotate(declared=Exists(declarations)).order_by(
        *first, "-declared", f"-{path}occupation_count", Length("searchable"), "searchable", "pk"
    )


def _exact(items, query, limit):
    yield from ((item, "") for item in _usual_first(items.filter(searchable=query))[:limit])
    synonyms = _synonyms(items).filter(searchable=query)
    yield from ((s.item, s.label) for s in _usual_first(synonyms, path="item__")[:limit])


def _labels_that_begin(items, query, limit):
    return ((item, "") for item in _usual_first(items.filter(searchable__startswith=query))[:limit])


def _labels_of_words(items, query, limit):
    return ((item, "") for item in _usual_first(items.filter(begins_words(telling_words(query))))[:limit])


def _synonyms(items):
    return (
        apps.get_model("residents", "Synonym").objects.filter(item__in=items.order_by()).select_related("item__domain")
    )


def _synonyms_of_words(items, query, limit):
    synonyms = _synonyms(items).filter(begins_words(telling_words(query)))
    begins = Case(When(searchable__startswith=query, then=Value(0)), default=Value(1))
    return ((s.item, s.label) for s in _usual_first(synonyms, begins, path="item__")[: 2 * limit])


def _close_spellings(items, query, limit):
    """Terms whose label, or a part of it, shares most of the trigrams of `query` (PostgreSQL's `pg_trgm`)."""
    query = query[:LONGEST_SPELLING]
    close = Q(searchable__trigram_word_similar=query) | Q(searchable__trigram_similar=query)
    closeness = TrigramWordSimilarity(query, "searchable") + TrigramSimilarity("searchable", query)
    labels = _usual_first(items.filter(close).annotate(closeness=closeness), "-closeness")[:limit]
    synonyms = _usual_first(_synonyms(items).filter(close).annotate(closeness=closeness), "-closeness", path="item__")[
        :limit
    ]
    both = [(i.closeness, i, "") for i in labels] + [(s.closeness, s.item, s.label) for s in synonyms]
    return [(item, synonym) for _, item, synonym in sorted(both, key=lambda found: -found[0])]
