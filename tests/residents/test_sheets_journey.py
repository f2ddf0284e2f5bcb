"""The house manager brings the residency in from her spreadsheets, in a browser: faults, corrections, people, stays."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from mailing.models import Mail
from residents.models import Invitation, Membership, Resident, Sector, SheetUpload, Stay
from tests.factories import MembershipFactory, ResidentFactory, UserFactory
from tests.worker import work_at_once

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# As a spreadsheet of the house looks: a title, a blank line, semicolons, cp1252, a column of her own.
MESSY = """Structures 2026;;;;;
;;;;;
NOM DE LA STRUCTURE;Forme juridique;Secteur;Mail;Tél;Clé
Atelier du Zinc;asso;Métiers d’art;bonjour@zinc.example;04 77 00 10 20;A
;;;;;
Les Figuiers;licorne;Jardin;figuiers chez ici;;B
Lou Brasero;auto-entrepreneuse;Jardin;;;C
"""
RIGHT = MESSY.replace("licorne", "collectif").replace("figuiers chez ici", "bonjour@figuiers.example")
PEOPLE = """Courriel;Prénom;Nom;Structure;Rôle
awa@zinc.example;Awa;Delcombe;Atelier du Zinc;référente
mina@figuiers.example;Mina;Orsel;les figuiers;responsable
"""
STAYS = """Structure;Arrivée;Départ;Part
Atelier du Zinc;1er septembre 2025;;1
Les Figuiers;01/03/2026;28/02/2027;50 %
"""


@pytest.fixture
def manager(db):
    return UserFactory(house_manager=True)


def file_of(text: str, name: str, encoding: str = "cp1252") -> dict:
    return {"name": name, "mimeType": "text/csv", "buffer": text.replace("\n", "\r\n").encode(encoding)}


def send(page, kind: str, text: str, name: str) -> None:
    page.get_by_label(kind, exact=True).check()
    page.get_by_label("Un fichier").set_input_files(file_of(text, name))
    page.get_by_role("button", name="Voir ce qui changerait").click()


def confirm(page, words: str, report: str) -> None:
    page.get_by_role("button", name=words).click()
    expect(page.get_by_text(report)).to_be_visible()


def no_sideways(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_house_comes_in_from_its_spreadsheets(page, sign_in, manager):
    sign_in(page, manager)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/gestion/")
    page.get_by_role("button", name="Résidence").click()
    page.get_by_role("link", name="Importer et exporter").click()

    # Faults, told with their line and column; nothing came in.
    send(page, "Structures", MESSY, "structures.csv")
    expect(page.get_by_role("heading", name="2 choses sont à corriger")).to_be_visible()
    rows = page.locator(".sheets__faults tbody tr")
    assert [row.split("\t")[:2] for row in rows.all_inner_texts()] == [["6", "Forme juridique"], ["6", "Mail"]]
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger cette liste (CSV)").click()
    assert download.value.suggested_filename.endswith(".csv")
    assert Resident.objects.count() == 0

    # The corrected one, from there.
    page.get_by_label("Un fichier").set_input_files(file_of(RIGHT, "structures.csv"))
    page.get_by_role("button", name="Voir ce qui changerait").click()
    expect(page.get_by_text("« Clé »")).to_be_visible()
    expect(page.get_by_text("lignes nouvelles")).to_be_visible()
    assert SheetUpload.objects.count() == 1
    confirm(page, "Importer ces", "Importé :")
    assert list(Resident.objects.values_list("name", flat=True)) == ["Atelier du Zinc", "Les Figuiers", "Lou Brasero"]
    assert set(Sector.objects.values_list("name", flat=True)) >= {"Métiers d’art", "Jardin"}

    # Their people are written to.
    send(page, "Personnes", PEOPLE, "personnes.csv")
    confirm(page, "Importer ces 2 lignes", "Importé : 2 personnes invitées.")
    work_at_once()
    assert set(Mail.objects.values_list("to", flat=True)) == {"awa@zinc.example", "mina@figuiers.example"}
    assert set(Invitation.objects.values_list("resident__name", "role")) == {
        ("Atelier du Zinc", "referent"),
        ("Les Figuiers", "referent"),
    }

    # When they are here.
    send(page, "Présences", STAYS, "presences.csv")
    confirm(page, "Importer ces 2 lignes", "Importé : 2 lignes nouvelles.")
    assert set(Stay.objects.values_list("resident__name", "share")) == {("Atelier du Zinc", 1), ("Les Figuiers", 0.5)}
    assert SheetUpload.objects.count() == 0


@pytest.mark.parametrize("form", ["CSV", "XLSX"])
def test_what_was_exported_changes_nothing(page, sign_in, manager, form, tmp_path):
    MembershipFactory(lead=True, resident=ResidentFactory(name="Atelier du Zinc"))
    sign_in(page, manager)
    for kind in ("structures", "personnes", "présences"):
        page.goto(reverse("sheets"))
        with page.expect_download() as download:
            page.get_by_role("link", name=f"Exporter les {kind} en {form}").click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        page.get_by_label(kind.capitalize(), exact=True).check()
        page.get_by_label("Un fichier").set_input_files(file)
        page.get_by_role("button", name="Voir ce qui changerait").click()
        expect(page.get_by_text("il n’y a rien à importer")).to_be_visible()
    assert Membership.objects.count() == 1


def test_on_a_phone_by_keyboard_alone(page, sign_in, manager):
    """Cells are pasted, one is corrected in place, the rest is confirmed."""
    ResidentFactory(name="Atelier du Zinc")
    sign_in(page, manager)
    page.goto(reverse("sheets"))
    no_sideways(page)
    page.get_by_label("Structures", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Ou des cellules collées")).to_be_focused()
    page.keyboard.insert_text("Adresse e-mail\tStructure\nawa chez ici\tAtelier du Zinc\n")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Une chose est à corriger")).to_be_visible()
    no_sideways(page)

    # What was pasted is there to be corrected.
    field = page.get_by_label("Ou des cellules collées")
    expect(field).to_have_value("Adresse e-mail\tStructure\nawa chez ici\tAtelier du Zinc\n")
    field.focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("Adresse e-mail\tStructure\nawa@zinc.example\tAtelier du Zinc\n")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("personne invitée")).to_be_visible()
    no_sideways(page)
    page.get_by_role("button", name="Importer cette ligne").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Importé : 1 personne invitée.")).to_be_visible()
    assert Invitation.objects.get().email == "awa@zinc.example"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_axe_violation(chromium, live_server, sign_in, manager, scheme):
    zinc = ResidentFactory(name="Atelier du Zinc")
    member = MembershipFactory(resident=zinc).user
    right = f"Courriel;Structure;Rôle;Clé\n{member.email};Atelier du Zinc;lead;1\nawa@ici.example;Atelier du Zinc;;2"
    wrong = "Courriel;Structure\nawa;Nulle part"
    sheets = [
        SheetUpload.objects.create(kind="personnes", name="p.csv", content=text.encode(), uploaded_by=manager)
        for text in (right, wrong)
    ]
    # axe writes inline styles while it looks: the policy is put aside for it.
    context = chromium.new_context(base_url=live_server.url, locale="fr-FR", color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    sign_in(page, manager)
    faults = {}
    for address in (reverse("sheets"), *(reverse("sheet", args=[sheet.pk]) for sheet in sheets)):
        page.goto(address)
        for summary in page.locator(".sheets summary").all():
            summary.click()
        found = Axe().run(page, context=".sheets").response["violations"]
        if found:
            faults[address] = [(fault["id"], [node["html"][:120] for node in fault["nodes"]]) for fault in found]
    context.close()
    assert faults == {}
