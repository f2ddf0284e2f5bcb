"""French punctuation that does not leave its word at the end of a line: what people type has plain spaces there."""

import re

# As in agenda.times: the narrow one goes before ; ! and ?, the wide one before : and inside « ».
NARROW, WIDE = "\u202f", "\u00a0"
SPACES = re.compile(r"<[^>]*>|(?P<narrow> (?=[;!?]))|(?P<wide> (?=[:»])|(?<=«) )")


def unbroken(text: str) -> str:
    """`text`, plain or HTML, whose tags are left as they are."""
    return SPACES.sub(lambda found: NARROW if found["narrow"] else WIDE if found["wide"] else found[0], text)
