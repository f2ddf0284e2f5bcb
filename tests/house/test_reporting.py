"""Errors told to a Sentry: a real one would receive what this server receives."""

import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli
import pytest

from chaudronneries.env import BASE_DIR
from tests.house.test_settings import PRODUCTION, start

# A page of a site whose database does not answer, asked by somebody; then a task's error, then a library's sentence.
FAIL = """
import django; django.setup()
import logging
from django.test import Client
site = Client(raise_request_exception=False, headers={"host": "chaudronneries.example", "x-forwarded-proto": "https"})
site.cookies["sessionid"] = "cle-de-session"
answer = site.get("/residents/atelier-secret/?q=Camille", REMOTE_ADDR="203.0.113.77", headers={"user-agent": "Mozilla"})
print(answer.status_code, answer["X-Request-ID"])
try:
    raise ValueError("Key (email)=(camille@ailleurs.example) already exists")
except ValueError:
    logging.getLogger("procrastinate.worker").error(
        "Job agenda.tasks.tell[7](word='Camille') ended", exc_info=True,
        extra={"job": {"task_name": "agenda.tasks.tell", "id": 7, "task_kwargs": {"word": "Camille"}}},
    )
logging.getLogger("mailing.tasks").error("mail %s to %s", 12, "camille@ailleurs.example")
logging.getLogger("library").error("Camille is not there")
import sentry_sdk; sentry_sdk.flush(5)
"""
PERSONAL = ["Camille", "camille", "cle-de-session", "atelier-secret", "203.0.113.77", "Mozilla", "vars", "abs_path"]


@pytest.fixture
def sentry():
    """A server that keeps the events it is sent: `.url`, `.received`."""

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            read = {"br": brotli.decompress, "gzip": gzip.decompress}.get(self.headers["Content-Encoding"], bytes)
            server.received.append(read(body).decode())
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *said):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keep)
    server.received = []
    server.url = f"http://cle@127.0.0.1:{server.server_port}/1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_an_error_is_told_without_personal_data(sentry):
    failed = subprocess.run(
        [sys.executable, "-c", FAIL],
        cwd=BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "chaudronneries.settings",
            **PRODUCTION,
            "SENTRY_DSN": sentry.url,
            # Nothing is collected here.
            "ENVIRONMENT": "local",
            "DEBUG": "0",
        },
        capture_output=True,
        text=True,
    )
    assert failed.returncode == 0, failed.stderr
    events = [json.loads(part.splitlines()[2]) for part in sentry.received]
    fault, *others = events
    assert fault["exception"]["values"][-1]["type"] in {"OperationalError", "ValueError"}
    assert fault["tags"]["reference"] in failed.stdout
    assert [event["logentry"] for event in others[-3:]] == [
        {"message": "agenda.tasks.tell"},
        {"message": "mail %s to %s"},
        {"message": "library"},
    ]
    assert [word for word in PERSONAL for part in sentry.received if word in part] == []


def test_a_sentry_without_its_package_stops_with_a_sentence():
    script = "import sys; sys.modules['sentry_sdk'] = None; import chaudronneries.settings"
    started = subprocess.run(
        [sys.executable, "-c", script],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], **PRODUCTION, "SENTRY_DSN": "https://cle@sentry.example/1"},
        capture_output=True,
        text=True,
    )
    assert (started.returncode, started.stderr) == (
        1,
        "Le réglage SENTRY_DSN est donné, mais le paquet sentry-sdk manque : installez-le "
        "(pip install --constraint constraints.txt '.[sentry]') ou retirez ce réglage.\n",
    )


def test_a_sentry_whose_address_is_wrong_stops_with_a_sentence():
    started = start(SENTRY_DSN="sentry.example")
    assert (started.returncode, started.stderr) == (
        1,
        "Le réglage SENTRY_DSN ne se lit pas : il s'écrit https://cle@serveur/numero.\n",
    )
