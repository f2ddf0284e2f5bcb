"""All that the house keeps of a person or of a structure, gathered from each app's `portability` module.

An app answers `{key: rows}`, a queryset of dicts under each key: counted in one query for a page, written one after the
other for a file. The schema is docs/portability.md; its VERSION changes when a key goes or changes its meaning.
"""

import json
from collections.abc import Iterator
from itertools import groupby

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import IntegerField, QuerySet, Subquery
from django.utils import timezone

import agenda.portability
import blog.portability
import bulletin.portability
import knowledge_map.portability
import mailing.portability
import residents.portability
from chaudronneries.portability import libraries
from residents.models import Resident, User

VERSION = 1
PARTS = {
    "residents": residents.portability,
    "mailing": mailing.portability,
    "agenda": agenda.portability,
    "knowledge_map": knowledge_map.portability,
    "blog": blog.portability,
    "bulletin": bulletin.portability,
    "house": libraries,
}
# So many rows of a table in memory at once.
AT_ONCE = 500
Rows = dict[str, QuerySet]


def of_person(user: User) -> Rows:
    """{"agenda.bookings": rows of dicts}, in the order of PARTS."""
    return named({app: part.of_person(user) for app, part in PARTS.items()})


def of_structure(resident: Resident) -> Rows:
    return named({app: part.of_structure(resident) for app, part in PARTS.items()})


def named(parts: dict[str, Rows]) -> Rows:
    return {f"{app}.{key}": rows for app, kept in parts.items() for key, rows in kept.items()}


class CountOf(Subquery):
    """How many rows a queryset has, as a column of another."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def counts(rows: Rows, *, of: QuerySet) -> dict[str, int]:
    """How many of each, in one query; `of` is a queryset of one row, no matter which."""
    # What the rows would say, and their order, are not asked for: they cost more to write than to count.
    bare = [found.order_by().values("pk") for found in rows.values()]
    columns = {f"count_{number}": CountOf(found) for number, found in enumerate(bare)}
    found = of.order_by().annotate(**columns).values_list(*columns).get()
    return dict(zip(rows, found, strict=True))


def as_json(rows: Rows, *, about: str) -> Iterator[str]:
    """The text of a JSON object in pieces, rows fetched as they are written; `about`: "person" or "structure"."""
    head = {"format": f"chaudronneries.{about}", "version": VERSION, "exported_at": timezone.now()}
    yield "{\n" + ",\n".join(f"{written(key)}: {written(value)}" for key, value in head.items())
    for app, found in groupby(rows.items(), key=lambda one: one[0].partition(".")[0]):
        yield f',\n"{app}": {{'
        for place, (name, kept) in enumerate(found):
            yield ("," if place else "") + f'\n  "{name.partition(".")[2]}": ['
            for number, row in enumerate(kept.iterator(chunk_size=AT_ONCE)):
                yield (",\n    " if number else "\n    ") + written(row)
            yield "]"
        yield "\n}"
    yield "\n}\n"


def written(value) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
