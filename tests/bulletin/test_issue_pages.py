"""The pages of « Sur le feu »: its issues, one of them, its sheet, and the back office where it is prepared."""

import datetime
import json
import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from bulletin.actions.drafting import make_draft
from bulletin.models import BulletinPage
from tests.bulletin.issues import full_issue
from tests.factories import BulletinFactory, PostFactory

pytestmark = pytest.mark.django_db


def day(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


def soup_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


# The list


def test_issues_are_listed_the_latest_first(client):
    for number, days in [(1, -60), (2, -1), (3, -30)]:
        BulletinFactory(number=number, dated=day(days))
    BulletinFactory(number=4, live=False)
    numbers = [one.get_text(strip=True) for one in soup_of(client.get("/sur-le-feu/")).select(".issues__number")]
    assert numbers == ["n° 2", "n° 3", "n° 1"]


def test_list_says_how_to_subscribe_even_empty(client):
    for _ in range(2):
        assert reverse("bulletin:subscribe") in client.get("/sur-le-feu/").content.decode()
        BulletinFactory()


@pytest.mark.parametrize("page", ["2", "0", "-1", "99999999999999999999", "x", "\x00"])
def test_absurd_page_of_the_list_is_a_page(client, page):
    BulletinFactory()
    assert client.get("/sur-le-feu/", {"page": page}).status_code == 200


def test_list_costs_the_same_for_one_and_for_three(client, django_assert_max_num_queries):
    for count in (1, 2):
        BulletinFactory.create_batch(count)
        with django_assert_max_num_queries(5):
            client.get("/sur-le-feu/")


# An issue


def test_issue_is_read_by_everybody_within_five_queries(client, django_assert_max_num_queries):
    issue = full_issue()
    client.get(issue.get_absolute_url())
    with django_assert_max_num_queries(5):
        response = client.get(issue.get_absolute_url())
    soup = soup_of(response)
    assert len(soup.find_all(True)) < 600
    assert [one.get_text(" ", strip=True) for one in soup.select("article h2")] == [
        "Grosses-Bouches",
        "actualité Retour sur la séance",
    ]


def test_draft_is_not_found(client, member, house_manager):
    issue = BulletinFactory(live=False)
    for user in (None, member, house_manager):
        if user:
            client.force_login(user)
        assert client.get(issue.get_absolute_url()).status_code == 404


def test_issue_leads_to_the_ones_around(client):
    issues = [BulletinFactory(number=number, dated=day(number - 10)) for number in (1, 2, 3)]
    BulletinFactory(number=4, live=False, dated=day(-7))
    found = []
    for issue in issues:
        soup = soup_of(client.get(issue.get_absolute_url()))
        found.append([(link["rel"][0], link["href"]) for link in soup.select(".issue-next a[rel]")])
    one, two, three = (issue.get_absolute_url() for issue in issues)
    assert found == [[("next", two)], [("prev", one), ("next", three)], [("prev", two)]]


def test_issue_tells_search_engines_what_it_is(client):
    issue = BulletinFactory(number=5, title="Un </script> titre", dated=datetime.date(2026, 3, 7))
    text = client.get(issue.get_absolute_url()).content.decode()
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    number, article = json.loads(data)["@graph"]
    assert (number["@type"], number["issueNumber"], number["datePublished"]) == ("PublicationIssue", 5, "2026-03-07")
    assert (article["@type"], article["headline"]) == ("Article", "Un </script> titre")


def test_what_people_wrote_is_escaped(client):
    issue = BulletinFactory(
        title="<script>x</script>",
        lead="<script>x</script>",
        body=[
            ("rubric", {"kind": "action", "title": "<script>x</script>"}),
            ("heading", {"mark": "lettre", "text": "<script>x</script>"}),
            ("tools", [{"name": "<script>x</script>", "text": "<script>x</script>"}]),
            ("figure", {"before": "<script>x", "value": "<script>x", "after": "<script>x"}),
        ],
    )
    assert "<script>x" not in client.get(issue.get_absolute_url()).content.decode()


def test_preview_shows_the_version_that_is_written(client, house_manager):
    client.force_login(house_manager)
    issue = full_issue(live=False)
    issue.title = "Pas encore dit"
    issue.save_revision()
    soup = soup_of(client.get(reverse("wagtailadmin_pages:view_draft", args=[issue.pk])))
    assert soup.select_one(".issue__title").get_text() == "Pas encore dit"
    assert soup.find("script", type="application/ld+json") is None


# Its sheet


def test_sheet_is_kept_and_told_with_its_weight(client):
    issue = full_issue()
    address = reverse("bulletin:pdf", args=[issue.slug])
    assert "PDF)" in client.get(issue.get_absolute_url()).content.decode()
    response = client.get(address)
    assert (response.headers["Content-Type"], response.content[:5]) == ("application/pdf", b"%PDF-")
    assert client.get(address, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    assert re.search(r"PDF, \d+([,.]\d)?\s(Kio|KB|ko)", client.get(issue.get_absolute_url()).content.decode())


def test_sheet_of_a_draft_is_for_who_prepares_it(client, member, house_manager):
    issue, _new = make_draft(by=house_manager)
    address = reverse("bulletin:pdf", args=[issue.slug])
    answers = [client.get(address).status_code]
    for user in (member, house_manager):
        client.force_login(user)
        answers.append(client.get(address).status_code)
    assert answers == [404, 404, 200]
    assert "no-store" in client.get(address).headers["Cache-Control"]


# Preparing it


def office(client, status=200) -> BeautifulSoup:
    response = client.get(reverse("bulletin_office"))
    assert response.status_code == status
    return soup_of(response)


def test_preparing_is_for_the_house_manager(client, member):
    for name, args in [("bulletin_office", []), ("bulletin_new", []), ("bulletin_add_facts", [1])]:
        method = client.get if name == "bulletin_office" else client.post
        assert method(reverse(name, args=args)).status_code == 302
    client.force_login(member)
    issue = BulletinFactory(live=False)
    for name, args in [("bulletin_office", []), ("bulletin_new", []), ("bulletin_add_facts", [issue.pk])]:
        method = client.get if name == "bulletin_office" else client.post
        assert method(reverse(name, args=args)).status_code in {302, 403}
    assert BulletinPage.objects.count() == 1


def test_house_manager_begins_an_issue_from_the_facts(client, house_manager):
    client.force_login(house_manager)
    PostFactory(title="La porte")
    assert "Un article : « La porte »." in office(client).get_text()
    response = client.post(reverse("bulletin_new"))
    issue = BulletinPage.objects.get()
    assert response.url == reverse("wagtailadmin_pages:edit", args=[issue.pk])
    assert client.get(response.url).status_code == 200
    assert client.post(reverse("bulletin_new")).url == response.url


def test_office_is_read_with_nothing_and_with_issues(client, house_manager):
    client.force_login(house_manager)
    assert "Rien de neuf" in office(client).get_text()
    BulletinFactory(number=12, title="Le douzième")
    assert "n° 12 : Le douzième" in office(client).get_text()


def test_facts_that_came_since_are_added_by_choice(client, house_manager):
    client.force_login(house_manager)
    issue, _new = make_draft(by=house_manager)
    one, other = PostFactory(title="Un"), PostFactory(title="Autre")
    assert len(office(client).select("input[name=facts]")) == 2
    response = client.post(reverse("bulletin_add_facts", args=[issue.pk]), {"facts": [f"post:{one.pk}"]})
    assert response.url == reverse("wagtailadmin_pages:edit", args=[issue.pk])
    assert [box["value"] for box in office(client).select("input[name=facts]")] == [f"post:{other.pk}"]


@pytest.mark.parametrize("facts", [[], ["post:999"], ["\x00"], ["places"]])
def test_fact_that_is_not_proposed_is_refused(client, house_manager, facts):
    client.force_login(house_manager)
    issue, _new = make_draft(by=house_manager)
    PostFactory()
    response = client.post(reverse("bulletin_add_facts", args=[issue.pk]), {"facts": facts})
    assert response.status_code == 422
    assert soup_of(response).select(".error-message")
    assert not BulletinPage.objects.get().get_latest_revision_as_object().body


def test_published_issue_takes_no_facts(client, house_manager):
    client.force_login(house_manager)
    issue = BulletinFactory()
    assert client.post(reverse("bulletin_add_facts", args=[issue.pk]), {"facts": []}).status_code == 404
