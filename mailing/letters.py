"""A letter before it is drawn: said once, read as plain text or as HTML (templates/mailing/letter.*)."""

from dataclasses import dataclass, field

TEMPLATE = "mailing/letter"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What one person is told. Links are (words, absolute address); `facts` are (label, words), one a line.

    `word` is what somebody says in their own words, `word_by` who. `why` ends the letter: why this person gets it.
    """

    subject: str
    name: str = ""
    paragraphs: list[str]
    facts: list[tuple[str, str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    word: str = ""
    word_by: str = ""
    action: tuple[str, str] | None = None
    links: list[tuple[str, str]] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    why: str
