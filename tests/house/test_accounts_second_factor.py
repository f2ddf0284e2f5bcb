"""In production, who runs the house has a second factor before anything else; who lost theirs is let in again."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import expect
from wagtail.models import ModelLogEntry

from mailing.models import Mail
from residents.actions import factors
from residents.models import User
from tests.browser import virtual_key
from tests.factories import PASSWORD, UserFactory
from tests.house.test_settings import start

pytestmark = pytest.mark.django_db
FACTORS = "/compte/2fa/"
REFUSED = "D’abord une deuxième vérification"


@pytest.fixture(autouse=True)
def forgotten_attempts():
    cache.clear()


@pytest.fixture
def required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.mark.parametrize(
    ("environment", "said"),
    [({}, "True"), ({"REQUIRE_SECOND_FACTOR": "0"}, "False"), ({"ENVIRONMENT": "local", "ALLOWED_HOSTS": ""}, "False")],
)
def test_production_requires_it_unless_it_is_put_aside(environment, said):
    started = start(code="import chaudronneries.settings as s; print(s.REQUIRE_SECOND_FACTOR)", **environment)
    assert started.stdout == f"{said}\n", started.stderr


@pytest.mark.parametrize(
    "address", ["/", "/gestion/", "/gestion/personnes/", "/ma-journee/", "/residents/", "/mes-donnees/"]
)
@pytest.mark.parametrize("who", ["house_manager", "administrator"])
def test_manager_without_one_is_led_to_it(client, request, required, who, address):
    client.force_login(request.getfixturevalue(who))
    answer = client.get(address)
    assert (answer.status_code, answer.url) == (302, FACTORS)


@pytest.mark.parametrize("address", ["/gestion/", "/agenda/reserver/", "/invitations/relancer/"])
def test_post_of_a_manager_without_one_is_refused_in_words(client, required, house_manager, address):
    client.force_login(house_manager)
    answer = client.post(address, {"anything": "typed"})
    assert (answer.status_code, REFUSED in answer.content.decode()) == (403, True)


@pytest.mark.parametrize("method", ["get", "post"])
def test_part_of_a_page_is_refused_and_the_browser_led(client, required, house_manager, method):
    client.force_login(house_manager)
    answer = getattr(client, method)("/residents/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"], REFUSED in answer.content.decode()) == (403, FACTORS, True)


def test_account_stays_open_and_says_why(client, required, house_manager):
    client.force_login(house_manager)
    shown = client.get(FACTORS)
    assert (shown.status_code, "ajoutez une application de codes ou une clé" in shown.content.decode()) == (200, True)
    assert [client.get(address).status_code for address in ("/compte/email/", "/compte/courriers/", "/sante/")] == [
        200
    ] * 3
    assert client.post("/compte/logout/").url == "/"


def give_key(user):
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Clé", "credential": {}})


def give_application(user):
    TOTP.activate(user, generate_totp_secret())


@pytest.mark.parametrize("give", [give_key, give_application])
def test_key_or_application_opens_the_house(client, required, house_manager, give):
    give(house_manager)
    client.force_login(house_manager)
    assert [client.get(address).status_code for address in ("/", "/gestion/", "/ma-journee/")] == [200] * 3
    assert "ajoutez une application de codes" not in client.get(FACTORS).content.decode()


def test_backup_codes_alone_are_no_factor(client, required, house_manager):
    RecoveryCodes.activate(house_manager)
    client.force_login(house_manager)
    assert client.get("/").url == FACTORS


@pytest.mark.parametrize("address", ["/", "/residents/", "/savoirs/"])
def test_others_are_asked_for_nothing_and_cost_no_query(client, settings, member, address):
    client.force_login(member)
    client.get(address)
    counts = []
    for settings.REQUIRE_SECOND_FACTOR in (False, True):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_public_answers_do_not_begin_to_depend_on_a_cookie(client, settings):
    answers = []
    for settings.REQUIRE_SECOND_FACTOR in (False, True):
        answers.append([client.get(address).get("Vary") for address in ("/", "/robots.txt", "/agenda/public.ics")])
    assert answers[0] == answers[1]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_manager_sets_up_a_passkey_and_goes_on(page, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    manager = UserFactory(house_manager=True, first_name="Camille")
    virtual_key(page)
    page.goto("/compte/login/")
    page.get_by_label("Adresse e-mail").fill(manager.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Me connecter").click()
    page.wait_for_url(f"**{FACTORS}")
    page.get_by_role("link", name="Ajouter une clé").click()
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Elle remplace le mot de passe").check()
    page.get_by_role("button", name="Ajouter la clé").click()
    expect(page.locator(".account__codes li")).to_have_count(10)
    page.get_by_role("link", name="C’est noté, continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bonjour Camille")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_password_then_application_then_in(page):
    """The second step of a sign-in, from the page that asks for the code to the place of the person."""
    person = UserFactory(first_name="Camille")
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    page.goto("/compte/login/")
    page.get_by_label("Adresse e-mail").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Me connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deuxième vérification")
    page.locator("input[name=code]").fill(format_hotp_value(hotp_value(secret, next(iter(counters())))))
    page.get_by_role("button", name="Me connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bonjour Camille")


def test_guessing_the_code_is_stopped(client):
    person = UserFactory()
    give_application(person)
    client.post("/compte/login/", {"login": person.email, "password": PASSWORD})
    for _attempt in range(7):
        answer = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert answer.status_code == 429
    assert "_auth_user_id" not in client.session


# Keys that were lost


def test_manager_lets_somebody_in_again(client, house_manager):
    person = UserFactory()
    give_key(person)
    RecoveryCodes.activate(person)
    client.force_login(house_manager)
    address = reverse("residents:forget_factors", args=[person.pk])
    client.get(address)
    before = Authenticator.objects.filter(user=person).count()
    assert client.post(address).url == reverse("wagtailusers_users:index")
    assert (before, Authenticator.objects.filter(user=person).count()) == (2, 0)
    assert Mail.objects.get(user=person).subject == "Vos clés et codes sont oubliés"
    line = ModelLogEntry.objects.get(action=factors.FORGOTTEN)
    assert (line.user, line.object_id, line.message) == (
        house_manager,
        str(person.pk),
        "Clés et codes oubliés : la personne les avait perdus",
    )


def test_nothing_lost_says_so(house_manager):
    assert factors.forget(user=UserFactory(), by=house_manager) is False
    assert Mail.objects.count() == 0


@pytest.mark.parametrize("who", ["member", "lead", "house_manager"])
def test_keys_of_an_administrator_are_an_administrator_s_to_forget(client, request, administrator, who):
    give_key(administrator)
    person = request.getfixturevalue(who)
    client.force_login(person)
    assert client.post(reverse("residents:forget_factors", args=[administrator.pk])).status_code == 403
    with pytest.raises(PermissionDenied):
        factors.forget(user=administrator, by=User.objects.get(pk=person.pk))
    assert Authenticator.objects.count() == 1


def test_server_forgets_those_of_an_administrator(administrator, capsys):
    give_key(administrator)
    call_command("forget_factors", administrator.email.upper())
    assert (Authenticator.objects.count(), "prévenue par mail" in capsys.readouterr().out) == (0, True)
    with pytest.raises(CommandError):
        call_command("forget_factors", "personne@ailleurs.example")
