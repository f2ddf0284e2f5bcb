"""The page of near terms: who may, what it says, a gesture each way."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse, reverse_lazy

from chaudronneries.office import dashboard
from residents.actions import duplicates, merges
from residents.duplicates import queue
from residents.duplicates.reading import pairs
from residents.enums import NearDuplicateState
from residents.models import Merge, NearDuplicate, Synonym
from tests.factories import DeclarationFactory, ResidentFactory, UserFactory
from tests.residents.terms import official, proposed

WAITING, MERGED, DIFFERENT = NearDuplicateState.WAITING, NearDuplicateState.MERGED, NearDuplicateState.DIFFERENT


PAGE = reverse_lazy("near_terms")


def post(client, pair, gesture, **more):
    return client.post(reverse("near_terms_decide", args=[pair.pk]), {"geste": gesture, **more}, follow=True)


def said(page):
    return [str(message).split("<")[0].strip() for message in page.context["messages"]]


def test_page_of_near_terms_is_the_house_managers(client, member, administrator, house_manager, pair):
    decide = reverse("near_terms_decide", args=[pair.pk])
    assert [client.get(PAGE).status_code, client.post(decide).status_code] == [302, 302]
    client.force_login(member)
    assert [client.get(PAGE).status_code, client.post(decide, {"geste": "garder"}).status_code] == [403, 403]
    for user in (administrator, house_manager):
        client.force_login(user)
        assert [client.get(PAGE).status_code, client.get(decide).status_code] == [200, 405]
    assert NearDuplicate.objects.get().state == WAITING


def test_pair_says_who_declares_it_whence_it_comes_and_why(pair):
    for name in ("Atelier", "Brasserie", "Cuisine", "Draperie", "Enclume"):
        DeclarationFactory(item=pair.item, resident=ResidentFactory(name=name))
    Synonym.objects.create(item=pair.other, label="Mécanique cycles")
    [shown] = pairs([pair])
    assert [side.declared for side in shown.sides] == [
        "Déclaré par Atelier, Brasserie, Cuisine et 2 autres.",
        "Aucune structure ne le déclare.",
    ]
    assert [side.synonyms for side in shown.sides] == ["", "Mécanique cycles"]
    assert shown.why == "les mêmes mots, dans un autre ordre ou avec d’autres petits mots"


def test_one_is_kept_in_one_gesture_and_it_is_undone_there(manager, pair):
    page = post(manager, pair, "garder")
    assert (page.request["PATH_INFO"], said(page)) == (
        PAGE,
        ["« Vélos : réparation » fusionné dans « Réparation de vélos »."],
    )
    page = manager.get(PAGE, {"etat": "decides"})
    assert [one.decision for one in page.context["pairs"]] == ["Fusionnés : il reste « Réparation de vélos »."]
    page = post(manager, pair, "annuler", etat="decides")
    assert said(page) == ["« Réparation de vélos » et « Vélos : réparation » sont à nouveau à départager."]
    post(manager, pair, "garder-autre")
    assert Merge.objects.in_force().get().into == pair.other


def test_what_was_kept_is_said_though_it_was_merged_elsewhere_since(manager, pair, house_manager):
    duplicates.merge(pair=pair, keep=pair.other, by=house_manager)
    merges.merge(item=pair.other, into=official("Mécanique"), by=house_manager)
    page = manager.get(PAGE, {"etat": "decides"})
    assert [one.decision for one in page.context["pairs"]] == ["Fusionnés : il reste « Vélos : réparation »."]


def test_two_things_in_one_gesture(manager, pair):
    page = post(manager, pair, "deux-choses", suivante="12", page="3")
    assert page.redirect_chain[0][0] == f"{PAGE}?etat=a-voir&page=3#paire-12"
    assert page.context["pairs"] == []
    assert said(post(manager, pair, "garder")) == ["Ces deux termes ont déjà été départagés."]


def test_what_a_structure_declares_twice_is_read_before(manager, pair):
    both = DeclarationFactory(item=pair.item, note="Ici").resident
    DeclarationFactory(item=pair.other, resident=both, seeks=True)
    page = post(manager, pair, "garder")
    there = reverse("termes:merge_into", args=[pair.other_id, pair.item_id])
    assert (page.request["PATH_INFO"], Merge.objects.exists()) == (there, False)
    assert "il reste « Réparation de vélos », en offre" in page.content.decode()
    page = manager.post(f"{there}?paire={pair.pk}", follow=True)
    assert (page.request["PATH_INFO"], NearDuplicate.objects.get().state) == (PAGE, MERGED)


@pytest.mark.parametrize(
    "data",
    [{}, {"geste": "tout"}, {"geste": "garder", "suivante": "x"}, {"geste": "garder", "page": "9" * 40}],
)
def test_gesture_that_cannot_be_read_is_refused(manager, pair, data):
    answer = manager.post(reverse("near_terms_decide", args=[pair.pk]), data)
    assert (answer.status_code, NearDuplicate.objects.get().state) == (400, WAITING)


@pytest.mark.parametrize("query", [{"etat": "\0"}, {"page": "9" * 40}, {"page": "0"}, {"etat": "🎉", "page": "-1"}])
def test_odd_addresses_are_the_first_page(manager, pair, query):
    assert [one.row for one in manager.get(PAGE, query).context["pairs"]] == [pair]


def test_desk_says_how_many_wait(pair, house_manager):
    assert [(line.words, line.address) for line in dashboard.to_tell_apart()] == [("1 paire de termes proches", PAGE)]
    duplicates.keep_apart(pair=pair, by=house_manager)
    assert dashboard.to_tell_apart() == []


def test_page_keeps_its_queries(manager, pair):
    def count(**query):
        manager.get(PAGE, query)
        with CaptureQueriesContext(connection) as captured:
            assert manager.get(PAGE, query).status_code == 200
        return len(captured)

    DeclarationFactory(item=pair.item)
    one = count()
    for label in ("Cuisine du monde", "Danse et théâtre"):
        official(label)
        other = proposed(" ".join(reversed(label.split())))
        DeclarationFactory(item=other)
        Synonym.objects.create(item=other, label=f"{label} ?")
    queue.look_again()
    assert (NearDuplicate.objects.count(), count()) == (3, one)
    for row in NearDuplicate.objects.all():
        duplicates.keep_apart(pair=row, by=UserFactory(house_manager=True))
    assert count(etat="decides") <= one


def test_markup_in_a_label_is_shown_as_it_is(manager, db):
    official("Réparation <b>vélos</b>")
    proposed("<b>vélos</b> réparation")
    queue.look_again()
    assert "<b>vélos" not in manager.get(PAGE).content.decode()
