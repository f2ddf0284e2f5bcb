"""A resident takes their data and leaves, on a phone."""

import json

import pytest
from playwright.sync_api import expect

from residents.models import User
from tests.factories import BookingFactory, MembershipFactory, ResidentFactory

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
