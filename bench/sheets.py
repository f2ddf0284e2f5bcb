"""Spreadsheets of 4,000 structures and 4,000 stays: how long they take to be read, planned, carried out and exported.

All is written in a transaction that is taken back. Times are in seconds: the wall's, PostgreSQL included, and this
process's own CPU; memory is the peak of what Python allocates meanwhile (tracemalloc, in a second run, for it slows
what it watches). No statement may last 5 s.
"""

import time
import tracemalloc
from collections.abc import Callable

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from residents.enums import ResidentKind, SheetKind
from residents.models import User
from residents.spreadsheets import exporting
from residents.spreadsheets.importing import carry_out, plan
from residents.spreadsheets.kinds import kind_of
from residents.spreadsheets.plans import Column

LINES = 4_000
SECTORS = ["Culture", "Réemploi", "Numérique", "Alimentation ; Agriculture", "Formation"]
TRADES = ["forge", "couture", "reliure", "lutherie", "menuiserie", "verrerie", "radio", "vannerie", "tôlerie"]


def structures() -> list[dict[str, str]]:
    kinds = [str(label) for label in ResidentKind.labels]
    return [
        {
            "name": f"{TRADES[n % len(TRADES)].capitalize()} du quartier {n}",
            "kind": kinds[n % len(kinds)],
            "sectors": SECTORS[n % len(SECTORS)],
            "tagline": f"Une {TRADES[n % len(TRADES)]} ouverte à qui veut apprendre, le mardi et le jeudi.",
            "presentation": "Nous réparons, nous fabriquons et nous transmettons.\n\n" * 12,
            "links": f"Notre site : https://structure-{n}.example/\nhttps://reseau.example/structure-{n}",
            "contact_name": f"Camille Rivet {n}",
            "email": f"bonjour-{n}@structure.example",
            "phone": f"04 77 {n // 100:02} {n % 100:02} 00",
        }
        for n in range(LINES)
    ]


def changed(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Every line says something else, of five columns."""
    new = {"tagline": "Déménagée au rez-de-chaussée.", "phone_audience": "tout le monde", "kind": "association"}
    return [row | new | {"sectors": "Culture", "links": "https://ailleurs.example/"} for row in rows]


def stays() -> list[dict[str, str]]:
    return [
        {"structure": row["name"], "starts_on": "2026-03-01", "ends_on": "2027-02-28", "share": "0.5"}
        for row in structures()
    ]


def moved(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row | {"ends_on": "2027-06-30", "share": "1"} for row in rows]


def written(columns: list[Column], rows: list[dict[str, str]], form: str) -> bytes:
    write = {exporting.CSV: exporting.csv_file, exporting.XLSX: exporting.xlsx_file}[form]
    keys = {key for row in rows for key in row}
    return b"".join(write([column for column in columns if column.key in keys], rows, "feuille"))


def measure(what: str, do: Callable) -> object:
    """Print a line of the table; `do` is called twice, and only its second run is kept."""
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        started, spent = time.perf_counter(), time.process_time()
        do()
        took, spent = time.perf_counter() - started, time.process_time() - spent
        transaction.set_rollback(True)
    slowest = max((float(query["time"]) for query in queries.captured_queries), default=0)
    tracemalloc.start()
    result = do()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    print(f"{what:52} {took:7.2f} s {spent:7.2f} s {len(queries):5} {slowest:9.2f} s {peak:8.0f} Mo")
    return result


def journey(kind: str, rows: list[dict[str, str]], other: list[dict[str, str]], by: User) -> None:
    columns = kind_of(kind).COLUMNS
    for form in (exporting.CSV, exporting.XLSX):
        sheet, name = written(columns, rows, form), f"{kind}.{form}"
        measure(f"{kind}, {form} : prévoir {LINES} créations", lambda sheet=sheet, name=name: plan(kind, name, sheet))
    measure(f"{kind} : les créer", lambda: carry_out(kind, name, sheet, by=by))
    measure(f"{kind}, {form} : la même feuille, rien à changer", lambda: plan(kind, name, sheet))
    again = written(columns, other, form)
    measure(f"{kind} : tout changer", lambda: carry_out(kind, name, again, by=by))
    for form in (exporting.CSV, exporting.XLSX):
        measure(f"{kind} : exporter en {form}", lambda form=form: sum(map(len, exporting.export(kind, form))))


def main() -> None:
    print(f"{'':52} {'temps':>9} {'CPU':>9} {'req.':>5} {'la pire':>11} {'mémoire':>11}")
    with transaction.atomic():
        # A house is not left that long between two statements; the files made here take longer.
        connection.cursor().execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        by = User.objects.with_roles().get(email="gestion@chaudronneries.example")
        journey(SheetKind.STRUCTURES, structures(), changed(structures()), by)
        journey(SheetKind.STAYS, stays(), moved(stays()), by)
        transaction.set_rollback(True)
