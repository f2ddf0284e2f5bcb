"""The found words, marked in a title, or in the piece of a text where they stand first."""

import re
import unicodedata
from functools import cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# How many signs are shown of a text, and how many of them before the first word found.
LONGEST, BEFORE = 220, 70
# Lower case without accents, sign for sign, so that places stay the same: Latin letters.
FOLDED = {}
for code in range(0x41, 0x250):
    plain = unicodedata.normalize("NFD", chr(code))[0].lower()
    FOLDED[code] = plain if len(plain) == 1 else chr(code)


@cache
def pattern(beginnings: tuple[str, ...]) -> re.Pattern:
    """Words that begin so; French ones begin with their stem, but for a few."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, beginnings))})\w*")


def marked(text: str, beginnings: tuple[str, ...]) -> SafeString:
    """`text` escaped, each word found in a <mark>."""
    if not beginnings:
        return escape(text)
    pieces, end = [], 0
    for match in pattern(beginnings).finditer(text.translate(FOLDED)):
        pieces += [
            escape(text[end : match.start()]),
            "<mark>",
            escape(match[0] and text[match.start() : match.end()]),
            "</mark>",
        ]
        end = match.end()
    return mark_safe("".join([*pieces, escape(text[end:])]))


def excerpt(text: str, beginnings: tuple[str, ...]) -> SafeString:
    """About LONGEST signs of `text` around the first word found; its beginning when none is."""
    line = " ".join(text.split())
    found = pattern(beginnings).search(line.translate(FOLDED)) if beginnings else None
    start = max(0, found.start() - BEFORE) if found else 0
    if start:
        start = line.find(" ", start, found.start()) + 1 or found.start()
    piece = line[start : start + LONGEST]
    if start + LONGEST < len(line):
        piece = piece.rpartition(" ")[0] or piece
        piece += " …"
    return mark_safe(("… " if start else "") + marked(piece, beginnings))
