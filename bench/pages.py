"""CPU, queries and bytes of the main pages, beside a bare three-query Django page of the same run.

CPU is the process's own (`time.process_time`), median of 30 requests through the whole middleware stack after 3 to
warm up; PostgreSQL's own time is not in it.
"""

import gzip
import statistics
import time

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from residents.models import Domain, Partner, Resident, Sector, User

RUNS = 30
PAGES = [
    ("/", None),
    ("/residents/", None),
    ("/residents/{slug}/", None),
    ("/carte/", None),
    ("/recherche/?q=atelier", None),
    ("/compte/login/", None),
    ("/mentions-legales/", None),
    ("/equipe/", None),
    ("/territoire/partenaires/{partner}/", None),
    ("/mentions-legales/", "resident"),
    ("/", "resident"),
    ("/residents/", "resident"),
    ("/residents/{slug}/", "resident"),
    ("/savoirs/", "resident"),
    ("/savoirs/termes/?q=gest&nature=savoir", "resident"),
    ("/carte/", "resident"),
    ("/carte/cooperations/", "resident"),
    ("/recherche/?q=atelier", "resident"),
    ("/mes-donnees/", "resident"),
    ("/", "gestion"),
    ("/residents/{slug}/etapes/", "gestion"),
    ("/residents/{slug}/visibilite/", "gestion"),
    ("/residents/{slug}/communication/", "gestion"),
    ("/residents/{slug}/personnes/", "gestion"),
    ("/communication/", "gestion"),
    ("/arrivees-et-departs/", "gestion"),
    ("/gestion/", "gestion"),
]
BARE_TEMPLATE = "<!doctype html><title>Nu</title><ul>{% for row in rows %}<li>{{ row }}</li>{% endfor %}</ul>"


@login_not_required
def bare(request):
    """The yardstick: three queries, a short list, the project's middleware."""
    rows = [*Sector.objects.all()[:10], *Domain.objects.all()[:10], *Resident.objects.all()[:10]]
    return HttpResponse(engines["django"].from_string(BARE_TEMPLATE).render({"rows": rows}, request))


urlpatterns = [path("bare/", bare), path("", include("chaudronneries.urls"))]


def measure(client: Client, address: str) -> tuple[int, float, int, int]:
    """(status, median CPU in ms, queries, gzip bytes) of a GET of `address`."""
    for _ in range(3):
        response = client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(address)
    # Counted now: the requests that follow reset the log.
    asked = len(queries)
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        client.get(address)
        times.append(time.process_time() - start)
    return response.status_code, statistics.median(times) * 1000, asked, len(gzip.compress(response.content))


@override_settings(ROOT_URLCONF="bench.pages")
def main() -> None:
    slugs = {
        "slug": Resident.objects.mapped().first().slug,
        "partner": Partner.objects.filter(is_shown=True).first().slug,
    }
    clients = {None: Client()}
    for role in ("resident", "gestion"):
        clients[role] = Client()
        clients[role].force_login(User.objects.get(email=f"{role}@chaudronneries.example"))
    _, yardstick, queries, size = measure(clients[None], "/bare/")
    print(f"{'page':42} {'who':9} {'HTTP':>4} {'CPU ms':>7} {'x bare':>6} {'queries':>7} {'gzip kB':>7}")
    print(
        f"{'bare page, three queries':42} {'public':9} {200:4} {yardstick:7.1f} {1:6.1f} {queries:7} {size / 1000:7.1f}"
    )
    for address, role in PAGES:
        address = address.format(**slugs)
        status, cpu, queries, size = measure(clients[role], address)
        print(
            f"{address[:42]:42} {role or 'public':9} {status:4} {cpu:7.1f} {cpu / yardstick:6.1f}"
            f" {queries:7} {size / 1000:7.1f}"
        )
