"""The directory: who is found, by whom, with which counts."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from residents.enums import Audience, KnowledgeKind
from residents.forms.directory import DirectoryForm
from residents.models import Synonym, User
from residents.pages.directory import PER_PAGE, Directory
from tests.factories import (
    DeclarationFactory,
    KnowledgeItemFactory,
    MembershipFactory,
    ResidentFactory,
    SectorFactory,
    StayFactory,
    UserFactory,
)

ADDRESS = "/residents/"


def found(query="", reader=None):
    """Names found for `query`, an address's query."""
    directory = Directory(reader or AnonymousUser(), DirectoryForm(QueryDict(query)).filters)
    return [card.reading.name for card in directory.page(1).object_list]


def facets(query, name, reader=None):
    """{label: count} of the facets `name`."""
    directory = Directory(reader or AnonymousUser(), DirectoryForm(QueryDict(query)).filters)
    return {str(facet.label): facet.count for facet in getattr(directory, name)}


def with_roles(user):
    return User.objects.with_roles().get(pk=user.pk)


@pytest.fixture
def soup(db):
    return ResidentFactory(name="La Fabrique à soupe", tagline="Des marmites à vélo")


@pytest.fixture
def zinc(db):
    return ResidentFactory(name="Atelier du Zinc")


def test_structures_come_in_alphabetical_order_without_accents_nor_case(soup, zinc):
    ResidentFactory(name="Éclats")
    ResidentFactory(name="basse cour")
    assert found() == ["Atelier du Zinc", "basse cour", "Éclats", "La Fabrique à soupe"]


def test_only_structures_present_today_are_listed(zinc):
    today = timezone.localdate()
    day = datetime.timedelta(days=1)
    StayFactory(resident=ResidentFactory(name="Partie", in_residence=False), ends_on=today - day)
    StayFactory(resident=ResidentFactory(name="Attendue", in_residence=False), starts_on=today + day)
    StayFactory(resident=ResidentFactory(name="Dernier jour", in_residence=False), ends_on=today)
    assert found() == ["Atelier du Zinc", "Dernier jour"]


@pytest.mark.parametrize("words", ["fabrique", "FABRIQUE a SOUPE", "fabriqe", "soup", "marmite", "velo", "la soupe"])
def test_search_forgives_accents_case_and_typos(soup, zinc, words):
    assert found(f"q={words}") == ["La Fabrique à soupe"]


@pytest.mark.parametrize("words", ["zzzz", "!!!", "‮", "fabrique zinc"])
def test_search_for_what_nobody_says_finds_nobody(soup, zinc, words):
    assert found(f"q={words}") == []


def test_search_reads_sectors_items_and_their_synonyms(soup, zinc):
    soup.sectors.add(SectorFactory(name="Alimentation"))
    item = DeclarationFactory(resident=zinc, item__label="Soudure à l'arc").item
    Synonym.objects.create(item=item, label="Brasage électrique")
    assert found("q=alimentation") == ["La Fabrique à soupe"]
    assert found("q=soudur") == ["Atelier du Zinc"]
    assert found("q=brazage") == ["Atelier du Zinc"]


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (Audience.PUBLIC, ["anonymous", "resident", "member", "manager"]),
        (Audience.RESIDENTS, ["resident", "member", "manager"]),
        (Audience.HOUSE, ["member", "manager"]),
    ],
)
@pytest.mark.parametrize("query", ["q=secret", "q=alchimie", "nature=milieu", "savoir={item}"])
def test_nothing_is_found_by_what_its_reader_may_not_read(soup, audience, readers, query):
    resident = ResidentFactory(
        name="Discrète", tagline="Notre secret", tagline_audience=audience, savoirs_audience=audience
    )
    item = DeclarationFactory(resident=resident, item__label="Alchimie", item__kind=KnowledgeKind.MILIEU).item
    people = {
        "anonymous": AnonymousUser(),
        "resident": with_roles(MembershipFactory().user),
        "member": with_roles(MembershipFactory(resident=resident).user),
        "manager": with_roles(UserFactory(house_manager=True)),
    }
    finders = [name for name, person in people.items() if found(query.format(item=item.pk), person) == ["Discrète"]]
    assert finders == readers


def test_facets_show_nothing_that_their_reader_may_not_read(zinc):
    resident = ResidentFactory(savoirs_audience=Audience.HOUSE)
    DeclarationFactory(resident=resident, item__label="Alchimie")
    assert facets("", "item_facets") == {}
    assert facets("", "kind_facets") == {"savoir": 0, "savoir-faire": 0, "milieu de référence": 0}


def test_counts_take_the_other_filters_into_account(soup, zinc):
    food, metal = SectorFactory(name="Alimentation"), SectorFactory(name="Métal")
    soup.sectors.add(food)
    zinc.sectors.add(metal, food)
    cooking = KnowledgeItemFactory(label="Cuisine", kind=KnowledgeKind.SAVOIR_FAIRE)
    welding = KnowledgeItemFactory(label="Soudure", kind=KnowledgeKind.SAVOIR_FAIRE)
    DeclarationFactory(resident=soup, item=cooking)
    DeclarationFactory(resident=zinc, item=welding)
    DeclarationFactory(resident=zinc, item__label="Métallurgie")
    assert facets("secteur=metal", "kind_facets") == {"savoir": 1, "savoir-faire": 1, "milieu de référence": 0}
    assert facets("secteur=metal", "sector_facets") == {"Alimentation": 2, "Métal": 1}
    assert facets("nature=savoir", "sector_facets") == {"Alimentation": 1, "Métal": 1}
    assert facets("secteur=metal", "item_facets") == {"Métallurgie": 1, "Soudure": 1}
    assert facets(f"savoir={cooking.pk}", "sector_facets") == {"Alimentation": 1}
    assert facets(f"savoir={cooking.pk}&secteur=metal", "item_facets") == {"Cuisine": 0, "Métallurgie": 1, "Soudure": 1}
    assert found("secteur=metal&secteur=alimentation") == ["Atelier du Zinc", "La Fabrique à soupe"]
    assert found(f"secteur=alimentation&savoir={cooking.pk}") == ["La Fabrique à soupe"]


def test_card_shows_first_the_items_that_answer_the_search(zinc):
    for label in ["Algèbre", "Botanique", "Chimie", "Danse", "Zoologie"]:
        DeclarationFactory(resident=zinc, item__label=label)
    directory = Directory(AnonymousUser(), DirectoryForm(QueryDict("q=zoologie")).filters)
    labels = [item["label"] for item in directory.page(1).object_list[0].items]
    assert labels == ["Zoologie", "Algèbre", "Botanique", "Chimie"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["savoir=abc", "nature=inconnue", "page=99", "page=x", "q=%00", "savoir=999999999999"]
)
def test_address_that_is_wrong_still_answers(client, query):
    assert client.get(f"{ADDRESS}?{query}").status_code == 200


def test_filters_are_removed_one_at_a_time(client, soup):
    soup.sectors.add(SectorFactory(name="Alimentation"))
    response = client.get(f"{ADDRESS}?q=soupe&secteur=alimentation&page=1")
    assert response.context["removable"] == [
        {"label": "« soupe »", "query": "secteur=alimentation"},
        {"label": "Alimentation", "query": "q=soupe"},
    ]


def test_filter_that_nobody_answers_can_be_removed_too(client, soup):
    response = client.get(f"{ADDRESS}?savoir=123456789&secteur=absent")
    assert [filter["query"] for filter in response.context["removable"]] == ["savoir=123456789", "secteur=absent"]


def test_htmx_gets_the_list_alone_and_a_clean_address(client, soup):
    response = client.get(f"{ADDRESS}?q=soupe&savoir=", headers={"HX-Request": "true"})
    assert response["HX-Push-Url"] == f"{ADDRESS}?q=soupe"
    assert "<html" not in response.content.decode()
    assert "HX-Request" in response["Vary"]


def test_list_is_cut_in_pages(client, db):
    for number in range(PER_PAGE + 1):
        ResidentFactory(name=f"Structure {number:02}")
    names = [card.reading.name for card in client.get(f"{ADDRESS}?page=2").context["page"].object_list]
    assert names == [f"Structure {PER_PAGE}"]


def one_more():
    resident = ResidentFactory(tagline="Une phrase")
    resident.sectors.add(SectorFactory())
    DeclarationFactory(resident=resident)
    return resident


@pytest.mark.parametrize("number", [1, 3])
def test_public_page_keeps_its_queries(client, db, django_assert_num_queries, number):
    for _ in range(number):
        one_more()
    with django_assert_num_queries(3):
        client.get(ADDRESS)


@pytest.mark.parametrize("number", [1, 3])
def test_page_of_a_search_keeps_its_queries_signed_in(client, member, django_assert_num_queries, number):
    for _ in range(number):
        resident = one_more()
    client.force_login(member)
    slug = resident.sectors.get().slug
    with django_assert_num_queries(7):
        client.get(ADDRESS, {"q": "structure", "secteur": slug})


def test_search_that_forgives_asks_one_query_more(client, member, django_assert_num_queries):
    one_more()
    client.force_login(member)
    with django_assert_num_queries(8):
        client.get(ADDRESS, {"q": "strutcure"})


@pytest.mark.browser
def test_list_follows_what_is_typed_and_the_address_too(page, zinc, soup):
    page.goto(reverse("residents:directory"))
    page.get_by_label("Chercher une structure ou un savoir").press_sequentially("soupe")
    page.get_by_role("heading", name="1 structure", exact=True).wait_for()
    assert page.url.endswith("/residents/?q=soupe")
    page.get_by_role("link", name="Retirer le filtre « soupe »").click()
    page.get_by_role("heading", name="2 structures").wait_for()
