"""The calendar's pages under load: a month of 500 bookings (60 ms), a week of all the spaces (600 elements).

All is written in a transaction that is taken back. CPU is the process's own, median of 20 requests, as in bench.pages.
"""

import datetime
import itertools
import re

from django.db import transaction
from django.test import Client
from django.utils import timezone

from agenda.models import Booking, Event, EventKind, Space
from agenda.times import instant
from bench.pages import measure
from residents.models import Resident, User

BOOKINGS = 500
SPACES = 8
STARTS = [datetime.time(8), datetime.time(10, 30), datetime.time(14), datetime.time(17, 15)]


def fill(month: datetime.date) -> list[Space]:
    """500 bookings over a month of 28 days and eight spaces; one in ten is a meeting's, one in ten tidied after."""
    spaces = [Space.objects.create(name=f"Banc {n}", slug=f"banc-{n}", capacity=10 + n) for n in range(SPACES)]
    residents = list(Resident.objects.all()[:30])
    kind = EventKind.objects.create(name="Banc", slug="banc")
    days = [month + datetime.timedelta(days=number) for number in range(28)]
    bookings = []
    for number, (day, time, space) in enumerate(itertools.islice(itertools.product(days, STARTS, spaces), BOOKINGS)):
        start = instant(day, time)
        end = start + datetime.timedelta(hours=2)
        event = None
        if number % 10 == 0:
            event = Event.objects.create(
                title=f"Rencontre {number}", slug=f"banc-{number}", kind=kind, starts_at=start, ends_at=end
            )
        bookings.append(
            Booking(
                space=space,
                starts_at=start,
                ends_at=end,
                title=f"Réunion numéro {number}",
                resident=None if event else residents[number % len(residents)],
                event=event,
                buffer_minutes=15 if number % 10 == 5 else 0,
            )
        )
    Booking.objects.bulk_create(bookings)
    return spaces


def main() -> None:
    client = Client()
    client.force_login(User.objects.get(email="resident@chaudronneries.example"))
    month = (timezone.localdate().replace(day=1) + datetime.timedelta(days=62)).replace(day=1)
    with transaction.atomic():
        spaces = fill(month)
        print(f"{'page':44} {'HTTP':>4} {'CPU ms':>7} {'queries':>7} {'elements':>8} {'gzip kB':>7}")
        for address in (
            f"/agenda/mois/?jour={month}",
            f"/agenda/semaine/?jour={month + datetime.timedelta(days=7)}",
            f"/agenda/semaine/?jour={month}&espace={spaces[0].slug}",
            f"/agenda/jour/?jour={month}",
            f"/agenda/liste/?jour={month}",
            f"/agenda/trouver/?jour={month}&debut=10:00&duree=60",
            "/agenda/espaces/",
            "/agenda/parts/",
        ):
            status, cpu, queries, size = measure(client, address)
            elements = len(re.findall(r"<[a-z]", client.get(address).text))
            print(f"{address:44} {status:4} {cpu:7.1f} {queries:7} {elements:8} {size / 1000:7.1f}")
        transaction.set_rollback(True)
