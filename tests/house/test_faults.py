"""The house under faults that are not the reader's."""

import http.client
import os
import subprocess
import sys

import psycopg
import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection

from chaudronneries.env import BASE_DIR
from chaudronneries.views import server_error
from tests.factories import drawn
from tests.house.test_settings import PRODUCTION

# Asks one page of a site whose database does not answer, as a worker of production would.
ASK = """
import django; django.setup()
from django.test import Client
site = Client(raise_request_exception=False, headers={"host": "chaudronneries.example"})
site.cookies["sessionid"] = "somebody"
for address in ["/residents/", "/rien-ici/", "/compte/login/"]:
    response = site.get(address)
    page = response.content.decode()
    print(response.status_code, response["Retry-After"], "<h1" in page, response["X-Request-ID"] in page)
"""


def test_database_away_is_a_french_503():
    """Also where it is the page that says something else which asks who reads it."""
    asked = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "chaudronneries.settings",
            **PRODUCTION,
            "ENVIRONMENT": "local",
            "ALLOWED_HOSTS": "chaudronneries.example",
            "DEBUG": "0",
        },
        capture_output=True,
        text=True,
    )
    said = [line for line in asked.stdout.splitlines() if line.startswith("503")]
    assert said == ["503 10 True True"] * 3, asked.stderr


@pytest.mark.django_db(transaction=True)
def test_database_connection_lost_is_found_again(live_server):
    """Restarted under us, the database is reached again by the very next request, without restarting the app."""
    # One kept-alive HTTP connection is one thread of the server, with one connection to the database.
    site = http.client.HTTPConnection(live_server.thread.host, live_server.thread.port)

    def status() -> int:
        site.request("GET", "/sante/")
        response = site.getresponse()
        response.read()
        return response.status

    before = status()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        [cut] = cursor.fetchone()
    assert (before, cut > 0, status()) == (200, True, 200)
    site.close()


@pytest.mark.django_db
def test_unhandled_error_is_a_french_500(client, monkeypatch):
    from chaudronneries import urls

    @login_not_required
    def faulty(request):
        raise ZeroDivisionError

    [health] = [pattern for pattern in urls.urlpatterns if getattr(pattern, "name", "") == "health"]
    monkeypatch.setattr(health, "callback", faulty)
    client.raise_request_exception = False
    response = client.get("/sante/")
    assert (response.status_code, "<h1" in response.content.decode()) == (500, True)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["400", "403", "404", "405", "413", "429"])
def test_a_refusal_says_what_to_do_and_how_it_is_found(client, member, name, settings):
    client.force_login(member)
    settings.LONGEST_REQUEST = 20_000_000
    response = {
        "400": lambda: client.get("/", headers={"host": "evil.example"}),
        "403": lambda: client.get("/maison/composants/"),
        "404": lambda: client.get("/rien-ici/"),
        "405": lambda: client.put("/residents/"),
        "413": lambda: client.post("/savoirs/", headers={"content-length": "20000001"}),
        "429": lambda: too_many(client),
    }[name]()
    page = response.content.decode()
    assert (response.status_code, f"<code>{response['X-Request-ID']}</code>" in page) == (int(name), True)
    assert page.count("<h1") == 1


def too_many(client):
    client.logout()
    for _ in range(60):
        response = client.post("/compte/login/", {"login": "personne@chaudronneries.example", "password": "x"})
        if response.status_code == 429:
            return response
    raise AssertionError("never refused")


@pytest.mark.django_db
def test_what_was_not_allowed_says_what_is(client):
    response = client.delete("/residents/")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    # What htmx asked for is no page.
    assert client.delete("/residents/", headers={"hx-request": "true"}).content == b""


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["", "abc", "-1", "９"])
def test_a_length_that_is_none_stops_nobody(client, length):
    assert client.get("/", CONTENT_LENGTH=length).status_code == 200


class FullDisk(FileSystemStorage):
    def _save(self, name, content):
        with open("/dev/full", "wb") as full:
            full.write(content.read())
        return name


@pytest.mark.django_db
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_says_so(client, lead, settings):
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": f"{__name__}.FullDisk"}}
    client.force_login(lead)
    client.raise_request_exception = False
    slug = lead.memberships_list[0].resident.slug
    picture = SimpleUploadedFile("logo.png", drawn((300, 300)), "image/png")
    address = f"/residents/{slug}/modifier/logo/"
    opened = client.get(address).context["form"]["opened"].value()
    response = client.post(address, {"logo-opened": opened, "logo-audience": "public", "logo-logo": picture})
    page = response.content.decode()
    assert (response.status_code, "n’a plus de place" in page, response["X-Request-ID"] in page) == (507, True, True)


def test_a_full_disk_of_the_database_is_told_apart():
    try:
        raise OperationalError("no") from psycopg.errors.DiskFull("could not extend file")
    except OperationalError:
        assert server_error(None).status_code == 507
