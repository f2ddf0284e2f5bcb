"""An issue as it is mailed: HTML that brings its styles, and a text of its own. Drawn once, for all who get it."""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from bs4 import BeautifulSoup
from django.template import Context, engines
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError

from bulletin.models import BulletinPage
from bulletin.pages.reading import Piece, ReadIssue, read_issue
from bulletin.plain import plain
from mailing.outbox import absolute, one_line
from residents.models import Picture

# Mail clients cut what is longer than 102 kB: what goes beyond is read on the web.
MOST_BYTES = 84_000
# Twice what the sheet of a mail is wide, for fine screens; JPEG, for clients that know nothing else.
WIDTH = 536
RENDITION = f"max-{2 * WIDTH}x1600|format-jpeg|jpegquality-72|bgcolor-fffcf5"
KINDS = {
    "heading",
    "text",
    "points",
    "quote",
    "call",
    "invitation",
    "issue",
    "partnership",
    "residents",
    "figure",
    "tools",
    "meetings",
    "posts",
    "gallery",
}


@dataclass(frozen=True)
class RichText:
    """The same words twice: with absolute addresses, and plain."""

    html: SafeString
    text: str


@dataclass(frozen=True)
class Image:
    """What a mail client loads, in CSS pixels; `src` is "" when the file cannot be read."""

    src: str
    width: int = 0
    height: int = 0


class IssueMail:
    """What the templates of bulletin/mail/ read. `issue` is the version to send."""

    def __init__(self, issue: BulletinPage):
        self.key = f"bulletin:{issue.pk}"
        self.read: ReadIssue = read_issue(issue)
        self.web_url = absolute(self.read.url)
        self.pdf_url = absolute(reverse("bulletin:pdf", args=[issue.slug]))

    @property
    def subject(self) -> str:
        """Sur le feu n° 3 : le printemps"""
        title, name = one_line(self.read.title), _("Sur le feu n° %(number)s") % {"number": self.read.number}
        return title if "sur le feu" in title.lower() else _("%(name)s : %(title)s") % {"name": name, "title": title}

    @cached_property
    def html(self) -> SafeString:
        """The pieces, up to what a mail may weigh; drawn by our templates, which escaped what people wrote."""
        return mark_safe("".join(self.html_pieces[: self.kept]))

    @cached_property
    def text(self) -> str:
        return "".join(self.pieces("txt"))

    @property
    def is_cut(self) -> bool:
        """Whether the web page says more."""
        return self.kept < len(self.html_pieces)

    @cached_property
    def html_pieces(self) -> list[str]:
        return self.pieces("html")

    @cached_property
    def kept(self) -> int:
        """How many pieces the HTML holds."""
        weights = accumulate(len(piece.encode()) for piece in self.html_pieces)
        return sum(weight <= MOST_BYTES for weight in weights)

    def pieces(self, form: str) -> list[str]:
        drawn = [draw(form, "_piece", piece=ready(piece), first="h2", second="h3") for piece in self.read.cover]
        for rubric in self.read.rubrics:
            drawn.append(draw(form, "_rubric", rubric=rubric))
            drawn += [draw(form, "_piece", piece=ready(piece), first="h3", second="h4") for piece in rubric.pieces]
        return drawn


def draw(form: str, name: str, **context) -> str:
    """`form` is "html", or "txt" where nothing is escaped."""
    template = engines["django"].engine.get_template(f"bulletin/mail/{name}.{form}")
    return template.render(Context(context, autoescape=form == "html"))


def ready(piece: Piece) -> Piece:
    """For a mail: addresses in full, rich text twice, pictures as a client loads them. What is not known here is
    read as its lines of text."""
    if piece.kind not in KINDS:
        return Piece("lines", {"lines": list(words_in(piece.said))})
    return Piece(piece.kind, {name: made_ready(name, value) for name, value in piece.said.items()})


def made_ready(name: str, value):
    if isinstance(value, dict):
        return {inner: made_ready(inner, one) for inner, one in value.items()}
    if isinstance(value, list):
        return [made_ready(name, one) for one in value]
    if isinstance(value, Picture):
        return image(value)
    if name == "url":
        return in_full(value)
    if name == "html":
        return rich_text(value)
    return value


def words_in(value):
    """Every text that `value` holds, in order; rich text as plain text."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "html":
                yield plain(inner)
            elif name != "url":
                yield from words_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from words_in(inner)
    elif isinstance(value, str) and value.strip():
        yield value


def in_full(url: str) -> str:
    return absolute(url) if url.startswith("/") else url


def rich_text(html: str) -> RichText:
    soup = BeautifulSoup(html, "html.parser")
    for link in soup.find_all("a", href=True):
        link["href"] = in_full(link["href"])
    full = str(soup)
    # Wagtail kept of what was typed the tags that it knows.
    return RichText(mark_safe(full), plain(full))


def image(picture: Picture) -> Image:
    try:
        drawn = picture.get_rendition(RENDITION)
    except (SourceImageIOError, InvalidFilterSpecError, OSError):
        return Image("")
    width = min(WIDTH, drawn.width)
    return Image(in_full(drawn.url), width, round(drawn.height * width / drawn.width))
