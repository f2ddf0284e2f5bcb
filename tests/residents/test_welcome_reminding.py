"""Who is reminded, on their own place, of what is left to do on arrival."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from agenda.times import midnight
from chaudronneries.home import place
from residents.actions import welcome as actions
from residents.models import Membership, Stay, User
from tests.factories import MembershipFactory, ResidentFactory, StayFactory, StepFactory
from tests.residents.steps import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_step")]


@pytest.fixture
def old_resident():
    """In the house for two years."""
    resident = ResidentFactory(name="L'Établi", in_residence=False)
    StayFactory(resident=resident, starts_on=timezone.localdate() - datetime.timedelta(days=730))
    return resident


def joined(resident, *, days: int) -> User:
    membership = MembershipFactory(resident=resident)
    moment = midnight(timezone.localdate() - datetime.timedelta(days=days))
    Membership.objects.filter(pk=membership.pk).update(created_at=moment)
    return membership.user


def reminded(user) -> list[str]:
    return [wait.words for wait in place.read(User.objects.with_roles().get(pk=user.pk)).waits]


SAID = ["Arriver : encore 1 étape pour L'Établi"]


@pytest.mark.parametrize(("days", "said"), [(0, SAID), (179, SAID), (180, []), (700, [])])
def test_newcomer_of_an_old_structure_is_reminded_as_long_as_a_new_one(old_resident, days, said):
    StepFactory(title="Dire bonjour")
    assert reminded(joined(old_resident, days=days)) == said


def test_newcomer_is_reminded_until_it_is_done(old_resident):
    step, user = StepFactory(), joined(old_resident, days=1)
    actions.tick(step=step, resident=old_resident, by=user)
    assert reminded(user) == []


def test_newcomer_of_a_structure_that_left_is_not_reminded(old_resident):
    StepFactory()
    Stay.objects.filter(resident=old_resident).update(ends_on=timezone.localdate() - datetime.timedelta(days=200))
    assert reminded(joined(old_resident, days=1)) == []


def test_who_puts_it_aside_is_reminded_no_more_and_others_are(client, old_resident):
    StepFactory()
    user, colleague = joined(old_resident, days=1), joined(old_resident, days=1)
    client.force_login(user)
    address = reverse("residents:put_steps_aside", args=[old_resident.slug])
    assert address in client.get(page(old_resident)).content.decode()
    assert client.post(address).url == page(old_resident)
    assert (reminded(user), reminded(colleague)) == ([], SAID)
    assert address not in client.get(page(old_resident)).content.decode()
    entry = ModelLogEntry.objects.get(action=actions.PUT_ASIDE)
    assert (entry.user, entry.object_id, entry.message) == (
        user,
        str(old_resident.pk),
        "Les étapes de l’arrivée ne lui sont plus rappelées",
    )


def test_only_a_member_puts_it_aside(client, house_manager, old_resident):
    StepFactory()
    address = reverse("residents:put_steps_aside", args=[old_resident.slug])
    for user in (house_manager, joined(ResidentFactory(), days=1)):
        client.force_login(user)
        assert client.post(address).status_code == 403
    client.force_login(house_manager)
    assert address not in client.get(page(old_resident)).content.decode()


def test_own_place_keeps_its_queries(client, old_resident, django_assert_max_num_queries):
    StepFactory()
    user = joined(old_resident, days=1)
    client.force_login(user)
    client.get("/")
    with django_assert_max_num_queries(8):
        client.get("/")
