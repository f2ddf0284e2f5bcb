"""The manager's morning, on her phone; her page on paper; the screen of a door."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from agenda.enums import BookingStatus
from agenda.models import Booking
from tests.factories import BookingFactory, EventFactory, ResidentFactory, SpaceFactory, StayFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def requested(title, days):
    return BookingFactory(
        title=title,
        status=BookingStatus.REQUESTED,
        reasons=["trop-longue"],
        starts_at=timezone.now() + datetime.timedelta(days=days),
        created_by=UserFactory(),
    )


def cancelled_late():
    now = timezone.now()
    return BookingFactory(
        title="Répétition",
        status=BookingStatus.CANCELLED,
        is_late=True,
        starts_at=now - datetime.timedelta(hours=5),
        cancelled_at=now - datetime.timedelta(hours=8),
    )


def test_managers_morning(page, sign_in):
    asked, refused = requested("Stage de soudure", 3), requested("Fanfare", 4)
    missed = BookingFactory(title="Atelier vélo", starts_at=timezone.now() - datetime.timedelta(hours=20))
    late = cancelled_late()
    sign_in(page, UserFactory(house_manager=True))
    page.goto("/")
    page.locator(".menu__button").click()
    page.locator(".menu__panel").get_by_role("link", name="Ma journée").click()

    card = page.get_by_role("article", name="Stage de soudure")
    card.get_by_label("Un mot pour la réponse").fill("Avec plaisir, la clé est à l’accueil.")
    card.get_by_role("button", name="Accepter").click()
    expect(page.locator("#announcements")).to_contain_text("acceptée")
    expect(page.get_by_role("article", name="Stage de soudure")).to_have_count(0)

    page.get_by_role("article", name="Fanfare").get_by_role("button", name="Refuser").click()
    expect(page.get_by_text("Aucune demande n’attend")).to_be_visible()

    page.get_by_role("button", name="Personne n’est venu – Atelier vélo").click()
    expect(page.get_by_text("absence notée")).to_be_visible()
    page.get_by_role("button", name="Excuser – Répétition").click()
    expect(page.get_by_text("Aucune depuis quinze jours")).to_be_visible()
    expect(page).to_have_url(re.compile("/ma-journee/#tardives$"))

    for booking in [asked, refused, missed, late]:
        booking.refresh_from_db()
    assert (asked.status, asked.decision_word) == (
        BookingStatus.CONFIRMED,
        "Avec plaisir, la clé est à l’accueil.",
    )
    assert (refused.status, missed.is_no_show, late.is_waived) == (BookingStatus.DECLINED, True, True)


def test_looked_at_profiles_are_seen(page, sign_in):
    ResidentFactory(name="Atelier du zinc")
    sign_in(page, UserFactory(house_manager=True))
    page.goto("/ma-journee/")
    expect(page.get_by_role("link", name="Atelier du zinc")).to_be_visible()
    page.get_by_role("button", name="Tout est vu").click()
    expect(page.get_by_text("Rien de nouveau depuis votre dernier regard")).to_be_visible()


def pages_of(page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def test_busy_day_is_one_sheet_of_paper(page, sign_in):
    """Four requests, a dozen bookings with what to set up, and everything else, on one A4 page; printed the eve."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(days=1)
    for number in range(4):
        requested(f"Demande {number}", 3 + number)
    for hour in range(8, 20):
        start = midnight + datetime.timedelta(hours=hour)
        BookingFactory(starts_at=start, attendees=8, setup="Quatre tables en carré, l’écran et la sonorisation.")
        BookingFactory(starts_at=start + datetime.timedelta(days=1))
    BookingFactory(event=EventFactory(starts_at=midnight), starts_at=midnight)
    cancelled_late()
    StayFactory(starts_on=midnight.date())
    sign_in(page, UserFactory(house_manager=True))
    page.goto(f"/ma-journee/?jour={midnight.date()}")
    assert pages_of(page) == 1


@pytest.mark.parametrize("span", ["jour", "semaine"])
def test_door_sheets_are_one_page_a_space(page, sign_in, span):
    for _ in range(3):
        SpaceFactory()
    sign_in(page, UserFactory(house_manager=True))
    page.goto(f"/ma-journee/portes/?etendue={span}")
    assert pages_of(page) == 3


@pytest.mark.parametrize("size", [(800, 480), (1280, 800), (800, 1280)])
@pytest.mark.parametrize("partly", [False, True], ids=["held", "partly"])
def test_door_fits_its_screen(page, size, partly):
    """A long name, long titles and a busy day: all is seen without scrolling, for nobody scrolls a door."""
    part, other = SpaceFactory(shows_titles_at_door=True), SpaceFactory()
    space = SpaceFactory(
        name="Grande salle commune du premier étage", shows_titles_at_door=True, parts=[part, other] if partly else []
    )
    now = timezone.now()
    for number in range(9):
        start = now + datetime.timedelta(minutes=2 * number - 1)
        BookingFactory(
            space=part if partly else space,
            title="Réunion du collectif des ateliers et des associations voisines, avec la fanfare et le quartier",
            title_audience="public",
            starts_at=start,
            ends_at=start + datetime.timedelta(minutes=2),
        )
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(reverse("agenda:door", args=[space.door_token]))
    expect(page.get_by_role("heading", name="Occupé")).to_be_visible()
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [*size]
    assert page.evaluate("document.body.scrollHeight") == size[1]
    assert page.context.cookies() == []


def test_door_follows_the_agenda_and_says_when_it_is_alone(page):
    space = SpaceFactory(open=False)
    page.clock.install()
    page.goto(reverse("agenda:door", args=[space.door_token]))
    expect(page.get_by_role("heading", name="Fermé")).to_be_visible()
    booking = BookingFactory(space=space, starts_at=timezone.now() - datetime.timedelta(minutes=5))
    page.clock.run_for(31_000)
    expect(page.get_by_role("heading", name="Occupé")).to_be_visible()

    # The server is up but answers nothing good: the screen stays, and says since when.
    page.route("**/agenda/porte/**", lambda route: route.fulfill(status=200, body="<p>portail captif</p>"))
    page.clock.run_for(31_000)
    expect(page.locator("#door-stale")).to_contain_text("Sans nouvelles depuis")
    expect(page.get_by_role("heading", name="Occupé")).to_be_visible()

    page.unroute("**/agenda/porte/**")
    Booking.objects.filter(pk=booking.pk).update(ends_at=timezone.now())
    page.clock.run_for(31_000)
    expect(page.get_by_role("heading", name="Fermé")).to_be_visible()
    expect(page.locator("#door-stale")).to_be_empty()
