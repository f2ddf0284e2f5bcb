"""Pictures as pages show them: cut at several widths, in AVIF, in WebP and in JPEG.

All the pictures of a page, and what was cut of them, are found in one query. The cutting is done by the queue when a
page is published; a page that shows a picture before that makes the JPEG, which takes milliseconds, and nothing more.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.contrib.postgres.expressions import ArraySubquery
from django.core.files.storage import default_storage
from django.db.models import Model, OuterRef
from django.db.models.functions import JSONObject
from wagtail.fields import StreamField
from wagtail.images.models import Filter

from mailing.queue import ask
from residents.models import Picture, PictureRendition, TeamRole

CUT = "blog.tasks.cut_pictures"
# Measured on photographs: at 800 pixels AVIF takes 150 ms and half the bytes of JPEG, WebP 50 ms, JPEG 6 ms.
FORMATS = {"avif": "format-avif|avifquality-55", "webp": "format-webp|webpquality-75"}
FALLBACK = "format-jpeg|jpegquality-78"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cut:
    """A way of cutting: the widths in pixels, the smallest first, and height over width (None: the picture's own)."""

    widths: tuple[int, ...]
    shape: float | None = None

    def operation(self, width: int) -> str:
        return f"fill-{width}x{round(width * self.shape)}" if self.shape else f"width-{width}"

    def useful(self, picture: Picture) -> list[int]:
        """Nothing is enlarged: the widths below the picture's own, and the first that holds it whole."""
        below = [width for width in self.widths if width < picture.width]
        return self.widths[: len(below) + 1]

    def fallback(self, picture: Picture) -> str:
        """The JPEG that every browser reads: neither the smallest nor the largest."""
        return f"{self.operation(self.useful(picture)[:2][-1])}|{FALLBACK}"

    def specs(self, picture: Picture) -> dict[str, list[str]]:
        """Wagtail's filters for each format."""
        widths = self.useful(picture)
        return {name: [f"{self.operation(width)}|{end}" for width in widths] for name, end in FORMATS.items()}

    def all_specs(self, picture: Picture) -> list[str]:
        return [self.fallback(picture), *(spec for specs in self.specs(picture).values() for spec in specs)]


# As it was taken: in the body of a page, and at its head.
WHOLE = Cut((480, 800, 1280))
# In a list: around its focal point.
CARD = Cut((360, 720), shape=2 / 3)
# Of somebody of the team.
PORTRAIT = Cut((160, 320), shape=1)


@dataclass(frozen=True)
class Drawing:
    """What components/picture.html draws. `sources` are (type, srcset); `large` is the address of the largest."""

    src: str
    width: int
    height: int
    sources: list[tuple[str, str]]
    sizes: str
    alt: str
    large: str


def pictures(pks: Iterable[int | None]) -> dict[int, Picture]:
    """Those of these primary keys that exist, with what was cut of them (`cuts`); one query, none for no picture."""
    wanted = {pk for pk in pks if pk}
    if not wanted:
        return {}
    cuts = PictureRendition.objects.filter(image=OuterRef("pk"))
    told = JSONObject(spec="filter_spec", key="focal_point_key", file="file", width="width", height="height")
    return Picture.objects.annotate(cuts=ArraySubquery(cuts.values(data=told))).in_bulk(wanted)


def drawing(picture: Picture | None, cut: Cut, *, alt: str = "", sizes: str = "100vw") -> Drawing | None:
    """`picture` (from `pictures`) for a page; None without one, or when its file is lost."""
    if picture is None:
        return None
    known = {(one["spec"], one["key"]): one for one in picture.cuts}
    fallback = found(known, picture, cut.fallback(picture)) or made(picture, cut.fallback(picture))
    if fallback is None:
        return None
    sources, large = [], fallback
    for name, specs in cut.specs(picture).items():
        cuts = [one for spec in specs if (one := found(known, picture, spec))]
        if cuts:
            srcset = ", ".join(f"{address(one)} {one['width']}w" for one in cuts)
            sources.append((f"image/{name}", srcset))
            large = cuts[-1]
    return Drawing(
        src=address(fallback),
        width=fallback["width"],
        height=fallback["height"],
        sources=sources,
        sizes=sizes,
        alt=alt,
        large=address(large),
    )


def found(known: dict, picture: Picture, spec: str) -> dict | None:
    return known.get((spec, filter_of(spec).get_cache_key(picture)))


@cache
def filter_of(spec: str) -> Filter:
    """Wagtail reads a specification by inspection, which is half of what a list of posts costs: each is read once."""
    return Filter(spec)


def address(cut: dict) -> str:
    return default_storage.url(cut["file"])


def made(picture: Picture, spec: str) -> dict | None:
    """Cut now, for who reads now; the rest is asked of the queue, once. None when the file is lost or broken."""
    try:
        rendition = picture.get_rendition(spec)
    except OSError as error:
        log.warning("picture %s cannot be cut: %s", picture.pk, type(error).__name__)
        return None
    ask(CUT, pictures=[picture.pk])
    return {"file": rendition.file.name, "width": rendition.width, "height": rendition.height}


def cut_all(pks: Iterable[int]) -> None:
    """Everything that pages may show of these pictures; what is cut already is left. A lost file cuts nothing."""
    pks = list(pks)
    portraits = set(TeamRole.objects.filter(picture__in=pks).values_list("picture", flat=True))
    for picture in Picture.objects.filter(pk__in=pks):
        try:
            for cut in (CARD, WHOLE, PORTRAIT) if picture.pk in portraits else (CARD, WHOLE):
                picture.get_renditions(*cut.all_specs(picture))
        except OSError as error:
            log.warning("picture %s cannot be cut: %s", picture.pk, type(error).__name__)


def pictures_of(page: Model) -> list[int]:
    """The primary keys of the pictures that a page shows, in its fields and in its blocks."""
    keys = set()
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            for model, pk, *_path in field.stream_block.extract_references(getattr(page, field.name)):
                if model is Picture:
                    keys.add(int(pk))
        elif getattr(field, "related_model", None) is Picture and field.many_to_one:
            keys.add(getattr(page, field.attname))
    return sorted(keys - {None})


def cut_when_published(sender, instance, **kwargs) -> None:
    """Wagtail's `page_published`, for every kind of page: from the editor, by approval, or at its hour."""
    if shown := pictures_of(instance):
        ask(CUT, pictures=shown)
