"""200 bookings from 16 people at once, by real HTTP: gunicorn as in production, each person with their own session.

First 200 slots, each asked for once: all are to be booked. Then one slot asked for 200 times: one booking, 199
refusals with what could be had instead. Last the verb alone, 200 other slots from 16 threads of one process, each with
its own connection: what HTTP, sessions and pages add is the difference. Time is on the clock, from the first request to
the last answer; the clients run on the same machine. Afterwards the database is asked what was lost or double. What the
bench makes, it removes.
"""

import datetime
import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from agenda.actions.bookings import book
from agenda.models import Booking, Occupation, OpeningHours, Space
from agenda.times import midnight
from chaudronneries.env import BASE_DIR
from residents.models import Membership, Resident, User

CLIENTS = 16
SLOTS = 200
BUDGET = 1.0
MARK = "banc-des-reservations"
TOKEN = "x" * 32
# Slots of a quarter of an hour: 96 a day and space.
QUARTER = datetime.timedelta(minutes=15)


def main() -> None:
    clean()
    spaces, people = make_spaces(3), make_people()
    sessions = [session_of(user) for user in people]
    try:
        day = timezone.localdate() + datetime.timedelta(days=7)
        with served() as (host, port):
            warm_up(host, port, sessions, spaces[0], day)
            print(f"{f'{CLIENTS} clients':24} {'s':>6} {'aim':>6} {'p50 ms':>7} {'p95 ms':>7}  answers")
            calls = [by_http(host, port, session) for session in sessions]
            report("HTTP, 200 slots", rush(calls, slots_of(spaces, day)), aim=f"≤ {BUDGET:.0f}")
            report("HTTP, one slot", rush(calls, [(spaces[2], day, 90)] * SLOTS))
        calls = [by_verb(user) for user in people]
        report("verb alone, 200 slots", rush(calls, slots_of(spaces, day + datetime.timedelta(days=1))))
        print(f"\nkept: {held()} of {2 * SLOTS + 1}, lost: {2 * SLOTS + 1 - held()}, double: {doubles()}")
    finally:
        Session.objects.filter(session_key__in=sessions).delete()
        clean()


def make_spaces(number: int) -> list[Space]:
    """Open day and night, booked by the quarter of an hour."""
    spaces = [
        Space.objects.create(name=f"{MARK} {n}", slug=f"{MARK}-{n}", capacity=10, least_minutes=15)
        for n in range(number)
    ]
    midnight = datetime.time()
    OpeningHours.objects.bulk_create(
        OpeningHours(space=space, weekday=day, opens_at=midnight, closes_at=midnight)
        for space in spaces
        for day in range(7)
    )
    return spaces


def slots_of(spaces: list[Space], day: datetime.date) -> list:
    """200 quarters of an hour of one day: (space, day, which quarter)."""
    return [(space, day, n) for space in spaces for n in range(96)][:SLOTS]


def make_people() -> list[User]:
    """16 people, each of a structure of their own."""
    people = []
    for n in range(CLIENTS):
        user = User(email=f"{MARK}-{n}@chaudronneries.example")
        user.set_unusable_password()
        user.save()
        resident = Resident.objects.create(name=f"{MARK} {n}", slug=f"{MARK}-{n}", kind="association")
        Membership.objects.create(user=user, resident=resident)
        people.append(user)
    return people


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def served():
    """(host, port) of the site under gunicorn, with the house's own configuration."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        host, port = probe.getsockname()
    command = ["-m", "gunicorn", "--config", "chaudronneries/gunicorn.conf.py", "--bind", f"{host}:{port}"]
    server = subprocess.Popen(
        [sys.executable, *command, "chaudronneries.wsgi"],
        cwd=BASE_DIR,
        env=os.environ | {"DEBUG": "0"},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(host, port)
        yield host, port
    finally:
        server.terminate()
        server.wait(15)


def wait_for(host: str, port: int) -> None:
    for _attempt in range(300):
        try:
            site = http.client.HTTPConnection(host, port, timeout=10)
            site.request("GET", "/sante/")
            site.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("gunicorn does not answer")


def warm_up(host: str, port: int, sessions: list[str], space: Space, day: datetime.date) -> None:
    """Each thread of each worker has met the page, its templates and the database: by what is refused, as past."""
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    rush([by_http(host, port, session) for session in sessions], [(space, yesterday, 40)] * CLIENTS * 3)


def by_http(host: str, port: int, session: str):
    """What asks for a slot over one connection, and gives the status."""
    site = http.client.HTTPConnection(host, port, timeout=30)
    headers = {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
    }

    def ask(slot) -> str:
        site.request("POST", "/agenda/reserver/", urlencode(typed(*slot)), headers)
        response = site.getresponse()
        response.read()
        return str(response.status)

    return ask


def by_verb(user: User):
    """What books a slot in this process, and gives the booking's state."""
    user = User.objects.with_roles().get(pk=user.pk)

    def ask(slot) -> str:
        space, day, quarter = slot
        start = midnight(day) + QUARTER * quarter
        resident = user.residents_list[0]
        made = book(space=space, starts_at=start, ends_at=start + QUARTER, title=MARK, by=user, resident=resident)
        return made.status

    return ask


def rush(calls: list, slots: list) -> tuple[float, list[float], Counter]:
    """(seconds in all, seconds of each request, {answer: how many}); each client takes the next slot of the list."""
    todo, turn, start = iter(slots), threading.Lock(), threading.Barrier(len(calls) + 1)
    times, answers = [], Counter()

    def client(ask):
        try:
            connection.ensure_connection()
            start.wait()
            while True:
                with turn:
                    slot = next(todo, None)
                if slot is None:
                    return
                begun = time.perf_counter()
                answer = ask(slot)
                with turn:
                    times.append(time.perf_counter() - begun)
                    answers[answer] += 1
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        runs = [threads.submit(client, ask) for ask in calls]
        start.wait()
        begun = time.perf_counter()
        for run in runs:
            run.result()
        return time.perf_counter() - begun, times, answers


def typed(space: Space, day: datetime.date, quarter: int) -> dict:
    start = datetime.datetime.combine(day, datetime.time()) + QUARTER * quarter
    end = start + QUARTER
    return {
        "espace": space.slug,
        "jour": day,
        "debut": f"{start:%H:%M}",
        "fin": f"{end:%H:%M}",
        "objet": "Banc d'essai",
    }


def report(what: str, measured: tuple, aim: str = "") -> None:
    seconds, times, found = measured
    middle, late = statistics.median(times) * 1000, statistics.quantiles(times, n=20)[-1] * 1000
    answers = ", ".join(f"{number} × {answer}" for answer, number in sorted(found.items()))
    print(f"{what:24} {seconds:6.2f} {aim:>6} {middle:7.0f} {late:7.0f}  {answers}")


def ours():
    return Booking.objects.filter(space__slug__startswith=MARK)


def held() -> int:
    return ours().holding().count()


def doubles() -> int:
    """Pairs of occupations of one space that overlap."""
    ours = Occupation.objects.filter(space__slug__startswith=MARK)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM agenda_occupation a JOIN agenda_occupation b"
            " ON a.space_id = b.space_id AND a.id < b.id AND a.during && b.during WHERE a.id = ANY(%s)",
            [list(ours.values_list("pk", flat=True))],
        )
        return cursor.fetchone()[0]


def clean() -> None:
    """Nothing of the bench stays: bookings, mails asked for, people and their sessions, structures, spaces."""
    bookings = list(ours().values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE task_name = 'agenda.tasks.tell' AND status = 'todo'"
            " AND args->>'notice' LIKE 'reservation-%%' AND (args->>'pk')::bigint = ANY(%s)",
            [bookings],
        )
    ours().delete()
    Space.objects.filter(slug__startswith=MARK).delete()
    User.objects.filter(email__startswith=MARK).delete()
    Resident.objects.filter(slug__startswith=MARK).delete()
