"""The body of a page as somebody reads it: each block with what its template needs, in the order of the page.

A block of which the reader may see nothing, or whose picture is lost, is not there at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue

from blog import rich_text
from blog.blocks import is_address
from blog.pages.needs import Needs, address_of_document, centre_of, gallery_items, values_of
from blog.pictures import PORTRAIT, WHOLE, Drawing, drawing
from residents.models import Picture, TeamRole, User
from residents.pages.territory import Territory

# How wide pictures stand: as the text does, or two to four in a row (static/css/components/{story,gallery}.css).
IN_TEXT = "(width >= 48rem) 42rem, 94vw"
IN_GALLERY = "(width >= 60rem) 20rem, 46vw"
# Of a portrait (static/css/components/team.css).
IN_TEAM = "8rem"


@dataclass(frozen=True)
class Block:
    """`template` is drawn with `value`; `number` tells it from the others of the page."""

    name: str
    template: str
    value: Any
    number: int
    # The first picture of the page, when nothing above shows one: it is not lazy.
    first: bool = False


@dataclass(frozen=True)
class Figure:
    picture: Drawing
    caption: str
    credit: str


@dataclass(frozen=True)
class Gallery:
    title: str
    figures: list[Figure]


@dataclass(frozen=True)
class Download:
    """`size` in bytes, None when it is not known; `sort` is PDF, ODT…"""

    label: str
    url: str
    sort: str
    size: int | None


@dataclass(frozen=True)
class Call:
    label: str
    url: str


@dataclass(frozen=True)
class Member:
    """Somebody of the team. `logo` and `initials` are what components/mark.html draws without a portrait."""

    role: TeamRole
    portrait: Drawing | None
    credit: str
    logo: str = ""

    @property
    def initials(self) -> str:
        return self.role.initials


def story(body: StreamValue, reader: User, needs: Needs | None = None, *, has_cover: bool = False) -> list[Block]:
    """The blocks of `body` for `reader`. Each sort of thing that they show costs one query, whatever their number."""
    raw = raw_of(body)
    needs = needs or Needs(raw, reader)
    blocks, seen = [], has_cover
    for number, block in enumerate(raw):
        told = TELLERS[block["type"]](block["value"], needs)
        if not told:
            continue
        shows = block["type"] in {"picture", "gallery"}
        template = f"blog/blocks/{block['type']}.html"
        blocks.append(Block(block["type"], template, told, number, first=shows and not seen))
        seen = seen or shows
    return blocks


def raw_of(body: StreamValue) -> list[dict]:
    """`body` as it is stored: dicts of type and value, without a query."""
    return [block for block in body.get_prep_value() if block["type"] in TELLERS] if body else []


def reading_minutes(body: StreamValue) -> int:
    raw = raw_of(body)
    return rich_text.minutes([*values_of(raw, "text"), *(value["text"] for value in values_of(raw, "quote"))])


def text(value: str, needs: Needs):
    return rich_text.shown(value, needs.pages, needs.document_addresses)


def figure(value: dict, needs: Needs, sizes: str = IN_TEXT) -> Figure | None:
    picture = needs.pictures.get(value.get("image"))
    drawn = drawing(picture, WHOLE, alt=value.get("alt") or "", sizes=sizes)
    return drawn and Figure(drawn, value.get("caption") or "", value.get("credit") or picture.credit)


def gallery(value: dict, needs: Needs) -> Gallery | None:
    figures = [figure(one, needs, IN_GALLERY) for one in gallery_items(value)]
    figures = [one for one in figures if one]
    return Gallery(value.get("title") or "", figures) if figures else None


def document(value: dict, needs: Needs) -> Download | None:
    found = needs.documents.get(value.get("document"))
    if not found:
        return None
    return Download(
        value.get("label") or found.title, address_of_document(found), found.file_extension.upper(), found.file_size
    )


def excerpt(value: dict, needs: Needs) -> dict | None:
    found = needs.excerpts.get(centre_of(value))
    return found and {"excerpt": found, "caption": value.get("caption") or ""}


def call(value: dict, needs: Needs) -> Call | None:
    url = value.get("url") or needs.pages.get(value.get("page")) or ""
    return Call(value["label"], url) if is_address(url) else None


def territory(value, needs: Needs) -> Territory | None:
    return needs.territory if needs.territory.issues or needs.territory.partners else None


def team(value, needs: Needs) -> list[Member]:
    """In the order of the house."""
    return [member(role, needs.pictures.get(role.picture_id)) for role in needs.team]


def member(role: TeamRole, picture: Picture | None) -> Member:
    alt = picture and (picture.description or _("Portrait de %(name)s") % {"name": role.name})
    return Member(role, drawing(picture, PORTRAIT, alt=alt or "", sizes=IN_TEAM), picture.credit if picture else "")


TELLERS: dict[str, Callable[[Any, Needs], Any]] = {
    "text": text,
    "picture": figure,
    "gallery": gallery,
    "quote": lambda value, needs: value if value["text"] else None,
    "document": document,
    "resident": lambda value, needs: needs.residents.get(value.get("resident")),
    "event": lambda value, needs: needs.events.get(value.get("event")),
    "map": excerpt,
    "call": call,
    "territory": territory,
    "team": team,
    "house": lambda value, needs: needs.house,
}
