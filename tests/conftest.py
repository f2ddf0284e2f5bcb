import os
import shutil
import threading
import time

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.core.signals import request_finished, request_started
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.http import HttpRequest

from residents.models import Step
from tests import undefined
from tests.factories import MembershipFactory, ResidentFactory, UserFactory

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    for item in items:
        keep_data_of_migrations(item)
        if not CHROMIUM and os.environ.get("REQUIRE_BROWSER") != "1" and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine (apt-get install chromium)"))


def keep_data_of_migrations(item):
    """Tests that commit leave the next ones what migrations wrote: groups, their rights, Wagtail's roots."""
    marker = item.get_closest_marker("django_db")
    commits = {"live_server", "transactional_db"} & set(item.fixturenames)
    if commits or (marker and marker.kwargs.get("transaction")):
        item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """What migrations wrote, noted on every connection: Playwright's event loop gives its tests one of their own."""
    if contents := getattr(connection, "_test_serialized_contents", ""):
        DatabaseWrapper._test_serialized_contents = contents


@pytest.fixture(autouse=True, scope="session")
def undefined_variables():
    undefined.refuse()


@pytest.fixture(autouse=True)
def throwaway_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


class Serving:
    """The threads of the live server that are answering a request."""

    def __init__(self):
        self.threads = set()
        request_started.connect(self.begin)
        request_finished.connect(self.end)

    def begin(self, **kwargs):
        if threading.current_thread() is not threading.main_thread():
            self.threads.add(threading.current_thread())

    def end(self, **kwargs):
        self.threads.discard(threading.current_thread())

    def wait(self, seconds: float = 10):
        until = time.monotonic() + seconds
        while any(thread.is_alive() for thread in list(self.threads)) and time.monotonic() < until:
            time.sleep(0.02)


@pytest.fixture(scope="session")
def serving():
    return Serving()


@pytest.fixture(autouse=True)
def answered(request):
    """The tables are emptied once the last request of a browser has its answer: before, both would wait for ever."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    serving = request.getfixturevalue("serving")
    yield
    serving.wait()


@pytest.fixture
def member(db):
    """A member of one structure: `member.memberships_list[0].resident`."""
    return MembershipFactory().user


@pytest.fixture
def lead(db):
    return MembershipFactory(lead=True).user


@pytest.fixture
def atelier(lead):
    """The structure that `lead` speaks for."""
    return lead.memberships_list[0].resident


@pytest.fixture
def house_manager(db):
    return UserFactory(house_manager=True)


@pytest.fixture
def manager(client, house_manager):
    client.force_login(house_manager)
    return client


@pytest.fixture
def administrator(db):
    return UserFactory(administrator=True)


@pytest.fixture
def resident(db):
    return ResidentFactory()


@pytest.fixture
def no_step(db):
    """Without the steps that are planted with the house."""
    Step.objects.all().delete()


@pytest.fixture(scope="session")
def chromium():
    """The one browser of a test process; its absence is a failure when REQUIRE_BROWSER=1."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, live_server):
    """A phone-sized page on the live site; any script error or refused resource fails the test."""
    context = chromium.new_context(
        base_url=live_server.url, locale="fr-FR", timezone_id="Europe/Paris", viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert faults == []


def just_signed_in(client, user):
    """A session as allauth makes it: pages that ask for a recent sign-in are open."""
    client.force_login(user)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, "password", reauthenticated=True)
    request.session.save()


@pytest.fixture
def sign_in(live_server, client):
    """`sign_in(page, user)`: the browser gets the session of a person who has just signed in."""

    def sign_in(page, user):
        just_signed_in(client, user)
        cookie = client.cookies["sessionid"]
        page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])

    return sign_in
