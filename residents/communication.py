"""What a structure gives to be talked about: its pictures and documents, what is missing, its kit as one archive."""

import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField
from django.db.models.functions import Cast
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.models import Collection, Page, ReferenceIndex

from residents.models import Picture, Resident

# Drawn small on the page of the structure; the grid shows them at half that.
THUMBNAIL = "max-640x480|format-webp"
# Under this many described pictures, an article about the structure has little to show.
ENOUGH_PICTURES = 3
# A kit stays in memory up to here, then on disk.
IN_MEMORY = 8 * 1024 * 1024


@dataclass(frozen=True)
class Kit:
    """What a structure gave: `missing` says what an article about it still lacks, as the end of "il manque…"."""

    resident: Resident
    pictures: list[Picture]
    documents: list
    missing: list[str]


def kit_of(resident: Resident) -> Kit:
    """In four queries, whatever the number of pictures."""
    collection = Collection.objects.filter(depth=2, name=resident.slug).first()
    pictures = Picture.objects.filter(collection=collection).exclude(pk=resident.logo_id).order_by("-created_at", "-pk")
    documents = get_document_model().objects.filter(collection=collection).order_by("title", "pk")
    found = list(pictures.prefetch_renditions(THUMBNAIL)) if collection else []
    return Kit(resident, found, list(documents) if collection else [], missing(resident, found))


def missing(resident: Resident, pictures: list[Picture]) -> list[str]:
    described = [picture for picture in pictures if picture.description]
    parts = [
        (resident.tagline, _("une phrase qui vous présente")),
        (resident.presentation, _("une présentation")),
        (resident.logo_id, _("un logo")),
        (len(pictures) >= ENOUGH_PICTURES, _("trois images de votre travail")),
        (len(described) == len(pictures), _("ce que l’on voit sur certaines images")),
        (all(picture.credit for picture in pictures), _("qui a fait certaines images")),
    ]
    return [words for given, words in parts if not given]


def pages_showing(picture_or_document) -> list[Page]:
    """The published pages of the site that show it."""
    of_pages = ContentType.objects.get_for_model(Page)
    references = ReferenceIndex.get_references_to(picture_or_document).filter(base_content_type=of_pages)
    return list(
        Page.objects.live().filter(
            pk__in=references.annotate(page_id=Cast("object_id", BigIntegerField())).values("page_id")
        )
    )


def archive(kit: Kit) -> SpooledTemporaryFile:
    """The kit as a ZIP, at its beginning: texts, logo, pictures and documents, under names that say what they are."""
    written = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("textes.txt", texts(kit).encode())
        if kit.resident.logo:
            put(file, "logo", kit.resident.logo)
        for number, picture in enumerate(kit.pictures, start=1):
            put(file, f"images/{number:02}-{slugify(picture.title)[:60] or 'image'}", picture)
        for number, document in enumerate(kit.documents, start=1):
            put(file, f"documents/{number:02}-{slugify(document.title)[:60] or 'document'}", document)
    written.seek(0)
    return written


def put(file: zipfile.ZipFile, name: str, kept) -> None:
    """Add the file of a picture or a document; one that storage has lost is said in its place."""
    suffix = PurePosixPath(kept.file.name).suffix.lower()
    try:
        with kept.file.open("rb") as content:
            file.writestr(f"{name}{suffix}", content.read())
    except FileNotFoundError:
        file.writestr(f"{name}-introuvable.txt", _("Ce fichier n’est plus dans la maison.").encode())


def texts(kit: Kit) -> str:
    """Everything in words, ready to be copied."""
    resident = kit.resident
    lines = [resident.name, resident.get_kind_display(), "", resident.tagline, "", resident.presentation, ""]
    lines += [f"{link.label} : {link.url}" for link in resident.links.all()]
    lines += [value for value in (resident.contact_name, resident.email, resident.phone) if value]
    if kit.pictures:
        lines += ["", _("Images"), ""]
    lines += [f"{number:02}. {say(picture)}" for number, picture in enumerate(kit.pictures, start=1)]
    return "\n".join(lines).strip() + "\n"


def say(picture: Picture) -> str:
    credit = _("Crédit : %(name)s") % {"name": picture.credit} if picture.credit else _("Crédit à demander")
    return ". ".join(part.rstrip(".") for part in (picture.title, picture.description, credit) if part) + "."
