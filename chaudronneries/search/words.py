"""What was typed, as PostgreSQL's French full text understands it: accents, case, plurals and conjugations put aside.

`french_unaccented` is the configuration that pages are indexed by (residents migration 0006).
"""

from dataclasses import dataclass

from django.db import connection

CONFIGURATION = "french_unaccented"
# What is typed beyond is not read.
LONGEST_TEXT, MOST_WORDS = 200, 8
# Shorter words are looked for as they are: two letters begin too many others.
SHORTEST_BEGINNING = 3

# Each word typed with the stem that stands for it; small words have none.
STEMS = """
SELECT word, array_to_string(tsvector_to_array(to_tsvector('french_unaccented', word)), ' ')
FROM unnest(string_to_array(searchable(%s), ' ')) WITH ORDINALITY AS typed (word, place)
ORDER BY place
"""


@dataclass(frozen=True)
class Words:
    """The telling words of what was typed, and their stems, one for one."""

    words: tuple[str, ...]
    stems: tuple[str, ...]

    @property
    def query(self) -> str:
        """Finds what says every word, in any order, the longer ones perhaps only begun: a tsquery, as the next ones."""
        return " & ".join(self._term(stem) for stem in self.stems)

    @property
    def exact(self) -> str:
        """Finds the same words, whole: what says them so comes first."""
        return " & ".join(f"'{stem}'" for stem in self.stems)

    @property
    def any_of_them(self) -> str:
        return " | ".join(self._term(stem) for stem in self.stems)

    def _term(self, stem: str) -> str:
        return f"'{stem}':*" if len(stem) >= SHORTEST_BEGINNING else f"'{stem}'"


def words_of(text: str) -> Words:
    """`text` read; no word at all when it holds none worth looking for. One query, none for nothing."""
    readable = text[:LONGEST_TEXT].replace("\0", " ").encode("utf-8", "ignore").decode()
    if not readable.strip():
        return Words((), ())
    with connection.cursor() as cursor:
        cursor.execute(STEMS, [readable])
        rows = dict(cursor.fetchall())
    # One letter says nothing; a stem is made of letters and digits, or is not one that a query can hold.
    telling = [(word, stem) for word, stem in rows.items() if len(word) > 1 and stem.isalnum()][:MOST_WORDS]
    return Words(tuple(word for word, _stem in telling), tuple(stem for _word, stem in telling))
