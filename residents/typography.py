"""French punctuation that does not leave its word at the end of a line, whatever space was typed there."""

import re

NO_BREAK_SPACE = "\u00a0"
# Before double signs and », after «; not in a tag.
SPACES = re.compile(r"<[^>]*>| (?=[;:!?»])|(?<=«) ")


def unbroken(text: str) -> str:
    """`text`, plain or HTML, whose tags are left as they are."""
    return SPACES.sub(lambda found: NO_BREAK_SPACE if found[0] == " " else found[0], text)
