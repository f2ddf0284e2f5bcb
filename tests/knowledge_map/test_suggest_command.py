import io
import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from knowledge_map.models import Suggestion
from residents.enums import KnowledgeKind, Stance
from tests.factories import DeclarationFactory, KnowledgeItemFactory, ResidentFactory

HEADER = "structure,kind,item,stance\n"
DECLARATIONS = HEADER + (
    "Atelier A,savoir,Soudure,offre\n"
    "Atelier A,savoir_faire,Peindre,\n"
    "Atelier A,savoir,Comptabilité,recherche\n"
    "Ferme B,savoir,comptabilité,offre\n"
    "Ferme B,milieu,Maraîchers,\n"
    "C,milieu,Maraîchers,\n"
    "C,savoir,Soudure,\n"
)


def table(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def run(*arguments, **options):
    out = io.StringIO()
    call_command("suggest", *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def declarations(tmp_path):
    return table(tmp_path, "d.csv", DECLARATIONS)


def test_each_pair_is_one_line_of_json(declarations):
    lines = [json.loads(line) for line in run(declarations=declarations).splitlines()]
    assert [(line["structure"], line["partner"], line["rank"]) for line in lines] == [
        ("Atelier A", "Ferme B", 1),
        ("Atelier A", "C", 2),
        ("Ferme B", "Atelier A", 1),
        ("C", "Atelier A", 1),
    ]
    first = lines[0]
    assert list(first) == ["structure", "partner", "rank", "score", "channels", "closeness", "reasons"]
    assert list(first["channels"]) == ["shared", "related", "need", "third_party"]
    assert first["reasons"] == [{"channel": "need", "seeker": "Atelier A", "items": ["Comptabilité"]}]


def test_the_table_says_the_reasons_in_french(declarations, tmp_path):
    ties = table(
        tmp_path, "t.csv", "structure_a,structure_b\nAtelier A,Dehors\nDehors,Ferme B\nC,Ferme B\nC,Atelier A\n"
    )
    assert run(declarations=declarations, ties=ties, format="table") == (
        "Atelier A\n"
        "    1. Ferme B (complémentaires)\n"
        "       Vous cherchez «\u00a0Comptabilité\u00a0»\u00a0: Ferme B l’offre.\n"
        "       C et Dehors ont travaillé avec vous deux.\n"
        "\n"
        "Ferme B\n"
        "    1. Atelier A (complémentaires)\n"
        "       Atelier A cherche «\u00a0Comptabilité\u00a0»\u00a0: vous l’offrez.\n"
        "       C et Dehors ont travaillé avec vous deux.\n"
        "\n"
    )


def test_the_command_needs_neither_database_nor_settings(declarations):
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": ""}
    answer = subprocess.run(
        [sys.executable, settings.BASE_DIR / "manage.py", "suggest", "--declarations", declarations, "--top", "1"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    assert [json.loads(line)["structure"] for line in answer.stdout.splitlines()] == ["Atelier A", "Ferme B", "C"]


def test_a_file_from_a_spreadsheet_reads_the_same(declarations, tmp_path):
    spreadsheet = table(
        tmp_path, "tableur.csv", b"\xef\xbb\xbf" + DECLARATIONS.replace(",", ";").replace("\n", "\r\n").encode()
    )
    assert run(declarations=spreadsheet) == run(declarations=declarations)


def test_columns_may_come_in_another_order_and_others_are_ignored(declarations, tmp_path):
    rows = [line.split(",") for line in DECLARATIONS.splitlines()]
    other = "".join(f"{stance},{item},note,{kind},{structure}\n" for structure, kind, item, stance in rows)
    assert run(declarations=table(tmp_path, "autre.csv", other)) == run(declarations=declarations)


def test_the_same_words_said_twice_count_once(declarations, tmp_path):
    twice = table(tmp_path, "double.csv", DECLARATIONS + "\nAtelier A,savoir,  SOUDURE ,offre\n")
    assert run(declarations=twice) == run(declarations=declarations)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (HEADER + "A,savoir,x,offre\nB,savoirr,x,offre\n", "ligne 3, colonne 2 (kind) : « savoirr » n’est pas"),
        (HEADER + "A,savoir,x,offert\n", "ligne 2, colonne 4 (stance) : « offert » n’est pas"),
        (HEADER + "A,savoir, ,offre\n", "ligne 2, colonne 3 (item) : cette case est vide."),
        (HEADER + ",savoir,x,offre\n", "ligne 2, colonne 1 (structure) : cette case est vide."),
        (HEADER + "A,savoir,x\n", "ligne 2, colonne 4 (stance) : cette case manque."),
        (HEADER + "A,savoir,x,offre,de trop\n", "ligne 2, colonne 4 (stance) : 5 cases pour 4 colonnes."),
        (HEADER + 'A,savoir,"x\ny",offre\nB,,z,\n', "ligne 4, colonne 2 (kind) : « » n’est pas"),
        (HEADER + 'A,savoir,"x,offre\n', "ligne 2, colonne 1 (structure) : guillemets mal fermés"),
        (HEADER + "A,savoir,x\0,offre\n", "ligne 2, colonne 3 (item) : cette case contient un caractère nul."),
        (HEADER.encode() + b"A,savoir,caf\xe9,offre\n", "ligne 2, colonne 3 : ce texte n’est pas en UTF-8."),
        ("structure,kind,item\nA,savoir,x\n", "ligne 1, colonne 4 (stance) : l’en-tête doit être"),
        ("", "ligne 1, colonne 1 (structure) : le fichier est vide."),
    ],
)
def test_a_malformed_line_is_named_and_nothing_is_written(tmp_path, content, told):
    path, out = table(tmp_path, "d.csv", content), io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command("suggest", declarations=path, stdout=out)
    assert str(error.value).replace("«  »", "« »").startswith(f"{path}, {told}")
    assert out.getvalue() == ""


def test_a_malformed_tie_is_named(declarations, tmp_path):
    ties = table(tmp_path, "t.csv", "structure_a,structure_b\nA,B\nA,A\n")
    with pytest.raises(
        CommandError, match=r"t\.csv, ligne 3, colonne 2 \(structure_b\) : une structure n’est pas liée"
    ):
        run(declarations=declarations, ties=ties)


def test_an_absent_file_is_a_sentence(tmp_path):
    with pytest.raises(CommandError, match=r"rien\.csv ne se lit pas"):
        run(declarations=tmp_path / "rien.csv")


def test_ties_alone_are_refused(tmp_path):
    with pytest.raises(CommandError, match="donnez les deux fichiers"):
        run(ties=tmp_path / "t.csv")


def test_an_empty_list_is_refused(declarations):
    with pytest.raises(CommandError, match="--top"):
        run(declarations=declarations, top=0)


def test_a_failure_is_an_exit_code(tmp_path):
    answer = subprocess.run(
        [sys.executable, settings.BASE_DIR / "manage.py", "suggest", "--declarations", tmp_path / "rien.csv"],
        env={"PATH": os.environ["PATH"], "ENV_FILE": ""},
        capture_output=True,
        text=True,
    )
    assert (answer.returncode, answer.stdout, "Traceback" in answer.stderr) == (1, "", False)


@pytest.mark.django_db
def test_without_files_the_house_is_read_and_left_as_it_is():
    shared = KnowledgeItemFactory(label="Soudure")
    for name in ("Zinc", "Cuivre"):
        resident = ResidentFactory(name=name)
        DeclarationFactory(resident=resident, item=shared)
        for kind in KnowledgeKind.values * 3:
            DeclarationFactory(
                resident=resident, item__kind=kind, item__label=f"{name} {kind} {resident.declarations.count()}"
            )
    DeclarationFactory(resident=resident, item=KnowledgeItemFactory(label="Zingage"), stance=Stance.SEEK)
    lines = [json.loads(line) for line in run().splitlines()]
    assert [(line["structure"], line["partner"], line["reasons"]) for line in lines] == [
        ("Cuivre", "Zinc", [{"channel": "shared", "items": ["Soudure"]}]),
        ("Zinc", "Cuivre", [{"channel": "shared", "items": ["Soudure"]}]),
    ]
    assert Suggestion.objects.count() == 0
