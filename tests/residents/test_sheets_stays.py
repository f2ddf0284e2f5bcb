import datetime
from decimal import Decimal

import pytest
from wagtail.models import ModelLogEntry

from residents.enums import SheetKind
from residents.models import Stay
from residents.spreadsheets import exporting
from residents.spreadsheets.importing import Refused, carry_out, plan
from tests.factories import ResidentFactory, StayFactory

pytestmark = pytest.mark.django_db
KIND = SheetKind.STAYS


def sheet(text: str) -> tuple[str, bytes]:
    return "presences.csv", text.encode()


def faults(text: str) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.message) for one in plan(KIND, *sheet(text)).faults]


def stays() -> list[tuple]:
    rows = Stay.objects.order_by("resident__sort_name", "starts_on").values_list("starts_on", "ends_on", "share")
    return [(f"{start:%Y-%m-%d}", end and f"{end:%Y-%m-%d}", share) for start, end, share in rows]


@pytest.fixture
def zinc():
    return ResidentFactory(name="Atelier du Zinc", slug="atelier-du-zinc", in_residence=False)


@pytest.mark.parametrize("written", ["01/03/2026", "1er mars 2026", "2026-03-01", "1.3.26", "Dimanche 1er mars 2026"])
def test_day_is_read_as_it_is_written(house_manager, zinc, written):
    carry_out(KIND, *sheet(f"Structure;Arrivée\nAtelier du zinc;{written}\n"), by=house_manager)
    assert stays() == [("2026-03-01", None, Decimal(1))]


@pytest.mark.parametrize(
    ("written", "share"),
    [
        *[("0,5", "0.5"), ("0.5", "0.5"), ("50 %", "0.5"), ("50%", "0.5"), ("1/2", "0.5"), ("½", "0.5")],
        *[("mi-temps", "0.5"), ("Plein temps", "1"), ("1/3", "0.33"), ("0,3333", "0.33"), ("2", "2"), ("", "1")],
    ],
)
def test_share_is_read_as_it_is_written(house_manager, zinc, written, share):
    carry_out(KIND, *sheet(f"Structure;Du;Au;Part\natelier-du-zinc;01/03/2026;;{written}\n"), by=house_manager)
    assert stays() == [("2026-03-01", None, Decimal(share))]


def test_known_stay_is_changed(house_manager, zinc):
    StayFactory(resident=zinc, starts_on=datetime.date(2026, 3, 1), share=Decimal("0.5"))
    text = "Structure;Du;Au\nAtelier du Zinc;01/03/2026;31/12/2026\n"
    found = carry_out(KIND, *sheet(text), by=house_manager)
    assert [(one.verb, one.label, one.what) for one in found.changes] == [
        ("change", "Atelier du Zinc, à partir du 1er mars 2026", [("Au", "sans fin prévue", "31 décembre 2026")])
    ]
    assert stays() == [("2026-03-01", "2026-12-31", Decimal("0.5"))]
    assert list(ModelLogEntry.objects.order_by("pk").values_list("action", "label")) == [
        ("wagtail.edit", "Atelier du Zinc, 01/03/2026"),
        ("residents.sheet", "presences.csv"),
    ]
    again = plan(KIND, *sheet(text))
    assert (again.changes, again.unchanged) == ([], 1)


def test_every_fault_is_told_with_its_line_and_column(zinc):
    for slug in ("double-1", "double-2"):
        ResidentFactory(name="Double", slug=slug, in_residence=False)
    text = (
        "Structure;Du;Au;Part\n"
        "Atelier du Zinque;01/03/2026;;\n"
        "Double;01/03/2026;;\n"
        "Atelier du Zinc;mars 2026;03/2027;\n"
        "Atelier du Zinc;31/02/2026;demain;beaucoup\n"
        "Atelier du Zinc;01/03/2026;01/02/2026;0\n"
        ";01/03/2026;;\n"
        "Atelier du Zinc;;;11\n"
        "Personne;1er mars;46082;-1\n"
    )
    assert faults(text) == [
        (2, "Structure", "Aucune structure ne se nomme « Atelier du Zinque »."),
        (3, "Structure", "Plusieurs structures se nomment « Double » : écrivez l’adresse (double-1, double-2)."),
        (4, "Au", "« 03/2027 » ne dit pas quel jour ; écrivez-le comme 01/03/2026."),
        (4, "Du", "« mars 2026 » ne dit pas quel jour ; écrivez-le comme 01/03/2026."),
        (5, "Au", "« demain » n’est pas une date ; écrivez-la comme 01/03/2026."),
        (5, "Du", "« 31/02/2026 » n’existe pas dans le calendrier."),
        (5, "Part", "« beaucoup » n’est pas un nombre ; écrivez-le comme 0,5."),
        (6, "Au", "La présence finit avant d’avoir commencé."),
        (6, "Part", "« 0 » : la part d’une place va de plus de 0 à 10."),
        (7, "Structure", "Il manque la structure."),
        (8, "Du", "Il manque le premier jour."),
        (8, "Part", "« 11 » : la part d’une place va de plus de 0 à 10."),
        (9, "Au", "« 46082 » n’est pas une date ; écrivez-la comme 01/03/2026."),
        (9, "Du", "« 1er mars » ne dit pas quelle année ; écrivez-la comme 01/03/2026."),
        (9, "Part", "« -1 » : la part d’une place va de plus de 0 à 10."),
        (9, "Structure", "Aucune structure ne se nomme « Personne »."),
    ]


def test_overlap_is_told_on_both_lines_and_with_what_is_there(zinc):
    StayFactory(resident=zinc, starts_on=datetime.date(2024, 1, 1), ends_on=datetime.date(2024, 12, 31))
    text = (
        "Structure;Du;Au\n"
        "Atelier du Zinc;01/06/2024;01/09/2024\n"
        "Atelier du Zinc;01/01/2026;30/06/2026\n"
        "Atelier du Zinc;30/06/2026;\n"
        "Atelier du Zinc;01/01/2026;\n"
    )
    same = "Chevauche la présence de la même structure"
    assert faults(text) == [
        (2, "Du", f"{same} du 1er janvier 2024 au 31 décembre 2024, déjà notée."),
        (3, "Du", f"{same} depuis le 30 juin 2026, sans fin, à la ligne 4."),
        (4, "Du", f"{same} du 1er janvier 2026 au 30 juin 2026, à la ligne 3."),
        (5, "Du", "Cette présence est déjà à la ligne 3."),
    ]


def test_stay_that_ends_sooner_makes_room_for_the_next(house_manager, zinc):
    StayFactory(resident=zinc, starts_on=datetime.date(2024, 1, 1))
    text = "Structure;Du;Au;Part\nAtelier du Zinc;01/09/2026;;0,5\nAtelier du Zinc;01/01/2024;31/08/2026;1\n"
    carry_out(KIND, *sheet(text), by=house_manager)
    assert stays() == [("2024-01-01", "2026-08-31", Decimal(1)), ("2026-09-01", None, Decimal("0.5"))]


def test_what_the_database_refuses_is_a_fault_of_its_line(house_manager, zinc, monkeypatch):
    """Somebody notes a stay between the plan and its carrying out."""
    other = ResidentFactory(in_residence=False)
    text = f"Structure;Du\n{other.name};01/03/2026\nAtelier du Zinc;01/03/2026\n"
    found = plan(KIND, *sheet(text))
    StayFactory(resident=zinc, starts_on=datetime.date(2026, 1, 1))
    monkeypatch.setattr("residents.spreadsheets.kinds.stays.plan", lambda table: found)
    with pytest.raises(Refused) as refused:
        carry_out(KIND, *sheet(text), by=house_manager)
    assert [(one.line, one.message) for one in refused.value.plan.faults] == [
        (3, "Cette structure est déjà présente à ces dates.")
    ]
    assert stays() == [("2026-01-01", None, Decimal(1))]


@pytest.mark.parametrize("form", [exporting.CSV, exporting.XLSX])
def test_importing_an_export_changes_nothing(house_manager, form):
    for slug, share in (("un", "0.5"), ("deux", "1"), ("trois", "0.33")):
        resident = ResidentFactory(name="=Homonyme", slug=slug, in_residence=False)
        StayFactory(resident=resident, ends_on=datetime.date(2025, 2, 28), share=Decimal(share))
        StayFactory(resident=resident, starts_on=datetime.date(2025, 3, 1))
    content = b"".join(exporting.export(KIND, form))
    found = plan(KIND, f"export.{form}", content)
    assert (found.faults, found.changes, found.unchanged) == ([], [], 6)
    before = stays()
    Stay.objects.all().delete()
    carry_out(KIND, f"export.{form}", content, by=house_manager)
    assert stays() == before


@pytest.mark.parametrize("number", [1, 30])
def test_planning_takes_the_same_queries_whatever_the_lines(django_assert_num_queries, number):
    for n in range(number):
        ResidentFactory(name=f"Atelier {n}")
    lines = "".join(f"Atelier {n};08/01/2024;31/12/2024\nAtelier {n};01/01/2025;\n" for n in range(number))
    with django_assert_num_queries(3):
        found = plan(KIND, *sheet("Structure;Du;Au\n" + lines))
    assert (found.faults, len(found.changes)) == ([], 2 * number)
