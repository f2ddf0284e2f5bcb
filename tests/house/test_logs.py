"""What was answered, what the house wrote down of it, and what the reader is shown bear the same reference."""

import io
import logging
import re

import pytest
from django.contrib.auth.decorators import login_not_required
from procrastinate.contrib.django import app

from chaudronneries import logs
from tests.worker import work

REFERENCE = re.compile(r"[0-9a-f]{12}")


@pytest.fixture
def lines(settings):
    """The lines written, as the house writes them: `lines()`."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.Line("%(levelname)s [%(reference)s] %(name)s %(message)s"))
    root, ours = logging.getLogger(), logging.getLogger("chaudronneries.requests")
    before = ours.level
    ours.setLevel("INFO")
    root.addHandler(handler)
    yield lambda: written.getvalue().splitlines()
    root.removeHandler(handler)
    ours.setLevel(before)


@pytest.mark.django_db
def test_a_request_leaves_one_line_without_a_name(client, member, lines):
    client.force_login(member)
    slug = member.memberships_list[0].resident.slug
    response = client.get(f"/residents/{slug}/?q=Camille")
    [line] = lines()
    found = re.fullmatch(
        r"INFO \[(\w+)\] chaudronneries\.requests GET 200 residents/<slug:slug>/ (\d+) ms account (\d+)", line
    )
    assert (found[1], found[3]) == (response["X-Request-ID"], str(member.pk))
    assert REFERENCE.fullmatch(found[1])


@pytest.mark.django_db
def test_each_request_has_its_own_reference(client):
    assert client.get("/sante/")["X-Request-ID"] != client.get("/sante/")["X-Request-ID"]
    assert logs.reference.get() == "-"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sender", "given", "believed"),
    [
        ("127.0.0.1", "3f9a0c1b2d4e5f60", True),
        ("", "3f9a0c1b2d4e5f60", True),
        ("203.0.113.7", "3f9a0c1b2d4e5f60", False),
        ("127.0.0.1", "court", False),
        ("127.0.0.1", "x" * 65, False),
        ("127.0.0.1", "3f9a0c1b\n2d4e5f60", False),
        ("127.0.0.1", "<b>3f9a0c1b</b>", False),
    ],
)
def test_only_the_server_in_front_may_name_a_request(client, settings, sender, given, believed):
    settings.TRUSTED_PROXIES = ["127.0.0.1", ""]
    answered = client.get("/sante/", headers={"x-request-id": given}, REMOTE_ADDR=sender)["X-Request-ID"]
    assert (answered == given, bool(REFERENCE.fullmatch(answered))) == (believed, not believed)


@pytest.mark.django_db
def test_nobody_may_name_a_request_where_no_server_stands_in_front(client, settings):
    settings.TRUSTED_PROXIES = []
    assert client.get("/sante/", headers={"x-request-id": "3f9a0c1b2d4e5f60"})["X-Request-ID"] != "3f9a0c1b2d4e5f60"


@pytest.mark.django_db
def test_a_fault_is_found_by_the_reference_that_its_reader_was_shown(client, monkeypatch, lines):
    from chaudronneries import urls

    @login_not_required
    def faulty(request, path):
        raise ZeroDivisionError

    [media] = [pattern for pattern in urls.urlpatterns if str(pattern.pattern) == "media/<path:path>"]
    monkeypatch.setattr(media, "callback", faulty)
    client.raise_request_exception = False
    response = client.get("/media/adresse-secrete.png")
    reference = response["X-Request-ID"]
    assert f"<code>{reference}</code>" in response.content.decode()
    said = lines()
    assert said[0] == f"ERROR [{reference}] django.request Internal Server Error: media/<path:path>"
    assert "Traceback (most recent call last):" in said
    assert said[-1].startswith(f"INFO [{reference}] chaudronneries.requests GET 500 media/<path:path> ")
    assert "adresse-secrete" not in "\n".join(said)


@app.task(name="tests.house.test_logs.speak")
def speak(word):
    logging.getLogger("tests.speak").warning("at work")
    if word == "fail":
        raise ValueError("no")


@pytest.mark.django_db(transaction=True)
def test_what_a_job_logs_bears_its_number_and_not_what_it_was_given(lines):
    first, second = (speak.defer(word=word) for word in ("Camille", "fail"))
    work()
    said = [line for line in lines() if "tests." in line and not line.startswith(" ")]
    assert said == [
        f"WARNING [job-{first}] tests.speak at work",
        f"WARNING [job-{second}] tests.speak at work",
        re.sub(r"lasted .*", said[2][said[2].index("lasted") :], said[2]),
    ]
    assert said[2].startswith(
        f"ERROR [job-{second}] procrastinate.worker Job tests.house.test_logs.speak[{second}] ended with status: Error"
    )
    assert not {"Camille", "'fail'"} & {word for line in lines() for word in ("Camille", "'fail'") if word in line}
