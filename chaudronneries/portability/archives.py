"""All that a structure takes away, as one ZIP: everything as JSON, each list as a table, its pictures and documents."""

import csv
import io
import json
import shutil
import zipfile
from itertools import chain
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model

from agenda.pages.spreadsheet import cell
from chaudronneries.portability import gathering
from residents.models import Picture, Resident
from residents.portability import given

# It stays in memory up to here, then on disk.
IN_MEMORY = 8 * 1024 * 1024


def of_structure(resident: Resident) -> SpooledTemporaryFile:
    """The archive, at its beginning; rows and files are copied piece by piece, whatever their number and weight."""
    rows = gathering.of_structure(resident)
    written = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("donnees.json", "w") as file:
            for piece in gathering.as_json(rows, about="structure"):
                file.write(piece.encode())
        for name, found in rows.items():
            put_table(archive, f"tables/{name}.csv", found)
        for folder, model in {"images": Picture, "documents": get_document_model()}.items():
            for number, kept in enumerate(model.objects.filter(given(resident)).order_by("pk").iterator(), start=1):
                put_file(archive, f"{folder}/{number:03}-{slugify(kept.title)[:60] or folder}", kept)
    written.seek(0)
    return written


def put_table(archive: zipfile.ZipFile, name: str, rows: QuerySet) -> None:
    """Nothing when there is no row: a table says its columns by its rows."""
    found = rows.iterator(chunk_size=gathering.AT_ONCE)
    first = next(found, None)
    if first is None:
        return
    with (
        archive.open(name, "w", force_zip64=True) as file,
        io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True) as text,
    ):
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(first)
        for row in chain([first], found):
            writer.writerow(said(value) for value in row.values())


def said(value) -> str:
    """What a spreadsheet opens as it is, and runs nothing of; what is no text, as the JSON says it."""
    if isinstance(value, dict | list):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    plain = value if value is None or isinstance(value, str | int | float) else json.loads(gathering.written(value))
    return cell(plain)


def put_file(archive: zipfile.ZipFile, name: str, kept) -> None:
    """The file of a picture or a document; one that storage has lost is said in its place."""
    suffix = PurePosixPath(kept.file.name).suffix.lower()
    try:
        with kept.file.open("rb") as content, archive.open(f"{name}{suffix}", "w", force_zip64=True) as file:
            shutil.copyfileobj(content, file)
    except FileNotFoundError:
        archive.writestr(f"{name}-introuvable.txt", _("Ce fichier n’est plus dans la maison.").encode())
