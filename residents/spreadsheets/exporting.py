"""What a kind of sheet holds, as a file that opens as it is, runs nothing, and can be imported again.

CSV has what a French spreadsheet expects (semicolons, a byte order mark, numbers with a comma); days are 2026-03-01,
which every spreadsheet takes for that day whatever its language.
"""

import csv
import datetime
import io
import tempfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain, islice

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from residents.enums import SheetKind
from residents.spreadsheets.formulas import guarded, is_formula
from residents.spreadsheets.kinds import kind_of
from residents.spreadsheets.plans import Column
from residents.spreadsheets.workbooks import LOOKS_HIDDEN

CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Lines and bytes handed over at a time.
LINES, BYTES = 500, 1 << 16
# Widths are those of the first lines, in signs; a presentation is not shown whole.
NARROWEST, WIDEST = 10, 60
DAY_FORMAT = "dd/mm/yyyy"


def export(kind: str, form: str) -> Iterator[bytes]:
    """The whole file, in pieces; `form` is CSV or XLSX."""
    of_kind = kind_of(kind)
    write = {CSV: csv_file, XLSX: xlsx_file}[form]
    return write(of_kind.COLUMNS, of_kind.export(), SheetKind(kind).label)


def file_name(kind: str, form: str) -> str:
    return f"{slugify(SheetKind(kind).label)}-{timezone.localdate():%Y-%m-%d}.{form}"


def csv_file(columns: list[Column], rows: Iterable[dict[str, str]], title: str = "") -> Iterator[bytes]:
    yield "\ufeff".encode()
    lines = chain([{column.key: str(column.heading) for column in columns}], rows)
    while some := list(islice(lines, LINES)):
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerows([in_csv(column, row.get(column.key, "")) for column in columns] for row in some)
        yield text.getvalue().encode("utf-8", "ignore")


def in_csv(column: Column, text: str) -> str:
    if column.holds == "number" and text:
        return text.replace(".", ",")
    return guarded(readable(text).strip())


def readable(text: str) -> str:
    """Line ends of one sort, and nothing that a spreadsheet cannot hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", "\n".join(text.splitlines()))


def xlsx_file(columns: list[Column], rows: Iterable[dict[str, str]], title: str) -> Iterator[bytes]:
    return workbook_of([(title, columns, rows)])


def model(kind: str) -> Iterator[bytes]:
    """An XLSX workbook to fill in: the headings, and a second sheet that says what to write below each."""
    columns = kind_of(kind).COLUMNS
    about = [
        Column("heading", _("Colonne")),
        Column("help", _("Ce qu’on y écrit")),
        Column("required", _("Colonne obligatoire")),
    ]
    said = [
        {"heading": column.heading, "help": column.help, "required": _("oui") if column.required else ""}
        for column in columns
    ]
    return workbook_of([(str(SheetKind(kind).label), columns, []), (_("Aide"), about, said)])


def workbook_of(sheets: list[tuple[str, list[Column], Iterable[dict[str, str]]]]) -> Iterator[bytes]:
    """The file of these sheets, (title, columns, rows), in pieces; nothing is written before the first is asked for."""
    written = Workbook(write_only=True)
    with tempfile.TemporaryFile() as file:
        try:
            for title, columns, rows in sheets:
                add_sheet(written, title.capitalize(), columns, rows)
        finally:
            # Even when a row fails: openpyxl keeps a file for each sheet, which saving takes away.
            written.save(file)
        file.seek(0)
        while piece := file.read(BYTES):
            yield piece


def add_sheet(workbook: Workbook, title: str, columns: list[Column], rows: Iterable[dict[str, str]]) -> None:
    sheet = workbook.create_sheet(title)
    rows = iter(rows)
    first = list(islice(rows, LINES))
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width(column, first)
    sheet.freeze_panes = "A2"
    headings = [in_xlsx(sheet, Column("", ""), str(column.heading)) for column in columns]
    for cell in headings:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.append(headings)
    for row in chain(first, rows):
        sheet.append([in_xlsx(sheet, column, row.get(column.key, "")) for column in columns])


def width(column: Column, rows: list[dict[str, str]]) -> int:
    longest = max((len(line) for row in rows for line in str(row.get(column.key, "")).splitlines()), default=0)
    return min(max(longest, len(str(column.heading)), NARROWEST) + 2, WIDEST)


def in_xlsx(sheet, column: Column, text: str) -> Cell | None:
    """A true day or number where the column holds them; any other text stays a text, formula or not."""
    if not text:
        return None
    if column.holds == "number":
        return WriteOnlyCell(sheet, Decimal(text))
    if column.holds == "day":
        cell = WriteOnlyCell(sheet, datetime.date.fromisoformat(text))
        cell.number_format = DAY_FORMAT
        return cell
    text = readable(str(text)).strip()
    cell = WriteOnlyCell(sheet)
    # `_x0041_` is how XLSX hides an A: a text that says so is hidden itself.
    cell._value = LOOKS_HIDDEN.sub("_x005F_", guarded(text) if text.startswith("'") else text)
    cell.data_type = "s"
    if is_formula(text):
        # Edited in a spreadsheet, it is no formula either.
        cell.quotePrefix = True
    return cell
