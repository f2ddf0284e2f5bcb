"""What leaves as a spreadsheet: it is read back, and runs nothing."""

import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from agenda.pages import spreadsheet
from residents.enums import SheetKind
from residents.models import SheetUpload
from residents.spreadsheets import exporting
from residents.spreadsheets.kinds import kind_of
from residents.spreadsheets.reading import read
from residents.spreadsheets.words import lines
from tests.factories import MembershipFactory, UserFactory
from tests.residents.sheets import COLUMNS, cells, confirm, preview

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


@pytest.mark.parametrize("kind", SheetKind.values)
def test_export_is_imported_again_without_change(manager, zinc, kind):
    MembershipFactory(resident=zinc)
    for form in ("csv", "xlsx"):
        answer = manager.get(reverse(f"sheets_{form}", args=[kind]))
        content = b"".join(answer.streaming_content)
        assert answer["Content-Disposition"].startswith("attachment; filename=")
        plan = kind_of(kind).plan(read(f"a.{form}", content, kind_of(kind).COLUMNS))
        assert (plan.changes, plan.faults) == ([], [])


def test_export_runs_nothing_in_a_spreadsheet(manager, zinc):
    MembershipFactory(resident=zinc, user=UserFactory(first_name="=1+1", last_name="@SUM(A1)"))
    text = b"".join(manager.get(reverse("sheets_csv", args=["personnes"])).streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1].split(";")[1:3] == ["'=1+1", "'@SUM(A1)"]


@pytest.mark.parametrize("kind", SheetKind.values)
def test_model_has_the_headings_alone(manager, kind, tmp_path):
    file = tmp_path / "model.xlsx"
    file.write_bytes(b"".join(manager.get(reverse("sheets_model", args=[kind])).streaming_content))
    [headings] = load_workbook(file).worksheets[0].iter_rows(values_only=True)
    assert list(headings) == [str(column.heading) for column in kind_of(kind).COLUMNS]


def test_examples_come_in_one_after_the_other(manager):
    """Structures, then their people, what they know, and when they are here."""
    for kind in SheetKind.values:
        content = b"".join(manager.get(reverse("sheets_example", args=[kind])).streaming_content)
        file = SimpleUploadedFile(f"{kind}.csv", content)
        manager.post(reverse("sheets"), {"kind": kind, "file": file})
        upload = SheetUpload.objects.get()
        shown = preview(manager, upload)
        assert (shown.plan.faults, shown.plan.ignored) == ([], [])
        assert len(shown.plan.changes) > 2
        assert confirm(manager, upload).status_code == 302


@pytest.mark.parametrize("kind", ["rois", "STRUCTURES", "personnes-"])
def test_unknown_kind_is_not_found(manager, kind):
    assert manager.get(f"/gestion/feuilles/{kind}.csv", follow=True).status_code == 404
