"""A structure that stays out of the public directory: the public meets it nowhere, residents everywhere.

So it is of one that left and wished to leave nothing; one that left its name leaves nothing more.
"""

import datetime
import gzip
from io import BytesIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from blog.cards.drawing import card_of_post
from blog.models import PostPage
from bulletin.facts import gather
from chaudronneries.search.results import Search
from knowledge_map.actions.layout import refresh_layout
from knowledge_map.exports import EXPORTS
from residents import rules
from residents.enums import Trace
from residents.models import Declaration, Resident, TerritorialIssue
from tests.conftest import just_signed_in
from tests.factories import BulletinFactory, SectorFactory, UserFactory, at
from tests.house.addresses import ADDRESSES
from tests.house.world import World, make_world

NAME, SLUG = "Zinzolin Vermeil", "zinzolin-vermeil"
# Every word that only this structure says: none of its fields reaches who does not meet it.
TELLING = ["zinzolin", "vermeil", "amarante", "garance"]
# Given by secret to one person, who is of the structure or is asked into it.
SECRETS = {"residents:invitation", "agenda:my_feed", "agenda:residents_feed", "agenda:space_feed"}
# The searches that lead to it, and the map drawn around it; `{pk}` and `{item}` are its key and one of its items.
QUERIES = [
    "/residents/?q=amarante",
    "/residents/?q=vermiel",
    "/residents/?savoir={item}",
    "/residents/?secteur=garance",
    "/recherche/?q=forge",
    "/recherche/?q=vermiel",
    "/recherche/?q=amarente",
    "/recherche/?q=teinture&dans=structures",
    "/carte/?choix=r{pk}",
    "/carte/?choix=i{item}",
    "/carte/?vue=autour&centre=r{pk}&choix=r{pk}",
    "/carte/?vue=savoirs&deplie=i{item}",
    "/carte/?secteur=garance&liste=structures",
]


@pytest.fixture
def world(db) -> World:
    """The workshop renamed and out of the directory, named in each thing that may name a structure."""
    world = make_world()
    Resident.objects.filter(pk=world.atelier.pk).update(
        name=NAME, slug=SLUG, tagline="Teinture amarante", presentation="Nous teignons en amarante.", is_listed=False
    )
    world.atelier = Resident.objects.get(pk=world.atelier.pk)
    world.atelier.sectors.add(SectorFactory(name="Garance", slug="garance"))
    world.values["atelier"] = SLUG
    TerritorialIssue.objects.get().residents.add(world.atelier)
    who = [{"resident": world.atelier, "name": NAME}]
    issue = BulletinFactory(number=8, body=[("residents", {"lead": "Nous avons accueilli", "who": who})])
    world.values["bulletin-issue"] = issue.slug
    refresh_layout()
    return world


def addresses(world: World) -> list[str]:
    item = Declaration.objects.filter(resident=world.atelier).values_list("item", flat=True).get()
    asked = [query.format(pk=world.atelier.pk, item=item) for query in QUERIES]
    asked += [
        f"{reverse('knowledge_map:export', args=[form])}?vue=autour&centre=r{world.atelier.pk}" for form in EXPORTS
    ]
    return [world.address(name) for name in ADDRESSES if name not in SECRETS] + asked


def words_of(response) -> str:
    """All that an answer says, its headers and what it leads to included, in lower case."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if response.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    if response.get("Content-Type") == "application/pdf":
        body = "\n".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages).encode()
    return body.decode(errors="ignore").lower()


def told(client: Client, address: str) -> list[str]:
    """The words of the structure that the answer says, those of the question aside."""
    response = client.get(address)
    if response.status_code >= 300:
        return []
    asked = address.lower()
    return [word for word in TELLING if word in words_of(response) and word not in asked]


@pytest.mark.parametrize("reader", ["anonymous", "stranger"])
def test_the_public_meets_it_at_no_address(world, client, reader):
    if reader == "stranger":
        just_signed_in(client, UserFactory())
    found = {address: words for address in addresses(world) if (words := told(client, address))}
    assert found == {}


def leave(resident: Resident, trace: Trace) -> None:
    resident.stays.update(ends_on=timezone.localdate() - datetime.timedelta(days=1))
    Resident.objects.filter(pk=resident.pk).update(is_listed=True, trace=trace)


def test_the_public_meets_who_left_nothing_at_no_address(world, client):
    leave(world.atelier, Trace.NOTHING)
    found = {address: words for address in addresses(world) if (words := told(client, address))}
    assert found == {}


def test_who_left_its_name_leaves_nothing_more(world, client):
    leave(world.atelier, Trace.NAME)
    found = {address: words for address in addresses(world) if (words := told(client, address))}
    assert {word for words in found.values() for word in words} == {"zinzolin", "vermeil"}
    assert "/blog/" in found


def test_its_own_addresses_are_not_found_by_the_public(world, client):
    for name in ["residents:profile", "blog:resident", "page_card"]:
        assert client.get(world.address(name)).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "residents:directory",
        "residents:profile",
        "residents:territory",
        "knowledge_map:map",
        "knowledge_map:export",
        "blog:index",
        "blog:post",
        "blog:resident",
        "agenda:event",
        "agenda:week",
    ],
)
def test_residents_meet_it(world, client, name):
    client.force_login(world.people["member"])
    assert "zinzolin" in words_of(client.get(world.address(name)))


def test_residents_find_it(world):
    member, public = world.people["member"], AnonymousUser()
    assert [group.name for group in Search(member, "amarante").groups] == ["structures"]
    assert Search(public, "amarante").groups == []
    # Nor is a word of it proposed to who mistypes it.
    mistyped = Search(public, "zinzolun")
    assert (mistyped.groups, mistyped.suggestion) == ([], "")
    assert [group.results[0].url for group in Search(member, "zinzolun").groups] == [f"/residents/{SLUG}/"]


def test_what_is_drawn_and_drafted_for_everybody_does_not_name_it(world):
    post = PostPage.objects.get(slug="derriere-la-cloison")
    assert NAME not in card_of_post(post).foot
    since, until = at("2023-01-01", "00:00"), world.atelier.created_at
    assert [fact.sentence for fact in gather(since, until) if NAME in repr(fact)] == []
    Resident.objects.update(is_listed=True)
    assert NAME in card_of_post(post).foot
    assert [fact.kind for fact in gather(since, until) if NAME in repr(fact)] == ["arrivals"]


def test_public_counts_leave_it_out(world, client):
    assert Resident.objects.in_residence().count() == 5
    assert "4 structures" in client.get("/residents/").content.decode()
    client.force_login(world.people["member"])
    assert "5 structures" in client.get("/residents/").content.decode()


def test_rows_and_predicate_agree(world):
    readers = [AnonymousUser(), UserFactory(), *(person for person in world.people.values() if person)]
    for reader in readers:
        met = set(Resident.objects.filter(rules.met(reader)))
        assert met == {one for one in Resident.objects.all() if rules.meets(reader, one)}
