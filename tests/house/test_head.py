"""What the <head> of a page tells other programs: one address, its card, whether it is listed; nothing asked twice."""

import json
import re

import pytest
from django.urls import reverse

from residents.actions import invitations
from residents.enums import Audience, MembershipRole
from tests.factories import EventFactory, PostFactory, ResidentFactory, StandardPageFactory, SubscriberFactory

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"


def head(client, path) -> dict:
    """The page's properties, by name; « canonical », « title » and the alternates among them."""
    text = client.get(path).content.decode().partition("</head>")[0]
    found = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', text))
    found["canonical"] = re.search(r'<link rel="canonical" href="([^"]*)"', text)[1]
    found["title"] = re.search(r"<title>(.*?)</title>", text)[1]
    found["alternates"] = re.findall(r'<link rel="alternate" type="([^"]*)"[^>]* href="([^"]*)"', text)
    return found


def test_page_says_its_title_its_description_and_its_card(client):
    ResidentFactory(name="Zinc & « Feu »", slug="zinc", tagline='Du zinc "vrai"')
    found = head(client, "/residents/zinc/")
    told = [found[f"og:{name}"] for name in ("type", "title", "description", "url", "image", "locale", "site_name")]
    assert told == [
        "profile",
        "Zinc &amp; « Feu »",
        "Du zinc &quot;vrai&quot;",
        f"{SITE}/residents/zinc/",
        f"{SITE}/carton/structure/zinc.png",
        "fr_FR",
        "Les Chaudronneries",
    ]
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert found["twitter:card"] == "summary_large_image"
    assert found["alternates"] == [
        ("application/atom+xml", "/blog/flux.atom"),
        ("application/rss+xml", "/blog/flux.rss"),
    ]


def test_page_without_a_card_of_its_own_shows_that_of_the_house(client):
    assert head(client, "/residents/")["og:image"] == f"{SITE}/carton.png"


def test_post_meeting_and_profile_each_have_their_card(client):
    PostFactory(slug="porte")
    event = EventFactory(slug="forge")
    cards = [head(client, path)["og:image"] for path in ("/blog/porte/", event.get_absolute_url())]
    assert cards == [f"{SITE}/blog/porte/carton.png", f"{SITE}/carton/rendez-vous/forge.png"]
    assert [client.get(card.removeprefix(SITE)).status_code for card in cards] == [200, 200]


@pytest.mark.parametrize(
    ("asked", "canonical", "robots"),
    [
        ("", "", ""),
        ("?page=2", "?page=2", ""),
        ("?page=1", "", ""),
        ("?page=-1", "", ""),
        ("?page=9999999999", "", ""),
        ("?utm_source=x&fbclid=y", "", ""),
        ("?q=forge", "", "noindex, follow"),
        ("?q=forge&page=3", "?page=3", "noindex, follow"),
        ("?%00=%ff", "", "noindex, follow"),
    ],
)
def test_address_is_one_whatever_follows_it(client, asked, canonical, robots):
    found = head(client, f"/residents/{asked}")
    assert (found["canonical"], found.get("robots", "")) == (f"{SITE}/residents/{canonical}", robots)


@pytest.mark.parametrize("path", ["/recherche/", "/compte/login/"])
def test_pages_for_one_person_are_not_listed(client, path):
    assert head(client, path)["robots"] == "noindex"


def test_page_that_a_secret_link_opens_is_not_listed(client, house_manager):
    asked = {"resident": ResidentFactory(), "email": "attendue@ailleurs.example", "role": MembershipRole.MEMBER}
    invitation = invitations.invite(**asked, by=house_manager)
    for path in (f"/invitation/{invitation.token}/", f"/sur-le-feu/quitter/{SubscriberFactory().token}/"):
        assert head(client, path)["robots"] == "noindex"


@pytest.mark.parametrize("path", ["/", "/plan-du-site/", "/blog/", "/agenda/", "/mentions-legales/"])
def test_pages_for_everybody_are_listed(client, path):
    assert "robots" not in head(client, path)


def test_preview_of_a_page_is_not_listed(rf, house_manager):
    page = StandardPageFactory(title="Brouillon", live=False)
    response = page.make_preview_request()
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_head_of_a_list_asks_nothing_of_the_database(client, django_assert_num_queries):
    """The plan of the site reads its pages and its rubrics, and that is all."""
    with django_assert_num_queries(2):
        client.get("/plan-du-site/")


def test_home_page_tells_who_the_house_is_and_how_to_search_it(client):
    text = client.get("/").content.decode()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text)[1])
    house, site = data["@graph"]
    assert (house["@type"], house["name"], house["url"]) == ("Organization", "Les Chaudronneries", f"{SITE}/")
    assert site["potentialAction"]["target"]["urlTemplate"] == f"{SITE}/recherche/?q={{search_term_string}}"


def test_card_of_a_structure_shows_only_what_the_public_reads(client):
    """The same card, whether there is a sentence between residents or none at all."""
    ResidentFactory(name="Zinc", slug="zinc", tagline="Entre nous", tagline_audience=Audience.RESIDENTS)
    address = reverse("page_card", args=["structure", "zinc"])
    hidden = client.get(address)["ETag"]
    ResidentFactory(name="Zinc ", slug="zinc-2")
    assert hidden == client.get(address)["ETag"]


@pytest.mark.parametrize(
    "path", ["/carton/structure/absente.png", "/carton/autre/chose.png", "/carton/sur-le-feu/x.png"]
)
def test_card_of_what_is_not_there_is_not_there(client, path):
    assert client.get(f"/carton/{path}.png").status_code == 404


def test_meeting_between_residents_and_structure_to_come_have_no_card(client):
    EventFactory(slug="entre-nous", audience="residents")
    ResidentFactory(slug="bientot", in_residence=False)
    paths = ["/carton/rendez-vous/entre-nous.png", "/carton/structure/bientot.png"]
    assert [client.get(path).status_code for path in paths] == [404, 404]
