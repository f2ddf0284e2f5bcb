"""A resident takes their data and leaves, on a phone."""

import datetime
import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from residents.models import User
from tests.factories import BookingFactory, MembershipFactory, PostFactory, ResidentFactory, StayFactory

pytestmark = pytest.mark.browser


def test_a_resident_takes_their_data_and_leaves(page, sign_in):
    resident = ResidentFactory(name="Atelier")
    MembershipFactory(resident=resident, lead=True)
    member = MembershipFactory(resident=resident, user__email="awa@atelier.example").user
    BookingFactory(created_by=member, resident=resident, title="Forger")
    sign_in(page, member)
    page.goto("/")
    page.get_by_text(member.first_name).first.click()
    page.get_by_role("link", name="Mon compte").click()
    page.get_by_role("navigation", name="Mon compte").get_by_role("link", name="Mes données").click()
    expect(page.get_by_role("heading", name="Mes données", level=1)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Tout emporter (JSON)").click()
    data = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert [booking["title"] for booking in data["agenda"]["bookings"]] == ["Forger"]
    page.get_by_role("link", name="Supprimer mon compte").click()
    page.get_by_label("Pour supprimer votre compte").fill("awa@atelier.example")
    page.get_by_role("button", name="Supprimer mon compte").click()
    expect(page.get_by_text("Votre compte est supprimé")).to_be_visible()
    expect(page.get_by_role("banner").get_by_role("link", name="Me connecter")).to_be_visible()
    assert not User.objects.filter(pk=member.pk).exists()


def test_pages_that_say_all_they_can_have_no_axe_violation(chromium, live_server, sign_in):
    """A last lead who wrote posts; a structure that has left; what was typed wrong."""
    lead = MembershipFactory(lead=True).user
    resident = lead.memberships_list[0].resident
    MembershipFactory(resident=resident)
    PostFactory(authors=[lead], owner=lead)
    gone = ResidentFactory(name="Partie", slug="partie", in_residence=False)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    StayFactory(resident=gone, ends_on=yesterday)
    MembershipFactory(resident=gone, user=lead, lead=True)
    BookingFactory(resident=gone)
    context = chromium.new_context(
        base_url=live_server.url,
        locale="fr-FR",
        reduced_motion="reduce",
        bypass_csp=True,
        viewport={"width": 390, "height": 844},
    )
    page = context.new_page()
    sign_in(page, lead)
    places = [
        reverse("my_data"),
        reverse("delete_account"),
        reverse("structure_data", args=["partie"]),
        reverse("delete_structure", args=["partie"]),
    ]
    faults = {}
    for place in places:
        page.goto(place)
        faults |= look(page, place)
        if place.endswith("supprimer/"):
            page.get_by_role("textbox").fill("autre chose")
            page.locator("main form").get_by_role("button").first.click()
            expect(page.get_by_role("alert")).to_be_visible()
            faults |= look(page, f"{place} (faute)")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
    assert faults == {}


def look(page, name) -> dict:
    page.emulate_media(color_scheme="light")
    violations = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="dark")
    violations += Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    said = [(fault["id"], [node["html"][:120] for node in fault["nodes"]]) for fault in violations]
    return {name: said} if said else {}
