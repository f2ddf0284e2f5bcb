"""Files as people make them; no database is needed to read one."""

import io
import zipfile

import pytest

from residents.spreadsheets.reading import MOST_BYTES, cell, read
from tests.residents.sheets import COLUMNS, SPOILT, cells, faults, xlsx


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "mac-roman", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_is_read_however_it_is_encoded_and_separated(encoding, separator, end):
    text = end.join(separator.join(row) for row in [("Nom", "Contact", "Note"), ("L’Île aux vis", "Zoé", "100 €"), ()])
    assert cells(text.encode(encoding)) == [(2, "L’Île aux vis", "Zoé", "100 €")]


def test_csv_keeps_quoted_line_ends_quotes_and_separators():
    text = 'Nom;Note\n"Deux\nlignes";"dit ""oui"" ; non"\nAutre;\n'
    assert cells(text) == [(2, "Deux\nlignes", 'dit "oui" ; non'), (3, "Autre", "")]


def test_lines_above_blank_lines_and_blank_columns_are_left_out():
    text = "sep=;\nAnnuaire 2026;;;\n;;;\n;Nom;;Contact\n;;;\n\n;Zinc;;Zoé\n;;;\n; \u00a0 ;;\n;Vis;;\n"
    assert cells(text) == [(7, "Zinc", "Zoé"), (10, "Vis", "")]


def test_headings_said_again_are_no_line():
    assert cells("Nom;Contact\nZinc;Zoé\nNom;Contact\nVis;Ali\n") == [(2, "Zinc", "Zoé"), (4, "Vis", "Ali")]


def test_what_is_not_seen_is_taken_away():
    text = "\u200bNOM \u00a0;Contact*\n \u00a0Zinc\u200b\u00ad ;\u202eZo\u0065\u0301\x00\x0b\n"
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


def test_heading_of_a_hundred_thousand_signs_takes_no_time():
    """Each heading is compared with all of ours: the longest ones are told apart at a glance."""
    long = "nom " * 20_000
    assert read("x.csv", f"Nom;Note;{';'.join([long] * 10)}\nZinc;B\n".encode(), COLUMNS).rows[0].cells == {
        "name": "Zinc",
        "note": "B",
    }
