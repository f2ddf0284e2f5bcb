"""The sheets of the issues: drawn by typst, and kept as long as they say the same."""

import hashlib
import json
import logging
import re
import tempfile
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path

import typst
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from agenda.times import midnight
from bulletin.pages.reading import ReadIssue
from bulletin.sheet.data import SheetData, picture_bytes, sheet_data
from residents.models import Picture

SOURCES = Path(__file__).parent / "sheet"
DRAWINGS = settings.BASE_DIR / "static" / "img" / "sur-le-feu.svg"
FOLDER = "sur-le-feu"
# What a screen reader needs is in it, and typst refuses what lacks it.
STANDARDS = ["ua-1"]
INK = "#1f1b16"

log = logging.getLogger(__name__)


def kept_sheet(issue: ReadIssue) -> tuple[str, bytes]:
    """The key of a published issue's sheet, and its PDF: drawn once, then kept with the house's files."""
    key = key_of(issue)
    if default_storage.exists(place(key)):
        with default_storage.open(place(key)) as file:
            return key, file.read()
    pdf = draw(issue)
    default_storage.save(place(key), ContentFile(pdf))
    return key, pdf


def weight(issue: ReadIssue) -> int | None:
    """Bytes of the sheet that is kept; None when it is not drawn yet."""
    kept = place(key_of(issue))
    return default_storage.size(kept) if default_storage.exists(kept) else None


def place(key: str) -> str:
    return f"{FOLDER}/{key}.pdf"


def key_of(issue: ReadIssue) -> str:
    """Another one as soon as the issue says or shows something else, or is drawn otherwise."""
    said = json.dumps([issue, drawn_by()], default=told, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def told(value) -> dict | str:
    """What JSON is told of a piece or a rubric, of a picture, of a day."""
    if is_dataclass(value):
        return vars(value)
    return f"{value.pk}:{value.file.name}" if isinstance(value, Picture) else str(value)


@cache
def drawn_by() -> str:
    """What the sheets are drawn with."""
    sources = b"".join(path.read_bytes() for path in [*sorted(SOURCES.iterdir()), DRAWINGS] if path.is_file())
    return hashlib.sha256(sources + typst.__version__.encode()).hexdigest()


def draw(issue: ReadIssue, *, form: str = "pdf", ppi: float = 144) -> bytes | list[bytes]:
    """The PDF; with `form` "png", the bytes of each page."""
    data = sheet_data(issue)
    with tempfile.TemporaryDirectory() as folder:
        words = {**data.words, "files": files(data, Path(folder))}
        options = {
            "root": folder,
            "format": form,
            "ppi": ppi,
            "font_paths": fonts(),
            "sys_inputs": {"issue": json.dumps(words), "drawings": json.dumps(drawings())},
            # The same words give the same bytes.
            "timestamp": int(midnight(issue.dated).timestamp()),
        }
        sheet = (SOURCES / "sheet.typ").read_bytes()
        try:
            return typst.compile(sheet, pdf_standards=STANDARDS if form == "pdf" else [], **options)
        except typst.TypstError as error:
            # A sign that no font of this server draws, a title without a letter: it is printed all the same.
            log.warning("sheet of issue %s is not %s: %s", issue.number, STANDARDS, error.message)
            return typst.compile(sheet, **options)


def files(data: SheetData, folder: Path) -> list[str]:
    """Each picture's name in `folder`; "" for one whose file is lost."""
    names = []
    for rank, picture in enumerate(data.pictures):
        found = picture_bytes(picture)
        names.append(f"{rank}.jpg" if found else "")
        if found:
            (folder / names[-1]).write_bytes(found)
    return names


@cache
def fonts() -> typst.Fonts:
    """typst brings its own; the server's draw what those lack, other writings."""
    return typst.Fonts(include_system_fonts=True)


@cache
def drawings() -> dict[str, str]:
    """Our SVG drawings by name, in ink."""
    drawn = re.findall(r'<symbol id="([\w-]+)"(.*?)</symbol>', DRAWINGS.read_text("utf-8"), re.DOTALL)
    return {
        name: f'<svg xmlns="http://www.w3.org/2000/svg"{inside}</svg>'.replace("currentColor", INK)
        for name, inside in drawn
    }
