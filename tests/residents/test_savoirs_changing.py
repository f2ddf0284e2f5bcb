"""What is declared is changed in place, withdrawn, and put back."""

import pytest

from residents.actions.declarations import declare
from residents.enums import Audience
from tests.factories import (
    DeclarationFactory,
)
from tests.residents.savoirs import EDITOR, page_of, said

HTMX = {"HX-Request": "true"}


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
    words = "Cette déclaration a été modifiée depuis : rien n’a été annulé."
    assert words in (response.text.replace("&#x27;", "'") if headers else said(response))
    assert ours.declarations.get().note == "Sous serre"


def test_choosing_who_reads(signed_in, member, ours):
    response = signed_in.post("/savoirs/lecteurs/", {"savoirs_audience": Audience.HOUSE})
    ours.refresh_from_db()
    assert ours.savoirs_audience == Audience.HOUSE
    assert said(response) == ["Vos savoirs sont lus par : la maison seulement."]


def test_choosing_readers_who_do_not_exist(signed_in, ours):
    assert signed_in.post("/savoirs/lecteurs/", {"savoirs_audience": "tous"}).status_code == 404
