"""The calendars that a secret address opens: who has one, until when, and what the house’s calendars hold."""

import datetime

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from agenda.actions import calendars as actions
from agenda.calendars.subscriptions import busy_token
from agenda.enums import BookingStatus, EventAudience, EventStatus, TitleAudience
from tests.agenda.feeds import busy, fetch, key_of, mine, titles, uid
from tests.factories import (
    BookingFactory,
    EventFactory,
    MembershipFactory,
    RegistrationFactory,
    ResidentFactory,
    SpaceFactory,
    StayFactory,
    soon,
)

pytestmark = pytest.mark.django_db


def residents(key) -> str:
    return reverse("agenda:residents_feed", args=[key.token])


def of_space(key, space) -> str:
    return reverse("agenda:space_feed", args=[key.token, space.slug])


# The secret


@pytest.mark.parametrize("feed", [mine, busy, residents])
def test_secret_address_needs_no_session_and_makes_none(client, member, feed):
    response = client.get(feed(key_of(member)))
    assert response.status_code == 200
    assert not response.cookies
    assert response["Cache-Control"] == "private, no-cache"
    assert not Session.objects.exists()


@pytest.mark.parametrize("feed", [mine, busy, residents])
def test_revoked_address_answers_no_more(client, member, feed):
    key = key_of(member)
    address = feed(key)
    assert client.get(address).status_code == 200
    actions.revoke(by=member)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("feed", [mine, busy, residents])
def test_renewed_address_replaces_the_former(client, member, feed):
    former = feed(key_of(member))
    assert client.get(feed(key_of(member))).status_code == 200
    assert client.get(former).status_code == 404


@pytest.mark.parametrize("feed", [mine, busy, residents])
def test_inactive_person_has_no_calendar_left(client, member, feed):
    address = feed(key_of(member))
    member.is_active = False
    member.save()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("token", ["inconnu", "x" * 32, "%00" * 32, "é" * 32, "1-" + "0" * 32, "999999999-" + "0" * 32])
@pytest.mark.parametrize("name", ["moi", "occupe", "residents"])
def test_unknown_secret_is_not_found(client, member, token, name):
    key_of(member)
    assert client.get(f"/agenda/flux/{token}/{name}.ics").status_code == 404


def test_busy_address_opens_no_other_calendar(client, member):
    token = busy_token(key_of(member))
    assert [client.get(f"/agenda/flux/{token}/{name}.ics").status_code for name in ("moi", "residents")] == [404, 404]


def test_who_left_the_house_keeps_only_their_own(client):
    """Their structure's past stays theirs to read; the house's agenda is no more."""
    resident = ResidentFactory(in_residence=False)
    stay = StayFactory(resident=resident)
    member = MembershipFactory(resident=resident).user
    space = SpaceFactory()
    BookingFactory(space=space, resident=resident, title="La nôtre")
    EventFactory(title="Entre nous", audience=EventAudience.RESIDENTS, organisers=[resident])
    key = key_of(member)
    assert titles(client, mine(key)) == ["Entre nous", "La nôtre"]
    stay.ends_on = timezone.localdate() - datetime.timedelta(days=1)
    stay.save()
    assert titles(client, mine(key)) == ["La nôtre"]
    assert client.get(residents(key)).status_code == 404
    assert client.get(of_space(key, space)).status_code == 404


# The house's


def test_residents_feed_adds_what_is_among_residents(client, member):
    EventFactory(title="Portes ouvertes")
    EventFactory(title="Entre nous", audience=EventAudience.RESIDENTS)
    EventFactory(title="Sur invitation", audience=EventAudience.PARTICIPANTS, hosts=[member])
    EventFactory(title="Pas encore", status=EventStatus.DRAFT, hosts=[member])
    assert titles(client, residents(key_of(member))) == ["Entre nous", "Portes ouvertes"]


def test_space_feed_says_what_may_be_read(client, member):
    space = SpaceFactory(name="Forge")
    BookingFactory(space=space, title="Ouverte", starts_at=soon("08:00"))
    closed = BookingFactory(
        space=space,
        title="Licenciement",
        setup="Mouchoirs",
        title_audience=TitleAudience.OURS,
        starts_at=soon("12:00"),
        resident=ResidentFactory(name="Discrète"),
    )
    key = key_of(member)
    read = fetch(client, of_space(key, space))
    assert sorted(str(event["SUMMARY"]) for event in read.values()) == ["Occupé", "Ouverte"]
    assert str(read[uid(closed)]["LOCATION"]) == "Forge, Les Chaudronneries"
    body = client.get(of_space(key, space)).content.decode()
    assert [word for word in ("Licenciement", "Mouchoirs", "Discrète") if word in body] == []


def test_space_feed_hides_a_meeting_by_invitation_until_one_registers(client, member):
    space = SpaceFactory()
    event = EventFactory(title="Conseil", audience=EventAudience.PARTICIPANTS, with_seats=True)
    BookingFactory(space=space, event=event, title="Conseil", resident=None)
    key = key_of(member)
    assert titles(client, of_space(key, space)) == ["Occupé"]
    RegistrationFactory(event=event, user=member)
    assert titles(client, of_space(key, space)) == ["Conseil"]


def test_space_feed_holds_its_parts_and_its_wholes(client, member):
    part, other = SpaceFactory(), SpaceFactory()
    whole = SpaceFactory(parts=[part, other])
    BookingFactory(space=part, title="Partie", starts_at=soon("08:00"))
    BookingFactory(space=other, title="Autre partie", starts_at=soon("08:00"))
    BookingFactory(space=whole, title="Tout", starts_at=soon("12:00"))
    key = key_of(member)
    assert titles(client, of_space(key, part)) == ["Partie", "Tout"]
    assert titles(client, of_space(key, whole)) == ["Autre partie", "Partie", "Tout"]


@pytest.mark.parametrize(
    ("status", "said", "title"),
    [
        (BookingStatus.REQUESTED, "TENTATIVE", "À décider : Essai"),
        (BookingStatus.CONFIRMED, "CONFIRMED", "Essai"),
        (BookingStatus.DECLINED, "CANCELLED", "Refusé : Essai"),
        (BookingStatus.CANCELLED, "CANCELLED", "Annulé : Essai"),
    ],
)
def test_booking_says_its_status(client, member, status, said, title):
    cancelled_at = timezone.now() if status == BookingStatus.CANCELLED else None
    booking = BookingFactory(title="Essai", status=status, cancelled_at=cancelled_at, created_by=member)
    read = fetch(client, mine(key_of(member)))[uid(booking)]
    assert (str(read["STATUS"]), str(read["SUMMARY"])) == (said, title)
