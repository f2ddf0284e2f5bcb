"""A letter before it is drawn: said once, read as plain text or as HTML (templates/mailing/letter.*)."""

from dataclasses import dataclass, field

from mailing import outbox
from mailing.enums import Topic
from mailing.models import Mail

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

    def __post_init__(self):
        # Whoever chose that name does not write the line after it.
        object.__setattr__(self, "name", outbox.one_line(self.name))

    def post(self, *, key: str, topic: Topic, **fields) -> Mail | None:
        """As `outbox.post`, whose `fields` these are: to whom (`user` or `to`), and how."""
        return outbox.post(key=key, topic=topic, template=TEMPLATE, context={"letter": self}, **fields)
