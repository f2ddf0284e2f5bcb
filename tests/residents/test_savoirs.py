"""The page of savoirs: who may, what it shows, what it saves, what it refuses in words."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from residents.actions.declarations import declare, undo
from residents.enums import Audience, KnowledgeKind, Stance
from residents.models import Declaration, DeclarationChange, KnowledgeItem, Synonym
from tests.factories import (
    DeclarationFactory,
    KnowledgeItemFactory,
    MembershipFactory,
    OccupationFactory,
    ResidentFactory,
    UserFactory,
)

EDITOR = "/savoirs/"
DECLARE = "/savoirs/declarer/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ours(member):
    return member.residents_list[0]


@pytest.fixture
def theirs(db):
    return ResidentFactory()


@pytest.fixture
def signed_in(client, member):
    client.force_login(member)
    return client


@pytest.fixture
def item(db):
    return KnowledgeItemFactory(label="Maraîchage")


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def page_of(resident):
    return f"{EDITOR}?structure={resident.slug}"


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
        ("<script>alert(1)</script>", "Un terme s&#x27;écrit sans chevrons (&lt; &gt;)."),
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


# Changing in place


def revise(client, item, headers=None, **data):
    return client.post(f"/savoirs/{item.pk}/", data, headers=headers or {})


def test_changing_the_stance_keeps_the_note_that_was_typed(signed_in, ours, item):
    DeclarationFactory(resident=ours, item=item)
    response = revise(signed_in, item, HTMX, position="recherche", precision="Sous serre", seen="")
    assert response.status_code == 200
    assert ours.declarations.values_list("stance", "note").get() == ("recherche", "Sous serre")
    assert "« Maraîchage » passé en recherche, précisé : « Sous serre »." in response.text


def test_saving_a_note_without_a_script_comes_back(signed_in, ours, item):
    DeclarationFactory(resident=ours, item=item)
    response = revise(signed_in, item, precision="Sous serre", seen="")
    assert response.headers["Location"] == page_of(ours)
    assert said(response) == ["« Maraîchage » précisé : « Sous serre »."]


def test_saving_the_same_note_twice_changes_it_once(signed_in, ours, item):
    DeclarationFactory(resident=ours, item=item)
    for _n in range(2):
        assert revise(signed_in, item, HTMX, precision="Sous serre", seen="").status_code == 200
    assert ours.declaration_changes.count() == 1


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_note_too_long_is_kept_and_said(signed_in, ours, item, headers):
    DeclarationFactory(resident=ours, item=item, note="Avant")
    response = revise(signed_in, item, headers, precision="é" * 301, seen="Avant")
    assert response.status_code == 422
    assert "é" * 301 in response.text
    assert "au plus 300 caractères" in response.text
    assert ours.declarations.get().note == "Avant"


def test_a_note_of_300_characters_with_line_breaks_fits(signed_in, ours, item):
    DeclarationFactory(resident=ours, item=item)
    revise(signed_in, item, precision="a" * 150 + "\r\n" + "b" * 149, seen="")
    assert len(ours.declarations.get().note) == 300


def test_a_colleagues_note_is_shown_then_may_be_replaced(signed_in, ours, item):
    DeclarationFactory(resident=ours, item=item, note="Celle d'une collègue")
    response = revise(signed_in, item, HTMX, precision="La mienne", seen="")
    assert response.status_code == 422
    assert "Celle d&#x27;une collègue" in response.text
    assert ">La mienne</textarea>" in response.text
    assert '<input type="hidden" name="seen" value="Celle d&#x27;une collègue">' in response.text
    revise(signed_in, item, HTMX, precision="La mienne", seen="Celle d'une collègue")
    assert ours.declarations.get().note == "La mienne"


def test_a_note_on_what_a_colleague_withdrew_is_kept_and_may_be_declared_again(signed_in, ours, item):
    response = revise(signed_in, item, HTMX, precision="La mienne", seen="")
    assert response.status_code == 422
    assert "« Maraîchage » a été retiré entre-temps." in response.text
    assert '<input type="hidden" name="again" value="1">' in response.text
    revise(signed_in, item, HTMX, precision="La mienne", seen="", again="1")
    assert ours.declarations.get().note == "La mienne"


def test_html_in_a_note_is_text(signed_in, ours, item):
    DeclarationFactory(resident=ours, item=item, note="<b>gras</b>")
    assert "&lt;b&gt;gras&lt;/b&gt;" in signed_in.get(EDITOR).text


def test_a_note_sent_after_the_session_ended_is_found_again(client, member, ours, item):
    DeclarationFactory(resident=ours, item=item, note="Avant")
    address = f"/savoirs/{item.pk}/?structure={ours.slug}"
    response = client.post(address, {"precision": "Après", "seen": "Avant"})
    assert response.headers["Location"].startswith("/compte/login/?next=")
    assert ours.declarations.get().note == "Avant"
    client.post(response.headers["Location"], {"login": member.email, "password": "chaudron-demo"})
    assert ">Après</textarea>" in client.get(address).text


def test_withdrawing_can_be_undone(signed_in, ours, item):
    DeclarationFactory(resident=ours, item=item, note="Sous serre")
    response = signed_in.post(f"/savoirs/{item.pk}/retirer/", headers=HTMX)
    assert ours.declarations.count() == 0
    change = ours.declaration_changes.get()
    assert f'action="/savoirs/changements/{change.pk}/annuler/"' in response.text
    signed_in.post(f"/savoirs/changements/{change.pk}/annuler/", headers=HTMX)
    assert ours.declarations.get().note == "Sous serre"


def test_withdrawing_twice_says_so(signed_in, ours, item):
    signed_in.post(f"/savoirs/{item.pk}/retirer/")
    assert ours.declaration_changes.count() == 0


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_undoing_too_late_is_refused_in_words(signed_in, ours, item, member, headers):
    first = declare(resident=ours, item=item, by=member)
    declare(resident=ours, item=item, by=member, note="Sous serre")
    response = signed_in.post(f"/savoirs/changements/{first.pk}/annuler/", headers=headers)
    words = "Cette déclaration a été modifiée depuis : rien n'a été annulé."
    assert words in (response.text.replace("&#x27;", "'") if headers else said(response))
    assert ours.declarations.get().note == "Sous serre"


def test_choosing_who_reads(signed_in, member, ours):
    response = signed_in.post("/savoirs/lecteurs/", {"savoirs_audience": Audience.HOUSE})
    ours.refresh_from_db()
    assert ours.savoirs_audience == Audience.HOUSE
    assert said(response) == ["Vos savoirs sont lus par : la maison seulement."]


def test_choosing_readers_who_do_not_exist(signed_in, ours):
    assert signed_in.post("/savoirs/lecteurs/", {"savoirs_audience": "tous"}).status_code == 404


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
