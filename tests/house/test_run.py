"""`manage.py run`, as typed: from an empty database to an open house, stopped and opened again."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import procrastinate
import psutil
import psycopg
import pytest

from chaudronneries.env import BASE_DIR
from residents.tasks import REFRESH_MAP

PATIENCE = 180


@pytest.fixture
def empty_database():
    """The address of a new database on the suite's server, dropped afterwards."""
    server = os.environ["DATABASE_URL"]
    name = f"run_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(database, port):
    """The house while it is open, its processes; on leaving, Ctrl-C, after which nothing of it may be left."""
    house = subprocess.Popen(
        [sys.executable, "manage.py", "run"],
        cwd=BASE_DIR,
        env={**os.environ, "DATABASE_URL": database, "PORT": str(port), "SECRET_KEY": "run", "WEB_CONCURRENCY": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    family = []
    try:
        until(lambda: answers(port) or house.poll() is not None)
        family = psutil.Process(house.pid).children(recursive=True)
        yield family
    finally:
        house.send_signal(signal.SIGINT)
        said, _ = house.communicate(timeout=PATIENCE)
    assert (house.returncode, [child for child in family if child.is_running()]) == (0, []), said
    assert f"http://localhost:{port}/" in said
    assert said.count("gestion@chaudronneries.example  maîtresse d’établissement") == 1


def until(condition):
    for _ in range(PATIENCE * 4):
        if condition():
            return
        time.sleep(0.25)
    raise AssertionError("waited in vain")


def answers(port) -> bool:
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/sante/").status == 200
    except (urllib.error.URLError, ConnectionError):
        return False


def test_run_opens_the_house_and_keeps_its_data(empty_database, port):
    with running(empty_database, port) as family, psycopg.connect(empty_database, autocommit=True) as database:
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/residents/").read().decode()
        assert "<h1" in page
        # What the site and the worker write in mails leads back to where the house listens.
        assert {child.environ()["SITE_URL"] for child in family} == {f"http://localhost:{port}"}
        assert database.execute("SELECT count(*) > 40000 FROM residents_knowledgeitem").fetchone() == (True,)
        database.execute(
            "UPDATE residents_resident SET tagline = 'Gardée' WHERE id = (SELECT min(id) FROM residents_resident)"
        )
        # Asked for as the site asks, from another process: the worker takes it up.
        with procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=empty_database)).open() as queue:
            queue.configure_task(REFRESH_MAP).defer()
        until(lambda: database.execute("SELECT every(status = 'succeeded') FROM procrastinate_jobs").fetchone()[0])
    with running(empty_database, port), psycopg.connect(empty_database) as database:
        assert database.execute("SELECT count(*) FROM residents_resident WHERE tagline = 'Gardée'").fetchone() == (1,)
