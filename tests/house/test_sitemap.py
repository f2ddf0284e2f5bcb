"""What may be found: the sitemap, what robots may read, the plan of the site. Nothing private, nothing twice."""

import datetime
import re
from urllib import robotparser

import pytest
from django.utils import timezone

from residents.models import Stay
from tests.factories import (
    BulletinFactory,
    EventFactory,
    PartnerFactory,
    PostFactory,
    ResidentFactory,
    RubricFactory,
    StandardPageFactory,
    StayFactory,
    soon,
)

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"


def locations(client) -> list[str]:
    text = client.get("/sitemap.xml").content.decode()
    return [address.removeprefix(SITE) for address in re.findall(r"<loc>(.*?)</loc>", text)]


def test_sitemap_lists_what_everybody_reads_and_each_address_answers(client):
    ResidentFactory(slug="zinc")
    EventFactory(slug="forge")
    PostFactory(slug="porte", rubric=RubricFactory(slug="actualite"))
    StandardPageFactory(slug="une-page")
    BulletinFactory(slug="numero-1")
    PartnerFactory(slug="aurore")
    found = locations(client)
    expected = {
        "/",
        "/une-page/",
        "/blog/",
        "/blog/porte/",
        "/blog/rubrique/actualite/",
        "/sur-le-feu/",
        "/sur-le-feu/numero-1/",
        "/residents/zinc/",
        "/agenda/rendez-vous/forge/",
        "/carte/",
        "/agenda/",
        "/residents/",
        "/territoire/",
        "/territoire/partenaires/aurore/",
        "/plan-du-site/",
        "/mentions-legales/",
    }
    assert expected - set(found) == set()
    assert len(found) == len(set(found))
    assert {path: client.get(path).status_code for path in found} == dict.fromkeys(found, 200)


def test_sitemap_tells_nothing_of_what_is_not_for_everybody(client):
    before = locations(client)
    ResidentFactory(slug="bientot", in_residence=False)
    left = ResidentFactory(slug="partie", in_residence=False)
    StayFactory(resident=left, ends_on=timezone.localdate() - datetime.timedelta(days=1))
    assert Stay.objects.count() == 1
    EventFactory(slug="entre-nous", audience="residents")
    EventFactory(slug="brouillon", status="brouillon")
    EventFactory(slug="passe", starts_at=soon(days=-30))
    PostFactory(slug="pas-encore", live=False, rubric=RubricFactory(slug="vide", name="Vide"))
    StandardPageFactory(slug="cachee", live=False)
    BulletinFactory(slug="a-venir", live=False)
    PartnerFactory(is_shown=False)
    assert locations(client) == before


def test_sitemap_costs_the_same_for_one_and_three_of_each(client, django_assert_num_queries):
    for _number in (1, 2, 3):
        ResidentFactory()
        EventFactory()
        PostFactory(rubric=RubricFactory())
        PartnerFactory()
        with django_assert_num_queries(12):
            client.get("/sitemap.xml")


def test_robots_are_told_where_to_read_and_where_not(client):
    response = client.get("/robots.txt")
    rules = robotparser.RobotFileParser()
    rules.parse(response.content.decode().splitlines())
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert rules.site_maps() == [f"{SITE}/sitemap.xml"]
    closed = ["/gestion/", "/compte/login/", "/recherche/?q=x", "/agenda/flux/secret/moi.ics"]
    opened = ["/", "/blog/", "/agenda/", "/blog/flux.atom", "/plan-du-site/", "/carton.png"]
    assert [rules.can_fetch("*", path) for path in closed] == [False] * 4
    assert [rules.can_fetch("*", path) for path in opened] == [True] * 6


def test_plan_of_the_site_lists_the_pages_that_the_house_manager_adds(client):
    StandardPageFactory(title="Venir à vélo", slug="venir-a-velo")
    StandardPageFactory(title="Pas prête", slug="pas-prete", live=False)
    text = client.get("/plan-du-site/").content.decode()
    assert re.findall(r'<a class="site-plan__link" href="([^"]*)">Venir à vélo</a>', text) == ["/venir-a-velo/"]
    assert "Pas prête" not in text


def test_plan_of_the_site_leads_nowhere_that_is_missing(client):
    paths = re.findall(r'site-plan__link" href="([^"]*)"', client.get("/plan-du-site/").content.decode())
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
