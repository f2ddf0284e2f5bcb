import io

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import ModelLogEntry

from residents.enums import SheetKind
from residents.models import Resident
from tests.factories import ResidentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(tmp_path):
    def write(text: str, name: str = "maison.csv"):
        path = tmp_path / name
        path.write_bytes(text.encode("cp1252"))
        return path

    return write


def run(*arguments, **options) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*map(str, arguments), stdout=out, stderr=err, **options)
    except SystemExit as stop:
        return stop.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_import_says_what_it_changed(house_manager, sheet):
    ResidentFactory(name="Atelier du Zinc", tagline="On plie.")
    path = sheet(
        "Structures de la maison;;;\n\nNom;Forme;Phrase;Cotisation\nÎle aux vis;Scop;;10\nAtelier du zinc;;On soude.;\n"
    )
    assert run("import_sheet", "structures", path) == (
        0,
        "4 : crée Île aux vis\n"
        "    Nom : – → Île aux vis\n"
        "    Adresse de la page : – → ile-aux-vis\n"
        "    Forme : – → coopérative (Scop, Scic, CAE)\n"
        "5 : change Atelier du Zinc\n"
        "    En une phrase : On plie. → On soude.\n"
        "Colonnes laissées de côté : Cotisation.\n"
        "Changements faits : 2 ; lignes déjà ainsi : 0.\n",
        "",
    )
    assert set(ModelLogEntry.objects.values_list("user_id", flat=True)) == {house_manager.pk}


def test_dry_run_changes_nothing(sheet):
    path = sheet("Nom;Forme\nÎle aux vis;Scop\n")
    code, out, err = run("import_sheet", "structures", path, dry_run=True)
    assert (code, out.splitlines()[-1], err) == (
        0,
        "Changements à faire : 1 ; lignes déjà ainsi : 0. Rien n’a été changé.",
        "",
    )
    assert Resident.objects.count() == 0


def test_faults_are_told_with_file_line_and_column_and_nothing_is_done(house_manager, sheet):
    path = sheet("Nom;Forme;Tél\nÎle aux vis;Scop;\nUne autre;scopp;12\n")
    assert run("import_sheet", "structures", path) == (
        1,
        "",
        f"{path}:3:Forme: « scopp » n’existe pas ; écrivez « association », « coopérative (Scop, Scic, CAE) », "
        "« société », « personne indépendante », « collectif », « fondation ou fonds de dotation ».\n"
        f"{path}:3:Tél: « 12 » n’est pas un numéro ; écrivez-le comme 04 77 12 34 56.\n"
        "2 fautes, rien n’a été changé.\n",
    )
    assert Resident.objects.count() == 0


def test_file_that_is_no_sheet_is_told_without_a_line(house_manager, sheet):
    path = sheet("%PDF-1.7", "maison.pdf")
    assert run("import_sheet", "structures", path) == (
        1,
        "",
        f"{path}: Ce fichier n’est pas une feuille de calcul : attendu, un fichier CSV ou XLSX.\n"
        "1 faute, rien n’a été changé.\n",
    )


def test_somebody_answers_for_an_import(sheet, member):
    path = sheet("Nom;Forme\nÎle aux vis;Scop\n")
    with pytest.raises(CommandError, match="Dites au nom de qui"):
        run("import_sheet", "structures", path)
    with pytest.raises(CommandError, match="ne gère pas la maison"):
        run("import_sheet", "structures", path, by=member.email)
    one, _other = UserFactory(house_manager=True), UserFactory(house_manager=True)
    with pytest.raises(CommandError, match="Dites au nom de qui"):
        run("import_sheet", "structures", path)
    assert run("import_sheet", "structures", path, by=one.email.upper())[0] == 0
    assert set(ModelLogEntry.objects.values_list("user_id", flat=True)) == {one.pk}


def test_file_that_is_not_there_is_said(tmp_path, house_manager):
    with pytest.raises(CommandError, match="ne se lit pas"):
        run("import_sheet", "structures", tmp_path / "rien.csv")


@pytest.mark.parametrize("kind", SheetKind.values)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_export_is_read_back_without_a_change(tmp_path, house_manager, kind, form):
    ResidentFactory(name="Atelier du Zinc")
    path = tmp_path / f"maison.{form}"
    assert run("export_sheet", kind, output=path) == (0, f"{path} est écrit.\n", "")
    code, out, err = run("import_sheet", kind, path)
    assert (code, err, out.startswith("Changements faits : 0 ;")) == (0, "", True)


def test_export_wants_a_format_that_it_knows(tmp_path):
    with pytest.raises(CommandError, match=r"finit par \.csv ou \.xlsx"):
        run("export_sheet", "structures", output=tmp_path / "maison.ods")


def test_export_is_written_to_the_output_as_it_is(capsysbinary):
    ResidentFactory(name="Île aux vis", slug="ile")
    call_command("export_sheet", "structures")
    out = capsysbinary.readouterr().out
    assert out.startswith("\ufeffNom;Adresse de la page;".encode())
    assert "\r\nÎle aux vis;ile;association;".encode() in out
