"""The agenda’s page and a meeting’s: what each reader sees, what search engines are told, what it costs."""

import json
import re

import pytest

from agenda.enums import EventAudience, EventStatus
from agenda.models import Event
from agenda.times import local
from tests.factories import (
    EventFactory,
    EventKindFactory,
    MembershipFactory,
    RegistrationFactory,
    ResidentFactory,
    SpaceFactory,
    UserFactory,
    at,
)


def titles(client, address="/agenda/"):
    page = client.get(address).content.decode()
    return re.findall(r'event-line__title"><a href="[^"]+">([^<]+)</a>', page)


def data_of(client, address):
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', client.get(address).content.decode(), re.S)
    return json.loads(found[1]) if found else None


# The agenda


@pytest.fixture
def meetings(db):
    return {
        audience: EventFactory(title=f"Rencontre {audience}", audience=audience) for audience in EventAudience.values
    }


def test_agenda_lists_what_its_reader_may_see(client, meetings, member, house_manager):
    EventFactory(title="Brouillon", status=EventStatus.DRAFT)
    assert titles(client) == ["Rencontre public"]
    client.force_login(member)
    assert titles(client) == ["Rencontre public", "Rencontre residents"]
    RegistrationFactory(event=meetings["participants"], user=member)
    assert titles(client) == ["Rencontre public", "Rencontre residents", "Rencontre participants"]
    client.force_login(house_manager)
    assert len(titles(client)) == 4
    client.force_login(UserFactory())
    assert titles(client) == ["Rencontre public"]


def test_meeting_is_listed_once_whatever_joins_it_to_its_reader(client, lead):
    event = EventFactory(organisers=[lead.memberships_list[0].resident], hosts=[lead, UserFactory()], created_by=lead)
    RegistrationFactory.create_batch(2, event=event)
    client.force_login(lead)
    assert titles(client) == [event.title]


def test_agenda_is_filtered_by_kind_and_by_month(client, db):
    other = EventKindFactory(name="Permanence", slug="permanence")
    EventFactory(title="À venir")
    EventFactory(title="Permanence à venir", kind=other)
    EventFactory(title="Passée", starts_at=at("2025-02-28", "18:00"))
    EventFactory(title="Permanence passée", starts_at=at("2025-02-01", "00:00"), kind=other)
    EventFactory(title="Un autre mois", starts_at=at("2025-03-01", "00:00"))
    assert titles(client) == ["À venir", "Permanence à venir"]
    assert titles(client, "/agenda/?sorte=permanence") == ["Permanence à venir"]
    assert titles(client, "/agenda/?mois=2025-02") == ["Permanence passée", "Passée"]
    assert titles(client, "/agenda/?mois=2025-02&sorte=permanence") == ["Permanence passée"]
    page = client.get("/agenda/").content.decode()
    assert re.findall(r'href="\?(mois=[\d-]+)"', page) == ["mois=2025-03", "mois=2025-02"]


@pytest.mark.parametrize(
    "query", ["mois=9999-99", "mois=0001-01", "mois=%00", "sorte=%00", "page=0", "page=99999999999999999999", "page=x"]
)
def test_wrong_filter_is_left_aside(client, meetings, query):
    response = client.get(f"/agenda/?{query}")
    assert response.status_code == 200
    assert "Rencontre public" in response.content.decode()


def test_agenda_continues_on_other_pages(client, db):
    kind = EventKindFactory()
    EventFactory.create_batch(31, kind=kind)
    assert len(titles(client)) == 30
    assert len(titles(client, "/agenda/?page=2")) == 1
    assert titles(client, "/agenda/?page=3") == []


def test_empty_agenda_says_what_to_do(client, member):
    assert "Voir les résidents" in client.get("/agenda/").content.decode()
    client.force_login(member)
    assert client.get("/agenda/").content.decode().count("Proposer un rendez-vous") == 2


def fill(number):
    for _ in range(number):
        event = EventFactory(with_seats=True, organisers=[ResidentFactory(), ResidentFactory()])
        event.spaces.add(SpaceFactory(), SpaceFactory())
        RegistrationFactory(event=event)


@pytest.mark.parametrize("number", [1, 3, 40])
def test_agenda_costs_five_queries_to_the_public(client, db, django_assert_num_queries, number):
    fill(number)
    with django_assert_num_queries(4):
        client.get("/agenda/")


@pytest.mark.parametrize("number", [1, 3])
def test_agenda_costs_eight_queries_signed_in(client, member, django_assert_num_queries, number):
    fill(number)
    client.force_login(member)
    with django_assert_num_queries(7):
        client.get("/agenda/")


def test_agenda_gives_search_engines_public_meetings_only(client, meetings, house_manager):
    client.force_login(house_manager)
    data = data_of(client, "/agenda/")
    event = meetings["public"]
    assert data["@context"] == "https://schema.org"
    assert [one["name"] for one in data["@graph"]] == ["Rencontre public"]
    assert data["@graph"][0]["startDate"] == local(event.starts_at).isoformat()
    assert data["@graph"][0]["url"] == f"http://testserver{event.get_absolute_url()}"


def test_data_cannot_leave_its_script(client, db):
    event = EventFactory(title="</script><script>alert(1)</script>", slug="mechant", summary="<!-- & \u2028")
    page = client.get(event.get_absolute_url()).content.decode()
    assert page.count("</script>") == page.count("<script")
    assert data_of(client, event.get_absolute_url())["@graph"][0]["name"] == event.title


def test_all_day_meeting_gives_dates_the_last_included(client, db):
    event = EventFactory(all_day=True, starts_at=at("2027-03-27", "00:00"), ends_at=at("2027-03-29", "00:00"))
    found = data_of(client, event.get_absolute_url())["@graph"][0]
    assert (found["startDate"], found["endDate"]) == ("2027-03-27", "2027-03-28")


def test_cancelled_meeting_says_so_everywhere(client, db):
    event = EventFactory(with_seats=True, status=EventStatus.CANCELLED, cancellation_word="Trop de neige")
    page = client.get(event.get_absolute_url()).content.decode()
    assert "Trop de neige" in page
    assert "M’inscrire" not in page
    assert data_of(client, "/agenda/")["@graph"][0]["eventStatus"] == "https://schema.org/EventCancelled"


# One meeting


@pytest.mark.parametrize(
    ("fields", "answers"),
    [
        ({}, {"public": 200, "outsider": 200, "member": 200, "manager": 200}),
        ({"audience": EventAudience.RESIDENTS}, {"public": 302, "outsider": 404, "member": 200, "manager": 200}),
        ({"audience": EventAudience.PARTICIPANTS}, {"public": 302, "outsider": 404, "member": 404, "manager": 200}),
        ({"status": EventStatus.DRAFT}, {"public": 302, "outsider": 404, "member": 404, "manager": 200}),
    ],
)
@pytest.mark.django_db
def test_meeting_is_seen_by_its_audience(client, fields, answers):
    people = {
        "public": None,
        "outsider": UserFactory(),
        "member": MembershipFactory().user,
        "manager": UserFactory(house_manager=True),
    }
    event = EventFactory(**fields)
    found = {}
    for who, person in people.items():
        client.logout()
        if person:
            client.force_login(person)
        found[who] = client.get(event.get_absolute_url()).status_code
    assert found == answers


def test_absent_meeting_answers_as_one_that_may_not_be_seen(client, db):
    hidden = EventFactory(audience=EventAudience.RESIDENTS)
    absent = client.get("/agenda/rendez-vous/nulle-part/")
    assert absent.status_code == client.get(hidden.get_absolute_url()).status_code == 302


def test_meeting_s_page_names_hosts_inside_the_house_only(client, member):
    event = EventFactory(hosts=[UserFactory(first_name="Maëlle", last_name="Torrigny")])
    assert "Torrigny" not in client.get(event.get_absolute_url()).content.decode()
    client.force_login(member)
    assert "Torrigny" in client.get(event.get_absolute_url()).content.decode()


def test_words_of_a_meeting_are_never_markup(client, db):
    event = EventFactory(
        title="<b>Titre</b>", slug="t", text="<script>alert(1)</script>\n\nhttps://exemple.fr", place="<i>"
    )
    page = client.get(event.get_absolute_url()).content.decode()
    assert "<b>Titre" not in page
    assert "<script>alert" not in page
    assert "<i>" not in page
    assert 'href="https://exemple.fr"' in page


def test_meeting_costs_five_queries_to_the_public(client, db, django_assert_num_queries):
    fill(1)
    address = Event.objects.get().get_absolute_url()
    with django_assert_num_queries(3):
        client.get(address)


def test_meeting_costs_eight_queries_signed_in(client, member, django_assert_num_queries):
    fill(1)
    event = Event.objects.get()
    RegistrationFactory(event=event, waiting=True, user=member)
    client.force_login(member)
    with django_assert_num_queries(8):
        client.get(event.get_absolute_url())
