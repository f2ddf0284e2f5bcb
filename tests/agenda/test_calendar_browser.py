"""The calendar by hand: a free stretch by touch, mouse and keyboard; a booking moved, stretched, and sent back."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from agenda.models import Booking, Space
from agenda.times import local
from tests.factories import BookingFactory, MembershipFactory, SpaceFactory, next_monday, soon

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def wide(page):
    page.set_viewport_size({"width": 1280, "height": 1100})
    return page


@pytest.fixture
def lead(db):
    return MembershipFactory(lead=True).user


def open_week(page, *spaces):
    query = "".join(f"&espace={space.slug}" for space in spaces)
    page.goto(f"{reverse('agenda:week')}?jour={next_monday()}{query}")


def body(page, days=0):
    return page.locator(".calendar__body").nth(days)


def point(page, hour, days=0):
    """Where that hour of the grid (from 8:00) is drawn, a little below its line."""
    box = body(page, days).bounding_box()
    quarter = page.locator("[data-hours] > span").first.bounding_box()["height"] / 4
    return box["x"] + box["width"] / 2, box["y"] + (hour - 8) * 4 * quarter + 3


def asked(page):
    """(start, end) that the booking page was asked for."""
    expect(page).to_have_url(re.compile(re.escape(reverse("agenda:book"))))
    found = dict(re.findall(r"(debut|fin)=([^&]+)", page.url.replace("%3A", ":")))
    return found["debut"], found["fin"]


def test_stretch_is_chosen_with_the_mouse(wide, sign_in, lead):
    space = SpaceFactory()
    sign_in(wide, lead)
    open_week(wide, space)
    wide.mouse.move(*point(wide, 10, days=1))
    wide.mouse.down()
    wide.mouse.move(*point(wide, 11, days=1))
    wide.mouse.move(*point(wide, 12.25, days=1))
    wide.mouse.up()
    day = soon(days=1).date()
    assert asked(wide) == (f"{day}T10:00", f"{day}T12:30")


def test_stretch_never_goes_over_a_booking(wide, sign_in, lead):
    booking = BookingFactory(starts_at=soon("12:00"))
    sign_in(wide, lead)
    open_week(wide, booking.space)
    wide.mouse.move(*point(wide, 10))
    wide.mouse.down()
    wide.mouse.move(*point(wide, 11))
    wide.mouse.move(*point(wide, 15))
    wide.mouse.up()
    assert asked(wide) == (f"{next_monday()}T10:00", f"{next_monday()}T12:00")


def test_stretch_is_chosen_with_the_keyboard(wide, sign_in, lead):
    space = SpaceFactory()
    sign_in(wide, lead)
    open_week(wide, space)
    chosen = wide.locator(".chosen")
    chosen.focus()
    for keys in ("ArrowRight", "ArrowDown", "ArrowDown", "Shift+ArrowDown"):
        chosen.press(keys)
    expect(wide.locator("#announcements")).to_have_text(re.compile(r"mardi .*, 9\sh\s– 10\sh\s30"))
    chosen.press("Enter")
    tuesday = soon(days=1).date()
    assert asked(wide) == (f"{tuesday}T09:00", f"{tuesday}T10:30")


def test_stretch_of_several_spaces_leads_to_those_that_are_free(wide, sign_in, lead):
    SpaceFactory()
    SpaceFactory()
    sign_in(wide, lead)
    open_week(wide)
    wide.locator(".chosen").focus()
    wide.locator(".chosen").press("Shift+ArrowDown")
    wide.locator(".chosen").press("Enter")
    expect(wide.get_by_role("heading", name="2 espaces libres")).to_be_visible()
    expect(wide.get_by_label("Combien de temps")).to_have_value("90")


def test_hour_is_tapped_then_adjusted(chromium, live_server, sign_in, lead):
    space = SpaceFactory()
    context = chromium.new_context(
        base_url=live_server.url, locale="fr-FR", viewport={"width": 390, "height": 844}, has_touch=True
    )
    page = context.new_page()
    sign_in(page, lead)
    open_week(page, space)
    page.locator(".cell").nth(2).tap()
    bar = page.locator("[data-chosen-bar]")
    expect(bar).to_contain_text(re.compile(r"lundi .*, 10\sh\s– 11\sh"))
    bar.get_by_role("button", name="30 min de plus").tap()
    expect(bar).to_contain_text(re.compile(r"10\sh\s– 11\sh\s30"))
    bar.get_by_role("link", name="Réserver").tap()
    assert asked(page) == (f"{next_monday()}T10:00", f"{next_monday()}T11:30")
    context.close()


def test_hours_are_links_without_a_script(chromium, live_server, sign_in, lead):
    space = SpaceFactory()
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, lead)
    open_week(page, space)
    page.get_by_role("link", name=re.compile(r"^lundi .*10\sh\s– 11\sh")).click()
    assert asked(page) == (f"{next_monday()}T10:00", f"{next_monday()}T11:00")
    context.close()


def hours(booking):
    booking.refresh_from_db()
    return [f"{local(moment):%a %H:%M}" for moment in (booking.starts_at, booking.ends_at)]


def test_owner_drags_a_booking_to_another_day(wide, sign_in, lead):
    booking = BookingFactory(resident=lead.residents_list[0])
    sign_in(wide, lead)
    open_week(wide)
    wide.mouse.move(*point(wide, 11))
    wide.mouse.down()
    wide.mouse.move(*point(wide, 13, days=1))
    wide.mouse.move(*point(wide, 15, days=2))
    wide.mouse.up()
    expect(wide.locator("[data-chosen-bar]")).to_contain_text("C’est déplacé")
    expect(body(wide, 2).locator(".held")).to_contain_text(re.compile(r"14\sh\s– 16\sh"))
    assert hours(booking) == ["Wed 14:00", "Wed 16:00"]


def test_owner_stretches_a_booking_by_its_foot(wide, sign_in, lead):
    booking = BookingFactory(resident=lead.residents_list[0])
    sign_in(wide, lead)
    open_week(wide, booking.space)
    x, y = point(wide, 12)
    wide.mouse.move(x, y - 8)
    wide.mouse.down()
    wide.mouse.move(x, y + 20)
    wide.mouse.move(x, point(wide, 13)[1] - 8)
    wide.mouse.up()
    expect(body(wide).locator(".held")).to_contain_text(re.compile(r"10\sh\s– 13\sh"))
    assert hours(booking) == ["Mon 10:00", "Mon 13:00"]


def test_refused_move_goes_back_and_says_why(page, wide, sign_in, lead):
    booking = BookingFactory(resident=lead.residents_list[0], title="La nôtre")
    BookingFactory(space=booking.space, starts_at=soon(days=1))
    sign_in(wide, lead)
    open_week(wide, booking.space)
    ours = wide.locator(".held", has_text="La nôtre")
    # What the house refuses by a status is an error to the browser's console, and to the `page` fixture.
    wide.route("**/deplacer/", lambda route: answer_quietly(route))
    wide.mouse.move(*point(wide, 11))
    wide.mouse.down()
    wide.mouse.move(*point(wide, 11.5, days=1))
    wide.mouse.move(*point(wide, 11.5, days=1))
    wide.mouse.up()
    bar = wide.locator("[data-chosen-bar]")
    expect(bar.get_by_role("link", name="Ouvrir le formulaire")).to_be_visible()
    expect(body(wide, 0).locator(".held", has_text="La nôtre")).to_have_count(1)
    expect(ours).not_to_have_class(re.compile("held--moving"))
    assert hours(booking) == ["Mon 10:00", "Mon 12:00"]
    bar.get_by_role("link", name="Ouvrir le formulaire").click()
    expect(wide).to_have_url(re.compile(re.escape(reverse("agenda:change_booking", args=[booking.pk]))))


def answer_quietly(route):
    response = route.fetch()
    assert response.status == 409
    route.fulfill(status=200, content_type="application/json", body=response.text())


def test_booking_is_dragged_to_another_space(wide, sign_in, house_manager):
    booking = BookingFactory(space=SpaceFactory(position=1))
    other = SpaceFactory(position=2)
    sign_in(wide, house_manager)
    wide.goto(f"{reverse('agenda:day')}?jour={next_monday()}")
    wide.mouse.move(*point(wide, 11))
    wide.mouse.down()
    wide.mouse.move(*point(wide, 11.5, days=1))
    wide.mouse.move(*point(wide, 11, days=1))
    wide.mouse.up()
    expect(body(wide, 1).locator(".held")).to_have_count(1)
    expect(wide.locator("[data-chosen-bar]")).to_contain_text("C’est déplacé")
    booking.refresh_from_db()
    assert (booking.space, Space.objects.count(), Booking.objects.count()) == (other, 2, 1)


def test_who_does_not_own_a_booking_cannot_drag_it(wide, sign_in, member):
    BookingFactory()
    sign_in(wide, member)
    open_week(wide)
    expect(body(wide).locator(".held")).to_have_count(1)
    expect(wide.locator("[data-move]")).to_have_count(0)


@pytest.mark.parametrize("name", ["week", "day", "month", "bookings_list", "spaces", "find", "shares"])
def test_page_fits_a_phone(page, sign_in, lead, name):
    for number in range(6):
        BookingFactory(space=SpaceFactory(name=f"Salle au nom assez long {number}"), resident=lead.residents_list[0])
    sign_in(page, lead)
    page.goto(f"{reverse(f'agenda:{name}')}?jour={next_monday()}")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_week_opens_on_today_on_a_phone(page, sign_in, lead):
    SpaceFactory()
    sign_in(page, lead)
    page.goto(reverse("agenda:week"))
    calendar = page.locator("[data-calendar]").bounding_box()
    today = page.locator(".calendar__head--today").bounding_box()
    assert calendar["x"] <= today["x"] <= today["x"] + today["width"] <= calendar["x"] + calendar["width"]
