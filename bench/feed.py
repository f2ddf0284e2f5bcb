"""A calendar of 2,000 meetings: written, given again as it was kept, not given because nothing changed.

Through the whole middleware stack, CPU of the process and time on the clock (PostgreSQL's included), median of the
runs. The meetings and bookings are made in a transaction that is never committed.
"""

import datetime
import gzip
import itertools
import statistics
import time
from collections.abc import Callable

from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agenda.actions.calendars import renew
from agenda.calendars.ical import remembered
from agenda.enums import EventAudience
from agenda.models import Booking, Event, EventKind, Space
from residents.models import User

MANY = 2_000
RUNS = 10
BUDGETS = {"written": 400, "304": 5}
BENCH = "banc-d-essai"
TEXT = "Une soirée à table, avec celles et ceux qui cuisinent ; la suite se fait la bouche pleine.\nEntrée libre."


def main() -> None:
    with transaction.atomic():
        person = User.objects.with_roles().get(email="resident@chaudronneries.example")
        make_meetings()
        make_bookings(person)
        key = renew(by=person)
        print(f"{'feed':32} {'what':16} {'ms':>7} {'CPU ms':>7} {'budget':>7} {'kB':>6} {'gzip kB':>8}")
        measure("public, 2,000 meetings", reverse("agenda:public_feed"), Event.objects.filter(kind__slug=BENCH))
        measure(
            "mine, 2,000 bookings",
            reverse("agenda:my_feed", args=[key.token]),
            Booking.objects.filter(space__slug=BENCH),
        )
        transaction.set_rollback(True)


def starts():
    """One every three hours, from eight months ago on."""
    first = timezone.now().replace(minute=0, second=0, microsecond=0) - datetime.timedelta(days=240)
    return (first + datetime.timedelta(hours=3 * n) for n in itertools.count())


def make_meetings() -> None:
    kind, _ = EventKind.objects.get_or_create(slug=BENCH, defaults={"name": "Banc d'essai"})
    spaces = list(Space.objects.all())
    events = Event.objects.bulk_create(
        Event(
            title=f"Rencontre {n} de la résidence",
            slug=f"banc-{n}",
            kind=kind,
            audience=EventAudience.PUBLIC,
            summary="Ce que l'on fait ensemble.",
            text=TEXT,
            starts_at=start,
            ends_at=start + datetime.timedelta(hours=2),
        )
        for n, start in zip(range(MANY), starts(), strict=False)
    )
    Event.spaces.through.objects.bulk_create(
        Event.spaces.through(event=event, space=spaces[n % len(spaces)]) for n, event in enumerate(events)
    )


def make_bookings(person: User) -> None:
    space = Space.objects.create(name="Banc d'essai", slug=BENCH, capacity=12)
    Booking.objects.bulk_create(
        Booking(
            space=space,
            title=f"Réunion {n} de l'équipe",
            resident=person.residents_list[0],
            created_by=person,
            starts_at=start,
            ends_at=start + datetime.timedelta(hours=2),
        )
        for n, start in zip(range(MANY), starts(), strict=False)
    )


def measure(feed: str, address: str, rows: QuerySet) -> None:
    client = Client()
    client.get(address)
    body = client.get(address).content

    def forget():
        cache.clear()
        remembered.cache_clear()

    def changed():
        row = rows.first()
        row.sequence += 1
        row.save()

    print_line(feed, "written", *median(lambda: client.get(address), before=forget), body)
    print_line(feed, "written, changed", *median(lambda: client.get(address), before=changed), body, "written")
    print_line(feed, "as kept", *median(lambda: client.get(address, headers={"Accept-Encoding": "gzip"})), body)
    etag = client.get(address)["ETag"]
    print_line(feed, "304", *median(lambda: client.get(address, headers={"If-None-Match": etag})), b"")


def median(call: Callable, *, before: Callable | None = None) -> tuple[float, float]:
    """Milliseconds on the clock and of CPU of `call`, once warm."""
    clock, cpu = [], []
    for _ in range(RUNS):
        if before:
            before()
        at, used = time.perf_counter(), time.process_time()
        call()
        clock.append(time.perf_counter() - at)
        cpu.append(time.process_time() - used)
    return statistics.median(clock) * 1000, statistics.median(cpu) * 1000


def print_line(feed: str, what: str, clock: float, cpu: float, body: bytes, budget: str = "") -> None:
    limit = BUDGETS.get(budget or what)
    sizes = f"{len(body) / 1000:6.0f} {len(gzip.compress(body, 1)) / 1000:8.0f}" if body else ""
    print(f"{feed:32} {what:16} {clock:7.1f} {cpu:7.1f} {f'≤ {limit}' if limit else '':>7} {sizes}")
