"""The page of subscriptions: who is offered which calendar, and the secret address made, replaced, revoked."""

import datetime
import html
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from agenda.actions import calendars as actions
from agenda.models import CalendarKey
from tests.factories import MembershipFactory, ResidentFactory, SpaceFactory, StayFactory, UserFactory

PAGE = "/agenda/abonnements/"

pytestmark = pytest.mark.django_db


def addresses(response) -> list[str]:
    """What can be copied from the page, the secrets put aside."""
    found = re.findall(r'type="url" value="([^"]+)"', html.unescape(response.content.decode()))
    return [re.sub("flux/[^/]+", "flux/…", address) for address in found]


def test_signed_out_people_see_the_public_calendar_only(client):
    SpaceFactory()
    response = client.get(PAGE)
    assert addresses(response) == ["http://testserver/agenda/public.ics"]
    assert "webcal://testserver/agenda/public.ics" in response.content.decode()
    assert not response.cookies


def test_resident_makes_a_secret_address_then_sees_all_calendars(client, member):
    SpaceFactory(name="Forge", slug="forge")
    client.force_login(member)
    assert addresses(client.get(PAGE)) == ["http://testserver/agenda/public.ics"]
    response = client.post(reverse("agenda:renew_key"), follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert addresses(response) == [
        "http://testserver/agenda/flux/…/moi.ics",
        "http://testserver/agenda/flux/…/occupe.ics",
        "http://testserver/agenda/flux/…/residents.ics",
        "http://testserver/agenda/public.ics",
        "http://testserver/agenda/flux/…/espaces/forge.ics",
    ]


def test_renewing_leaves_one_key_at_work(member):
    first = actions.renew(by=member)
    second = actions.renew(by=member)
    assert list(CalendarKey.objects.filter(revoked_at=None)) == [second]
    first.refresh_from_db()
    assert first.revoked_at is not None
    assert first.token != second.token


def test_revoking_leaves_none(client, member):
    actions.renew(by=member)
    client.force_login(member)
    response = client.post(reverse("agenda:revoke_key"), follow=True)
    assert addresses(response) == ["http://testserver/agenda/public.ics"]
    assert not CalendarKey.objects.filter(revoked_at=None).exists()
    assert actions.revoke(by=member) is False


@pytest.mark.parametrize("name", ["agenda:renew_key", "agenda:revoke_key"])
def test_get_changes_nothing(client, member, name):
    key = actions.renew(by=member)
    client.force_login(member)
    assert client.get(reverse(name)).url == PAGE
    assert list(CalendarKey.objects.filter(revoked_at=None)) == [key]


def test_who_does_not_belong_to_the_house_gets_no_secret_address(client):
    outsider = UserFactory()
    with pytest.raises(PermissionDenied):
        actions.renew(by=outsider)
    client.force_login(outsider)
    assert client.post(reverse("agenda:renew_key")).status_code == 403
    assert "Créer mon adresse secrète" not in client.get(PAGE).content.decode()


def test_who_left_the_house_sees_what_still_answers(client):
    resident = ResidentFactory(in_residence=False)
    stay = StayFactory(resident=resident)
    member = MembershipFactory(resident=resident).user
    SpaceFactory()
    actions.renew(by=member)
    stay.ends_on = timezone.localdate() - datetime.timedelta(days=1)
    stay.save()
    client.force_login(member)
    response = client.get(PAGE)
    assert [address.rsplit("/", 1)[1] for address in addresses(response)] == ["moi.ics", "occupe.ics", "public.ics"]
    assert "Remplacer mes adresses" not in response.content.decode()
    assert "Révoquer mes adresses" in response.content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_page_asks_as_much_for_one_space_as_for_three(client, member, django_assert_num_queries, many):
    SpaceFactory.create_batch(many)
    actions.renew(by=member)
    client.force_login(member)
    # The session, the person and their memberships, their key, the spaces.
    with django_assert_num_queries(5):
        client.get(PAGE)
