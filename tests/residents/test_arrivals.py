"""Who has arrived, who is foreseen, who leaves, who has left; what the house ticks in place."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from chaudronneries.home import place
from chaudronneries.office.dashboard import waiting
from residents.actions import welcome as actions
from residents.enums import StepBy, StepMoment
from residents.models import HouseSettings, StepDone
from residents.pages.arrivals import movements
from tests.browser import settled
from tests.factories import MembershipFactory, ResidentFactory, StayFactory, StepFactory

pytestmark = pytest.mark.usefixtures("no_step")
TODAY = datetime.date(2027, 3, 15)
SINCE = TODAY - datetime.timedelta(days=91)
ARRIVALS = "/arrivees-et-departs/"


def stay(name: str, starts: int, ends: int | None = None, **fields):
    """A stay, its days counted from TODAY."""
    day = lambda days: None if days is None else TODAY + datetime.timedelta(days=days)  # noqa: E731
    resident = ResidentFactory(name=name, in_residence=False)
    return StayFactory(resident=resident, starts_on=day(starts), ends_on=day(ends), **fields)


def names(found) -> list[str]:
    return [movement.resident.name for movement in found]


def test_each_is_where_it_belongs(house_manager):
    stay("Ancienne", -2000)
    stay("Arrivée", -91)
    stay("Arrivée hier", -1)
    stay("Trop tôt", -92)
    stay("Attendue plus tard", 60)
    stay("Attendue", 1)
    stay("Part", -500, 0)
    stay("Part un jour", -500, 300)
    stay("Partie", -500, -1)
    stay("Partie il y a longtemps", -500, -92)
    ResidentFactory(name="Sans date", in_residence=False)
    found = movements(SINCE, house_manager, TODAY)
    assert names(found.arrived) == ["Arrivée hier", "Arrivée"]
    assert names(found.foreseen) == ["Attendue", "Attendue plus tard"]
    assert names(found.undated) == ["Sans date"]
    assert names(found.leaving) == ["Part", "Part un jour"]
    assert names(found.left) == ["Partie"]


def test_change_of_share_is_neither_an_arrival_nor_a_departure(house_manager):
    first = stay("Atelier", -500, -10)
    StayFactory(resident=first.resident, starts_on=TODAY - datetime.timedelta(days=9), share="0.5")
    found = movements(SINCE, house_manager, TODAY)
    assert [names(group) for group in (found.arrived, found.leaving, found.left)] == [[], [], []]


def test_arrival_tells_its_share_and_its_list(house_manager):
    arrived = stay("Atelier", -1, share="0.5")
    done, to_do = StepFactory(done_by=StepBy.HOUSE), StepFactory(done_by=StepBy.HOUSE)
    StepFactory()
    actions.tick(step=done, resident=arrived.resident, by=house_manager)
    [movement] = movements(SINCE, house_manager, TODAY).arrived
    assert movement.share_words == "une place à mi-temps"
    assert (len(movement.checklist.done), movement.checklist.total) == (1, 3)
    assert [line.pk for line in movement.to_tick] == [to_do.pk]


@pytest.mark.parametrize(("ticked", "said"), [(0, "0 étape sur 3"), (1, "1 étape sur 3"), (2, "2 étapes sur 3")])
def test_page_tells_how_far_a_list_has_come(client, house_manager, ticked, said):
    arrived = ResidentFactory(in_residence=False)
    StayFactory(resident=arrived, starts_on=timezone.localdate())
    steps = [StepFactory(done_by=StepBy.HOUSE) for _ in range(3)]
    for step in steps[:ticked]:
        actions.tick(step=step, resident=arrived, by=house_manager)
    client.force_login(house_manager)
    assert said in client.get(ARRIVALS).content.decode()


def test_page_tells_the_places(client, house_manager):
    settings = HouseSettings.load()
    settings.places = 6
    settings.save()
    StayFactory(share="1.5", ends_on=timezone.localdate() + datetime.timedelta(days=30))
    client.force_login(house_manager)
    page = client.get(ARRIVALS).content.decode()
    for words in ("Prises aujourd’hui : 1,5 sur 6.", "Il reste 4 places à temps plein et une à mi-temps."):
        assert words in page


def test_since_is_three_months_by_default(client, house_manager):
    client.force_login(house_manager)
    usual = timezone.localdate() - datetime.timedelta(days=92)
    assert client.get(ARRIVALS).context["movements"].since == usual
    assert client.get(ARRIVALS, {"depuis": "2025-01-01"}).context["movements"].since == datetime.date(2025, 1, 1)


@pytest.mark.parametrize(
    "since", ["2999-01-01", "0001-01-01", "1999-12-31", "demain", "\0", "9" * 400, "2100-01-01", "🙂"]
)
def test_absurd_day_is_said_and_left_aside(client, house_manager, since):
    client.force_login(house_manager)
    page = client.get(ARRIVALS, {"depuis": since})
    assert page.status_code == 200
    assert page.context["movements"].since == timezone.localdate() - datetime.timedelta(days=92)
    assert "depuis" in page.context["form"].errors


def test_page_is_the_house_managers(client, lead):
    client.force_login(lead)
    assert client.get(ARRIVALS).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_page_keeps_its_queries(client, house_manager, django_assert_num_queries, count):
    for number in range(count):
        StepFactory(done_by=StepBy.HOUSE)
        StayFactory(starts_on=timezone.localdate())
        StayFactory(ends_on=timezone.localdate() + datetime.timedelta(days=number))
    client.force_login(house_manager)
    client.get(ARRIVALS)
    with django_assert_num_queries(6):
        client.get(ARRIVALS)


def test_house_ticks_in_place(client, house_manager):
    arrived = StayFactory(starts_on=timezone.localdate()).resident
    step = StepFactory(title="Le badge", done_by=StepBy.HOUSE)
    client.force_login(house_manager)
    address = reverse("residents:step", args=[arrived.slug, step.pk])
    sent = {"done": "oui", "back": "arrivees"}
    answer = client.post(address, sent, headers={"HX-Request": "true"})
    movement = answer.context["movement"]
    assert (movement.resident, movement.to_tick, movement.checklist.is_complete) == (arrived, [], True)
    assert client.post(address, sent)["Location"] == ARRIVALS
    refused = client.post(address, {"back": "arrivees"}, headers={"HX-Request": "true"})
    # What is drawn anew is the same part of the page.
    assert (refused.status_code, refused.context["movement"].resident) == (422, arrived)


def test_structures_that_wait_for_the_house_are_told(client, house_manager):
    StepFactory(done_by=StepBy.HOUSE)
    assert waiting() == []
    StayFactory(starts_on=timezone.localdate(), resident__tagline="Du fer", resident__presentation="Nous.")
    words = "1 structure attend la maison pour arriver ou partir"
    assert [(line.words, line.address) for line in waiting()] == [(words, ARRIVALS)]
    assert [(wait.words, wait.url) for wait in place.read(house_manager).waits] == [(words, ARRIVALS)]


def test_member_is_told_what_is_left_while_its_structure_arrives_or_leaves():
    StepFactory(title="Dire bonjour")
    StepFactory(done_by=StepBy.HOUSE)
    bye = StepFactory(title="Dire au revoir", moment=StepMoment.DEPARTURE)
    today = timezone.localdate()
    of_stay = StayFactory(resident__name="Atelier", starts_on=today, ends_on=today + datetime.timedelta(days=10))
    member = MembershipFactory(resident=of_stay.resident).user
    address = reverse("residents:steps", args=[of_stay.resident.slug])
    assert [(wait.words, wait.url, wait.more) for wait in place.read(member).waits] == [
        ("Partir : encore 1 étape pour Atelier", address, "D’abord : Dire au revoir."),
        ("Arriver : encore 1 étape pour Atelier", address, "D’abord : Dire bonjour."),
    ]
    actions.tick(step=bye, resident=of_stay.resident, by=member)
    assert [wait.more for wait in place.read(member).waits] == ["D’abord : Dire bonjour."]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_newcomer_goes_through_the_list_on_a_phone(page, sign_in):
    StepFactory(title="Lire la charte", text="Nous partageons.", position=1)
    StepFactory(title="Vous présenter aux voisins", position=2)
    newcomer = MembershipFactory(lead=True, resident__in_residence=False).user
    resident = newcomer.memberships_list[0].resident
    StayFactory(resident=resident, starts_on=timezone.localdate())
    sign_in(page, newcomer)
    page.goto("/")
    page.get_by_role("link", name="Arriver : encore 2 étapes").click()
    page.get_by_role("link", name="Lire la charte").click()
    page.get_by_role("button", name="J’ai lu, et j’accepte").click()
    expect(page.locator("#announcements")).to_contain_text("Votre nom et la date sont gardés.")
    page.get_by_role("button", name="C’est fait : Vous présenter aux voisins").click()
    settled(page)
    expect(page.get_by_text("Vous êtes chez vous.")).to_be_visible()
    # What was ticked is where one was: taken back as easily.
    expect(page.get_by_role("button", name="Finalement non : Vous présenter aux voisins")).to_be_focused()
    assert StepDone.objects.filter(resident=resident, by=newcomer).count() == 2
    page.keyboard.press("Enter")
    settled(page)
    expect(page.get_by_role("button", name="C’est fait : Vous présenter aux voisins")).to_be_focused()
