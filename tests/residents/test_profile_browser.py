"""Editing a profile in a browser."""

import pytest

from tests.browser import settled
from tests.factories import MembershipFactory, ResidentFactory
from tests.residents.profiles import address


@pytest.fixture
def phone(page, sign_in, live_server):
    resident = ResidentFactory(name="Atelier du Zinc", tagline="Le zinc à votre mesure")
    sign_in(page, MembershipFactory(resident=resident).user)
    page.goto(resident.get_absolute_url())
    page.resident = resident
    return page


@pytest.mark.browser
def test_field_is_edited_in_its_place_on_a_phone(phone):
    phone.get_by_role("link", name="Modifier : En une phrase").click()
    field = phone.get_by_label("En une phrase")
    field.fill("Le zinc autrement")
    settled(phone)
    field.press("Enter")
    phone.locator(".profile__tagline", has_text="Le zinc autrement").wait_for()
    settled(phone)
    assert phone.locator("#announcements").inner_text() == "C’est enregistré."
    assert phone.evaluate("document.activeElement.id") == "edit-tagline"
    phone.resident.refresh_from_db()
    assert phone.resident.tagline == "Le zinc autrement"
    assert phone.evaluate("Object.keys(localStorage).length") == 0


@pytest.mark.browser
def test_what_was_saved_on_a_page_of_its_own_is_no_draft(phone):
    phone.goto(address(phone.resident, "tagline"))
    phone.get_by_role("textbox", name="En une phrase").fill("Le zinc autrement")
    phone.get_by_role("button", name="Enregistrer").click()
    phone.locator(".profile__tagline", has_text="Le zinc autrement").wait_for()
    settled(phone)
    assert phone.locator("form[data-draft]").count() == 0
    assert phone.evaluate("Object.keys(localStorage).length") == 0


@pytest.mark.browser
def test_text_outlives_a_lost_session(phone, sign_in):
    phone.get_by_role("link", name="Modifier : En une phrase").click()
    phone.get_by_label("En une phrase").fill("Longuement pesé")
    settled(phone)
    phone.context.clear_cookies(name="sessionid")
    phone.get_by_role("button", name="Enregistrer").click()
    phone.get_by_role("link", name="Me reconnecter").wait_for()
    assert phone.get_by_label("En une phrase").input_value() == "Longuement pesé"
    sign_in(phone, phone.resident.memberships.get().user)
    phone.goto(phone.resident.get_absolute_url())
    phone.locator(".part--edited").get_by_text("Nous avons retrouvé ce que vous aviez écrit").wait_for()
    assert phone.get_by_label("En une phrase").input_value() == "Longuement pesé"
    phone.get_by_role("button", name="Enregistrer").click()
    phone.locator(".profile__tagline", has_text="Longuement pesé").wait_for()
