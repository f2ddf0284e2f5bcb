"""Words of searchable labels. Plain Python."""

from collections import Counter

# Small words that tell nothing.
SMALL_WORDS = {
    *("a", "au", "aux", "avec", "ce", "ces", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les"),
    *("nos", "notre", "ou", "par", "pour", "qu", "que", "s", "se", "sur", "un", "une"),
}
# Words are compared by their first letters, which mostly do away with inflection.
STEM = 6


def stems(label: str) -> Counter:
    """The telling words of a searchable label, cut."""
    return Counter(word[:STEM] for word in label.split() if word not in SMALL_WORDS)
