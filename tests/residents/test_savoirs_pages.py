"""The pages around that of savoirs: terms, neighbours, changes, coverage; and their queries."""

import pytest

from residents.actions.declarations import declare, undo
from residents.enums import Audience, KnowledgeKind, Stance
from residents.models import KnowledgeItem, Synonym
from tests.factories import (
    DeclarationFactory,
    KnowledgeItemFactory,
    OccupationFactory,
    ResidentFactory,
    UserFactory,
)
from tests.residents.savoirs import EDITOR

HTMX = {"HX-Request": "true"}


# Looking for terms


def options(response):
    return response.context["terms"]


def test_options_say_kind_source_synonym_and_what_is_declared(signed_in, ours, item):
    Synonym.objects.create(item=item, label="Culture maraîchère")
    DeclarationFactory(resident=ours, item=item, stance=Stance.SEEK)
    response = signed_in.get("/savoirs/termes/?q=culture maraich", headers=HTMX)
    for words in ["savoir · ROME, France Travail", "aussi : « Culture maraîchère »", "déjà déclaré (recherche)"]:
        assert words in response.text
    assert 'data-announcement="1 terme trouvé."' in response.text
    assert "HX-Request" in response.headers["Vary"].split(", ")


def test_options_offer_a_free_term_of_the_kinds_that_lack_it(signed_in, item):
    free = options(signed_in.get("/savoirs/termes/?q=maraichage", headers=HTMX)).free_kinds
    assert free == [KnowledgeKind.SAVOIR_FAIRE, KnowledgeKind.MILIEU]
    found = options(signed_in.get("/savoirs/termes/?q=maraichage&nature=milieu", headers=HTMX))
    assert (found.items, found.free_kinds) == ([], [KnowledgeKind.MILIEU])


@pytest.mark.parametrize("text", ["", "   ", "!?", "\x00", "\u202e"])
def test_options_for_what_cannot_be_looked_for_are_none(signed_in, item, text):
    found = options(signed_in.get("/savoirs/termes/", {"q": text}, headers=HTMX))
    assert (found.items, found.free_kinds) == ([], [])


def test_options_take_few_queries(signed_in, item, django_assert_max_num_queries):
    with django_assert_max_num_queries(13):
        signed_in.get("/savoirs/termes/?q=introuvable", headers=HTMX)


def test_terms_without_a_script_are_buttons(signed_in, ours, item):
    response = signed_in.get(f"/savoirs/termes/?structure={ours.slug}&q=marai&position=recherche")
    assert f'<button class="button button--quiet savoirs__pick" type="submit" name="item" value="{item.pk}">' in (
        response.text
    )
    assert '<input type="hidden" name="position" value="recherche">' in response.text


def test_html_in_what_is_looked_for_is_text(signed_in):
    for headers in ({}, HTMX):
        assert "<b>x" not in signed_in.get("/savoirs/termes/?q=<b>x", headers=headers).text


# Pages


def test_neighbours_are_held_by_the_same_occupations(signed_in, ours, item):
    near = KnowledgeItemFactory(label="Irrigation", occupation_count=1)
    KnowledgeItem.objects.filter(pk=item.pk).update(occupation_count=1)
    OccupationFactory(items=[item, near])
    DeclarationFactory(resident=ours, item=item)
    for headers in ({}, HTMX):
        assert signed_in.get("/savoirs/voisins/", headers=headers).context["items"] == [near]


def test_changes_say_who_and_when_and_undo_what_can_be(signed_in, ours, item, member):
    declare(resident=ours, item=item, by=member)
    last = declare(resident=ours, item=item, by=member, note="Sous serre")
    response = signed_in.get("/savoirs/changements/")
    assert [(line.words, line.can_undo) for line in response.context["changes"]] == [
        ("« Maraîchage » précisé : « Sous serre »", True),
        ("« Maraîchage » ajouté à ce que vous offrez", False),
    ]
    assert f"par {member}" in response.text
    back = signed_in.post(f"/savoirs/changements/{last.pk}/annuler/", {"to_changes": "1"})
    assert back.headers["Location"] == f"/savoirs/changements/?structure={ours.slug}"


def test_changes_are_in_pages(signed_in, ours, item, member):
    change = declare(resident=ours, item=item, by=member)
    for _n in range(25):
        change = undo(change, by=member)
    assert len(signed_in.get("/savoirs/changements/").context["changes"]) == 25
    assert len(signed_in.get("/savoirs/changements/?page=2").context["changes"]) == 1


def test_changes_say_what_to_do_when_there_are_none(signed_in):
    assert "Déclarer un premier savoir" in signed_in.get("/savoirs/changements/").text


def test_coverage_page_is_for_the_house(client, member, theirs):
    client.force_login(UserFactory())
    assert client.get("/savoirs/couverture/").status_code == 403
    client.force_login(member)
    response = client.get("/savoirs/couverture/")
    assert "0/2 structures cartographiées" in response.text
    assert "au moins 10 éléments, dont un savoir, un savoir-faire et un milieu de référence" in response.text
    assert theirs.name in response.text


def test_coverage_page_tells_no_figure_of_what_is_kept_for_the_house(client, member, house_manager, theirs):
    DeclarationFactory.create_batch(3, resident=theirs)
    theirs.savoirs_audience = Audience.HOUSE
    theirs.save()
    found = {}
    for person in (member, house_manager):
        client.force_login(person)
        page = client.get("/savoirs/couverture/").text
        found[person] = (page.count(theirs.name), page.count("3 éléments, il manque"))
    assert found == {member: (1, 0), house_manager: (1, 1)}


# Queries


@pytest.mark.parametrize("declared", [1, 3])
@pytest.mark.parametrize(
    "address, queries",
    [(EDITOR, 7), ("/savoirs/changements/", 6), ("/savoirs/couverture/", 4), ("/savoirs/termes/", 3)],
)
def test_pages_take_as_many_queries_for_1_and_3_declarations(
    signed_in, ours, member, declared, address, queries, django_assert_num_queries
):
    for _n in range(declared):
        declare(resident=ours, item=KnowledgeItemFactory(), by=member)
        declare(resident=ResidentFactory(), item=KnowledgeItemFactory(), by=member)
    with django_assert_num_queries(queries):
        signed_in.get(address)
