"""The house under faults that are not the reader's."""

import http.client
import os
import subprocess
import sys

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import connection

from chaudronneries.env import BASE_DIR
from tests.house.test_settings import PRODUCTION

# Asks one page of a site whose database does not answer, as a worker of production would.
ASK = """
import django; django.setup()
from django.test import Client
site = Client(raise_request_exception=False, headers={"host": "chaudronneries.example"})
response = site.get("/residents/")
print(response.status_code, response["Retry-After"], "<h1" in response.content.decode())
"""


def test_database_away_is_a_french_503():
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
    assert asked.stdout.splitlines()[-1:] == ["503 10 True"], asked.stderr


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
