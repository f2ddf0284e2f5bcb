"""The spreadsheet of declarations: terms found or proposed, states changed with their history, all its faults."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.models import ModelLogEntry

from residents.actions import merges
from residents.actions.declarations import declare
from residents.enums import Evidence, KnowledgeKind, Scheme, Stance
from residents.models import Declaration, DeclarationChange, KnowledgeItem
from residents.spreadsheets.kinds import declarations
from residents.spreadsheets.reading import read
from residents.tasks import SETTLE, settle_terms
from tests.factories import DomainFactory, KnowledgeItemFactory, ResidentFactory

pytestmark = pytest.mark.django_db
HEADINGS = "Structure;Nature;Terme;Position;Précision;Appui"


@pytest.fixture
def welding():
    return KnowledgeItemFactory(label="Souder", kind=KnowledgeKind.SAVOIR_FAIRE)


def plan(*lines: str, headings: str = HEADINGS):
    content = "\n".join([headings, *lines]).encode()
    return declarations.plan(read("declarations.csv", content, declarations.COLUMNS))


def faults(*lines: str, **options) -> list[tuple]:
    return [(fault.line, fault.column, fault.message) for fault in plan(*lines, **options).faults]


def state(resident) -> list[tuple]:
    rows = resident.declarations.order_by("item__searchable")
    return list(rows.values_list("item__label", "stance", "note", "evidence"))


def test_declaration_is_made_with_its_history(zinc, welding, house_manager):
    planned = plan("Atelier du Zinc;savoir-faire;SOUDER;;à l’étain;")
    [change] = planned.changes
    assert (change.verb, change.label) == ("create", "Atelier du Zinc : Souder")
    assert change.what == [
        ("Terme", "", "Souder"),
        ("Position", "", "offre"),
        ("Précision", "", "à l’étain"),
        ("Appui", "", "déclaré"),
    ]
    planned.at_once(by=house_manager)
    assert state(zinc) == [("Souder", "offre", "à l’étain", "declare")]
    kept = DeclarationChange.objects.get()
    assert (kept.by, kept.before, kept.after) == (
        house_manager,
        None,
        {"stance": "offre", "note": "à l’étain", "evidence": "declare"},
    )
    assert Declaration.objects.get().created_by == house_manager
    [entry] = ModelLogEntry.objects.for_instance(zinc)
    assert (entry.action, entry.data) == ("residents.declaration", {"item": "Souder", "done": "declared"})


def test_declaration_changes_field_by_field(zinc, welding, house_manager):
    declare(resident=zinc, item=welding, note="à l’étain", by=house_manager)
    made = Declaration.objects.get()
    planned = plan("atelier-du-zinc;savoir faire;souder;recherche;à l’étain;confirmé en entretien")
    [change] = planned.changes
    assert (change.verb, change.what) == (
        "change",
        [("Position", "offre", "recherche"), ("Appui", "déclaré", "confirmé en entretien")],
    )
    planned.at_once(by=house_manager)
    assert state(zinc) == [("Souder", Stance.SEEK, "à l’étain", Evidence.CONFIRMED)]
    assert Declaration.objects.get().created_at == made.created_at
    assert DeclarationChange.objects.first().before == {"stance": "offre", "note": "à l’étain", "evidence": "declare"}


def test_column_that_is_not_there_changes_nothing_and_an_empty_proof_stays(zinc, welding, house_manager):
    plan("Atelier du Zinc;savoir-faire;Souder;recherche;;confirmé").at_once(by=house_manager)
    assert plan("Atelier du Zinc;savoir-faire;Souder", headings="Structure;Nature;Terme").unchanged == 1
    assert plan("Atelier du Zinc;savoir-faire;Souder;recherche;;").unchanged == 1


def test_note_that_reads_alike_is_left_as_it_is_written(zinc, welding, house_manager):
    """A cell keeps no-break spaces, a line of text does not: what was exported would change."""
    note = "le «\u00a0café des mots de passe\u00a0», mardi"
    declare(resident=zinc, item=welding, note=note, by=house_manager)
    assert plan(f"Atelier du Zinc;savoir-faire;Souder;;{note};").unchanged == 1
    [change] = (planned := plan(f"Atelier du Zinc;savoir-faire;Souder;recherche;{note};")).changes
    assert change.what == [("Position", "offre", "recherche")]
    planned.at_once(by=house_manager)
    assert state(zinc) == [("Souder", Stance.SEEK, note, Evidence.DECLARED)]


def test_change_done_alone_does_as_all_at_once(zinc, welding, house_manager):
    for change in plan("Atelier du Zinc;savoir-faire;Souder;;;", "Atelier du Zinc;savoir;Étamage;;;").changes:
        change.do(by=house_manager)
    assert [row[0] for row in state(zinc)] == ["Étamage", "Souder"]


def test_term_is_found_by_its_synonym(zinc, welding, house_manager):
    welding.synonyms.create(label="Braser")
    planned = plan("Atelier du Zinc;savoir-faire;braser;;;")
    assert planned.changes[0].what[0] == ("Terme", "", "« Souder », aussi dit « braser »")
    planned.at_once(by=house_manager)
    assert state(zinc)[0][0] == "Souder"


def test_merged_term_leads_to_the_one_that_says_it_now(zinc, welding, house_manager):
    away, farther = (KnowledgeItemFactory(label=label, kind=welding.kind) for label in ("Soudage", "La soudure"))
    merges.merge(item=farther, into=away, by=house_manager)
    merges.merge(item=away, into=welding, by=house_manager)
    for label in ("Soudage", "la soudure"):
        planned = plan(f"Atelier du Zinc;savoir-faire;{label};;;")
        assert planned.changes[0].label == "Atelier du Zinc : Souder"
    assert faults("Atelier du Zinc;savoir-faire;Soudage;;;", "Atelier du Zinc;savoir-faire;Souder;;;") == [
        (3, "Terme", "« Souder » est déjà à la ligne 2, pour la même structure.")
    ]


def test_term_merged_away_since_the_preview_is_declared_by_the_one_that_says_it_now(zinc, welding, house_manager):
    away = KnowledgeItemFactory(label="Soudage", kind=welding.kind)
    planned = plan("Atelier du Zinc;savoir-faire;Soudage;;;")
    merges.merge(item=away, into=welding, by=house_manager)
    planned.at_once(by=house_manager)
    assert state(zinc)[0][0] == "Souder"


def test_unknown_term_is_proposed_once(zinc, house_manager):
    forge = ResidentFactory(name="Forge")
    planned = plan("Atelier du Zinc;savoir;Étamage à chaud;;;", "Forge;savoir;étamage  à CHAUD;;;")
    assert [change.what[0] for change in planned.changes] == [
        ("Terme", "", "« Étamage à chaud », nouveau terme"),
        ("Terme", "", "« étamage à CHAUD », nouveau terme"),
    ]
    planned.at_once(by=house_manager)
    item = KnowledgeItem.objects.get()
    assert (item.label, item.kind, item.scheme, item.created_by) == (
        "Étamage à chaud",
        KnowledgeKind.SAVOIR,
        Scheme.RESIDENT,
        house_manager,
    )
    assert [row[0] for row in state(zinc) + state(forge)] == ["Étamage à chaud"] * 2
    assert ProcrastinateJob.objects.filter(task_name=SETTLE).values_list("args", flat=True)[0] == {"items": [item.pk]}


def test_unknown_term_finds_its_home_in_the_background(zinc, house_manager):
    domain = DomainFactory()
    KnowledgeItemFactory(label="Étamage à froid", domain=domain)
    plan("Atelier du Zinc;savoir;Étamage;;;").at_once(by=house_manager)
    item = KnowledgeItem.objects.get(label="Étamage")
    settle_terms([item.pk])
    item.refresh_from_db()
    assert item.domain == domain


def test_term_spelled_nearly_as_another_is_told_and_does_not_block(zinc):
    KnowledgeItemFactory(label="Jardinage biologique")
    planned = plan("Atelier du Zinc;savoir;Jardinnage biologique;;;")
    assert planned.faults == []
    assert planned.changes[0].what[0] == (
        "Terme",
        "",
        "« Jardinnage biologique », nouveau terme ; « Jardinage biologique » existe déjà",
    )


def test_term_somebody_wrote_since_the_preview_is_theirs(zinc, house_manager):
    planned = plan("Atelier du Zinc;savoir;Étamage;;;")
    theirs = KnowledgeItemFactory(label="étamage")
    planned.at_once(by=house_manager)
    assert Declaration.objects.get().item == theirs


def test_file_of_suggest_is_read(zinc, house_manager):
    lines = ["Atelier du Zinc,savoir_faire,Souder,offre", "Atelier du Zinc,milieu,Bâtiment,recherche"]
    planned = plan(*lines, headings="structure,kind,item,stance")
    assert planned.faults == []
    planned.at_once(by=house_manager)
    assert [row[:2] for row in state(zinc)] == [("Bâtiment", "recherche"), ("Souder", "offre")]
    assert plan(*lines, headings="structure,kind,item,stance").unchanged == 2


def test_what_is_exported_changes_nothing(zinc, welding, house_manager):
    plan(
        "Atelier du Zinc;savoir-faire;Souder;recherche;à l’étain;confirmé",
        "Atelier du Zinc;milieu;Bâtiment;;;",
    ).at_once(by=house_manager)
    rows = list(declarations.export())
    assert rows[0] == {
        "structure": "Atelier du Zinc",
        "kind": "milieu de référence",
        "item": "Bâtiment",
        "stance": "offre",
        "note": "",
        "evidence": "déclaré",
    }
    planned = plan(*(";".join(row[column.key] for column in declarations.COLUMNS) for row in rows))
    assert (planned.changes, planned.faults, planned.unchanged) == ([], [], 2)


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        (";savoir;Forge;;;", "Structure", "Il manque la structure."),
        ("Atelier du Zinc;;Forge;;;", "Nature", "Il manque la nature : savoir, savoir-faire ou milieu."),
        ("Atelier du Zinc;savoir;;;;", "Terme", "Il manque le terme."),
        ("Atelier du Zinc;savoir;***;;;", "Terme", "Le terme doit contenir au moins une lettre ou un chiffre."),
        (f"Atelier du Zinc;savoir;{'a' * 301};;;", "Terme", "Ce texte fait 301 signes ; il en tient 300."),
        (f"Atelier du Zinc;savoir;Forge;;{'a' * 301};", "Précision", "Ce texte fait 301 signes ; il en tient 300."),
        (
            "Atelier du Zinc;compétence;Forge;;;",
            "Nature",
            "« compétence » n’existe pas ; écrivez « savoir », « savoir-faire », « milieu de référence ».",
        ),
        ("Atelier du Zinc;savoir;Forge;peut-être;;", "Position", None),
        ("Atelier du Zinc;savoir;Forge;;;sûr", "Appui", None),
        (
            "Atelier de Zinc;savoir;Forge;;;",
            "Structure",
            "Aucune structure ne se nomme « Atelier de Zinc » ; vouliez-vous dire « Atelier du Zinc » ?",
        ),
    ],
)
def test_fault_says_its_line_and_column(zinc, line, column, message):
    [fault] = faults("Atelier du Zinc;savoir;Étamage;;;", line)
    assert fault[:2] == (3, column)
    assert message is None or fault[2] == message


@pytest.mark.parametrize("word", ["Souder", "souder ", "Braser"])
def test_term_written_twice_for_a_structure_is_a_fault(zinc, welding, word):
    welding.synonyms.create(label="Braser")
    found = faults("Atelier du Zinc;savoir-faire;Souder;;;", f"Atelier du Zinc;savoir-faire;{word};recherche;;")
    assert found == [(3, "Terme", f"« {word.strip()} » est déjà à la ligne 2, pour la même structure.")]


def test_queries_do_not_grow_with_the_lines(zinc, welding, house_manager):
    residents = [ResidentFactory() for _ in range(30)]

    def queries(count, word):
        lines = [f"{one.name};savoir-faire;Souder;;{word};" for one in residents[:count]]
        lines += [f"{one.name};savoir;Terme {word} {n};;;" for n, one in enumerate(residents[:count])]
        with CaptureQueriesContext(connection) as planning:
            planned = plan(*lines)
        with CaptureQueriesContext(connection) as carrying:
            planned.at_once(by=house_manager)
        return len(planning), len(carrying)

    queries(1, "zéro")
    first = queries(1, "un")
    assert queries(30, "deux") == first
    assert max(first) <= 17
