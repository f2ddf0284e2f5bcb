"""Subscribing on a phone: the secret address made, read by a calendar, revoked."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests.factories import BookingFactory, MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_secret_address_is_made_read_and_revoked(page, sign_in):
    membership = MembershipFactory()
    BookingFactory(title="Réunion d’équipe", resident=membership.resident)
    sign_in(page, membership.user)
    page.goto("/agenda/abonnements/")
    page.get_by_role("button", name="Créer mon adresse secrète").click()
    expect(page.locator("#announcements")).to_contain_text("Votre adresse secrète est prête")

    field = page.get_by_label("Adresse du calendrier « Le mien »", exact=True)
    address = field.input_value()
    assert re.fullmatch(r"http://[^/]+/agenda/flux/[\w-]{32}/moi\.ics", address)
    webcal = page.get_by_role("link", name="S’abonner : Le mien", exact=True).get_attribute("href")
    assert webcal == address.replace("http://", "webcal://")

    # A calendar has no session: it reads with the address alone.
    calendar = Client()
    path = address.split("/", 3)[3]
    answer = calendar.get(f"/{path}")
    assert answer.status_code == 200
    assert "SUMMARY:Réunion d’équipe" in answer.content.decode()

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copier l’adresse : Le mien", exact=True).click()
    expect(page.locator("#announcements")).to_contain_text("Adresse copiée.")
    assert page.evaluate("navigator.clipboard.readText()") == address

    page.get_by_text("Les révoquer…").click()
    page.get_by_role("button", name="Révoquer mes adresses").click()
    expect(page.locator("#announcements")).to_contain_text("vos anciennes adresses ne répondent plus")
    expect(page.get_by_role("button", name="Créer mon adresse secrète")).to_be_visible()
    assert calendar.get(f"/{path}").status_code == 404
