import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from residents.enums import Audience, ResidentKind, SheetKind, Trace
from residents.models import Resident, ResidentLink, Sector
from residents.spreadsheets import exporting
from residents.spreadsheets.importing import LOCK, Busy, Moved, Refused, carry_out, plan
from residents.spreadsheets.profiles import READERS
from tests.factories import ResidentFactory, SectorFactory

pytestmark = pytest.mark.django_db
KIND = SheetKind.STRUCTURES
EVERYTHING = (
    "Nom;Adresse de la page;Forme;Secteurs;En une phrase;Présentation;Liens;Personne à contacter;Adresse e-mail;"
    "Téléphone;Qui lit la phrase;Figure dans l’annuaire public;Ce qui se lit après le départ\n"
    'L’Île aux vis;ile-aux-vis;Scop;"Réemploi ; Culture";On revisse tout.;'
    '"Depuis 2019.\n\nÀ trois.";"Notre site : https://ile.example\nhttps://www.vis.example/a";Zoé Marteau;'
    "Zoe@Ile.example;"
    "477123456;la maison seulement;non;rien\n"
)


def sheet(text: str) -> tuple[str, bytes]:
    return "structures.csv", text.encode()


def exported(form: str = exporting.CSV) -> bytes:
    return b"".join(exporting.export(KIND, form))


def faults(text: str) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.message) for one in plan(KIND, *sheet(text)).faults]


def changed(text: str) -> list[tuple[str, str, list]]:
    found = plan(KIND, *sheet(text))
    assert found.faults == []
    return [(one.verb, one.label, one.what) for one in found.changes]


@pytest.fixture
def zinc():
    return ResidentFactory(name="Atelier du Zinc", slug="atelier-du-zinc", tagline="On plie.", email="zinc@ici.example")


def test_everything_is_brought_in(house_manager):
    SectorFactory(name="Culture")
    carry_out(KIND, *sheet(EVERYTHING), by=house_manager)
    made = Resident.objects.get()
    assert (made.name, made.slug, made.kind) == ("L’Île aux vis", "ile-aux-vis", ResidentKind.COOPERATIVE)
    assert [sector.name for sector in made.sectors.all()] == ["Culture", "Réemploi"]
    assert (made.tagline, made.presentation) == ("On revisse tout.", "Depuis 2019.\n\nÀ trois.")
    assert list(made.links.values_list("label", "url")) == [
        ("Notre site", "https://ile.example"),
        ("vis.example", "https://www.vis.example/a"),
    ]
    assert (made.contact_name, made.email, made.phone) == ("Zoé Marteau", "zoe@ile.example", "0477123456")
    assert (made.tagline_audience, made.phone_audience) == (Audience.HOUSE, Audience.RESIDENTS)
    assert (made.is_listed, made.trace) == (False, Trace.NOTHING)


def test_journal_tells_the_import_and_each_object(house_manager, zinc):
    carry_out(KIND, *sheet(EVERYTHING), by=house_manager)
    carry_out(KIND, *sheet("Structure;Phrase\nAtelier du Zinc;On soude.\n"), by=house_manager)
    told = ModelLogEntry.objects.order_by("timestamp", "pk").values_list("action", "label", "user_id")
    assert sorted(told) == sorted(
        [
            ("wagtail.create", "Culture", house_manager.pk),
            ("wagtail.create", "Réemploi", house_manager.pk),
            ("wagtail.create", "L’Île aux vis", house_manager.pk),
            ("residents.sheet", "structures.csv", house_manager.pk),
            ("residents.profile", "Atelier du Zinc", house_manager.pk),
            ("residents.sheet", "structures.csv", house_manager.pk),
        ]
    )
    change = ModelLogEntry.objects.get(action="residents.profile")
    assert change.data == {
        "section": "tagline",
        "before": {"tagline": "On plie.", "audience": "public"},
        "after": {"tagline": "On soude.", "audience": "public"},
    }


def test_known_name_is_changed_in_what_the_sheet_says_only(house_manager, zinc):
    text = "Nom;Téléphone;En une phrase\nATELIER  DU ZINC;04 77 12 34 56;On plie.\n"
    assert changed(text) == [("change", "Atelier du Zinc", [("Téléphone", "", "04 77 12 34 56")])]
    carry_out(KIND, *sheet(text), by=house_manager)
    zinc.refresh_from_db()
    assert (zinc.name, zinc.phone, zinc.email) == ("Atelier du Zinc", "04 77 12 34 56", "zinc@ici.example")
    assert zinc.stays.count() == 1


def test_name_is_changed_where_the_address_is_given(house_manager, zinc):
    text = "Nom;Adresse\nLe Zinc nouveau;https://maison.example/residents/atelier-du-zinc/\n"
    carry_out(KIND, *sheet(text), by=house_manager)
    assert list(Resident.objects.values_list("name", "slug")) == [("Le Zinc nouveau", "atelier-du-zinc")]


def test_empty_cell_empties_and_lacking_column_leaves(house_manager, zinc):
    carry_out(KIND, *sheet("Nom;E-mail;Qui lit la phrase\nAtelier du zinc;;\n"), by=house_manager)
    zinc.refresh_from_db()
    assert (zinc.email, zinc.tagline, zinc.tagline_audience) == ("", "On plie.", Audience.PUBLIC)


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("L’atelier du zinc", "latelier-du-zinc"),
        ("Association Atelier du Zinc", "association-atelier-du-zinc"),
        ("Zinc (atelier)", "zinc-atelier"),
        ("Atelier du Zin", "atelier-du-zin"),
        ("Ateliers du Zinc", "ateliers-du-zinc"),
        ("Atelier du Znic", "atelier-du-znic"),
    ],
)
def test_near_name_is_asked_about(zinc, name, new):
    assert faults(f"Nom;Forme\n{name};association\n") == [
        (
            2,
            "Nom",
            f"« {name} » se lit presque comme « Atelier du Zinc », déjà dans la maison. Dans la colonne « Adresse de "
            f"la page », écrivez atelier-du-zinc si c’est la même structure, {new} si c’en est une autre.",
        )
    ]


def test_near_name_with_an_address_of_its_own_is_another_structure(house_manager, zinc):
    carry_out(KIND, *sheet("Nom;Adresse;Forme\nL’atelier du zinc;zinc-2;asso\n"), by=house_manager)
    assert sorted(Resident.objects.values_list("slug", flat=True)) == ["atelier-du-zinc", "zinc-2"]


@pytest.mark.parametrize(
    "names", [("Atelier 1", "Atelier 2"), ("Zynk Atelier", "Atelier du Zinc"), ("La Vis", "Le Vin")]
)
def test_names_of_different_things_are_not_near(names):
    assert faults("Nom;Forme\n{};asso\n{};asso\n".format(*names)) == []


def test_near_names_within_the_file_are_asked_about():
    assert [line for line, *_ in faults("Nom;Forme\nAtelier du zinc;asso\nLes ateliers du zinc;asso\n")] == [3]


def test_every_fault_is_told_with_its_line_and_column(zinc):
    SectorFactory(name="Spectacle vivant")
    ResidentFactory(name="Double", slug="double-1")
    ResidentFactory(name="Double", slug="double-2")
    text = (
        "Nom;Adresse;Forme;Secteurs;E-mail;Tél;Site;Qui lit le téléphone;Figure dans l'annuaire public;Phrase\n"
        ";;asso;;;;;;;Une phrase\n"
        "Un;;astociation;Spectacles vivants;un@;12;pas un lien;tous;peut-être;" + "a" * 161 + "\n"
        "Double;;;;;;;;;\n"
        "Deux;12 rue des Forges;asso;;;;;;;\n"
        "Trois;;;;;;;;;\n"
        "Quatre;;asso;;;;;;;\n"
        "quatre ;;asso;;;;;;;\n"
        "Atelier du zinc;ailleurs;asso;;;;;;;\n"
        "…;;asso;;;;;;;\n"
    )
    audiences = "« tout le monde », « les résidents », « la maison seulement »"
    assert faults(text) == [
        (2, "Nom", "Il manque le nom."),
        (3, "E-mail", "« un@ » n’est pas une adresse e-mail ; écrivez-la comme bonjour@exemple.fr."),
        (3, "Figure dans l'annuaire public", "« peut-être » ne se lit pas ; écrivez oui ou non."),
        (3, "Forme", "« astociation » n’existe pas ; vouliez-vous dire « association » ?"),
        (3, "Phrase", "Ce texte fait 161 signes ; il en tient 160."),
        (3, "Qui lit le téléphone", f"« tous » n’existe pas ; écrivez {audiences}."),
        (
            3,
            "Secteurs",
            "Il n’y a pas de secteur « Spectacles vivants ». Est-ce « Spectacle vivant » ? Sinon, créez-le d’abord.",
        ),
        (3, "Site", "« pas un lien » n’est pas un lien ; écrivez une adresse comme https://exemple.fr."),
        (3, "Tél", "« 12 » n’est pas un numéro ; écrivez-le comme 04 77 12 34 56."),
        (4, "Nom", "Plusieurs structures se nomment « Double » : écrivez l’adresse (double-1, double-2)."),
        (
            5,
            "Adresse",
            "« 12 rue des Forges » n’est pas l’adresse d’une page (atelier-du-zinc) : une adresse postale ne va pas "
            "ici.",
        ),
        (6, "Forme", "Dites la forme d’une structure nouvelle."),
        (8, "Nom", "Cette structure est déjà à la ligne 7."),
        (
            9,
            "Adresse",
            "« Atelier du Zinc » est déjà là, à l’adresse atelier-du-zinc : écrivez celle-ci, ou aucune.",
        ),
        (10, "Nom", "Le nom doit contenir au moins une lettre ou un chiffre."),
    ]


def test_one_fault_and_nothing_is_changed(house_manager, zinc):
    text = "Nom;Forme;E-mail\nNeuve;asso;neuve@ici.example\nAtelier du zinc;;zinc@\n"
    with pytest.raises(Refused) as refused:
        carry_out(KIND, *sheet(text), by=house_manager)
    assert [fault.line for fault in refused.value.plan.faults] == [3]
    assert list(Resident.objects.values_list("name", "email")) == [("Atelier du Zinc", "zinc@ici.example")]
    assert ModelLogEntry.objects.count() == 0


def test_import_is_the_house_managers(lead, zinc):
    with pytest.raises(PermissionDenied):
        carry_out(KIND, *sheet("Nom;Téléphone\nAtelier du zinc;04 77 12 34 56\n"), by=lead)


def test_plan_that_is_no_more_the_one_shown_is_not_carried_out(house_manager, zinc):
    file = sheet("Nom;En une phrase\nAtelier du zinc;On soude.\n")
    shown = plan(KIND, *file).mark
    Resident.objects.update(tagline="On rivette.")
    with pytest.raises(Moved) as moved:
        carry_out(KIND, *file, by=house_manager, expected=shown)
    assert moved.value.plan.changes[0].what == [("En une phrase", "On rivette.", "On soude.")]
    zinc.refresh_from_db()
    assert zinc.tagline == "On rivette."
    carry_out(KIND, *file, by=house_manager, expected=moved.value.plan.mark)
    zinc.refresh_from_db()
    assert zinc.tagline == "On soude."


def test_what_the_database_refuses_is_a_fault_of_its_line(house_manager, zinc, monkeypatch):
    monkeypatch.setitem(READERS, "phone", lambda text: "0" * 40)
    text = "Nom;Téléphone;E-mail\nAtelier du zinc;04 77 12 34 56;autre@ici.example\n"
    with pytest.raises(Refused) as refused:
        carry_out(KIND, *sheet(text), by=house_manager)
    assert [(fault.line, fault.column) for fault in refused.value.plan.faults] == [(2, "")]
    zinc.refresh_from_db()
    assert zinc.email == "zinc@ici.example"


def nasty_house():
    culture, comma = SectorFactory(name="Culture"), SectorFactory(name="Arts, spectacle", slug="arts")
    one = ResidentFactory(name="=1+1", slug="un", tagline="'=cmd|' /C calc'!A0", presentation='- un\r\n- deux;"trois"')
    one.sectors.set([culture, comma])
    two = ResidentFactory(name="Homonyme", slug="homonyme", phone="poste 12, le matin", tagline="_x0041_\u00a0« été »")
    two.sectors.set([comma])
    ResidentFactory(name="Homonyme", slug="homonyme-2", hidden=True, is_listed=False, trace=Trace.NAME)
    ResidentFactory(name="L’Homonyme", slug="Majuscules", email="Camille@Ici.example", contact_name="@camille")
    for position, (label, url) in enumerate(
        [("Le site : ici", "https://un.example/?a=1;b=2"), ("x", "http://deux.example")]
    ):
        ResidentLink.objects.create(resident=two, label=label, url=url, position=position)


@pytest.mark.parametrize("form", [exporting.CSV, exporting.XLSX])
def test_importing_an_export_changes_nothing(form):
    nasty_house()
    found = plan(KIND, f"export.{form}", exported(form))
    assert (found.faults, found.changes, found.unchanged, found.ignored) == ([], [], 4, [])


@pytest.mark.parametrize("form", [exporting.CSV, exporting.XLSX])
def test_export_makes_the_same_house_again(house_manager, form):
    nasty_house()
    # What no form takes any more is not brought in anew.
    Resident.objects.filter(slug="homonyme").update(phone="", tagline="_x0041_ « été »")
    Resident.objects.filter(slug="Majuscules").update(slug="minuscules", email="camille@ici.example")
    before, content = exported(), exported(form)
    Resident.objects.all().delete()
    Sector.objects.all().delete()
    carry_out(KIND, f"export.{form}", content, by=house_manager)
    assert exported() == before


def test_export_guards_formulas_and_opens_in_a_french_spreadsheet():
    nasty_house()
    content = exported()
    assert content.startswith("\ufeffNom;Adresse de la page;Forme;".encode())
    assert b"\r\n'=1+1;un;association;" in content


def test_new_sector_is_shown_by_the_preview(house_manager):
    text = "Nom;Forme;Secteurs\nUne;asso;Réemploi, culture\nDeux;asso;réemploi\n"
    assert [(verb, label) for verb, label, _what in changed(text)] == [
        ("sector", "secteur « Réemploi »"),
        ("sector", "secteur « culture »"),
        ("create", "Une"),
        ("create", "Deux"),
    ]
    carry_out(KIND, *sheet(text), by=house_manager)
    assert sorted(Sector.objects.values_list("name", "slug")) == [("Réemploi", "reemploi"), ("culture", "culture")]


@pytest.mark.parametrize("number", [1, 30])
def test_planning_takes_the_same_queries_whatever_the_lines(django_assert_num_queries, number):
    for n in range(number):
        ResidentFactory(name=f"Atelier {n}")
    lines = "".join(f"Atelier {n};asso;Culture;On lime.\nNouvelle {n};asso;Culture;\n" for n in range(number))
    with django_assert_num_queries(7):
        found = plan(KIND, *sheet("Nom;Forme;Secteurs;Phrase\n" + lines))
    assert found.faults == []


@pytest.mark.parametrize("number", [1, 30])
def test_carrying_out_takes_the_same_queries_whatever_the_lines(house_manager, number):
    for n in range(number):
        ResidentFactory(name=f"Atelier {n}")
    lines = "".join(f"Atelier {n};scop;Culture;On lime.\nNouvelle {n};asso;Culture;\n" for n in range(number))
    with CaptureQueriesContext(connection) as queries:
        carry_out(KIND, *sheet("Nom;Forme;Secteurs;Phrase\n" + lines), by=house_manager)
    assert len(queries) < 50


def test_second_import_at_once_is_told_to_come_back(house_manager, zinc, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("Nom;En une phrase\nAtelier du zinc;On soude.\n")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with pytest.raises(Busy):
            carry_out(KIND, *sheet("Nom;En une phrase\nAtelier du zinc;On soude.\n"), by=house_manager)
        with pytest.raises(CommandError, match="Un autre import est en cours"):
            call_command("import_sheet", KIND, file)
    finally:
        other.close()


def test_structure_changed_while_it_is_planned_is_not_overwritten(house_manager, zinc):
    found = plan(KIND, *sheet("Nom;En une phrase\nAtelier du zinc;On soude.\n"))
    zinc.tagline = "On rivette."
    zinc.save()
    with pytest.raises(ValidationError, match="vient d’être modifiée"):
        found.at_once(by=house_manager)
    zinc.refresh_from_db()
    assert zinc.tagline == "On rivette."
