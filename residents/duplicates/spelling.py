"""How alike two searchable labels are, word by word. Plain Python."""

from collections.abc import Callable, Collection, Set
from difflib import SequenceMatcher

from residents.duplicates import MISSPELT, SHORTENED
from residents.vocabulary.words import SMALL_WORDS

# Two words are one of them mistyped from this ratio on, in words of so many letters at least.
SAME_WORD, SHORTEST_MISSPELT = 0.8, 5
# "compta", "prépa": so many letters at least, and so many more that are left out.
SHORTEST_ABBREVIATION, LEAST_LEFT_OUT = 3, 3
# "SCIC", "EHPAD".
LONGEST_ACRONYM = 8
# What two words are to one another, the surest first: one word, its abbreviation, itself mistyped.
SUREST = ["", SHORTENED, MISSPELT]


def telling(label: str) -> list[str]:
    """The words of a searchable label that tell something, each once; all of them when none does."""
    words = dict.fromkeys(label.split())
    return [word for word in words if word not in SMALL_WORDS] or list(words)


def unknown(label: str, known: Set[str]) -> list[str]:
    """The words of `label` that no source writes, in the singular nor in the plural: mistyped, shortened, or new."""
    return [
        word
        for word in telling(label)
        if not has_digit(word) and not {word, f"{word}s", word.removesuffix("s")}.intersection(known)
    ]


def has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def likeness(one: str, other: str, known: Collection[str], stem: Callable[[str], str]) -> list[str] | None:
    """Why every telling word of each label has its like in the other: reasons, [] for the same words; None if not.

    `known` holds the words that a source writes: two of them are two words, however alike ("tressage", "dressage").
    `stem` gives the stem of a word.
    """
    reasons = []
    ones, others = telling(one), telling(other)
    for words, among in ((ones, others), (others, ones)):
        for word in words:
            found = [why for candidate in among if (why := same_word(word, candidate, known, stem)) is not None]
            if not found:
                return None
            reasons.append(min(found, key=SUREST.index))
    return list(dict.fromkeys(filter(None, reasons)))


def same_word(one: str, other: str, known: Collection[str], stem: Callable[[str], str]) -> str | None:
    """ "" for one word or its inflection, else the reason why they may be one; None when they are two."""
    if one == other or stem(one) == stem(other):
        return ""
    if has_digit(one) or has_digit(other) or (one in known and other in known):
        return None
    if shortens(one, other, known) or shortens(other, one, known):
        return SHORTENED
    long_enough = min(len(one), len(other)) >= SHORTEST_MISSPELT
    return MISSPELT if long_enough and ratio(one, other) >= SAME_WORD else None


def shortens(short: str, whole: str, known: Collection[str]) -> bool:
    """`short` is the beginning of a word, and no word itself."""
    return (
        short not in known
        and len(short) >= SHORTEST_ABBREVIATION
        and len(whole) - len(short) >= LEAST_LEFT_OUT
        and whole.startswith(short)
    )


def ratio(one: str, other: str) -> float:
    """Of matching letters (Ratcliff & Obershelp 1988), 0 to 1."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def initials(label: str) -> set[str]:
    """What `label` is shortened to: the first letters of all its words, and of its telling ones; two at least."""
    words = label.split()
    letters = {"".join(word[0] for word in words), "".join(word[0] for word in words if word not in SMALL_WORDS)}
    return {one for one in letters if len(one) > 1}


def is_acronym(label: str) -> bool:
    """Of a label as it is written: FLE, E.S.S."""
    letters = label.replace(".", "")
    return letters.isalpha() and letters.isupper() and 1 < len(letters) <= LONGEST_ACRONYM
