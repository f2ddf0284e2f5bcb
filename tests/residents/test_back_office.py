"""The back office: who enters, what each list answers, what the dashboard tells."""

import csv
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from residents.enums import KnowledgeKind, Scheme
from residents.models import HouseSettings
from tests.factories import (
    AgreementFactory,
    ApplicationFactory,
    DeclarationFactory,
    DomainFactory,
    KnowledgeItemFactory,
    MembershipFactory,
    PartnerFactory,
    ResidentFactory,
    SectorFactory,
    StayFactory,
    StepFactory,
    TeamRoleFactory,
    TerritorialIssueFactory,
    UserFactory,
)

VIEWSETS = {
    "structures": ResidentFactory,
    "presences": StayFactory,
    "etapes": StepFactory,
    "secteurs": SectorFactory,
    "appartenances": MembershipFactory,
    "termes": KnowledgeItemFactory,
    "domaines": DomainFactory,
    "partenaires": PartnerFactory,
    "conventions": AgreementFactory,
    "equipe": TeamRoleFactory,
    "problematiques": TerritorialIssueFactory,
    "candidatures": ApplicationFactory,
    "wagtailusers_users": UserFactory,
}

# Done on a page of the site, that says what comes of it.
ELSEWHERE = {("structures", "delete"), ("appartenances", "edit"), ("appartenances", "delete")}

ON_ONE = ["edit", "history", "usage", "delete"]

# What the house manager does not do, for the reason beside it.
NOT_HERS = {
    ("structures", "delete"): "a stay ends",
    ("termes", "delete"): "a term is retired",
    ("domaines", "add"): "domains come with the vocabulary",
    ("domaines", "edit"): "domains come with the vocabulary",
    ("domaines", "delete"): "domains come with the vocabulary",
    ("candidatures", "add"): "applications come by the public page",
    ("candidatures", "delete"): "an application is forgotten in its time",
    # Wagtail's own rule for these two pages: to change is to read the history.
    ("domaines", "usage"): "domains come with the vocabulary",
    ("domaines", "history"): "domains come with the vocabulary",
}


def pages():
    for viewset in VIEWSETS:
        yield viewset, "index"
        yield viewset, "add"
        yield from ((viewset, name) for name in ON_ONE)
    yield "domaines", "inspect"


def address(viewset, name):
    on_one = name in [*ON_ONE, "inspect"]
    return reverse(f"{viewset}:{name}", args=[VIEWSETS[viewset]().pk] if on_one else [])


@pytest.mark.parametrize(("viewset", "name"), list(pages()))
def test_page_is_open_to_the_house_manager_alone(client, house_manager, member, viewset, name):
    page = address(viewset, name)
    assert client.get(page).status_code == 302
    client.force_login(member)
    assert client.get(page).status_code == 403
    client.force_login(house_manager)
    expected = 302 if (viewset, name) in NOT_HERS or (viewset, name) in ELSEWHERE else 200
    assert client.get(page).status_code == expected


@pytest.mark.parametrize("viewset", VIEWSETS)
def test_name_in_a_row_leads_to_the_page_which_also_deletes(manager, viewset):
    pk = VIEWSETS[viewset]().pk
    page = reverse(f"{viewset}:{'inspect' if (viewset, 'edit') in NOT_HERS else 'edit'}", args=[pk])
    row = manager.get(reverse(f"{viewset}:index")).content.decode()
    assert (row.count(f'href="{page}"'), row.count("Plus d’options")) == (1, 0)
    if not {(viewset, "edit"), (viewset, "delete")} & (ELSEWHERE | set(NOT_HERS)):
        delete = reverse(f"{viewset}:delete", args=[pk])
        assert f'href="{delete}"' in manager.get(page).content.decode()


def test_page_of_a_person_leads_to_forgetting_their_keys(manager):
    person = UserFactory()
    page = manager.get(reverse("wagtailusers_users:edit", args=[person.pk])).content.decode()
    assert page.count(f'href="{reverse("residents:forget_factors", args=[person.pk])}"') == 1


@pytest.mark.parametrize("page", ["/gestion/", "/gestion/account/", "/gestion/groups/", "/gestion/pages/"])
def test_person_without_right_is_told_so_without_a_loop(client, member, page):
    client.force_login(member)
    assert client.get(page).status_code == 403


def test_public_is_sent_to_our_own_sign_in(client, db):
    assert client.get("/gestion/")["Location"] == "/compte/login/?next=/gestion/"


def test_administrator_enters_everywhere(client, administrator):
    client.force_login(administrator)
    for viewset, name in pages():
        expected = 302 if (viewset, name) in ELSEWHERE else 200
        assert client.get(address(viewset, name)).status_code == expected, (viewset, name)


def more(viewset, number):
    for _ in range(number):
        made = VIEWSETS[viewset]()
        if viewset == "structures":
            MembershipFactory(resident=made)
            DeclarationFactory(resident=made)
        if viewset == "termes":
            made.domain = DomainFactory()
            made.save()


@pytest.mark.parametrize("viewset", VIEWSETS)
def test_list_keeps_its_queries(manager, django_assert_num_queries, viewset):
    page = reverse(f"{viewset}:index")
    more(viewset, 1)
    manager.get(page)
    with CaptureQueriesContext(connection) as one:
        manager.get(page)
    more(viewset, 2)
    with django_assert_num_queries(len(one)):
        manager.get(page)


def listed(client, viewset, **query):
    page = client.get(reverse(f"{viewset}:index"), query)
    return [str(row) for row in page.context["object_list"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "menuis"}, ["Menuiserie"]),
        ({"q": "ÉLUS"}, ["Élus locaux"]),
        ({"kind": "milieu"}, ["Élus locaux"]),
        ({"scheme": "maison"}, ["Menuiserie"]),
        ({"q": "!!!"}, []),
    ],
)
def test_terms_are_searched_and_filtered(manager, query, found):
    KnowledgeItemFactory(label="Menuiserie", scheme=Scheme.HOUSE)
    KnowledgeItemFactory(label="Élus locaux", kind=KnowledgeKind.MILIEU)
    assert listed(manager, "termes", **query) == found


def test_structures_are_searched_without_accents(manager):
    ResidentFactory(name="Éclats de tôle")
    ResidentFactory(name="Radio")
    assert listed(manager, "structures", q="eclats tole") == ["Éclats de tôle"]


def test_people_are_exported_without_formulas(manager):
    UserFactory(email="formule@chaudronneries.example", first_name="=1+1")
    page = manager.get(reverse("wagtailusers_users:index"), {"export": "csv"})
    rows = list(csv.reader(StringIO(b"".join(page.streaming_content).decode())))
    assert [row[1] for row in rows if row[0] == "formule@chaudronneries.example"] == ["'=1+1"]


def test_structures_are_exported_without_formulas(manager):
    ResidentFactory(name="=1+1", slug="formule")
    page = manager.get(reverse("structures:index"), {"export": "csv"})
    rows = list(csv.reader(StringIO(b"".join(page.streaming_content).decode())))
    assert rows[0][:3] == ["Nom", "Adresse", "Forme"]
    assert rows[1][0] == "'=1+1"


@pytest.mark.parametrize("viewset", VIEWSETS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_list_is_exported(manager, viewset, kind):
    more(viewset, 2)
    page = manager.get(reverse(f"{viewset}:index"), {"export": kind})
    assert len(b"".join(page.streaming_content)) > 20


# The dashboard


def test_dashboard_tells_of_the_house(manager):
    ResidentFactory(name="Sans personne")
    MembershipFactory(resident__name="Bien entourée", lead=True)
    page = manager.get("/gestion/")
    [panel] = [one for one in page.context_data["panels"] if one.name == "house"]
    house = panel.get_context_data({})["house"]
    assert [resident.name for resident in house.without_lead] == ["Sans personne"]
    assert str(house.coverage.total) == "2"
    assert "Sans référente ni référent" in page.content.decode()


def test_places_are_told_above_the_stays(manager):
    HouseSettings.objects.update_or_create(pk=1, defaults={"places": 4})
    StayFactory(share=Decimal("1.5"))
    page = manager.get(reverse("presences:index")).content.decode()
    assert "1,5/4" in page
    assert "Il reste 2 places à temps plein et une à mi-temps." in page


def test_structures_are_filtered_by_what_they_say(manager):
    ResidentFactory(name="Muette", in_residence=False)
    ResidentFactory(name="Discrète")
    ResidentFactory(name="Bavarde", tagline="Oui", presentation="Beaucoup.")
    assert listed(manager, "structures", presente="oui", se_presente="non") == ["Discrète"]


def test_structures_are_filtered_by_their_arrival_and_departure(manager):
    for name, starts_on, ends_on in [
        ("Ancienne", "2020-01-06", None),
        ("Récente", "2026-03-02", None),
        ("Revenue", "2026-05-04", "2026-07-31"),
    ]:
        StayFactory(resident=ResidentFactory(name=name, in_residence=False), starts_on=starts_on, ends_on=ends_on)
    StayFactory(resident__name="Sans suite", resident__in_residence=False, starts_on="2026-03-01", ends_on="2026-03-01")
    assert listed(manager, "structures", arrives_on_from="2026-03-02") == ["Récente", "Revenue"]
    assert listed(manager, "structures", departs_on_from="2026-06-01", departs_on_to="2026-08-01") == ["Revenue"]
    assert listed(manager, "structures", arrives_on_from="2026-03-01", ordering="-arrives_on") == [
        "Revenue",
        "Récente",
        "Sans suite",
    ]


def test_people_are_listed_with_their_structures(manager):
    membership = MembershipFactory(resident__name="Atelier du Zinc")
    MembershipFactory(user=membership.user, resident__name="Louche et Levain")
    assert "Atelier du Zinc, Louche et Levain" in manager.get(reverse("wagtailusers_users:index")).content.decode()


def test_roles_are_counted_by_their_name(manager):
    TeamRoleFactory.create_batch(2)
    assert "2 rôles" in manager.get(reverse("equipe:index")).content.decode()


def test_file_survives_what_no_spreadsheet_can_hold(manager):
    PartnerFactory(name="Un\x0bonglet", together=" =1+1")
    csv_page = manager.get(reverse("partenaires:index"), {"export": "csv"})
    rows = list(csv.reader(StringIO(b"".join(csv_page.streaming_content).decode())))
    assert (rows[1][0], rows[1][3]) == ("Unonglet", "' =1+1")
    xlsx = manager.get(reverse("partenaires:index"), {"export": "xlsx"})
    cells = [cell for row in load_workbook(BytesIO(b"".join(xlsx.streaming_content))).active for cell in row]
    assert {cell.data_type for cell in cells} & {"f"} == set()


@pytest.mark.browser
def test_no_page_meets_its_own_policy(page, sign_in):
    """Inline scripts are refused by the policy and say so in the console: the `page` fixture fails on it."""
    sign_in(page, UserFactory(house_manager=True))
    page.goto("/gestion/")
    for viewset, name in pages():
        if (viewset, name) not in NOT_HERS:
            page.goto(address(viewset, name))
            page.locator("#main").wait_for()
    page.goto("/gestion/account/")
