"""One's own place at the root of the site, and the frame of every page (the public's home: test_home_public.py)."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from agenda.enums import BookingStatus, EventStatus, RegistrationStatus
from agenda.times import instant, local
from chaudronneries.home import place
from knowledge_map.enums import Answer, Closeness
from knowledge_map.models import Suggestion, SuggestionAnswer
from residents.actions.profiles import collection_of
from residents.enums import Audience, KnowledgeKind
from residents.models import User
from tests.factories import (
    ApplicationFactory,
    BookingFactory,
    DeclarationFactory,
    EventFactory,
    KnowledgeItemFactory,
    MembershipFactory,
    PartnerFactory,
    PictureFactory,
    PostFactory,
    RegistrationFactory,
    ResidentFactory,
    SpaceFactory,
    UserFactory,
    soon,
)

pytestmark = pytest.mark.django_db


def declare(resident, number: int, kinds=KnowledgeKind.values):
    """`number` declarations of `resident`, going round `kinds`."""
    for index in range(number):
        DeclarationFactory(resident=resident, item=KnowledgeItemFactory(kind=kinds[index % len(kinds)]))


def suggest(resident, partner, rank: int) -> Suggestion:
    return Suggestion.objects.create(
        resident=resident,
        partner=partner,
        rank=rank,
        score=1 / rank,
        channels={},
        reasons=[],
        closeness=Closeness.COMPLEMENTARY,
    )


def with_roles(user) -> User:
    return User.objects.with_roles().get(pk=user.pk)


def read(user) -> place.Place:
    return place.read(with_roles(user))


@pytest.mark.parametrize("number", [1, 3])
def test_own_place_queries(client, django_assert_num_queries, number):
    user = UserFactory()
    for membership in MembershipFactory.create_batch(number, user=user):
        declare(membership.resident, 2)
        suggest(membership.resident, ResidentFactory(), 1)
        BookingFactory(resident=membership.resident)
        BookingFactory(resident=membership.resident, starts_at=soon("14:00"), status=BookingStatus.REQUESTED)
        RegistrationFactory(user=user)
        PostFactory(authors=[user])
        PartnerFactory()
    client.force_login(user)
    # Kinds of things are looked up once a process.
    client.get("/")
    with django_assert_num_queries(8):
        client.get("/")


@pytest.mark.parametrize("number", [1, 3])
def test_own_place_of_the_house_manager_queries(client, house_manager, django_assert_num_queries, number):
    for _ in range(number):
        BookingFactory(status=BookingStatus.REQUESTED)
        ApplicationFactory()
    client.force_login(house_manager)
    with django_assert_num_queries(7):
        client.get("/")


def at_hour(days: int, hour: int = 12) -> datetime.datetime:
    """On the house's clock, be it the day that it changes."""
    return instant(timezone.localdate() + datetime.timedelta(days=days), datetime.time(hour))


def test_week_holds_my_next_bookings_and_meetings_in_order(member):
    mine = member.memberships_list[0].resident
    requested = BookingFactory(resident=mine, starts_at=at_hour(3), status=BookingStatus.REQUESTED)
    booked = BookingFactory(created_by=member, starts_at=at_hour(1))
    waited = RegistrationFactory(user=member, event__starts_at=at_hour(2), waiting=True).event
    hosted = EventFactory(hosts=[member], starts_at=at_hour(4), place="Dans la cour")
    found = [(one.url, one.where, one.state) for one in read(member).week]
    assert found == [
        (booked.get_absolute_url(), booked.space.name, ""),
        (waited.get_absolute_url(), "", "vous attendez une place"),
        (requested.get_absolute_url(), requested.space.name, "à décider"),
        (hosted.get_absolute_url(), "Dans la cour", "vous l’animez"),
    ]


def test_week_leaves_what_is_not_mine_or_not_now(member):
    BookingFactory(starts_at=at_hour(1))
    now = timezone.now()
    BookingFactory(created_by=member, starts_at=at_hour(1), status=BookingStatus.CANCELLED, cancelled_at=now)
    BookingFactory(created_by=member, starts_at=at_hour(-2))
    BookingFactory(created_by=member, starts_at=at_hour(8))
    RegistrationFactory(user=member, event__starts_at=at_hour(1), status=RegistrationStatus.CANCELLED)
    RegistrationFactory(user=member, event__starts_at=at_hour(1), event__status=EventStatus.CANCELLED)
    assert read(member).week == []


def test_week_tells_a_meeting_once_with_its_spaces(member):
    spaces = SpaceFactory.create_batch(2)
    event = EventFactory(hosts=[member], starts_at=at_hour(1))
    event.spaces.set(spaces)
    for space in spaces:
        BookingFactory(space=space, event=event, created_by=member, starts_at=event.starts_at, ends_at=event.ends_at)
    [one] = read(member).week
    assert (one.title, one.where) == (event.title, ", ".join(space.name for space in spaces))


def test_week_says_my_slot_and_the_seat_that_waits_for_my_answer(member):
    slot = at_hour(2, 15)
    event = EventFactory(takes_registrations=True, slot_minutes=30, starts_at=at_hour(2, 14), ends_at=at_hour(2, 17))
    RegistrationFactory(user=member, event=event, slot_starts_at=slot)
    offered = RegistrationFactory(
        user=member,
        event__starts_at=at_hour(3),
        waiting=True,
        status=RegistrationStatus.OFFERED,
        offered_until=at_hour(1),
    )
    first, second = read(member).week
    assert (first.starts_at, first.ends_at) == (slot, slot + datetime.timedelta(minutes=30))
    assert (second.url, second.asks_answer) == (offered.event.get_absolute_url(), True)


def test_week_stops_at_five(member):
    for hour in range(8, 15):
        BookingFactory(created_by=member, starts_at=at_hour(1, hour))
    assert [local(one.starts_at).hour for one in read(member).week] == [8, 9, 10, 11, 12]


def test_empty_week_says_so_and_leads_to_the_spaces(client, member):
    client.force_login(member)
    page = client.get("/").content.decode()
    assert ("Rien de prévu ces sept prochains jours." in page, 'href="/agenda/trouver/"' in page) == (True, True)


def test_own_place_greets_and_leads_to_the_savoirs(client, member):
    client.force_login(member)
    page = client.get("/").content.decode()
    assert ("Bonjour Camille" in page, 'href="/savoirs/"' in page) == (True, True)


def test_place_says_how_far_and_what_lacks(member):
    resident = member.memberships_list[0].resident
    resident.tagline = "Nous rénovons les toits du quartier."
    resident.email = "toits@ailleurs.example"
    resident.save()
    declare(resident, 4, kinds=[KnowledgeKind.SAVOIR, KnowledgeKind.MILIEU])
    [mine] = read(member).structures
    assert (mine.resident, mine.progress.total, mine.progress.still_to_declare) == (resident, 4, 6)
    assert mine.progress.missing_kinds == [KnowledgeKind.SAVOIR_FAIRE]
    lacks = ["une présentation", "un logo", "un lien vers votre site", "trois images de votre travail"]
    assert mine.gauge.missing == lacks


def test_place_of_a_complete_profile_lacks_nothing(member):
    resident = member.memberships_list[0].resident
    resident.tagline, resident.presentation, resident.logo = "Une phrase", "Longue", PictureFactory()
    resident.save()
    resident.links.create(label="Site", url="https://toits.example")
    PictureFactory.create_batch(3, collection=collection_of(resident), description="Un toit", credit="Ilan")
    [mine] = read(member).structures
    assert (mine.gauge.missing, mine.gauge.is_full) == ([], True)


def test_suggestions_are_mine_best_first_and_unanswered(member):
    mine = member.memberships_list[0].resident
    first, second, answered = (suggest(mine, ResidentFactory(), rank) for rank in (1, 2, 3))
    suggest(ResidentFactory(), ResidentFactory(), 1)
    SuggestionAnswer.objects.create(resident=mine, partner=answered.partner, answer=Answer.IN_TOUCH)
    assert [card.suggestion for card in read(member).suggestions] == [first, second]


def test_suggestion_keeps_a_sentence_that_is_not_for_me(member):
    mine = member.memberships_list[0].resident
    suggest(mine, ResidentFactory(tagline="Lisible"), 1)
    suggest(mine, ResidentFactory(tagline="Secrète", tagline_audience=Audience.HOUSE), 2)
    assert [card.reading.tagline for card in read(member).suggestions] == ["Lisible", ""]


@pytest.mark.parametrize(
    ("role", "leads_to"),
    [("member_of_nothing", "/residents/"), ("house_manager", "/gestion/")],
    ids=["nobody", "house"],
)
def test_place_without_a_structure_says_what_to_do(client, request, role, leads_to):
    user = UserFactory() if role == "member_of_nothing" else request.getfixturevalue(role)
    client.force_login(user)
    page = client.get("/").content.decode()
    assert f'<a class="button" href="{leads_to}">' in page


def test_menu_offers_the_back_office_to_the_house_alone(client, member, house_manager):
    offered = []
    for user in (member, house_manager):
        client.force_login(user)
        offered.append('<a class="menu__link" href="/gestion/">' in client.get("/").content.decode())
    assert offered == [False, True]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_menu_closes_on_escape_and_gives_the_focus_back(page, sign_in, member):
    sign_in(page, member)
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    button = page.locator(".site-header summary")
    button.press("Enter")
    leave = page.get_by_role("button", name="Me déconnecter")
    expect(leave).to_be_visible()
    page.keyboard.press("Escape")
    expect(leave).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    page.locator(".site-footer").click()
    expect(leave).to_be_hidden()


def test_section_of_the_house_is_marked_in_the_navigation(client, resident):
    marked = []
    for address in ("/residents/", resident.get_absolute_url(), "/"):
        marked.append(re.findall(r'href="([^"]+)" aria-current="(\w+)"', client.get(address).content.decode()))
    assert marked == [[("/residents/", "page")], [("/residents/", "true")], []]


def test_missing_structures_are_named(client, member):
    late = ResidentFactory(name="Radio Rivet")
    client.force_login(member)
    page = client.get("/").content.decode()
    assert f'<a href="{late.get_absolute_url()}">Radio Rivet</a>' in page


def test_unknown_address_is_a_french_404_that_helps(client):
    response = client.get("/nulle-part/")
    page = response.content.decode()
    assert (response.status_code, "Il n’y a rien à cette adresse" in page, 'href="/residents/"' in page) == (
        404,
        True,
        True,
    )


def test_stale_form_is_a_french_403_that_helps(member):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    response = client.post("/compte/logout/")
    assert (response.status_code, "Le formulaire a trop attendu" in response.content.decode()) == (403, True)


def test_public_pages_carry_no_token(client):
    """So that they can be cached, and answer 304."""
    response = client.get("/")
    assert (response.cookies.keys() - set(), "X-CSRFToken" in response.content.decode()) == (set(), False)
    again = client.get("/", headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304
