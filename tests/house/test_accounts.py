"""Coming in, going out, and losing one's keys: allauth's flows in our words."""

import re
from html.parser import HTMLParser

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from mailing.enums import Topic
from mailing.models import Mail
from residents.models import User
from tests.browser import virtual_key
from tests.factories import PASSWORD, UserFactory

LOGIN, LOGOUT = "/compte/login/", "/compte/logout/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten_attempts():
    """Rate limits count in the cache, which a test's transaction does not always undo."""
    cache.clear()


@pytest.fixture
def camille():
    return UserFactory(email="camille@chaudronneries.example", first_name="Camille")


def mails() -> list[Mail]:
    """What was written, and waits to be sent (tests/mailing/test_post_office.py)."""
    return list(Mail.objects.order_by("pk"))


def signed_in(client) -> int | None:
    """The key of the person signed in."""
    return int(client.session[SESSION_KEY]) if SESSION_KEY in client.session else None


class Words(HTMLParser):
    """What a page says inside <main>, without its tokens."""

    def __init__(self, response):
        super().__init__()
        self.inside, self.said = False, []
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        self.inside = self.inside or tag == "main"

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "main"

    def handle_data(self, data):
        if self.inside and data.strip():
            self.said.append(" ".join(data.split()))


def words(response) -> str:
    return " ".join(Words(response).said)


def input_value(response, name: str) -> str:
    """The value of the field `name` in a page."""
    [tag] = re.findall(rf'<input[^>]*name="{name}"[^>]*>', response.content.decode())
    return dict(re.findall(r'(\w+)="([^"]*)"', tag)).get("value", "")


@pytest.mark.parametrize("written", ["camille@chaudronneries.example", "Camille@Chaudronneries.EXAMPLE"])
def test_sign_in_by_password_whatever_the_case(client, camille, written):
    response = client.post(LOGIN, {"login": written, "password": PASSWORD})
    assert (response.status_code, response.url, signed_in(client)) == (302, "/", camille.pk)


def test_wrong_password_keeps_the_address_and_says_why(client, camille):
    response = client.post(LOGIN, {"login": camille.email, "password": "autre chose"})
    assert (response.status_code, input_value(response, "login"), signed_in(client)) == (200, camille.email, None)
    assert "L’adresse e-mail ou le mot de passe sont incorrects." in words(response)


def test_wrong_password_and_unknown_address_read_the_same(client, camille):
    known = words(client.post(LOGIN, {"login": camille.email, "password": "autre chose"}))
    unknown = words(client.post(LOGIN, {"login": "personne@ailleurs.example", "password": "autre chose"}))
    assert known == unknown


def test_sign_in_leads_where_one_was_going_and_nowhere_else(client, camille):
    going = {"login": camille.email, "password": PASSWORD}
    assert client.post(LOGIN, {**going, "next": "/savoirs/"}).url == "/savoirs/"
    client.logout()
    assert client.post(LOGIN, {**going, "next": "//evil.example/"}).url == "/"


def test_sign_in_by_one_time_code(client, camille):
    asked = client.post("/compte/login/code/", {"email": "CAMILLE@chaudronneries.example"})
    [mail] = mails()
    assert (asked.url, mail.to, mail.subject, mail.topic, mail.is_secret) == (
        "/compte/login/code/confirm/",
        camille.email,
        "[Les Chaudronneries] Votre code pour entrer",
        Topic.ACCOUNT,
        True,
    )
    [code] = re.findall(r"^    (\S+)$", mail.text, re.MULTILINE)
    assert f"<p>{code}</p>" in mail.html.replace("    ", "")
    wrong = client.post(asked.url, {"code": "00000000"})
    assert ("Code incorrect." in words(wrong), signed_in(client)) == (True, None)
    client.post(asked.url, {"code": code})
    assert signed_in(client) == camille.pk


def test_code_serves_once(client, camille):
    confirm = client.post("/compte/login/code/", {"email": camille.email}).url
    [code] = re.findall(r"^    (\S+)$", mails()[0].text, re.MULTILINE)
    client.post(confirm, {"code": code})
    client.post(LOGOUT)
    client.post(confirm, {"code": code})
    assert signed_in(client) is None


def test_code_for_a_known_and_an_unknown_address_reads_the_same(client, camille):
    said = []
    for address in (camille.email, "personne@ailleurs.example"):
        response = client.post("/compte/login/code/", {"email": address}, follow=True)
        said.append((response.redirect_chain, words(response).replace(address, "ADRESSE")))
        client.logout()
    assert said[0] == said[1]
    assert [mail.subject for mail in mails()] == [
        "[Les Chaudronneries] Votre code pour entrer",
        "[Les Chaudronneries] Aucun compte à cette adresse",
    ]


def test_password_is_chosen_again_by_mail(client, camille):
    client.post("/compte/password/reset/", {"email": "Camille@chaudronneries.example"})
    [link] = re.findall(r"^http://localhost:8000(/\S+)$", mails()[0].text, re.MULTILINE)
    page = client.get(link, follow=True)
    new = {"password1": "soudure-et-rivets", "password2": "soudure-et-rivets"}
    client.post(page.request["PATH_INFO"], new, follow=True)
    client.post(LOGOUT)
    client.post(LOGIN, {"login": camille.email, "password": "soudure-et-rivets"})
    assert signed_in(client) == camille.pk
    # Somebody else may have done it: the person is told.
    assert mails()[-1].to == camille.email and "C’était vous" in mails()[-1].text
    again = client.get(link, follow=True)
    assert "Ce lien ne sert plus" in words(again)


def test_reset_for_a_known_and_an_unknown_address_reads_the_same(client, camille):
    said = [
        words(client.post("/compte/password/reset/", {"email": address}, follow=True))
        for address in (camille.email, "personne@ailleurs.example")
    ]
    assert (said[0], len(mails())) == (said[1], 2)


def test_sign_out_asks_then_does(client, camille):
    client.force_login(camille)
    asked = client.get(LOGOUT)
    assert (asked.status_code, signed_in(client)) == (200, camille.pk)
    left = client.post(LOGOUT)
    assert (left.url, signed_in(client)) == ("/", None)


def test_cookie_kept_from_before_signing_out_opens_nothing(client, camille):
    client.force_login(camille)
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(LOGOUT)
    client.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert client.get("/compte/email/").status_code == 302


@pytest.mark.parametrize("path", ["/compte/login/code/", "/compte/password/reset/", "/compte/email/"])
def test_address_is_asked_for_by_its_whole_name(client, camille, path):
    if path == "/compte/email/":
        client.force_login(camille)
    assert client.get(path).context["form"].fields["email"].label == "Adresse e-mail"


def test_sign_up_is_by_invitation(client):
    before = User.objects.count()
    shown = client.get("/compte/signup/")
    new = {"email": "nouvelle@ailleurs.example", "password1": "soudure-et-rivets", "password2": "soudure-et-rivets"}
    posted = client.post("/compte/signup/", new)
    assert ("sur invitation" in words(shown), words(posted), User.objects.count()) == (True, words(shown), before)


def test_too_many_wrong_passwords_are_stopped(client, camille):
    for _attempt in range(6):
        response = client.post(LOGIN, {"login": camille.email, "password": "autre chose"})
    assert (response.status_code, "Trop d’essais en peu de temps" in words(response)) == (429, True)
    client.post(LOGIN, {"login": camille.email, "password": PASSWORD})
    assert signed_in(client) is None


def test_too_many_requests_get_a_french_429(client):
    for _attempt in range(31):
        response = client.post(LOGIN, {"login": "x@ailleurs.example", "password": "autre chose"})
    assert (response.status_code, "Trop d’essais en peu de temps" in words(response)) == (429, True)


def test_inactive_account_stays_out(client):
    gone = UserFactory(is_active=False)
    response = client.post(LOGIN, {"login": gone.email, "password": PASSWORD}, follow=True)
    assert signed_in(client) is None
    assert response.status_code == 200


def test_address_changes_once_confirmed(client, camille):
    client.post(LOGIN, {"login": camille.email, "password": PASSWORD})
    client.post("/compte/email/", {"email": "Camille@nouvelle.example", "action_add": ""})
    camille.refresh_from_db()
    assert (camille.email, mails()[0].to) == ("camille@chaudronneries.example", "camille@nouvelle.example")
    [link] = re.findall(r"^http://localhost:8000(/\S+)$", mails()[0].text, re.MULTILINE)
    # A mail scanner that opens the link confirms nothing.
    client.get(link)
    camille.refresh_from_db()
    assert camille.email == "camille@chaudronneries.example"
    client.post(link)
    camille.refresh_from_db()
    assert camille.email == "camille@nouvelle.example"


ENTRANCE = [
    "account_login", "account_signup", "account_request_login_code", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key_done", "account_email_verification_sent",
    "account_inactive",
]  # fmt: skip
MANAGE = [
    "account_email", "account_change_password", "mfa_index", "mfa_activate_totp", "mfa_list_webauthn",
    "mfa_add_webauthn", "usersessions_list", "account_logout",
]  # fmt: skip


@pytest.mark.parametrize("name", ENTRANCE)
def test_page_of_the_entrance_is_ours(client, name):
    response = client.get(reverse(name))
    assert (response.status_code, response.content.decode().count("<h1")) == (200, 1)


@pytest.mark.parametrize("name", MANAGE)
def test_page_of_the_account_is_ours(client, camille, name):
    client.force_login(camille)
    # Some of these pages ask for a recent proof.
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    response = client.get(reverse(name))
    assert (response.status_code, response.content.decode().count("<h1")) == (200, 1)


def test_second_look_before_touching_the_keys(client, camille):
    client.force_login(camille)
    response = client.get(reverse("mfa_activate_totp"), follow=True)
    assert ("C’est bien vous" in words(response), input_value(response, "password")) == (True, "")


def sign_in_by_hand(page, user):
    page.goto(LOGIN)
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")


def prove(page):
    """Pass the second look, where the page asks for the password again."""
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_passkey_opens_the_door(page, camille):
    """A virtual key is added, then signs in without a password, under the strict policy."""
    virtual_key(page)
    sign_in_by_hand(page, camille)
    page.goto(reverse("mfa_add_webauthn"))
    prove(page)
    page.get_by_label("Elle remplace le mot de passe").check()
    page.get_by_role("button", name="Ajouter la clé").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Ajouter une clé")
    page.context.clear_cookies()
    page.goto(LOGIN)
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bonjour Camille")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_code_application_asks_for_its_code(page, camille):
    """Activated with the secret shown, it is asked for at the next sign-in; a backup code replaces it."""
    sign_in_by_hand(page, camille)
    page.goto(reverse("mfa_activate_totp"))
    prove(page)
    secret = page.inner_text("main code")
    page.fill("input[name=code]", format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))
    page.click("main button[type=submit]")
    page.goto(reverse("mfa_view_recovery_codes"))
    backup = page.inner_text(".account__codes li:first-child")
    page.context.clear_cookies()
    sign_in_by_hand(page, camille)
    assert page.inner_text("h1") == "Deuxième vérification"
    page.fill("input[name=code]", backup)
    page.click("main button[type=submit]")
    assert page.inner_text("h1") == "Bonjour Camille"


# When no mail leaves


@pytest.fixture
def mail_is_down(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


@pytest.mark.parametrize("address", ["/compte/password/reset/", "/compte/login/code/"])
@pytest.mark.parametrize("email", ["camille@chaudronneries.example", "personne@chaudronneries.example"])
def test_a_mail_that_cannot_leave_keeps_nobody_waiting(client, camille, mail_is_down, address, email):
    """Pages do not speak to the mail server: the queue does, until it answers."""
    assert client.post(address, {"email": email}).status_code == 302
    assert [mail.to for mail in mails()] == [email]


def test_a_password_is_changed_though_no_mail_can_tell_it(client, camille, mail_is_down):
    client.force_login(camille)
    changed = {"oldpassword": PASSWORD, "password1": "Chaudron-neuf-2", "password2": "Chaudron-neuf-2"}
    assert client.post("/compte/password/change/", changed).status_code == 302
    camille.refresh_from_db()
    assert camille.check_password("Chaudron-neuf-2")
    assert signed_in(client) == camille.pk
