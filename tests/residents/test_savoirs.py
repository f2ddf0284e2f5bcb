"""The page of savoirs: who may, what it saves, what it refuses in words."""

import pytest
from django.urls import reverse

from residents.actions.declarations import declare
from residents.enums import Audience, KnowledgeKind, Stance
from residents.models import Declaration, DeclarationChange, KnowledgeItem
from tests.factories import (
    DeclarationFactory,
    KnowledgeItemFactory,
    MembershipFactory,
    UserFactory,
)
from tests.residents.savoirs import EDITOR, page_of, said

DECLARE = "/savoirs/declarer/"

HTMX = {"HX-Request": "true"}


# Who may


def test_editor_asks_to_sign_in(client, db):
    assert client.get(EDITOR).headers["Location"] == "/compte/login/?next=/savoirs/"


def test_editor_is_of_ones_own_structure(signed_in, ours):
    response = signed_in.get(EDITOR)
    assert response.context["resident"] == ours


def test_editor_of_a_person_without_structure_says_how_to_join(client, db):
    client.force_login(UserFactory(email="nouvelle@chaudronneries.example"))
    response = client.get(EDITOR)
    assert response.templates[0].name == "residents/savoirs_join.html"
    assert "nouvelle@chaudronneries.example" in response.text


def test_editor_of_the_house_manager_lets_choose_a_structure(client, house_manager, theirs):
    client.force_login(house_manager)
    assert f'href="{page_of(theirs)}"' in client.get(EDITOR).text
    assert client.get(page_of(theirs)).context["resident"] == theirs


def test_editor_of_a_person_in_two_structures_follows_the_address(signed_in, member, ours):
    other = MembershipFactory(user=member).resident
    assert signed_in.get(page_of(other)).context["resident"] == other
    assert signed_in.get(page_of(ours)).context["resident"] == ours


@pytest.mark.parametrize("slug, status", [("nulle-part", 404), ("%00", 404), ("../x", 404)])
def test_editor_of_a_structure_that_is_none(signed_in, slug, status):
    assert signed_in.get(f"{EDITOR}?structure={slug}").status_code == status


READ = ["savoirs", "terms", "neighbours", "changes"]

ACT = [("declare", False), ("audience", False), ("declaration", True), ("withdraw", True)]


@pytest.mark.parametrize("name", READ)
def test_reading_is_refused_for_anothers_structure(signed_in, theirs, name):
    assert signed_in.get(f"{reverse(f'residents:{name}')}?structure={theirs.slug}").status_code == 403


@pytest.mark.parametrize("name, about_an_item", ACT)
@pytest.mark.parametrize("person", ["member", "UserFactory"])
def test_acting_is_refused_for_anothers_structure(client, member, theirs, item, name, about_an_item, person):
    client.force_login(member if person == "member" else UserFactory())
    address = reverse(f"residents:{name}", args=[item.pk] if about_an_item else [])
    data = {"item": item.pk, "savoirs_audience": Audience.HOUSE, "precision": "x"}
    assert client.post(f"{address}?structure={theirs.slug}", data).status_code == 403
    assert Declaration.objects.count() == 0


@pytest.mark.parametrize("name, about_an_item", ACT)
def test_acting_is_refused_without_a_structure(client, item, name, about_an_item):
    client.force_login(UserFactory())
    assert client.post(reverse(f"residents:{name}", args=[item.pk] if about_an_item else [])).status_code == 403


def test_undoing_is_refused_for_anothers_structure(signed_in, theirs, item):
    change = declare(resident=theirs, item=item, by=UserFactory())
    assert signed_in.post(f"/savoirs/changements/{change.pk}/annuler/").status_code == 403
    assert theirs.declarations.count() == 1


def test_the_house_manager_acts_for_any_structure(client, house_manager, theirs, item):
    client.force_login(house_manager)
    client.post(f"{DECLARE}?structure={theirs.slug}", {"item": item.pk})
    assert theirs.declarations.get().created_by == house_manager


@pytest.mark.parametrize("name, about_an_item", ACT[:2] + ACT[3:])
def test_an_address_that_acts_leads_back_to_the_editor(signed_in, ours, item, name, about_an_item):
    """Somebody who signs in again comes back by GET."""
    response = signed_in.get(reverse(f"residents:{name}", args=[item.pk] if about_an_item else []))
    assert (response.status_code, response.headers["Location"]) == (302, page_of(ours))


# Declaring


def test_declaring_a_term_saves_it_and_comes_back(signed_in, ours, item):
    response = signed_in.post(DECLARE, {"item": item.pk, "position": Stance.SEEK})
    assert (response.status_code, response.headers["Location"]) == (302, page_of(ours))
    assert said(response) == ["« Maraîchage » ajouté à ce que vous cherchez."]
    assert ours.declarations.values_list("item", "stance").get() == (item.pk, "recherche")


def test_declaring_by_htmx_answers_the_parts_that_follow(signed_in, ours, item):
    response = signed_in.post(DECLARE, {"item": item.pk}, headers=HTMX)
    assert response.headers["HX-Retarget"] == "#savoirs-lists"
    assert f'id="declaration-{item.pk}"' in response.text
    assert "« Maraîchage » ajouté à ce que vous offrez. 1 élément sur 25." in response.text
    assert response.text.count("data-hx-swap-oob") == 4


def test_declaring_twice_says_so_and_saves_once(signed_in, ours, item):
    signed_in.post(DECLARE, {"item": item.pk})
    response = signed_in.post(DECLARE, {"item": item.pk})
    assert said(response)[-1] == "« Maraîchage » est déjà déclaré."
    assert ours.declaration_changes.count() == ours.declarations.count() == 1


def test_declaring_again_keeps_the_note(signed_in, ours, item):
    DeclarationFactory(resident=ours, item=item, note="Sous serre")
    signed_in.post(DECLARE, {"item": item.pk, "position": Stance.SEEK})
    assert ours.declarations.values_list("stance", "note").get() == ("recherche", "Sous serre")


@pytest.mark.parametrize("data", [{}, {"item": "0"}, {"item": "x"}, {"item": "9" * 30}, {"label": "seul"}])
def test_declaring_nothing_known_is_refused_in_words(signed_in, data):
    response = signed_in.post(DECLARE, data)
    assert response.status_code == 422
    assert "Ce terme n’a pas été ajouté" in response.text
    assert DeclarationChange.objects.count() == 0


def test_declaring_a_free_term(signed_in, ours, member):
    response = signed_in.post(DECLARE, {"label": "Fête de l'aubergine", "nature": "milieu"})
    assert response.status_code == 302
    term = ours.declarations.get().item
    assert (term.label, term.kind, term.scheme, term.created_by) == (
        "Fête de l'aubergine",
        "milieu",
        "resident",
        member,
    )


def test_declaring_a_free_term_that_exists_declares_it(signed_in, ours, item):
    signed_in.post(DECLARE, {"label": "maraichage", "nature": "savoir"})
    assert ours.declarations.get().item == item


@pytest.mark.parametrize("headers, status", [({}, 200), (HTMX, 200)])
def test_declaring_a_free_term_that_resembles_another_asks_first(signed_in, ours, item, headers, status):
    data = {"label": "Maraichages", "nature": "savoir"}
    response = signed_in.post(DECLARE, data, headers=headers)
    assert response.status_code == status
    assert "Vouliez-vous dire… ?" in response.text
    assert f'name="item" value="{item.pk}"' in response.text
    assert ours.declarations.count() == 0
    signed_in.post(DECLARE, {**data, "confirmed": "1"}, headers=headers)
    assert ours.declarations.get().item.label == "Maraichages"


@pytest.mark.parametrize(
    "label, reason",
    [
        ("🎉🎉", "Le terme doit contenir au moins une lettre ou un chiffre."),
        ("\u202e\u200b", "Choisissez un terme de la liste, ou écrivez le vôtre."),
        ("maraî\x00chage", "Le caractère nul n’est pas autorisé."),
        ("a" * 200, "Assurez-vous que cette valeur comporte au plus 120 caractères (actuellement 200)."),
        ("mot " * 40, "Assurez-vous que cette valeur comporte au plus 120 caractères (actuellement 159)."),
        ("<script>alert(1)</script>", "Un terme s’écrit sans chevrons (&lt; &gt;)."),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_free_term_that_cannot_be_read_is_refused_in_words(signed_in, label, reason, headers):
    response = signed_in.post(DECLARE, {"label": label, "nature": "savoir"}, headers=headers)
    assert response.status_code == 422
    assert reason in response.text
    assert "<script>alert" not in response.text
    assert KnowledgeItem.objects.count() == 0


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("Soudure\u200b à l’arc\u202e", "Soudure à l’arc"),
        ("Soudure\r\n à\tl’arc", "Soudure à l’arc"),
        ("Me\u0301tallerie", "Métallerie"),
        ("Fête 🎉 des voisins", "Fête 🎉 des voisins"),
    ],
)
def test_free_term_is_cleaned_of_what_cannot_be_seen(signed_in, typed, kept):
    signed_in.post(DECLARE, {"label": typed, "nature": "savoir"})
    assert KnowledgeItem.objects.get().label == kept


def test_becoming_mapped_is_celebrated_once(signed_in, ours):
    for kind in [KnowledgeKind.SAVOIR] * 8 + [KnowledgeKind.SAVOIR_FAIRE]:
        DeclarationFactory(resident=ours, item=KnowledgeItemFactory(kind=kind))
    last, more = (KnowledgeItemFactory(kind=KnowledgeKind.MILIEU) for _n in range(2))
    assert "Encore 1 élément, dont un milieu de référence, et votre" in signed_in.get(EDITOR).text
    answers = [signed_in.post(DECLARE, {"item": term.pk}, headers=HTMX).text for term in (last, more)]
    assert ["Bravo" in text for text in answers] == [True, False]
    assert all("Votre structure est cartographiée." in text for text in answers)
