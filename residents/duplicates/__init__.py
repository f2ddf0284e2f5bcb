"""Terms that may say the same thing: how they are found, and the words for why.

A pair is proposed when every telling word of one term has its like in the other (`finding`, `spelling`), or, where the
extra `meaning` is installed, when both are the closest to one another in what they mean (`meaning`). Sources:

- stems: the Snowball stemmer for French (Porter 2001, "Snowball: a language for stemming algorithms"), in PostgreSQL;
- spelling: trigrams (pg_trgm) give candidates, judged by the ratio of Ratcliff & Obershelp (1988);
- synonyms: ROME 4.0 (France Travail), ESCO 1.2 (Commission européenne), and what merged terms left;
- meaning: Universal Sentence Encoder, multilingual (Yang et al. 2019, arXiv:1907.04307), compared by CSLS (Conneau et
  al. 2018, arXiv:1710.04087, "Word translation without parallel data").

What each finds and misses, measured: docs/decisions/0016 and bench/duplicates.py.
"""

from django.utils.translation import gettext_lazy as _

SAME_WORDS, JOINED, SYNONYM, INFLECTED, MISSPELT, SHORTENED, MEANING = (
    "mots",
    "signes",
    "synonyme",
    "accord",
    "ecriture",
    "abreviation",
    "sens",
)
# The keys that `NearDuplicate.reasons` holds, in words.
REASONS = {
    SAME_WORDS: _("les mêmes mots, dans un autre ordre ou avec d’autres petits mots"),
    JOINED: _("écrits en un mot ou en plusieurs"),
    SYNONYM: _("l’un est un autre intitulé de l’autre"),
    INFLECTED: _("les mêmes mots, au pluriel ou autrement tournés"),
    MISSPELT: _("une faute de frappe les sépare peut-être"),
    SHORTENED: _("l’un abrège l’autre"),
    MEANING: _("d’autres mots, mais un sens proche"),
}
# The order of the queue: how sure each reason is. What meaning finds comes after, in its own order.
SCORES = {SAME_WORDS: 1.0, JOINED: 0.98, SYNONYM: 0.95, INFLECTED: 0.92, MISSPELT: 0.88, SHORTENED: 0.85}
MOST_BY_MEANING = 0.8


def words_for(reasons: list[str]) -> list[str]:
    """The reasons in words, those of another version of the house left out."""
    return [str(REASONS[key]) for key in reasons if key in REASONS]
