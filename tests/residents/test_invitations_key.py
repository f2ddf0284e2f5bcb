"""Coming in with a passkey in one go: the account opens once the device answered, and not before."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from residents.actions import invitations
from residents.enums import InvitationState, MembershipRole
from residents.models import Invitation, User
from tests.browser import virtual_key
from tests.factories import MembershipFactory, UserFactory

EMAIL = "romy@ailleurs.example"
NAMES = {"first_name": "Romy", "last_name": "Vauquelin"}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten_attempts():
    cache.clear()


@pytest.fixture
def asked(lead) -> Invitation:
    resident = lead.memberships_list[0].resident
    return invitations.invite(resident=resident, email=EMAIL, role=MembershipRole.MEMBER, by=lead, **NAMES)


def key_address(invitation) -> str:
    return reverse("residents:invitation_key", args=[invitation.token])


def state(invitation) -> InvitationState:
    return Invitation.objects.get(pk=invitation.pk).state


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_newcomer_comes_in_with_a_passkey_and_comes_back_with_it(page):
    lead = MembershipFactory(lead=True).user
    atelier = lead.memberships_list[0].resident
    invitation = invitations.invite(resident=atelier, email=EMAIL, role=MembershipRole.MEMBER, by=lead, **NAMES)
    virtual_key(page)
    page.goto(invitation.opening_path)
    assert page.get_by_label("Prénom").input_value() == "Romy"
    page.get_by_role("button", name="Ouvrir mon compte avec une clé d’accès").click()
    page.wait_for_url("**" + reverse("residents:steps", args=[atelier.slug]))
    expect(page.get_by_text("Bienvenue. Vous êtes de")).to_be_visible()
    romy = User.objects.get(email=EMAIL)
    kinds = Authenticator.objects.filter(user=romy).values_list("type", flat=True).order_by("type")
    assert (list(kinds), romy.has_usable_password()) == (["recovery_codes", "webauthn"], False)
    page.get_by_role("link", name="codes de secours").click()
    expect(page.locator(".account__codes li")).to_have_count(10)
    page.goto("/compte/logout/")
    page.get_by_role("main").get_by_role("button", name="Me déconnecter").click()
    page.goto("/compte/login/")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bonjour Romy")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_device_that_refuses_opens_nothing_and_leaves_the_other_ways(page):
    lead = MembershipFactory(lead=True).user
    invitation = invitations.invite(
        resident=lead.memberships_list[0].resident, email=EMAIL, role=MembershipRole.MEMBER, by=lead, **NAMES
    )
    page.goto(invitation.opening_path)
    # As when the person closes the device's own window.
    refuse = "() => { navigator.credentials.create = () => Promise.reject(new DOMException('', 'NotAllowedError')) }"
    page.evaluate(refuse)
    page.get_by_role("button", name="Ouvrir mon compte avec une clé d’accès").click()
    expect(page.get_by_text("L’appareil n’a pas confirmé")).to_be_visible()
    assert not User.objects.filter(email=EMAIL).exists()
    page.get_by_role("button", name="Ouvrir mon compte sans clé").click()
    expect(page.get_by_text("Bienvenue. Vous êtes de")).to_be_visible()


def test_asking_the_device_opens_nothing_yet(client, asked):
    answer = client.post(key_address(asked), NAMES)
    user = answer.json()["publicKey"]["user"]
    assert (answer.status_code, user["name"], user["displayName"]) == (200, EMAIL, "Romy Vauquelin")
    assert (state(asked), User.objects.filter(email=EMAIL).exists()) == (InvitationState.OPEN, False)


def test_device_must_verify_the_person(client, asked):
    asked_of_it = client.post(key_address(asked), NAMES).json()["publicKey"]["authenticatorSelection"]
    assert (asked_of_it["residentKey"], asked_of_it["userVerification"]) == ("required", "required")


@pytest.mark.parametrize(
    "credential",
    [
        "nothing",
        "{}",
        "[]",
        "null",
        "1",
        '"a"',
        '{"id": 1}',
        json.dumps({"id": "a", "response": None}),
        "\0",
        "{" * 400,
    ],
)
def test_forged_key_opens_nothing(client, asked, credential):
    client.post(key_address(asked), NAMES)
    answer = client.post(asked.opening_path, {**NAMES, "credential": credential})
    assert (answer.status_code, state(asked)) == (422, InvitationState.OPEN)
    assert (User.objects.filter(email=EMAIL).exists(), answer.context["form"]["first_name"].value()) == (False, "Romy")


def test_key_that_was_not_asked_for_opens_nothing(client, asked):
    answer = client.post(asked.opening_path, {**NAMES, "credential": "{}"})
    assert (answer.status_code, state(asked)) == (422, InvitationState.OPEN)


def test_key_is_asked_only_for_an_open_invitation_without_account(client, asked, lead):
    client.force_login(lead)
    signed_in = client.post(key_address(asked), NAMES).status_code
    client.logout()
    nameless = client.post(key_address(asked), {"first_name": "Romy"}).status_code
    UserFactory(email=EMAIL)
    known = client.post(key_address(asked), NAMES).status_code
    unknown = client.post(reverse("residents:invitation_key", args=["rien"]), NAMES).status_code
    assert (signed_in, nameless, known, unknown) == (404, 422, 404, 404)


def test_too_many_openings_get_a_french_429(client):
    for _attempt in range(61):
        answer = client.post("/invitation/rien/")
    assert (answer.status_code, "Trop d’essais en peu de temps" in answer.content.decode()) == (429, True)
