"""What the residency's first paper says, in its order (paper.txt); names of people and associations are invented.

The demonstration's first issue (chaudronneries/demo/bulletin.toml) holds it; loaded on that day, it is dated
7 March 2018.
"""

import datetime
import re
from pathlib import Path

LOADED_ON = datetime.date(2018, 4, 4)
SENTENCES = Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()


def squeezed(text: str) -> str:
    """Letters, figures and signs, small: a sheet breaks lines, hyphenates and sets capitals."""
    return re.sub(r"[\s\u00ad\u200b‐-]", "", text).casefold()


def missing_in(text: str) -> list[str]:
    """The sentences that `text` does not say, or not after the one before."""
    found, place, missing = squeezed(text), 0, []
    for sentence in SENTENCES:
        at = found.find(squeezed(sentence), place)
        if at < 0:
            missing.append(sentence)
        else:
            place = at + len(squeezed(sentence))
    return missing
