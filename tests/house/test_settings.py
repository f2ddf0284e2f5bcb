"""What stops the start, and what every answer carries."""

import os
import subprocess
import sys

import pytest

from chaudronneries.env import BASE_DIR

PRODUCTION = {
    "ENV_FILE": "",
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 50 + "abcdefgh",
    "ALLOWED_HOSTS": "chaudronneries.example",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "EMAIL_URL": "smtp+tls://compte:secret@smtp.example:587",
    "DEFAULT_FROM_EMAIL": "bonjour@chaudronneries.example",
}


COOKIES = "import chaudronneries.settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME)"


def start(code=COOKIES, **changes):
    """Start a Python that reads the settings; `None` removes a variable."""
    given = {**PRODUCTION, **changes}
    environment = {name: value for name, value in given.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )


def test_production_starts_when_everything_is_given():
    started = start()
    assert (started.returncode, started.stdout) == (0, "__Host-session __Host-csrf\n"), started.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "EMAIL_URL", "DEFAULT_FROM_EMAIL"])
def test_production_without_a_setting_stops_with_a_sentence(name):
    started = start(**{name: None})
    assert (started.returncode, started.stderr) == (
        1,
        f"Le réglage {name} manque. Donnez-le dans l'environnement ou dans .env (voir .env.example).\n",
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ENVIRONMENT", "prod", "Le réglage ENVIRONMENT vaut « prod » : choisissez parmi local, production.\n"),
        (
            "DATABASE_STATEMENT_TIMEOUT",
            "5s",
            "Le réglage DATABASE_STATEMENT_TIMEOUT vaut « 5s » : écrivez un nombre entier.\n",
        ),
        (
            "DATABASE_URL",
            "mysql://root@localhost/house",
            "Le réglage DATABASE_URL s'écrit postgresql://compte:motdepasse@serveur:5432/base : "
            "le produit ne connaît que PostgreSQL.\n",
        ),
        (
            "EMAIL_URL",
            "smtp.example:25",
            "Le réglage EMAIL_URL s'écrit smtp+tls://compte:motdepasse@serveur:587 (ou smtps://).\n",
        ),
    ],
)
def test_wrong_setting_stops_with_a_sentence(name, value, sentence):
    started = start(**{name: value})
    assert (started.returncode, started.stderr) == (1, sentence)


def test_run_with_a_database_that_does_not_answer_says_so():
    ran = subprocess.run(
        [sys.executable, "manage.py", "run"],
        cwd=BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "ENV_FILE": "",
            "ENVIRONMENT": "local",
            "SECRET_KEY": "x",
            "PORT": "8999",
            "DATABASE_URL": PRODUCTION["DATABASE_URL"],
        },
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr.splitlines()[0][:71]) == (
        1,
        "CommandError: La base de données ne répond pas à l'adresse de DATABASE_",
    )
    assert "Traceback" not in ran.stderr


@pytest.mark.django_db
def test_public_page_carries_the_strict_policy(client):
    policy = client.get("/")["Content-Security-Policy"]
    assert sorted(policy.split("; ")) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "manifest-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
    ]


@pytest.mark.django_db
def test_back_office_has_a_policy_of_its_own(client, house_manager):
    client.force_login(house_manager)
    response = client.get("/gestion/")
    assert response.status_code == 200
    # What only the back office may do: frame its own previews, look at a picture before it is sent.
    policy = response["Content-Security-Policy"]
    assert ["frame-ancestors 'self'" in policy, "img-src 'self' data: blob:" in policy] == [True, True]
    assert "unsafe-inline" not in policy


@pytest.mark.django_db
def test_forged_host_is_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("signed_in", [True, False])
def test_what_depends_on_the_reader_is_kept_by_nobody_else(client, member, signed_in):
    if signed_in:
        client.force_login(member)
    for address in ["/", "/residents/", "/carte/", "/carte/export/json/", "/compte/login/", "/savoirs/"]:
        response = client.get(address)
        assert {"private", "no-cache"} <= set(response["Cache-Control"].split(", ")), address
        assert {"Cookie", "HX-Request"} <= set(response["Vary"].split(", ")), address


@pytest.mark.django_db
def test_a_page_unchanged_is_answered_to_its_reader_alone(client):
    """What is not modified says too that it is nobody else's."""
    mark = client.get("/residents/")["ETag"]
    again = client.get("/residents/", headers={"if-none-match": mark})
    assert (again.status_code, again["Cache-Control"]) == (304, "private, no-cache")
    assert {"Cookie", "HX-Request"} <= set(again["Vary"].split(", "))
