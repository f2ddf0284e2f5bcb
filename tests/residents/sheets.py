"""Spreadsheets as the tests make them, read them, and send them in the back office."""

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from residents.enums import SheetKind
from residents.models import SheetUpload
from residents.spreadsheets.plans import Column, Unreadable
from residents.spreadsheets.reading import read

COLUMNS = [
    Column("name", "Nom", ("structure",), required=True),
    Column("contact", "Personne à contacter", ("contact", "contact nom")),
    Column("email", "Adresse e-mail", ("e-mail", "contact e-mail")),
    Column("note", "Note"),
    Column("starts_on", "Du", holds="day"),
    Column("share", "Part", holds="number"),
]
HEADINGS = "Adresse e-mail;Prénom;Nom;Structure;Rôle"
AWA = "awa@ici.example;Awa;Delcombe;Atelier du Zinc;référente"
WRONG = "awa chez ici;;;Nulle part;roi"
SHEET, TYPES = "xl/worksheets/sheet1.xml", "[Content_Types].xml"
STRINGS = (
    b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Zinc</t></si>'
    b'<si><r><t>Zo</t></r><r><rPr><b/></rPr><t xml:space="preserve">\xc3\xa9 </t></r></si>'
    b"<si><t>a_x000D_\nb</t></si></sst>"
)
SPOILT = "Ce classeur est abîmé : ouvrez-le et enregistrez-le de nouveau, au format XLSX ou CSV."


def cells(content: bytes | str, name: str = "x.csv") -> list[tuple]:
    """Each line as (its number, what its cells say)."""
    content = content.encode() if isinstance(content, str) else content
    return [(row.line, *row.cells.values()) for row in read(name, content, COLUMNS).rows]


def faults(content: bytes | str) -> list[tuple[int, str, str]]:
    content = content.encode() if isinstance(content, str) else content
    with pytest.raises(Unreadable) as unreadable:
        read("x", content, COLUMNS)
    return [(one.line, one.column, one.message) for one in unreadable.value.faults]


def saved(workbook: Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def xlsx(*rows, merged=(), title="Feuille") -> bytes:
    workbook = Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    for ref in merged:
        workbook.active.merge_cells(ref)
    return saved(workbook)


def patched(content: bytes, part: str, change) -> bytes:
    """The workbook with the XML of one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            xml = old.read(name)
            new.writestr(name, change(xml) if name == part else xml)
    return out.getvalue()


def as_excel(content: bytes) -> bytes:
    """The workbook with a table of strings, as Excel writes them: the cells « 0 », « 1 », « 2 » say one of these."""
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/></Types>'
    content = patched(content, TYPES, lambda xml: xml.replace(b"</Types>", part))
    content = patched(content, SHEET, lambda xml: re.sub(rb'<c r="(\w+)" t="n">', rb'<c r="\1" t="s">', xml))
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", STRINGS)
    return out.getvalue()


def csv_of(*lines: str, name: str = "personnes.csv", encoding: str = "cp1252") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\r\n".join([HEADINGS, *lines]).encode(encoding))


def send(client, *lines: str, **fields):
    return client.post(reverse("sheets"), {"kind": SheetKind.PEOPLE, "file": csv_of(*lines), **fields})


def sent(client, *lines: str, **fields) -> SheetUpload:
    answer = send(client, *lines, **fields)
    upload = SheetUpload.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (302, reverse("sheet", args=[upload.pk]))
    return upload


def preview(client, upload, **asked):
    answer = client.get(reverse("sheet", args=[upload.pk]), asked)
    assert answer.status_code == 200
    return answer.context["preview"]


def confirm(client, upload, mark: str | None = None):
    mark = preview(client, upload).plan.mark if mark is None else mark
    return client.post(reverse("sheet", args=[upload.pk]), {"mark": mark})
