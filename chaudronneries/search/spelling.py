"""« Vouliez-vous dire… »: the words that the reader may read, spelled nearly like those that nothing says."""

from difflib import SequenceMatcher

from django.db import connection

from chaudronneries.search.words import Words

# PostgreSQL gives the words that share this part of their trigrams ("brazage" has 0.45 of "brasage"), the best first;
# a short word keeps nearly none of them ("vleo"): it is compared with all those that begin alike. Two words are the
# same one mistyped when this part of their letters match, in order.
SHARED_TRIGRAMS, SHORT, CANDIDATES = 0.3, 5, 40
SAME_WORD = 0.75

NEAR = """
WITH told AS MATERIALIZED (
    SELECT DISTINCT word
    FROM ({rows}) AS rows, unnest(string_to_array(searchable(concat_ws(' ', shown_title, said)), ' ')) AS word
    WHERE length(word) > 2
)
SELECT typed.word, near.word, array_to_string(tsvector_to_array(to_tsvector('french_unaccented', near.word)), ' ')
FROM unnest(%s::text[]) AS typed (word)
CROSS JOIN LATERAL (
    SELECT told.word FROM told
    WHERE starts_with(told.word, typed.word) OR similarity(told.word, typed.word) >= %s
        OR length(typed.word) <= %s AND left(told.word, 1) = left(typed.word, 1)
            AND abs(length(told.word) - length(typed.word)) <= 1
    ORDER BY starts_with(told.word, typed.word) DESC, similarity(told.word, typed.word) DESC, told.word
    LIMIT %s
) AS near
"""


def corrected(typed: Words, rows: tuple[str, list]) -> Words:
    """`typed`, each word that begins no word of `rows` replaced by the most like it that they hold; one query.

    A word that is only begun keeps its spelling and gets the stem of a word that it begins ("coopérat" is not cut as
    "coopération" is).
    """
    near = {word: {} for word in typed.words}
    for word, other, stem in candidates(typed.words, rows):
        # Small words have no stem.
        if stem.isalnum():
            near[word][other] = stem
    words, stems = [], []
    for word, stem in zip(typed.words, typed.stems, strict=True):
        best = closest(word, list(near[word]))
        words.append(word if best.startswith(word) else best)
        stems.append(near[word].get(best, stem))
    return Words(tuple(words), tuple(stems))


def candidates(words: tuple[str, ...], rows: tuple[str, list]) -> list[tuple[str, str, str]]:
    """(typed, word that is told, its stem), the most alike first."""
    sql, parameters = rows
    with connection.cursor() as cursor:
        limits = [SHARED_TRIGRAMS, SHORT, CANDIDATES]
        cursor.execute(NEAR.format(rows=sql), [*parameters, list(words), *limits])
        return cursor.fetchall()


def closest(word: str, near: list[str]) -> str:
    """The word of `near` that `word` begins, else the one it is most like; itself when none is like it."""
    if near and near[0].startswith(word):
        return near[0]
    ratios = [(SequenceMatcher(None, word, other, autojunk=False).ratio(), other) for other in near]
    ratio, best = max(ratios, key=lambda pair: pair[0], default=(0, word))
    return best if ratio >= SAME_WORD else word
