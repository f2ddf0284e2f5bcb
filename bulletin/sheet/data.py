"""What sheet.typ is given: the words of an issue as JSON, its pictures as files."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from wagtail.images.models import SourceImageIOError

from bulletin.pages.reading import Piece, ReadIssue
from bulletin.sheet.rich_text import blocks, drawable
from mailing.outbox import absolute
from residents.models import Picture

# 1,800 pixels across a sheet (180 mm) are 250 a inch: what a good printer shows.
LONGEST_URL = 8000
RENDITION = "max-1800x1800|format-jpeg|jpegquality-80|bgcolor-ffffff"


@dataclass
class SheetData:
    """`words` is JSON; `pictures` are those it names by their rank, in `picture`."""

    words: dict = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)


def sheet_data(issue: ReadIssue) -> SheetData:
    data = SheetData()

    def ready(piece: Piece) -> dict:
        return {"kind": piece.kind, **{name: made_ready(name, value, data) for name, value in piece.said.items()}}

    data.words = {
        "number": str(issue.number),
        "title": drawable(issue.title),
        "lead": drawable(issue.lead),
        "date": issue.said_date,
        "url": absolute(issue.url),
        "cover": [ready(piece) for piece in issue.cover],
        "rubrics": [
            {
                "kind": rubric.kind,
                "label": rubric.label,
                "title": drawable(rubric.title),
                "pieces": [ready(piece) for piece in rubric.pieces],
            }
            for rubric in issue.rubrics
        ],
        "labels": labels(issue),
    }
    return data


def labels(issue: ReadIssue) -> dict[str, str]:
    """The words of the sheet itself."""
    return {
        "name": _("Sur le feu"),
        "document": _("Sur le feu n° %(number)d : %(title)s") % {"number": issue.number, "title": issue.title},
        "author": _("Les Chaudronneries"),
        "house": _("un Chaudron"),
        "tagline": _("Actualités & recherches des Chaudronneries, résidence d’économies sociétales"),
        "number": _("n° %(number)d") % {"number": issue.number},
        "partners": _("Partenaires :"),
        "state_of_play": _("État des lieux :"),
        "objectives": _("Objectifs :"),
        "credit": _("Image :"),
        "picture": _("Image"),
        "pin": _("À lire, à passer, à épingler"),
    }


def made_ready(name: str, value: Any, data: SheetData) -> Any:
    """`value` as JSON: rich text in blocks, pictures by their rank, addresses in full."""
    if isinstance(value, dict):
        return {inner: made_ready(inner, one, data) for inner, one in value.items()}
    if isinstance(value, list):
        return [made_ready(name, one, data) for one in value]
    if isinstance(value, Picture):
        data.pictures.append(value)
        return len(data.pictures) - 1
    if isinstance(value, datetime.date):
        return value.isoformat()
    return MAKERS.get(name, drawable)(value) if isinstance(value, str) else value


def in_full(url: str) -> str:
    """ "" for one that is longer than typst takes: its words stay."""
    full = absolute(url) if url.startswith("/") else url
    return full if len(full.encode()) <= LONGEST_URL else ""


def rich(html: str) -> list[dict]:
    found = blocks(html)
    for block in found:
        for spans in block.get("items", [block.get("spans", [])]):
            for span in spans:
                span["url"] = in_full(span["url"])
    return found


MAKERS: dict[str, Callable] = {"url": in_full, "html": rich}


def picture_bytes(picture: Picture) -> bytes | None:
    """The picture at the size of a sheet, JPEG; None when its file is lost or broken."""
    try:
        with picture.get_rendition(RENDITION).file.open("rb") as file:
            return file.read()
    except (SourceImageIOError, OSError):
        return None
