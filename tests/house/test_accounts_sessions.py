"""Where a person is signed in: seen, ended; a cookie kept from before opens nothing; nobody is led elsewhere."""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as house
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from mailing.models import Mail
from residents.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN, DEVICES = "/compte/login/", "/compte/sessions/"
NEW = "Chaudron-neuf-2"


@pytest.fixture(autouse=True)
def forgotten_attempts():
    cache.clear()


@pytest.fixture
def camille():
    return UserFactory(email="camille@chaudronneries.example", first_name="Camille")


def device(user, name="Firefox/1") -> Client:
    """Another browser, where `user` signs in by hand."""
    browser = Client(headers={"user-agent": name})
    browser.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert opens(browser)
    return browser


def opens(browser) -> bool:
    return browser.get("/compte/email/").status_code == 200


def cookie(browser) -> str:
    return browser.cookies[house.SESSION_COOKIE_NAME].value


def replayed(kept: str) -> Client:
    browser = Client()
    browser.cookies[house.SESSION_COOKIE_NAME] = kept
    return browser


def test_one_device_is_signed_out_and_no_other(camille):
    here, lost, other = (device(camille, name) for name in ("Firefox/1", "Chrome/1", "Safari/1"))
    shown = here.get(DEVICES).content.decode()
    session = UserSession.objects.get(user=camille, user_agent="Chrome/1")
    address = reverse("residents:end_session", args=[session.pk])
    assert (shown.count('<li class="card">'), address in shown) == (3, True)
    assert here.post(address).url == DEVICES
    assert (opens(here), opens(lost), opens(other)) == (True, False, True)


def test_all_the_others_are_signed_out_at_once(camille):
    here, *others = (device(camille) for _ in range(3))
    here.post(DEVICES)
    assert (opens(here), [opens(other) for other in others]) == (True, [False, False])


def test_device_of_somebody_else_is_not_found(camille):
    here, other = device(camille), device(UserFactory())
    theirs = UserSession.objects.exclude(user=camille).get()
    assert here.post(reverse("residents:end_session", args=[theirs.pk])).status_code == 404
    assert opens(other)


def test_ending_this_very_device_signs_out(camille):
    here = device(camille)
    mine = UserSession.objects.get(user=camille)
    assert here.post(reverse("residents:end_session", args=[mine.pk])).url == "/"
    assert not opens(here)


@pytest.mark.parametrize("count", [1, 3])
def test_devices_keep_their_page(camille, count):
    browsers = [device(camille, f"Firefox/{n}") for n in range(count)]
    assert len(browsers[0].get(DEVICES).context["sessions"]) == count


def test_cookie_from_before_signing_out_opens_nothing(camille):
    here = device(camille)
    kept = cookie(here)
    here.post("/compte/logout/")
    assert not opens(replayed(kept))


def test_changed_password_closes_what_was_open_elsewhere(camille):
    here, elsewhere = device(camille), device(camille)
    kept = [cookie(here), cookie(elsewhere)]
    here.post("/compte/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert (opens(here), opens(elsewhere)) == (True, False)
    assert [opens(replayed(one)) for one in kept] == [False, False]
    assert len(here.get(DEVICES).context["sessions"]) == 1


def test_password_chosen_again_by_mail_closes_what_was_open(camille):
    thief, owner = device(camille), Client()
    owner.post("/compte/password/reset/", {"email": camille.email})
    [link] = re.findall(r"^http://localhost:8000(/\S+)$", Mail.objects.get().text, re.MULTILINE)
    page = owner.get(link, follow=True)
    owner.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW}, follow=True)
    assert not opens(thief)


def test_closed_account_opens_nothing_more(camille):
    here = device(camille)
    User.objects.filter(pk=camille.pk).update(is_active=False)
    assert not opens(here)


# A changed address


def test_former_address_is_told_and_opens_no_more(camille):
    here = device(camille)
    here.post("/compte/email/", {"email": "camille@nouvelle.example", "action_add": ""})
    [link] = re.findall(r"^http://localhost:8000(/\S+)$", Mail.objects.get().text, re.MULTILINE)
    early = Client()
    early.post(LOGIN, {"login": "camille@nouvelle.example", "password": PASSWORD})
    here.post(link)
    told = Mail.objects.get(key__startswith="account/email/email_changed")
    assert (opens(early), told.to, told.subject) == (
        False,
        "camille@chaudronneries.example",
        "[Les Chaudronneries] Votre adresse a changé",
    )
    assert "c’est maintenant camille@nouvelle.example" in told.text and "C’était vous" in told.text
    signed_in = {
        address: Client().post(LOGIN, {"login": address, "password": PASSWORD}).status_code
        for address in ("camille@chaudronneries.example", "camille@nouvelle.example")
    }
    assert signed_in == {"camille@chaudronneries.example": 200, "camille@nouvelle.example": 302}


def test_confirmed_link_serves_once(camille):
    here = device(camille)
    here.post("/compte/email/", {"email": "camille@nouvelle.example", "action_add": ""})
    [link] = re.findall(r"^http://localhost:8000(/\S+)$", Mail.objects.get().text, re.MULTILINE)
    here.post(link)
    assert "Ce lien ne sert plus" in here.get(link).content.decode()


# Led elsewhere, by the address of the page or by the host that a request says


EVIL = ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert('evil')", "\0evil"]


@pytest.mark.parametrize("evil", EVIL)
def test_next_leads_nowhere_else(camille, evil):
    browser = Client()
    into = browser.post(LOGIN, {"login": camille.email, "password": PASSWORD, "next": evil}).url
    out = browser.post("/compte/logout/", {"next": evil}).url
    code = browser.post(f"/compte/login/code/?next={evil}", {"email": camille.email, "next": evil}).url
    assert (into, out, "evil" in code) == ("/", "/", False)


def test_forged_host_is_refused(camille):
    answer = Client().post("/compte/password/reset/", {"email": camille.email}, headers={"host": "evil.example"})
    assert (answer.status_code, Mail.objects.count()) == (400, 0)


def test_links_of_mails_never_come_from_the_request(camille, settings):
    """Even where every host were let in, and whatever a proxy forwards."""
    settings.ALLOWED_HOSTS = ["*"]
    forged = {"host": "evil.example", "x-forwarded-host": "evil.example"}
    here = device(camille)
    Client().post("/compte/password/reset/", {"email": camille.email}, headers=forged)
    Client().post("/compte/login/code/", {"email": camille.email}, headers=forged)
    here.post("/compte/email/", {"email": "camille@nouvelle.example", "action_add": ""}, headers=forged)
    written = [mail.text + mail.html for mail in Mail.objects.all()]
    assert (len(written), [text for text in written if "evil" in text]) == (3, [])


def test_form_sent_twice_asks_once_more_and_breaks_nothing(camille):
    """A double click on « Me connecter »: the second finds the door open."""
    browser = Client()
    sent = [browser.post(LOGIN, {"login": camille.email, "password": PASSWORD}).url for _ in range(2)]
    assert (sent, opens(browser)) == (["/", "/"], True)
