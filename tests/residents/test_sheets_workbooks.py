"""XLSX files as people and programs make them; no database is needed to read one."""

import datetime
import re

import pytest
from openpyxl import Workbook

from residents.spreadsheets.reading import read
from tests.residents.sheets import (
    COLUMNS,
    SHEET,
    SPOILT,
    TYPES,
    as_excel,
    cells,
    faults,
    patched,
    saved,
    xlsx,
)


def test_xlsx_shared_and_rich_strings_are_read():
    assert cells(as_excel(xlsx(["Nom", "Contact", "Note"], [0, 1, 2]))) == [(2, "Zinc", "Zoé", "a\nb")]


def test_xlsx_gives_what_a_person_reads():
    row = ["Zinc", True, 1.0, 0.1 + 0.2, datetime.datetime(2026, 3, 1), 0.5]
    content = xlsx(["Nom", "Contact", "E-mail", "Note", "Du", "Part"], row, ["Vis", 33477123456, None, "50 %"])
    assert cells(content) == [
        (2, "Zinc", "oui", "1", "0.3", "2026-03-01", "0.5"),
        (3, "Vis", "33477123456", "", "50 %", "", ""),
    ]


def test_xlsx_title_and_headings_of_two_lines_are_found():
    rows = [
        ["Annuaire 2026"],
        [],
        ["Structure", "Contact", None, "Note"],
        [None, "Nom", "E-mail", None],
        ["Zinc", "Zoé", "z@ici.example", "a"],
        [None],
        ["Vis", "Ali", None, "b"],
    ]
    content = xlsx(*rows, merged=["A1:D1", "A3:A4", "B3:C3", "D3:D4"])
    assert cells(content) == [(5, "Zinc", "Zoé", "z@ici.example", "a"), (7, "Vis", "Ali", "", "b")]
    table = read("x.xlsx", content, COLUMNS)
    assert (table.headings["contact"], table.ignored) == ("Contact Nom", [])


def test_xlsx_sheet_that_has_the_headings_is_read():
    workbook = Workbook()
    workbook.active.append(["Notes prises en réunion"])
    hidden = workbook.create_sheet("Ancien")
    hidden.append(["Nom", "Contact", "Note"])
    hidden.append(["Vieux", "", ""])
    hidden.sheet_state = "hidden"
    shown = workbook.create_sheet("2026")
    shown.append(["Nom", "Contact"])
    shown.append(["Zinc", "Zoé"])
    assert cells(saved(workbook)) == [(2, "Zinc", "Zoé")]
    twin = workbook.create_sheet("2025")
    twin.append(["Nom", "Contact"])
    twin.append(["Zinc", "Ali"])
    words = "Deux feuilles ont ces en-têtes, « 2026 » et « 2025 » : gardez celle à importer."
    assert faults(saved(workbook)) == [(0, "", words)]


def test_xlsx_formula_says_what_it_last_said():
    content = xlsx(["Nom", "Note"], ["Zinc", "=1+1"])
    assert cells(patched(content, SHEET, lambda xml: re.sub(rb"</f><v.*?</c>", b"</f><v>2</v></c>", xml))) == [
        (2, "Zinc", "2")
    ]


def test_xlsx_formula_that_was_never_computed_or_failed_is_a_fault():
    content = xlsx(["Nom", "Note", "À moi"], ["Zinc", "=1+1", "=2+2"], ["Vis", "#REF!", None])
    assert faults(content) == [
        (
            2,
            "Note",
            "Cette cellule est une formule qui n’a pas été calculée : ouvrez le classeur et enregistrez-le.",
        ),
        (3, "Note", "La formule de cette cellule a échoué (#REF!)."),
    ]


@pytest.mark.parametrize(
    "doctype",
    [
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>',
    ],
)
@pytest.mark.parametrize("part", [SHEET, TYPES, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_xlsx_entities_are_refused(part, doctype):
    def poison(xml):
        return doctype + xml.split(b"?>")[-1].replace(b"Zinc", b"&x;")

    assert faults(patched(as_excel(xlsx(["Nom"], ["Zinc"])), part, poison)) == [(0, "", SPOILT)]


def test_xlsx_that_lies_about_its_size_is_read_whole():
    content = xlsx(["Nom", "Note"], ["Zinc", "a"], ["Vis", "b"])
    lying = patched(content, SHEET, lambda xml: xml.replace(b'ref="A1:B3"', b'ref="A1"'))
    assert cells(lying) == [(2, "Zinc", "a"), (3, "Vis", "b")]


def test_xlsx_cells_at_the_end_of_the_sheet_cost_nothing():
    workbook = Workbook()
    workbook.active.append(["Nom"])
    workbook.active.append(["Zinc"])
    workbook.active["XFD1048576"] = "perdue"
    assert cells(saved(workbook)) == [(2, "Zinc")]


def test_sign_hidden_by_halves_is_one_and_half_of_it_is_none():
    """Half of a sign, which a forged workbook may hold, could be neither shown nor written."""
    content = patched(xlsx(["Nom", "Note"], ["Zi-A-nc", "B"]), SHEET, forged)
    assert cells(content)[0][1:] == ("Zi\ufffdnc", "\U0001f600")


def forged(xml: bytes) -> bytes:
    return xml.replace(b"-A-", b"_xD800_").replace(b">B<", b">_xD83D__xDE00_<")
