"""The sheets of an XLSX workbook, as text: dates as 2026-03-01, numbers as 0.5, true and false as oui and non.

Nothing in it is computed or fetched: a formula says what it last said, and openpyxl refuses entities (defusedxml).
"""

import datetime
import io
import logging
import re
import zipfile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from residents.spreadsheets.plans import Unreadable
from residents.spreadsheets.sheets import MOST_LINES, Sheet, refuse

logger = logging.getLogger(__name__)

# What the parts of the workbook weigh once unpacked, pictures included, and its widest line.
MOST_UNPACKED = 60 << 20
MOST_PARTS = 2_000
MOST_COLUMNS = 200
# No spreadsheet goes further; only a forged file does.
LAST_LINE = 1 << 20
ZIP = b"PK\x03\x04"
# A cell that has a formula and no value. An empty text (t="str") is a value; so is what follows in <v>.
FORMULA_ALONE = re.compile(
    rb"<(?:\w+:)?c\b((?:\s[^>]*)?)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=\"([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})\"")
# How XML hides the signs that it cannot hold.
HIDDEN_SIGN = re.compile(r"_x([0-9A-Fa-f]{4})_")
LOOKS_HIDDEN = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def is_workbook(content: bytes) -> bool:
    return content.startswith(ZIP)


def sheets(content: bytes) -> list[Sheet]:
    """The visible sheets that hold something; raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check(archive)
            workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            shown = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
            return [found for sheet in shown if (found := read_sheet(sheet, archive)).lines]
    except Unreadable:
        raise
    except Exception as error:
        # Whatever a damaged or a wicked file makes openpyxl raise, it is the file's fault: seven kinds are known.
        logger.info("workbook refused: %s", type(error).__name__)
        refuse(_("Ce classeur est abîmé : ouvrez-le et enregistrez-le de nouveau, au format XLSX ou CSV."))


def check(archive: zipfile.ZipFile) -> None:
    """Before anything is unpacked: is it an XLSX, and of what weight? (zipfile reads no more than what it declares.)"""
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names:
        if "mimetype" in names or any(name.endswith(".iwa") for name in names):
            refuse(_("Ce fichier vient de LibreOffice ou de Numbers : enregistrez-le au format XLSX ou CSV."))
        refuse(_("Ce fichier n’est pas une feuille de calcul : attendu, un fichier CSV ou XLSX."))
    if len(names) > MOST_PARTS or sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
        refuse(_("Ce classeur est trop lourd une fois ouvert : gardez-y la seule feuille à importer, sans image."))


def read_sheet(sheet, archive: zipfile.ZipFile) -> Sheet:
    # What the file says of its size is often wrong.
    sheet.reset_dimensions()
    found = Sheet(sheet.title, {})
    blank = None
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
        # Lines that the file leaves out are all the same object: there may be a million of them.
        if cells is blank:
            continue
        line = read_line(found, number, cells)
        blank = None if line else cells
        if line:
            found.lines[number] = line
        if len(found.lines) > MOST_LINES or number > LAST_LINE:
            refuse(_("Cette feuille a plus de %(most)d lignes.") % {"most": MOST_LINES})
    # openpyxl's quick reader leaves these two out, and its slow one takes twenty times the memory.
    xml = archive.read(sheet._worksheet_path)
    found.merged = [boundaries(ref.decode()) for ref in MERGED.findall(xml)]
    found.broken |= unvalued(xml)
    return found


def read_line(sheet: Sheet, number: int, cells: tuple) -> dict[int, str]:
    """{column: text} of a line; what cannot be read joins what is broken in `sheet`."""
    line = {}
    for at, cell in enumerate(cells):
        if cell.value is None:
            continue
        if cell.data_type == "e":
            words = _("La formule de cette cellule a échoué (%(error)s).")
            sheet.broken[number, at] = words % {"error": cell.value}
        elif text := said(cell.value):
            line[at] = text
    return line


def unvalued(xml: bytes) -> dict[tuple[int, int], str]:
    """The formulas that no spreadsheet ever computed: what they would say is not known."""
    found = {}
    for attributes in FORMULA_ALONE.findall(xml):
        place = re.search(rb'\br="([A-Z]{1,3}\d{1,7})"', attributes)
        if place and b't="str"' not in attributes:
            column, line = coordinate_from_string(place[1].decode())
            found[line, column_index_from_string(column) - 1] = _(
                "Cette cellule est une formule qui n’a pas été calculée : ouvrez le classeur et enregistrez-le."
            )
    return found


def boundaries(ref: str) -> tuple[int, int, int, int]:
    left, first, right, last = range_boundaries(ref)
    return first, last, left - 1, min(right, MOST_COLUMNS) - 1


def said(value) -> str:
    """The text of a value as openpyxl gives it."""
    match value:
        case bool():
            return "oui" if value else "non"
        case float():
            # Fifteen figures are what a spreadsheet keeps: 0.1 + 0.2 is 0.3 there.
            return f"{value:.15g}"
        case datetime.datetime():
            midnight = value.time() == datetime.time.min
            return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
        case datetime.time():
            return value.isoformat("minutes")
    shown = HIDDEN_SIGN.sub(lambda found: chr(int(found[1], 16)), str(value))
    # An emoji may be hidden as its two halves; half of one alone is no sign, and nothing could write it.
    return shown.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
