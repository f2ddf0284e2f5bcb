"""« Vouliez-vous dire… »: the words that the reader may read, spelled nearly like those that nothing says."""

from difflib import SequenceMatcher

from django.db import connection
from django.db.models import QuerySet

from chaudronneries.search.groups import joined
from residents.models.fields import Searchable

# PostgreSQL gives the words that share this part of their trigrams ("brazage" has 0.45 of "brasage"), the best first;
# two words are the same one mistyped when this part of their letters match, in order.
SHARED_TRIGRAMS, CANDIDATES = 0.3, 20
SAME_WORD = 0.75

NEAR = """
WITH told AS MATERIALIZED (
    SELECT DISTINCT word FROM ({rows}) AS rows (text), unnest(string_to_array(rows.text, ' ')) AS word
    WHERE length(word) > 2
)
SELECT typed.word, near.word
FROM unnest(%s::text[]) AS typed (word)
CROSS JOIN LATERAL (
    SELECT told.word FROM told
    WHERE starts_with(told.word, typed.word) OR similarity(told.word, typed.word) >= %s
    ORDER BY starts_with(told.word, typed.word) DESC, similarity(told.word, typed.word) DESC, told.word
    LIMIT %s
) AS near
"""


def corrected(words: tuple[str, ...], rows: list[QuerySet]) -> tuple[str, ...]:
    """`words`, each one that begins no word of `rows` replaced by the most like it that they hold; one query."""
    near = {word: [] for word in words}
    for typed, found in candidates(words, rows):
        near[typed].append(found)
    return tuple(closest(word, near[word]) for word in words)


def candidates(words: tuple[str, ...], rows: list[QuerySet]) -> list[tuple[str, str]]:
    spelled = [source.values_list(Searchable(joined("shown_title", "said"))) for source in rows]
    sql, parameters = spelled[0].union(*spelled[1:], all=True).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(NEAR.format(rows=sql), [*parameters, list(words), SHARED_TRIGRAMS, CANDIDATES])
        return cursor.fetchall()


def closest(word: str, near: list[str]) -> str:
    if not near or near[0].startswith(word):
        return word
    ratios = [(SequenceMatcher(None, word, other, autojunk=False).ratio(), other) for other in near]
    ratio, best = max(ratios, key=lambda pair: pair[0])
    return best if ratio >= SAME_WORD else word
