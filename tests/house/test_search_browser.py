"""Searching from a phone: the results come while one types, and the keyboard leads to them."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import settled
from tests.factories import PostFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_results_come_while_one_types_and_are_reached_by_keyboard(page):
    PostFactory(title="La forge est ouverte", slug="forge")
    page.goto("/")
    page.get_by_role("link", name="Chercher dans le site").first.click()
    expect(page).to_have_title("Recherche – Les Chaudronneries")
    page.wait_for_load_state("load")
    page.get_by_role("searchbox").press_sequentially("la frge")
    settled(page)
    expect(page.get_by_role("status").filter(has_text="Vouliez-vous dire")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/recherche/\?q=la\+frge$"))
    page.get_by_role("button", name="Chercher").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="forge", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("La forge est ouverte")
