"""The page of a structure's steps, and what leads back to it."""

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from residents.actions import welcome as actions
from residents.enums import StepBy, StepCheck, StepMoment
from tests.factories import MembershipFactory, ResidentFactory, StayFactory, StepFactory
from tests.residents.steps import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_step")]


# The page


def test_page_tells_what_is_left_to_whom(client, lead, atelier):
    StepFactory(title="Dire bonjour")
    StepFactory(title="Donner les clés", done_by=StepBy.HOUSE)
    actions.tick(step=StepFactory(title="Lire"), resident=atelier, by=lead)
    client.force_login(lead)
    [checklist] = client.get(page(atelier)).context["checklists"]
    lines = [checklist.left, checklist.left_to_the_house, checklist.done]
    assert [[line.title for line in group] for group in lines] == [["Dire bonjour"], ["Donner les clés"], ["Lire"]]
    assert [line.may_tick for group in lines for line in group] == [True, False, True]


def test_complete_lists_are_said_with_warmth(client, lead):
    resident = ResidentFactory(in_residence=False)
    MembershipFactory(user=lead, resident=resident)
    StayFactory(resident=resident, ends_on=timezone.localdate())
    for moment in StepMoment:
        actions.tick(step=StepFactory(moment=moment), resident=resident, by=lead)
    client.force_login(lead)
    shown = client.get(page(resident)).content.decode()
    assert [words in shown for words in ("Vous êtes chez vous.", "Bonne route.")] == [True, True]


def test_house_without_steps_says_so(client, lead, atelier):
    client.force_login(lead)
    assert "La maison n’a pas écrit de liste" in client.get(page(atelier)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_page_keeps_its_queries(client, lead, atelier, django_assert_num_queries, count):
    for _ in range(count):
        actions.tick(step=StepFactory(), resident=atelier, by=lead)
        StepFactory(check_by=StepCheck.PICTURES)
    client.force_login(lead)
    client.get(page(atelier))
    with django_assert_num_queries(4):
        client.get(page(atelier))


# « Tout est encore juste »


def test_review_is_noted(client, member):
    resident = member.memberships_list[0].resident
    before = resident.updated_at
    client.force_login(member)
    answer = client.post(reverse("residents:reviewed", args=[resident.slug]))
    assert answer["Location"] == reverse("residents:kit", args=[resident.slug])
    resident.refresh_from_db()
    assert (resident.reviewed_at is not None, resident.updated_at) == (True, before)
    assert ModelLogEntry.objects.for_instance(resident).get().message == "Relu : tout est encore juste"


def test_stranger_reviews_nothing(client, member, resident):
    client.force_login(member)
    assert client.post(reverse("residents:reviewed", args=[resident.slug])).status_code == 403
    resident.refresh_from_db()
    assert resident.reviewed_at is None


def test_what_the_list_asked_leads_back_to_it(client):
    resident = ResidentFactory(slug="atelier", tagline="")
    client.force_login(MembershipFactory(resident=resident).user)
    page = "/residents/atelier/modifier/tagline/"
    for address, ways_back in [(f"{page}?depuis=etapes", 1), (page, 0)]:
        form = client.get(address).context["forms"][0]
        data = {form.add_prefix(name): form[name].value() or "" for name in form.fields}
        told = client.post(address, data | {form.add_prefix("tagline"): f"Une phrase {ways_back}"}, follow=True)
        assert told.content.decode().count('<a href="/residents/atelier/etapes/">Revenir aux étapes</a>') == ways_back


def test_page_of_pictures_leads_back_to_the_list(client, lead, atelier):
    client.force_login(lead)
    shown = client.get(reverse("residents:kit", args=[atelier.slug])).content.decode()
    assert shown.count(f'href="{page(atelier)}"') == 1
