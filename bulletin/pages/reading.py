"""An issue as it is read: what the web page, the sheet (bulletin/sheet/) and the mail are all drawn from.

Blocks are read as they are stored, and everything that they lead to is found in one query: asking Wagtail for each
block's objects would cost one a kind.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.dateparse import parse_date

from agenda.times import say_day
from blog.blocks import is_address
from blog.pictures import pictures
from bulletin.enums import Mark, RubricKind
from bulletin.models import BulletinPage
from bulletin.pages.links import Links, choices
from residents.models import Picture
from residents.typography import unbroken


@dataclass(frozen=True)
class Piece:
    """A block, ready to be drawn: `kind` is its name in bulletin.blocks.BulletinBlock, and what `said` holds is:

    heading      level (1 under the rubric, 2, 3), mark ("1/", "A.", ">" or ""), text
    text         html
    points       points: [{number, html, result}]
    quote        text, by
    call         label, url
    invitation   title, subtitle, day (date or None), said_day, hours, place, text, objectives [str], url
    issue        title, partners, state_of_play, objectives (paragraphs: [str] each), url
    partnership  name, html, url
    residents    lead, who: [{name, url}]
    figure       before, value, after
    tools        tools: [{name, text}]
    meetings     meetings: [{title, day, said_day, hours, place, url}]
    posts        posts: [{title, text, url}]
    gallery      title, pictures: [{picture (Picture), alt, caption, credit}]; a single picture is a gallery of one

    `url` is a path of this site (or, for a call, any address); "" when there is nowhere to go. `html` is rich text.
    """

    kind: str
    said: dict


@dataclass(frozen=True)
class Rubric:
    """One of the four of the papers (`kind`, a value of RubricKind, and its `label`), with its title or ""."""

    kind: str
    label: str
    title: str
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class ReadIssue:
    """`cover` is what comes before the first rubric: as in the papers, the invitation."""

    number: int
    title: str
    dated: datetime.date
    said_date: str
    lead: str
    url: str
    cover: list[Piece]
    rubrics: list[Rubric]

    @property
    def pieces(self) -> Iterator[Piece]:
        yield from self.cover
        for rubric in self.rubrics:
            yield from rubric.pieces


def read_issue(issue: BulletinPage) -> ReadIssue:
    """The version that `issue` holds, published or not: one query for what it leads to, one for its pictures."""
    stored = issue.body.get_prep_value()
    reader = Reader(issue.dated, Links(stored), pictures(choices(stored, "image")))
    cover, rubrics = reader.read(stored)
    return ReadIssue(
        number=issue.number,
        title=issue.title,
        dated=issue.dated,
        said_date=say_month(issue.dated),
        lead=issue.lead,
        url=issue.get_absolute_url(),
        cover=cover,
        rubrics=rubrics,
    )


def say_month(day: datetime.date) -> str:
    """7 mars 2018"""
    return say_day(day, today=datetime.date.min).split(" ", 1)[1]


class Reader:
    """Goes once through the blocks and counts titles: numbers begin again in each rubric, letters under each number."""

    def __init__(self, dated: datetime.date, links: Links, pictures: dict[int, Picture]):
        self.dated, self.links, self.pictures = dated, links, pictures
        self.number = self.letter = 0

    def read(self, stored: list[dict]) -> tuple[list[Piece], list[Rubric]]:
        cover, rubrics = [], []
        for block in stored:
            if block["type"] == "rubric":
                rubrics.append(self.rubric(Fields(block["value"])))
                continue
            pieces = rubrics[-1].pieces if rubrics else cover
            if piece := self.piece(block["type"], block["value"]):
                pieces.append(piece)
        return cover, rubrics

    def piece(self, kind: str, value) -> Piece | None:
        """None for a block that has nothing left to say (its pictures were deleted)."""
        said = getattr(self, kind)(Fields(value) if isinstance(value, dict) else value)
        return Piece("gallery" if kind == "picture" else kind, said) if said else None

    def rubric(self, value) -> Rubric:
        self.number = self.letter = 0
        kind = RubricKind(value["kind"])
        return Rubric(kind=kind.value, label=str(kind.label), title=value["title"])

    def heading(self, value) -> dict:
        """Levels follow one another, whatever marks are used: what comes under a number or a letter is below it."""
        if value["mark"] == Mark.NUMBER:
            self.number, self.letter = self.number + 1, 0
            return {"level": 1, "mark": f"{self.number}/", "text": value["text"]}
        above = 1 if self.number else 0
        if value["mark"] == Mark.LETTER:
            self.letter += 1
            return {"level": above + 1, "mark": f"{lettered(self.letter)}.", "text": value["text"]}
        mark = ">" if value["mark"] == Mark.ARROW else ""
        return {"level": above + (1 if self.letter else 0) + 1, "mark": mark, "text": value["text"]}

    def text(self, value) -> dict:
        return {"html": self.links.text(value)} if value else {}

    def points(self, value) -> dict:
        points = [
            {"number": number, "html": self.links.text(point["text"]), "result": point["result"]}
            for number, point in enumerate(items(value), start=1)
        ]
        return {"points": points} if points else {}

    def quote(self, value) -> dict:
        return {"text": value["text"], "by": value["by"]}

    def call(self, value) -> dict:
        url = value["url"] or self.links.to("page", value["page"])
        return {"label": value["label"], "url": url if is_address(url or "") else ""}

    def invitation(self, value) -> dict:
        return {
            **self.meeting(value),
            "subtitle": value["subtitle"],
            "text": value["text"],
            "objectives": items(value["objectives"]),
        }

    def meeting(self, value) -> dict:
        # Stored as text; still a date in a version that Wagtail previews unsaved.
        day = parse_date(value["day"]) if isinstance(value["day"], str) else value["day"]
        return {
            "title": value["title"],
            "day": day,
            "said_day": say_day(day, today=self.dated) if day else "",
            "hours": value["hours"],
            "place": value["place"],
            "url": self.links.to("event", value["event"]),
        }

    def meetings(self, value) -> dict:
        meetings = [self.meeting(one) for one in items(value)]
        return {"meetings": meetings} if meetings else {}

    def issue(self, value) -> dict:
        return {
            "title": value["title"],
            "partners": value["partners"],
            "state_of_play": paragraphs(value["state_of_play"]),
            "objectives": paragraphs(value["objectives"]),
            "url": self.links.to("issue", value["issue"]),
        }

    def partnership(self, value) -> dict:
        html, url = self.links.text(value["text"]), self.links.to("partner", value["partner"])
        return {"name": value["name"], "html": html, "url": url}

    def residents(self, value) -> dict:
        told = items(value["who"])
        named = [one for one in told if self.links.may_name(one["resident"])]
        if told and not named:
            return {}
        who = [{"name": one["name"], "url": self.links.to("resident", one["resident"])} for one in named]
        return {"lead": value["lead"], "who": who}

    def figure(self, value) -> dict:
        return {"before": value["before"], "value": value["value"], "after": value["after"]}

    def tools(self, value) -> dict:
        tools = [{"name": one["name"], "text": one["text"]} for one in items(value)]
        return {"tools": tools} if tools else {}

    def posts(self, value) -> dict:
        posts = [
            {"title": one["title"], "text": one["text"], "url": self.links.to("page", one["post"])}
            for one in items(value)
        ]
        return {"posts": posts} if posts else {}

    def gallery(self, value) -> dict:
        pictures = [self.shown(one) for one in items(value["pictures"]) if one["image"] in self.pictures]
        return {"title": value["title"], "pictures": pictures} if pictures else {}

    def picture(self, value) -> dict:
        return {"title": "", "pictures": [self.shown(value)]} if value["image"] in self.pictures else {}

    def shown(self, value) -> dict:
        picture = self.pictures[value["image"]]
        credit = value["credit"] or picture.credit
        return {"picture": picture, "alt": value["alt"], "caption": value["caption"], "credit": credit}


class Fields(dict):
    """A stored struct; what is not there is "": fields that blocks got since, fields left alone."""

    def __getitem__(self, name):
        value = self.get(name)
        if isinstance(value, str):
            return unbroken(value)
        return "" if value is None else value


def items(value: list) -> list:
    """The values of a stored list."""
    values = [one["value"] for one in value or []]
    return [Fields(one) if isinstance(one, dict) else one for one in values]


def paragraphs(text: str) -> list[str]:
    """An empty line separates two of them."""
    return [part for part in (text or "").replace("\r\n", "\n").split("\n\n") if part.strip()]


def lettered(number: int) -> str:
    """1: A, 26: Z, 27: AA"""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
