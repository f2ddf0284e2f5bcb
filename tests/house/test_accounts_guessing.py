"""Guessing passwords and addresses: the same words, answers and work for each, and limits that all workers share."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as house
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client

from chaudronneries.env import BASE_DIR
from mailing.models import Mail
from residents.models import User
from tests.factories import PASSWORD, UserFactory
from tests.house.test_accounts import words

pytestmark = pytest.mark.django_db
LOGIN, CODE, RESET, SIGN_UP = (f"/compte/{place}/" for place in ("login", "login/code", "password/reset", "signup"))
UNKNOWN = "personne@ailleurs.example"


class CountingHasher(PBKDF2PasswordHasher):
    """As slow as the real one is, minus the waiting: what counts is how often it is asked."""

    iterations = 1
    asked = 0

    def encode(self, *args, **kwargs):
        CountingHasher.asked += 1
        return super().encode(*args, **kwargs)

    def harden_runtime(self, *args):
        """Asked after a hash of fewer rounds than today's, to last as long as one of today."""


@pytest.fixture(autouse=True)
def forgotten_attempts(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    cache.clear()


@pytest.fixture
def addresses():
    """One of each kind: with a password, without, closed, without a proved address, unknown."""
    passwords = {"avec": PASSWORD, "sans": None, "ferme": PASSWORD}
    known = [User.objects.create_user(f"{name}@ici.example", password) for name, password in passwords.items()]
    User.objects.filter(pk=known[2].pk).update(is_active=False)
    for user in known:
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    unproved = User.objects.create_user("nue@ici.example", PASSWORD)
    return [*(user.email for user in known), unproved.email, UNKNOWN]


def answer(client, place: str, fields: dict, address: str) -> tuple:
    """What a stranger sees of an answer, and the work it cost: hashes and mails."""
    hashed, written = CountingHasher.asked, Mail.objects.count()
    said = client.post(place, fields, follow=True)
    work = CountingHasher.asked - hashed, Mail.objects.count() - written
    client.logout()
    return said.redirect_chain, said.status_code, words(said).replace(address, "ADRESSE"), *work


@pytest.mark.parametrize(
    ("place", "field", "more", "hashes", "mails"),
    [
        (LOGIN, "login", {"password": "autre chose"}, 1, 0),
        (CODE, "email", {}, 0, 1),
        (RESET, "email", {}, 0, 1),
        (SIGN_UP, "email", {"password1": "soudure-et-rivets", "password2": "soudure-et-rivets"}, 0, 0),
    ],
)
def test_every_address_gets_the_same_words_and_work(client, addresses, place, field, more, hashes, mails):
    answers = {address: answer(client, place, {field: address, **more}, address) for address in addresses}
    assert answers == dict.fromkeys(addresses, answers[UNKNOWN])
    assert answers[UNKNOWN][3:] == (hashes, mails)


def test_asking_in_says_nothing_of_who_has_an_account(client, lead):
    """Somebody with an account elsewhere and somebody without are asked in alike."""
    UserFactory(email="connue@ailleurs.example")
    client.force_login(lead)
    people = f"/residents/{lead.memberships_list[0].resident.slug}/personnes/"
    answers = []
    for address in ("connue@ailleurs.example", UNKNOWN):
        written = Mail.objects.count()
        said = client.post(people, {"addresses": address, "role": "membre"}, follow=True)
        answers.append(([str(message) for message in said.context["messages"]], Mail.objects.count() - written))
    assert answers == [(["Une invitation est partie."], 1)] * 2


def test_too_many_failures_read_the_same_for_a_known_and_an_unknown_address(client):
    known = UserFactory().email
    said = []
    for address in (known, UNKNOWN):
        cache.clear()
        for _attempt in range(7):
            response = client.post(LOGIN, {"login": address, "password": "autre chose"})
        # Each request bears a reference of its own.
        said.append((response.status_code, words(response).replace(response["X-Request-ID"], "")))
    assert said[0] == said[1]
    assert (said[0][0], "Trop d’essais en peu de temps" in said[0][1]) == (429, True)


@pytest.mark.parametrize(
    ("place", "fields", "limit"),
    [(LOGIN, {"login": UNKNOWN, "password": "x"}, 30), (CODE, {"email": UNKNOWN}, 20), (RESET, {"email": UNKNOWN}, 20)],
)
def test_each_door_ends_in_a_french_429(place, fields, limit):
    for n in range(limit + 1):
        # From one place, each time another browser and another address.
        response = Client().post(place, {name: value.replace("personne", f"p{n}") for name, value in fields.items()})
    assert (response.status_code, "Trop d’essais en peu de temps" in words(response)) == (429, True)


def test_code_cannot_be_tried_for_ever(client):
    person = UserFactory()
    confirm = client.post(CODE, {"email": person.email}).url
    answers = [client.post(confirm, {"code": "AAAAAA"}) for _attempt in range(4)]
    assert [response.status_code for response in answers][-1] == 302
    assert "_auth_user_id" not in client.session


def test_limits_are_counted_in_the_database():
    """Another process reads what this one wrote: nothing is kept in one worker's memory."""
    cache.set("compte", 1)
    assert house.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    assert caches.create_connection("default").get("compte") == 1


OTHER_WORKER = """
import django
django.setup()
from django.test import Client
fields = [{"login": f"p{n}@la-bas.example", "password": "autre chose"} for n in range(6)]
print(*[Client().post("/compte/login/", one).status_code for one in fields])
"""


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_one_limit(client):
    """Ten failures a minute from one place: five here, five in another process, and it is enough."""
    for n in range(5):
        client.post(LOGIN, {"login": f"p{n}@ici.example", "password": "autre chose"})
    name, test = os.environ["DATABASE_URL"], connection.settings_dict["NAME"]
    place, _, options = name.partition("?")
    environment = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": "",
        "ENVIRONMENT": "local",
        "SECRET_KEY": "x",
        "DJANGO_SETTINGS_MODULE": "chaudronneries.settings",
        "DATABASE_URL": f"{place.rpartition('/')[0]}/{test}?{options}",
    }
    done = subprocess.run(
        [sys.executable, "-c", OTHER_WORKER], cwd=BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert done.stdout.split()[-6:] == ["200"] * 5 + ["429"], done.stderr[-2000:]
