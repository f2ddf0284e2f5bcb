"""The web page of an issue, and the list of them."""

from dataclasses import dataclass

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString

from agenda.pages.structured_data import CONTEXT, HOUSE, dumped
from agenda.times import local
from blog.pictures import WHOLE, drawing
from bulletin import sheets
from bulletin.models import BulletinPage
from bulletin.pages.reading import Piece, ReadIssue, Rubric, read_issue, say_month
from mailing.outbox import absolute

PER_PAGE = 20
# How wide pictures stand (static/css/components/issue_blocks.css).
ALONE = "(width >= 60rem) 56rem, 94vw"
BESIDE = "(width >= 60rem) 20rem, 94vw"
TEMPLATES = {
    "heading": "bulletin/blocks/heading.html",
    "text": "bulletin/blocks/text.html",
    "points": "bulletin/blocks/points.html",
    "quote": "bulletin/blocks/quote.html",
    "call": "bulletin/blocks/call.html",
    "invitation": "bulletin/blocks/invitation.html",
    "issue": "bulletin/blocks/issue.html",
    "partnership": "bulletin/blocks/partnership.html",
    "residents": "bulletin/blocks/residents.html",
    "figure": "bulletin/blocks/figure.html",
    "tools": "bulletin/blocks/tools.html",
    "meetings": "bulletin/blocks/meetings.html",
    "posts": "bulletin/blocks/posts.html",
    "gallery": "bulletin/blocks/gallery.html",
}
# The boxes of the marks in static/img/sur-le-feu.svg.
BOXES = {
    "actualite": "0 0 450 72",
    "comprehension": "0 0 714 72",
    "action": "0 0 299 68",
    "photos": "0 0 341 80",
}


@dataclass(frozen=True)
class DrawnPiece:
    """`template` is drawn with `said`."""

    template: str
    said: dict


@dataclass(frozen=True)
class DrawnRubric:
    kind: str
    label: str
    title: str
    box: str
    pieces: list[DrawnPiece]


@dataclass(frozen=True)
class IssuePage:
    """`previous` and `following` are the published issues around it; `pdf_bytes` is None until the sheet was drawn."""

    issue: ReadIssue
    cover: list[DrawnPiece]
    rubrics: list[DrawnRubric]
    previous: BulletinPage | None
    following: BulletinPage | None
    pdf_url: str
    pdf_bytes: int | None
    json_ld: SafeString | str


def issue_page(issue: BulletinPage, *, published: bool) -> IssuePage:
    """Of the version that `issue` holds; search engines are told of what is `published` alone. Three queries."""
    read = read_issue(issue)
    previous, following = around(issue)
    return IssuePage(
        issue=read,
        cover=drawn_pieces(read.cover),
        rubrics=[drawn_rubric(rubric) for rubric in read.rubrics],
        previous=previous,
        following=following,
        pdf_url=reverse("bulletin:pdf", args=[issue.slug]),
        pdf_bytes=sheets.weight(read),
        json_ld=as_schema(issue) if published else "",
    )


def drawn_rubric(rubric: Rubric) -> DrawnRubric:
    return DrawnRubric(rubric.kind, rubric.label, rubric.title, BOXES[rubric.kind], drawn_pieces(rubric.pieces))


def drawn_pieces(pieces: list[Piece]) -> list[DrawnPiece]:
    drawn = [(piece.kind, gallery(piece.said) if piece.kind == "gallery" else piece.said) for piece in pieces]
    return [DrawnPiece(TEMPLATES[kind], said) for kind, said in drawn if said]


def gallery(said: dict) -> dict:
    """With a drawing for each picture whose file is there; {} without any."""
    sizes = BESIDE if len(said["pictures"]) > 1 else ALONE
    pictures = [
        {"drawing": shown, "caption": one["caption"], "credit": one["credit"]}
        for one in said["pictures"]
        if (shown := drawing(one["picture"], WHOLE, alt=one["alt"], sizes=sizes))
    ]
    return {"title": said["title"], "pictures": pictures} if pictures else {}


def published():
    """The latest first."""
    return BulletinPage.objects.live().order_by("-dated", "-number")


def around(issue: BulletinPage) -> tuple[BulletinPage | None, BulletinPage | None]:
    """The published issues just before and just after, in one query."""
    rows = published().only("number", "slug", "title", "dated")
    before = Q(dated__lt=issue.dated) | Q(dated=issue.dated, number__lt=issue.number)
    after = Q(dated__gt=issue.dated) | Q(dated=issue.dated, number__gt=issue.number)
    found = rows.filter(before)[:1].union(rows.filter(after).order_by("dated", "number")[:1])
    others = {(other.dated, other.number) > (issue.dated, issue.number): other for other in found}
    return others.get(False), others.get(True)


def issue_list(number: int) -> ListPage:
    """A page of the published issues, each with `said_date`; the nearest page to `number`."""
    rows = published().only("number", "slug", "title", "lead", "dated")
    page = Paginator(rows, PER_PAGE).get_page(number)
    for issue in page:
        issue.said_date = say_month(issue.dated)
    return page


def as_schema(issue: BulletinPage) -> SafeString:
    """JSON-LD: the issue of a periodical, and what it says as an article."""
    url = absolute(issue.get_absolute_url())
    house = {"@type": "Organization", "name": HOUSE, "url": absolute("/")}
    moment = issue.first_published_at or issue.last_published_at
    dated = local(moment).isoformat(timespec="seconds") if moment else issue.dated.isoformat()
    periodical = {"@type": "Periodical", "name": "Sur le feu", "url": absolute(reverse("bulletin:index"))}
    return dumped(
        {
            "@context": CONTEXT,
            "@graph": [
                {
                    "@type": "PublicationIssue",
                    "@id": f"{url}#numero",
                    "issueNumber": issue.number,
                    "datePublished": issue.dated.isoformat(),
                    "isPartOf": periodical,
                    "url": url,
                },
                {
                    "@type": "Article",
                    "headline": issue.title,
                    "description": issue.lead or issue.title,
                    "isPartOf": {"@id": f"{url}#numero"},
                    "url": url,
                    "mainEntityOfPage": url,
                    "inLanguage": "fr",
                    "datePublished": dated,
                    "author": house,
                    "publisher": house,
                },
            ],
        }
    )
