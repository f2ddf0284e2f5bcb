"""Booking from a phone: three taps, a clash and its alternative, a series over the end of March, nothing typed lost."""

import datetime
import re
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from agenda.actions.bookings import change
from agenda.enums import TitleAudience
from agenda.models import Booking
from agenda.times import instant, local
from tests.agenda.series_of_mondays import DAY, last_sunday
from tests.browser import settled
from tests.factories import BookingFactory, MembershipFactory, SpaceFactory, next_monday, soon

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def member(transactional_db):
    """Not the shared one, which a transactional test would not see."""
    return MembershipFactory().user


@pytest.fixture
def space(transactional_db):
    return SpaceFactory(name="Forge", slug="forge", ahead_days=None)


def stretch(start="10:00", end="12:00", day=None) -> str:
    """The address that a free stretch leads to."""
    day = day or next_monday()
    return f"/agenda/reserver/?{urlencode({'espace': 'forge', 'debut': f'{day}T{start}', 'fin': f'{day}T{end}'})}"


def own(member, **fields):
    return BookingFactory(resident=member.residents_list[0], created_by=member, **fields)


def test_resident_books_on_a_phone_in_three_taps(page, sign_in, member):
    space = SpaceFactory(name="Forge", slug="forge", open=False)
    space.opening_hours.create(weekday=0, opens_at=datetime.time(10), closes_at=datetime.time(12))
    own(member, space=space, title="Atelier couture", starts_at=soon(days=7))
    sign_in(page, member)
    page.goto(f"/agenda/liste/?jour={next_monday()}&espace=forge")
    page.get_by_role("link", name="Libre : réserver").first.click()
    expect(page.locator(".verdict")).to_contain_text("Libre")
    page.get_by_role("button", name="Atelier couture").click()
    send = page.get_by_role("button", name="Réserver", exact=True)
    expect(send).to_be_in_viewport()
    send.click()
    expect(page.locator("#announcements")).to_contain_text("C’est réservé : Forge")
    booking = Booking.objects.latest("pk")
    assert (booking.title, booking.starts_at, booking.status) == ("Atelier couture", soon("10:00"), "confirmee")
    page.goto(stretch("17:00", "18:00"))
    expect(page.locator("[data-draft-note]")).to_have_count(0)


def test_clash_and_its_alternative(page, sign_in, member, space):
    BookingFactory(space=space, title="Secret", title_audience=TitleAudience.OURS)
    sign_in(page, member)
    page.goto(stretch("11:00", "13:00"))
    expect(page.locator(".verdict")).to_contain_text("Forge n’est pas libre à ce moment")
    expect(page.locator(".verdict")).to_contain_text("occupé")
    page.get_by_label("Pour quoi faire ?").fill("Chorale")
    page.get_by_role("button", name=re.compile("12.h – 14.h")).click()
    expect(page.locator("#announcements")).to_contain_text("C’est réservé : Forge")
    booking = Booking.objects.latest("pk")
    assert (booking.title, booking.starts_at) == ("Chorale", soon("12:00"))


def test_wish_is_looked_at_while_it_is_chosen(page, sign_in, member, space):
    BookingFactory(space=space)
    sign_in(page, member)
    page.goto(stretch())
    verdict = page.locator(".verdict")
    expect(verdict).to_contain_text("n’est pas libre")
    page.get_by_label("De", exact=True).fill("14:00")
    expect(verdict).to_contain_text("Libre")
    expect(page.get_by_label("À", exact=True)).to_have_value("16:00")
    page.get_by_label("À", exact=True).fill("21:00")
    expect(verdict).to_contain_text("À demander à la maison")
    page.get_by_label("Un mot à la maison").fill("Une longue soirée")
    page.get_by_label("Pour quoi faire ?").fill("Veillée")
    page.get_by_role("button", name="Envoyer la demande").click()
    expect(page.locator("#announcements")).to_contain_text("Votre demande est envoyée")
    assert Booking.objects.latest("pk").request_word == "Une longue soirée"


def test_series_over_the_end_of_march(page, sign_in, member, space):
    wednesdays = [last_sunday(3) + DAY * days for days in (-11, -4, 3, 10, 17)]
    BookingFactory(space=space, title="Lecture", starts_at=instant(wednesdays[2], datetime.time(18)))
    sign_in(page, member)
    page.goto(stretch("18:00", "20:00", wednesdays[0]))
    page.get_by_label("Pour quoi faire ?").fill("Chorale")
    page.get_by_label("Répéter").check()
    page.get_by_label("Jusqu’au").fill(wednesdays[4].isoformat())
    page.get_by_role("button", name="Voir les dates").click()
    dates = page.locator(".series-preview__date")
    expect(dates).to_have_count(5)
    expect(dates.nth(2)).to_contain_text("prise")
    expect(dates.nth(2)).to_contain_text("Lecture")
    expect(dates.get_by_role("checkbox")).to_have_count(4)
    dates.nth(4).get_by_role("checkbox").uncheck()
    page.get_by_role("button", name="Confirmer les dates cochées").click()
    expect(page.locator("#announcements")).to_contain_text("C’est fait : 3 dates.")
    starts = [local(booking.starts_at) for booking in Booking.objects.filter(title="Chorale").order_by("starts_at")]
    kept = [wednesdays[number] for number in (0, 1, 3)]
    assert [(start.date(), start.hour) for start in starts] == [(day, 18) for day in kept]


def test_what_was_typed_outlives_a_lost_session(page, sign_in, member, space):
    sign_in(page, member)
    page.goto(stretch())
    page.get_by_label("Pour quoi faire ?").fill("Chorale des soudeurs")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Réserver", exact=True).click()
    expect(page).to_have_url(re.compile("/compte/login/"))
    sign_in(page, member)
    page.goto(stretch("14:00", "16:00"))
    expect(page.get_by_label("Pour quoi faire ?")).to_have_value("Chorale des soudeurs")
    expect(page.locator("[data-draft-note]")).to_contain_text("retrouvé ce que vous aviez écrit")
    page.get_by_role("button", name="Réserver", exact=True).click()
    expect(page.locator("#announcements")).to_contain_text("C’est réservé")
    assert Booking.objects.get().starts_at == soon("14:00")


def test_both_versions_are_shown_and_one_is_kept(chromium, live_server, sign_in, member, space):
    booking = own(member, space=space, title="Réunion")
    # Not the shared page, on which a 409 counts as a fault.
    context = chromium.new_context(base_url=live_server.url, locale="fr-FR", viewport={"width": 390, "height": 844})
    page = context.new_page()
    sign_in(page, member)
    page.goto(f"/agenda/reservations/{booking.pk}/modifier/")
    page.get_by_label("Pour quoi faire ?").fill("Ma version")
    change(booking=booking, to={"title": "Sa version"}, by=member)
    page.get_by_role("button", name="Enregistrer").click()
    table = page.get_by_role("table")
    expect(table).to_contain_text("Sa version")
    expect(table).to_contain_text("Ma version")
    page.get_by_label("Ma version").check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ma version")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_answers_to_forms_have_no_axe_violation(chromium, live_server, sign_in, member, space, scheme):
    """What no address shows: a clash, a request, the dates of a series, two versions."""
    taken = own(member, space=space)
    # axe writes inline styles while it looks: the policy is proved elsewhere.
    context = chromium.new_context(base_url=live_server.url, locale="fr-FR", color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    sign_in(page, member)
    faults = {}

    def look(name):
        settled(page)
        if violations := Axe().run(page).response["violations"]:
            faults[name] = [(fault["id"], [node["html"][:120] for node in fault["nodes"]]) for fault in violations]

    page.goto(stretch())
    look("what is in the way")
    page.get_by_role("button", name="Réserver", exact=True).click()
    look("nothing said")
    page.goto(stretch("14:00", "21:00"))
    page.get_by_label("Répéter").check()
    look("a request, repeated")
    page.get_by_label("Pour quoi faire ?").fill("Chorale")
    page.get_by_label("à une date").check()
    page.get_by_label("Jusqu’au").fill((next_monday() + datetime.timedelta(days=21)).isoformat())
    page.get_by_role("button", name="Voir les dates").click()
    expect(page.locator(".series-preview__date")).to_have_count(4)
    look("dates")
    page.goto(f"/agenda/reservations/{taken.pk}/modifier/")
    change(booking=taken, to={"title": "Sa version"}, by=member)
    page.get_by_label("Pour quoi faire ?").fill("Ma version")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("table")).to_be_visible()
    look("two versions")
    context.close()
    assert faults == {}
