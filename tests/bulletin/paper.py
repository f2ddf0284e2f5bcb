"""What the residency's first paper says, in its order; names of people and associations are invented ones.

The demonstration's first issue (chaudronneries/demo/bulletin.toml) holds it, dated 7 March 2018.
"""

import datetime
from pathlib import Path

LOADED_ON = datetime.date(2018, 4, 4)

SENTENCES = Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()


def squeezed(text: str) -> str:
    """Letters, figures and signs without their spaces, small: what is printed breaks lines and hyphenates."""
    # Soft hyphens and line-end hyphens are the sheet's.
    return "".join(text.replace("\u00ad", "").split()).replace("-", "").replace("‐", "").casefold()


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
