"""Where what an issue chose can be read, found in one query for all its blocks."""

from collections.abc import Iterator

from django.db.models import CharField, Exists, F, OuterRef, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.models import Page

from agenda.models import Event
from blog import rich_text
from blog.pages.addresses import address_of
from blog.pages.needs import address_of_document
from residents.models import Partner, Resident, Stay, TerritorialIssue
from residents.rules import met_by_all

# The fields of bulletin/blocks.py that hold a choice, and what is chosen there.
FIELDS = {
    "resident": "resident",
    "partner": "partner",
    "issue": "issue",
    "event": "event",
    "post": "page",
    "page": "page",
}
RICH_TEXTS = ("text",)


def fields(value) -> Iterator[tuple[str, object]]:
    """Every (field name, value) of stored blocks, however deep."""
    if isinstance(value, dict):
        if {"type", "value"} <= value.keys():
            yield value["type"], value["value"]
        for name, inner in value.items():
            yield name, inner
            yield from fields(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner)


def choices(stored: list[dict], name: str) -> set[int]:
    """The keys that blocks hold under that field."""
    return {value for field, value in fields(stored) if field == name and isinstance(value, int)}


class Links:
    """Paths of what everybody may read; the rest leads nowhere."""

    def __init__(self, stored: list[dict]):
        texts = [value for name, value in fields(stored) if name in RICH_TEXTS and isinstance(value, str)]
        linked = rich_text.linked(texts)
        wanted = {what: set() for what in FIELDS.values()}
        for field, what in FIELDS.items():
            wanted[what] |= choices(stored, field)
        wanted["page"] |= linked["page"]
        self.found = find(wanted)
        self.pages = {pk: path for (what, pk), path in self.found.items() if what == "page"}
        documents = Document.objects.in_bulk(linked["document"]) if linked["document"] else {}
        self.documents = {pk: address_of_document(document) for pk, document in documents.items()}

    def to(self, what: str, pk: int | None) -> str:
        return self.found.get((what, pk), "")

    def may_name(self, resident: int | None) -> bool:
        """Everybody is told of that structure, or it is but a name."""
        return ("unmet", resident) not in self.found

    def text(self, source: str | None) -> str:
        """Rich text for a page."""
        return rich_text.shown(source or "", self.pages, self.documents)


def find(wanted: dict[str, set[int]]) -> dict[tuple[str, int], str]:
    """{(what, key): path}; one query, none when nothing is chosen."""
    arrived = Stay.objects.filter(resident=OuterRef("pk"), starts_on__lte=timezone.localdate())
    readable = {
        # The page of those who have not arrived yet is not for the public.
        "resident": (Resident.objects.filter(met_by_all(), Exists(arrived)), "slug"),
        "unmet": (Resident.objects.exclude(met_by_all()), "slug"),
        "partner": (Partner.objects.filter(is_shown=True), "slug"),
        "issue": (TerritorialIssue.objects.filter(is_shown=True), "slug"),
        "event": (Event.objects.public(), "slug"),
        "page": (Page.objects.live().filter(depth__gte=2), "url_path"),
    }
    wanted = {**wanted, "unmet": wanted["resident"]}
    queries = [
        rows.filter(pk__in=wanted[what])
        .order_by()
        .values_list(Value(what, output_field=CharField()), "pk", Cast(F(column), TextField()))
        for what, (rows, column) in readable.items()
        if wanted[what]
    ]
    if not queries:
        return {}
    return {(what, pk): path_of(what, words) for what, pk, words in queries[0].union(*queries[1:], all=True)}


def path_of(what: str, words: str) -> str:
    """As `get_absolute_url` of each says, without a query."""
    match what:
        case "resident" | "unmet":
            return reverse("residents:profile", args=[words])
        case "event":
            return reverse("agenda:event", args=[words])
        case "partner":
            return reverse("residents:partner", args=[words])
        case "issue":
            return f"{reverse('residents:territory')}#{words}"
        case _:
            return address_of(words)
