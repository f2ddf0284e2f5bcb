"""The kits of structures as one archive, written as it is sent: whatever they weigh, little is in memory."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED

from django.utils.text import slugify
from django.utils.translation import gettext as _
from zipstream import ZipStream

from residents.communication import Kit, kits_of
from residents.models import Picture, Resident

# Structures whose pictures and documents are looked up together.
AT_ONCE = 20
# Bytes of a file in memory at a time.
CHUNK = 256 * 1024


def archive(kits: Iterable[Kit], *, in_folders: bool = False) -> Iterator[bytes]:
    """A ZIP of texts, logos, pictures and documents, under names that say what they are; `in_folders`: one each."""
    written = ZipStream(compress_type=ZIP_STORED)
    for kit in kits:
        folder = f"{kit.resident.slug}/" if in_folders else ""
        yield from put_text(written, f"{folder}textes.txt", texts(kit))
        if kit.resident.logo:
            yield from put_file(written, f"{folder}logo", kit.resident.logo)
        for number, picture in enumerate(kit.pictures, start=1):
            yield from put_file(written, f"{folder}images/{named(number, picture)}", picture)
        for number, document in enumerate(kit.documents, start=1):
            yield from put_file(written, f"{folder}documents/{named(number, document)}", document)
    yield from written.finalize()


def all_kits() -> Iterator[Kit]:
    """Of the structures in residence, a few at a time."""
    here = list(Resident.objects.in_residence().values_list("pk", flat=True))
    for start in range(0, len(here), AT_ONCE):
        some = Resident.objects.filter(pk__in=here[start : start + AT_ONCE]).select_related("logo")
        yield from kits_of(list(some))


def named(number: int, kept) -> str:
    return f"{number:02}-{slugify(kept.title)[:60] or 'sans-titre'}"


def put_text(written: ZipStream, name: str, text: str) -> Iterator[bytes]:
    written.add(text.encode(), name, compress_type=ZIP_DEFLATED)
    yield from written.all_files()


def put_file(written: ZipStream, name: str, kept) -> Iterator[bytes]:
    """The file of a picture or a document, as it is: both are compressed already. What storage lost is said instead."""
    suffix = PurePosixPath(kept.file.name).suffix.lower()
    try:
        content = kept.file.open("rb")
    except OSError:
        yield from put_text(written, f"{name}-introuvable.txt", _("Ce fichier n’est plus dans la maison."))
        return
    with content:
        written.add(content.chunks(CHUNK), f"{name}{suffix}")
        yield from written.all_files()


def texts(kit: Kit) -> str:
    """Everything in words, ready to be copied; what is not for everybody says so, for a kit is made to be published."""
    resident = kit.resident
    lines = [resident.name, resident.get_kind_display(), ""]
    if not resident.is_listed:
        lines += [_("[À ne pas nommer au public : hors de l’annuaire]"), ""]
    lines += [*guarded(resident, "tagline", [resident.tagline]), ""]
    lines += [*guarded(resident, "presentation", [resident.presentation]), ""]
    lines += guarded(resident, "links", [f"{link.label} : {link.url}" for link in kit.links])
    for field in ("contact_name", "email", "phone"):
        lines += guarded(resident, field, list(filter(None, [getattr(resident, field)])))
    if resident.logo:
        lines += ["", *guarded(resident, "logo", [_("Son logo est dans ce dossier.")])]
    if kit.pictures:
        lines += ["", _("Images"), ""]
    lines += [f"{number:02}. {say(picture)}" for number, picture in enumerate(kit.pictures, start=1)]
    return "\n".join(lines).strip() + "\n"


def guarded(resident: Resident, field: str, lines: list[str]) -> list[str]:
    """The `lines` of a field, under a warning when the structure does not open it to everybody."""
    who = resident.narrower_audience(field)
    return [_("[À ne pas publier : lu par %(who)s]") % {"who": who}, *lines] if who and any(lines) else lines


def say(picture: Picture) -> str:
    credit = _("Crédit : %(name)s") % {"name": picture.credit} if picture.credit else _("Crédit à demander")
    return ". ".join(part.rstrip(".") for part in (picture.title, picture.description, credit) if part) + "."
