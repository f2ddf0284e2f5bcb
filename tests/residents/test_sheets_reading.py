"""Files as people make them; no database is needed to read one."""

import datetime
import io
import re
import tempfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from agenda.pages import spreadsheet
from residents.spreadsheets import exporting
from residents.spreadsheets.plans import Column, Unreadable
from residents.spreadsheets.reading import MOST_BYTES, cell, read
from residents.spreadsheets.words import Misread, day, lines, number, yes_no

COLUMNS = [
    Column("name", "Nom", ("structure",), required=True),
    Column("contact", "Personne à contacter", ("contact", "contact nom")),
    Column("email", "Adresse e-mail", ("e-mail", "contact e-mail")),
    Column("note", "Note"),
    Column("starts_on", "Du", holds="day"),
    Column("share", "Part", holds="number"),
]
RIVETS = [("L’Île aux vis", "Zoé")]


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


SHEET, TYPES = "xl/worksheets/sheet1.xml", "[Content_Types].xml"
STRINGS = (
    b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Zinc</t></si>'
    b'<si><r><t>Zo</t></r><r><rPr><b/></rPr><t xml:space="preserve">\xc3\xa9 </t></r></si>'
    b"<si><t>a_x000D_\nb</t></si></sst>"
)


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


def test_xlsx_shared_and_rich_strings_are_read():
    assert cells(as_excel(xlsx(["Nom", "Contact", "Note"], [0, 1, 2]))) == [(2, "Zinc", "Zoé", "a\nb")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "mac-roman", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_is_read_however_it_is_encoded_and_separated(encoding, separator, end):
    text = end.join(separator.join(row) for row in [("Nom", "Contact", "Note"), ("L’Île aux vis", "Zoé", "100 €"), ()])
    assert cells(text.encode(encoding)) == [(2, "L’Île aux vis", "Zoé", "100 €")]


def test_csv_keeps_quoted_line_ends_quotes_and_separators():
    text = 'Nom;Note\n"Deux\nlignes";"dit ""oui"" ; non"\nAutre;\n'
    assert cells(text) == [(2, "Deux\nlignes", 'dit "oui" ; non'), (3, "Autre", "")]


def test_lines_above_blank_lines_and_blank_columns_are_left_out():
    text = "sep=;\nAnnuaire 2026;;;\n;;;\n;Nom;;Contact\n;;;\n\n;Zinc;;Zoé\n;;;\n; \u00a0 ;;\n;Vis;;\n"
    assert cells(text) == [(7, "Zinc", "Zoé"), (10, "Vis", "")]


def test_headings_said_again_are_no_line():
    assert cells("Nom;Contact\nZinc;Zoé\nNom;Contact\nVis;Ali\n") == [(2, "Zinc", "Zoé"), (4, "Vis", "Ali")]


def test_what_is_not_seen_is_taken_away():
    text = "\u200bNOM \u00a0;Contact*\n \u00a0Zinc\u200b\u00ad ;\u202eZo\u0065\u0301\x00\x0b\n"
    assert cells(text) == [(2, "Zinc", "Zoé")]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("'=1+1", "=1+1"), ("''=1+1", "'=1+1"), ("'+33 4", "+33 4"), ("'hier", "'hier"), ("-5", "-5"), ("'@a", "@a")],
)
def test_apostrophe_before_a_formula_is_taken_away(written, read_as):
    assert cell(written) == read_as


def test_columns_of_ones_own_are_told_and_left_alone():
    table = read("x.csv", b"Nom;Cotisation;Contact;\nZinc;10;Zoe;vu\n", COLUMNS)
    assert (table.columns, table.ignored) == (["name", "contact"], ["Cotisation", "colonne D, sans en-tête"])
    assert [row.cells for row in table.rows] == [{"name": "Zinc", "contact": "Zoe"}]


def test_headings_that_are_wrong_are_told_together():
    assert faults("Nom;Structure;Contacts;E-mial\nZinc;Zinc;Zoé;z@i.fr\n") == [
        (1, "Contacts", "Cet en-tête n’est pas connu : vouliez-vous dire « Personne à contacter » ?"),
        (1, "E-mial", "Cet en-tête n’est pas connu : vouliez-vous dire « Adresse e-mail » ?"),
        (1, "Structure", "Deux colonnes disent la même chose, A (« Nom ») et B (« Structure »)."),
    ]


def test_column_that_must_be_there_is_asked_for():
    assert faults("Contact;Note\nZoé;a\n") == [(1, "", "Il manque la colonne « Nom ».")]
    assert faults("Truc;Machin\nZoé;a\n") == [
        (0, "", "Les en-têtes n’ont pas été trouvés : une ligne doit porter au moins « Nom ».")
    ]


NO_SHEET = "Ce fichier n’est pas une feuille de calcul : attendu, un fichier CSV ou XLSX."
OLD = (
    "Ce fichier est un ancien classeur Excel (.xls), ou un classeur protégé par un mot de passe. "
    "Enregistrez-le au format XLSX ou CSV, sans mot de passe."
)
ELSEWHERE = "Ce fichier vient de LibreOffice ou de Numbers : enregistrez-le au format XLSX ou CSV."
SPOILT = "Ce classeur est abîmé : ouvrez-le et enregistrez-le de nouveau, au format XLSX ou CSV."
WEB = "Ce fichier est une page web : enregistrez la feuille au format XLSX ou CSV."
CUT = "Ce fichier est abîmé : enregistrez-le de nouveau, au format CSV UTF-8 ou XLSX."
HEAVY = "Ce classeur est trop lourd une fois ouvert : gardez-y la seule feuille à importer, sans image."


def zipped(**parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_iwa", ".iwa"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Ce fichier est vide."),
        ("\ufeff \r\n".encode(), "Ce fichier est vide."),
        (b"%PDF-1.7\n...", NO_SHEET),
        (b"\x89PNG\r\n\x1a\n\0\0", NO_SHEET),
        (b"\xff\xd8\xff\xe0 JFIF", NO_SHEET),
        (bytes(range(256)) * 20, NO_SHEET),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, OLD),
        (b"<html><table><tr><td>Nom</td></tr></table>", WEB),
        (zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet", content_xml="<a/>"), ELSEWHERE),
        (zipped(Index__Document_iwa=b"IWA"), ELSEWHERE),
        (zipped(word__document_xml="<a/>"), NO_SHEET),
        (zipped(xl__workbook_xml="<a"), SPOILT),
        (zipped(xl__workbook_xml="<a/>", bomb=b"\0" * (61 << 20)), HEAVY),
        (b"PK\x03\x04 cut", SPOILT),
        (xlsx(["Nom"], ["Zinc"])[:-900], SPOILT),
        ("Nom\nÎle".encode("utf-16")[:-1], CUT),
        (b"Nom\n" + b"a" * MOST_BYTES, "Ce fichier pèse plus de 10 Mo."),
    ],
)
def test_what_is_no_sheet_is_refused_in_words(content, words):
    assert faults(content) == [(0, "", words)]


def test_quote_left_open_is_told_with_its_line():
    words = "Un guillemet est mal placé, ou n’est pas refermé."
    assert faults('Nom;Note\nZinc;bien\nVis;"ouvert\nBoulon;a\n') == [(3, "", words)]
    assert faults('Nom;Note\n"Zinc" dit;a\n') == [(2, "", words)]


def test_more_lines_than_can_be_are_refused():
    words = "Cette feuille a plus de 100000 lignes."
    assert faults("Nom\n" + "a\n" * 100_001) == [(0, "", words)]


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


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "=1+1",
        "'=1+1",
        "''=1",
        " =1",
        "+33",
        "-5",
        "@a",
        "'a",
        '"',
        '";"',
        "a\nb",
        "_x0041_",
        "_x005F_x0041_",
        ";",
        "\t",
        "é",
    ]
)


@pytest.mark.parametrize("form", [exporting.CSV, exporting.XLSX])
@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.fixed_dictionaries({"name": TEXTS, "contact": TEXTS, "note": TEXTS}), max_size=4))
def test_what_is_exported_is_read_back(form, rows):
    """But for what no cell shows: spaces at its ends, signs that are not seen."""
    columns = [column for column in COLUMNS if column.key in {"name", "contact", "note"}]
    write = {exporting.CSV: exporting.csv_file, exporting.XLSX: exporting.xlsx_file}[form]
    content = b"".join(write(columns, [{"name": "Zinc", "contact": "Zoé", "note": ""}, *rows], "feuille"))
    kept = [{key: seen(text) for key, text in row.items()} for row in rows]
    found = [row.cells for row in read(f"x.{form}", content, COLUMNS).rows]
    headings = {"name": "nom", "contact": "personne a contacter", "note": "note"}
    assert found[1:] == [row for row in kept if any(row.values()) and row != headings]


def seen(text: str) -> str:
    return lines(lines(exporting.readable(text)))


@pytest.mark.parametrize("text", ["=1+1", "+33", "-5", "@SOMME(A1)", "\t=1", "\r=1", "\u00a0=1", "＝1+1", "＋1", "'=1"])
def test_no_file_lets_a_text_be_computed(text):
    """By the export of a sheet, and by the files of the agenda and of whoever takes their data away."""
    columns = [column for column in COLUMNS if column.key == "name"]
    file = b"".join(exporting.csv_file(columns, [{"name": text}])).decode("utf-8-sig")
    assert file.splitlines()[1].lstrip('"').startswith("'")
    assert spreadsheet.cell(text).startswith("'")


def test_heading_of_a_hundred_thousand_signs_takes_no_time():
    """Each heading is compared with all of ours: the longest ones are told apart at a glance."""
    long = "nom " * 20_000
    assert read("x.csv", f"Nom;Note;{';'.join([long] * 10)}\nZinc;B\n".encode(), COLUMNS).rows[0].cells == {
        "name": "Zinc",
        "note": "B",
    }


def test_sign_hidden_by_halves_is_one_and_half_of_it_is_none():
    """Half of a sign, which a forged workbook may hold, could be neither shown nor written."""
    content = patched(xlsx(["Nom", "Note"], ["Zi-A-nc", "B"]), SHEET, forged)
    assert cells(content)[0][1:] == ("Zi\ufffdnc", "\U0001f600")


def forged(xml: bytes) -> bytes:
    return xml.replace(b"-A-", b"_xD800_").replace(b">B<", b">_xD83D__xDE00_<")


def test_true_days_and_numbers_are_exported_in_xlsx():
    rows = [{"name": "Zinc", "starts_on": "2026-03-01", "share": "0.5"}]
    content = b"".join(exporting.xlsx_file(COLUMNS, rows, "présences"))
    assert cells(content) == [(2, "Zinc", "", "", "", "2026-03-01", "0.5")]
    assert b"".join(exporting.csv_file(COLUMNS, rows)).endswith(b"Zinc;;;;2026-03-01;0,5\r\n")


def test_workbook_that_nobody_reads_or_whose_rows_fail_leaves_no_file(tmp_path, monkeypatch):
    """HEAD asks for the head alone; the base may stop in the middle of an export."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows():
        yield from [{"name": "Zinc"}] * (exporting.LINES + 1)
        raise ConnectionError

    exporting.xlsx_file(COLUMNS, rows(), "feuille")
    with pytest.raises(ConnectionError):
        next(exporting.xlsx_file(COLUMNS, rows(), "feuille"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["29/02/2026", "32/01/2026", "01/03/0026", "2026", "03/2026", "mars", "1/3", "0" * 200]
)
def test_day_that_is_none_is_misread(text):
    with pytest.raises(Misread):
        day(text)


@pytest.mark.parametrize("text", ["", "un", "1/0", "1,2,3", "9" * 50, "٣", "1e5", "nan", "Infinity", "--1"])
def test_number_that_is_none_is_misread(text):
    with pytest.raises(Misread):
        number(text)


@pytest.mark.parametrize(("text", "means"), [("Oui", True), ("x", True), ("✓", True), ("NON", False), ("faux", False)])
def test_yes_and_no_are_read(text, means):
    assert yes_no(text) is means
