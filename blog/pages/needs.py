"""What the blocks of a page need of the database, fetched together: a query for each sort, whatever the blocks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.urls import reverse
from wagtail.documents.models import Document

from agenda.models import Event, Space
from agenda.pages.programme import visible
from blog import rich_text
from blog.pages.addresses import addresses
from blog.pictures import pictures
from knowledge_map.excerpts import excerpts
from residents import rules
from residents.models import HouseSettings, Resident, TeamRole, User
from residents.pages.territory import Territory
from residents.reading import Reading, as_read_by


def values_of(raw: Iterable[dict], *names: str) -> Iterator[dict | str]:
    """The values of the blocks of these names, in a body as it is stored."""
    return (block["value"] for block in raw if block["type"] in names)


def gallery_items(value: dict) -> list[dict]:
    return [one["value"] for one in value.get("pictures") or []]


@dataclass
class Needs:
    """`raw` is a body as it is stored; `pictures` and `residents` are those of the page around it (primary keys).

    What `reader` may not read is not found.
    """

    raw: list[dict]
    reader: User
    more_pictures: Iterable[int | None] = ()
    more_residents: Iterable[int] = ()

    @cached_property
    def linked(self) -> dict[str, set[int]]:
        return rich_text.linked(values_of(self.raw, "text"))

    def chosen(self, block: str, field: str) -> set[int]:
        """The primary keys that the blocks of this name hold in this field."""
        return {pk for value in values_of(self.raw, block) if (pk := value.get(field))}

    @cached_property
    def pictures(self) -> dict:
        galleries = {one.get("image") for value in values_of(self.raw, "gallery") for one in gallery_items(value)}
        portraits = [role.picture_id for role in self.team] if self.shows_the_team else []
        return pictures([*self.chosen("picture", "image"), *galleries, *portraits, *self.more_pictures])

    @cached_property
    def pages(self) -> dict[int, str]:
        """Addresses of the published pages that texts and calls lead to."""
        return addresses(self.linked["page"] | self.chosen("call", "page"))

    @cached_property
    def documents(self) -> dict[int, Document]:
        wanted = self.linked["document"] | self.chosen("document", "document")
        return Document.objects.in_bulk(wanted) if wanted else {}

    @cached_property
    def document_addresses(self) -> dict[int, str]:
        return {pk: address_of_document(document) for pk, document in self.documents.items()}

    @cached_property
    def residents(self) -> dict[int, Reading]:
        """As their reader reads them; those whose page is not for them yet are left out."""
        wanted = self.chosen("resident", "resident") | set(self.more_residents)
        if not wanted:
            return {}
        rows = Resident.objects.with_presence().select_related("logo").filter(pk__in=wanted)
        return {row.pk: as_read_by(self.reader, row) for row in rows if rules.can_see_profile(self.reader, row)}

    @cached_property
    def events(self) -> dict[int, Event]:
        """The meetings that the reader may see, with `places`, dicts of a name."""
        wanted = self.chosen("event", "event")
        if not wanted:
            return {}
        places = Space.objects.filter(events=OuterRef("pk")).order_by("position", "sort_name")
        rows = visible(self.reader).filter(pk__in=wanted).select_related("kind")
        return rows.annotate(places=ArraySubquery(places.values(data=JSONObject(name="name")))).in_bulk()

    @cached_property
    def excerpts(self) -> dict:
        return excerpts(self.reader, [centre_of(value) for value in values_of(self.raw, "map")])

    @cached_property
    def house(self) -> HouseSettings:
        return HouseSettings.load()

    @property
    def shows_the_team(self) -> bool:
        return any(block["type"] == "team" for block in self.raw)

    @cached_property
    def team(self) -> list[TeamRole]:
        """Who holds which role today."""
        return list(TeamRole.objects.today().filter(is_shown=True))

    @cached_property
    def territory(self) -> Territory:
        return Territory.read(self.reader)


def centre_of(value: dict) -> str:
    """The map's key of what an excerpt is around; "" for the whole map."""
    if value.get("resident"):
        return f"r{value['resident']}"
    return f"i{value['item']}" if value.get("item") else ""


def address_of_document(document: Document) -> str:
    return reverse("wagtaildocs_serve", args=[document.pk, document.filename])
