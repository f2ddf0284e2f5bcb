"""What a structure gives to be talked about: its pictures and documents, what is missing, what is out of date."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    When,
)
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex

from residents.models import Membership, Picture, Resident, ResidentLink, User

# Drawn small on the page of the structure; the grid shows them at half that.
THUMBNAIL = "max-640x480|format-webp"
# Under this many described pictures, an article about the structure has little to show.
ENOUGH_PICTURES = 3
# What is neither changed nor said to hold for that long is out of date; pictures, when the latest is older than this.
STALE = datetime.timedelta(days=365)
OUTDATED = "a-revoir"
STALE_PICTURES = datetime.timedelta(days=3 * 365)


class Part(StrEnum):
    """What an article about a structure needs, in the order in which it is asked for."""

    TAGLINE, PRESENTATION, LOGO, LINKS = "phrase", "presentation", "logo", "liens"
    PICTURES, DESCRIPTIONS, CREDITS = "images", "descriptions", "credits"

    @property
    def words(self) -> str:
        """The end of "il manque…"."""
        return str(PART_WORDS[self])


PART_WORDS = {
    Part.TAGLINE: gettext_lazy("une phrase qui vous présente"),
    Part.PRESENTATION: gettext_lazy("une présentation"),
    Part.LOGO: gettext_lazy("un logo"),
    Part.LINKS: gettext_lazy("un lien vers votre site"),
    Part.PICTURES: gettext_lazy("trois images de votre travail"),
    Part.DESCRIPTIONS: gettext_lazy("ce que l’on voit sur certaines images"),
    Part.CREDITS: gettext_lazy("qui a fait certaines images"),
}


@dataclass(frozen=True)
class Pictures:
    """What the pictures of a structure, its logo apart, amount to; `complete` are described and credited."""

    number: int = 0
    described: int = 0
    credited: int = 0
    complete: int = 0
    latest: datetime.datetime | None = None

    @classmethod
    def of(cls, pictures: list[Picture]) -> "Pictures":
        return cls(
            number=len(pictures),
            described=sum(bool(one.description) for one in pictures),
            credited=sum(bool(one.credit) for one in pictures),
            complete=sum(bool(one.description and one.credit) for one in pictures),
            latest=max((one.created_at for one in pictures), default=None),
        )

    @classmethod
    def told_of(cls, resident: Resident) -> "Pictures":
        """Of a structure read `with_given`."""
        told = [one for one in resident.told_pictures or [] if one["pk"] != resident.logo_id]
        return cls(
            number=len(told),
            described=sum(one["described"] for one in told),
            credited=sum(one["credited"] for one in told),
            complete=sum(one["described"] and one["credited"] for one in told),
            latest=max((datetime.datetime.fromisoformat(one["at"]) for one in told), default=None),
        )


@dataclass(frozen=True)
class Gauge:
    """How ready a structure is to be talked about; `outdated` are ends of "il est temps de revoir…"."""

    given: frozenset[Part]
    pictures: Pictures
    outdated: list[str]

    @property
    def value(self) -> int:
        return len(self.given)

    @property
    def goal(self) -> int:
        return len(Part)

    @property
    def missing_parts(self) -> list[Part]:
        """Without any picture, they are asked for before what is said of them."""
        later = {Part.DESCRIPTIONS, Part.CREDITS} if not self.pictures.number else set()
        return [part for part in Part if part not in self.given and part not in later]

    @property
    def missing(self) -> list[str]:
        return [part.words for part in self.missing_parts]

    @property
    def lacks_profile(self) -> bool:
        """Is something missing that is written on the structure's page?"""
        return not self.given >= {Part.TAGLINE, Part.PRESENTATION, Part.LOGO, Part.LINKS}

    @property
    def is_full(self) -> bool:
        return self.value == self.goal and not self.outdated


def gauge(
    resident: Resident,
    pictures: Pictures,
    *,
    has_presentation: bool,
    has_links: bool,
    now: datetime.datetime | None = None,
) -> Gauge:
    given = {
        Part.TAGLINE: resident.tagline,
        Part.PRESENTATION: has_presentation,
        Part.LOGO: resident.logo_id,
        Part.LINKS: has_links,
        Part.PICTURES: pictures.number >= ENOUGH_PICTURES,
        Part.DESCRIPTIONS: pictures.number and pictures.described == pictures.number,
        Part.CREDITS: pictures.number and pictures.credited == pictures.number,
    }
    says_something = bool(resident.tagline or has_presentation)
    found = outdated(resident, pictures, now or timezone.now()) if says_something or pictures.number else []
    return Gauge(frozenset(part for part, is_given in given.items() if is_given), pictures, found)


def outdated(resident: Resident, pictures: Pictures, now: datetime.datetime) -> list[str]:
    """Ends of "il est temps de revoir…": what was said to hold within the year is not asked for again."""
    reviewed = resident.reviewed_at
    if reviewed and now - reviewed <= STALE:
        return []
    touched = max(filter(None, [resident.updated_at, reviewed]))
    found = []
    if now - touched > STALE:
        found.append(_("vos textes, ni changés ni relus depuis %(month)s") % {"month": say_month(touched)})
    if pictures.latest and now - pictures.latest > STALE_PICTURES:
        found.append(_("vos images : la plus récente est de %(month)s") % {"month": say_month(pictures.latest)})
    return found


def say_month(moment: datetime.datetime) -> str:
    """On the house's clock."""
    return date_format(timezone.localtime(moment), "F Y")


def gauge_of(resident: Resident) -> Gauge:
    """Of a structure read `with_given`."""
    return gauge(
        resident,
        Pictures.told_of(resident),
        has_presentation=resident.has_presentation,
        has_links=resident.has_links,
    )


def with_given(residents: QuerySet[Resident], only: Q | None = None) -> QuerySet[Resident]:
    """With what `gauge_of` reads; the pictures `only` of some structures."""
    pictures = Picture.objects.filter(collection__depth=2, collection__name=OuterRef("slug")).order_by()
    # Counted in Python (`Pictures`): the database would be asked for five counts of the same rows.
    told = ArraySubquery(
        pictures.values(told=JSONObject(pk="pk", described=~Q(description=""), credited=~Q(credit=""), at="created_at"))
    )
    return residents.annotate(
        has_links=Exists(ResidentLink.objects.filter(resident=OuterRef("pk"))),
        has_presentation=~Q(presentation=""),
        told_pictures=told if only is None else Case(When(only, then=told), default=None),
    ).defer("presentation")


@dataclass(frozen=True)
class Kit:
    """What a structure gave; `links` are in its order."""

    resident: Resident
    links: list[ResidentLink]
    pictures: list[Picture]
    documents: list

    @cached_property
    def gauge(self) -> Gauge:
        return gauge(
            self.resident,
            Pictures.of(self.pictures),
            has_presentation=bool(self.resident.presentation),
            has_links=bool(self.links),
        )


def kit_of(resident: Resident) -> Kit:
    """In four queries, whatever the number of pictures."""
    return kits_of([resident], thumbnails=True)[0]


def kits_of(residents: list[Resident], *, thumbnails: bool = False) -> list[Kit]:
    """In three queries, whatever their number, one more with the thumbnails of the pictures."""
    slugs = [resident.slug for resident in residents]
    pictures = in_collections(Picture, slugs).order_by("-created_at", "-pk")
    documents = in_collections(get_document_model(), slugs).order_by("title", "pk")
    links = ResidentLink.objects.filter(resident__in=residents)
    given, papers, addresses = (
        grouped(found, key)
        for found, key in (
            (pictures.prefetch_renditions(THUMBNAIL) if thumbnails else pictures, "in_collection"),
            (documents, "in_collection"),
            (links, "resident_id"),
        )
    )
    return [
        Kit(
            one,
            addresses.get(one.pk, []),
            [picture for picture in given.get(one.slug, []) if picture.pk != one.logo_id],
            papers.get(one.slug, []),
        )
        for one in residents
    ]


def in_collections(model, slugs: list[str]) -> QuerySet:
    """The pictures or the documents of structures, each with `in_collection`, the slug of whose it is."""
    return model.objects.filter(collection__depth=2, collection__name__in=slugs).annotate(
        in_collection=F("collection__name")
    )


def grouped(things: Iterable, key: str) -> dict[Any, list]:
    found = defaultdict(list)
    for thing in things:
        found[getattr(thing, key)].append(thing)
    return found


def pages_showing(picture_or_document) -> list[Page]:
    """The published pages of the site that show it."""
    of_pages = ContentType.objects.get_for_model(Page)
    references = ReferenceIndex.get_references_to(picture_or_document).filter(base_content_type=of_pages)
    return list(
        Page.objects.live().filter(
            pk__in=references.annotate(page_id=Cast("object_id", BigIntegerField())).values("page_id")
        )
    )


@dataclass(frozen=True)
class Asked:
    """A structure of which something is missing or out of date, and whom to ask: its leads, else its members."""

    resident: Resident
    gauge: Gauge
    people: list[User]


def to_ask(part: str = "") -> list[Asked]:
    """Structures in residence, those of which the most is missing first, in two queries.

    `part`: only those that lack this Part; OUTDATED, only those where something is out of date.
    """
    members = Membership.objects.select_related("user").filter(user__is_active=True).order_by("-role", "pk")
    residents = with_given(Resident.objects.in_residence()).prefetch_related(Prefetch("memberships", members))
    found = [Asked(one, gauge_of(one), whom_to_ask(one)) for one in residents]
    kept = [one for one in found if is_asked(one.gauge, part)]
    return sorted(kept, key=lambda one: one.gauge.value)


def is_asked(found: Gauge, part: str) -> bool:
    if part == OUTDATED:
        return bool(found.outdated)
    return part in found.missing_parts if part else not found.is_full


def whom_to_ask(resident: Resident) -> list[User]:
    members = resident.memberships.all()
    return [one.user for one in members if one.is_lead] or [one.user for one in members]
