"""The database at one instant: what pg_dump is shown, and what the manifest says of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, models, transaction
from django.utils.translation import gettext as _
from psycopg import sql
from wagtail.images.models import AbstractRendition

from chaudronneries.keeping import KeepingError


@dataclass(frozen=True)
class Snapshot:
    """`key` is what pg_dump is given; `files` the names, in the storage, of the files that the rows name."""

    key: str
    migrations: dict[str, str]
    counts: dict[str, int]
    files: set[str]


@contextmanager
def taken() -> Iterator[Snapshot]:
    """One instant, held as long as the block lasts, whatever is written meanwhile.

    Raises KeepingError when there is no house in the database.
    """
    if "django_migrations" not in connection.introspection.table_names():
        raise KeepingError(_("Cette base est vide : il n’y a rien à sauvegarder (vérifiez DATABASE_URL)."))
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # We wait for pg_dump and for the files.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        [key] = cursor.fetchone()
        yield Snapshot(key, last_migrations(cursor), counts(cursor), named_files())


def tables_left_out() -> set[str]:
    """Tables whose rows are not kept: they open sessions, or are made again."""
    left_out = {model._meta.db_table for model in (Session, UserSession, *renditions())}
    shared = settings.CACHES["default"]
    return left_out | ({shared["LOCATION"]} if shared["BACKEND"].endswith("DatabaseCache") else set())


def renditions() -> list[type[models.Model]]:
    """The smaller copies of pictures, of Wagtail's own pictures and of ours."""
    return [model for model in apps.get_models() if issubclass(model, AbstractRendition)]


def last_migrations(cursor) -> dict[str, str]:
    """The last migration applied of each app that this code has."""
    cursor.execute("SELECT DISTINCT ON (app) app, name FROM django_migrations ORDER BY app, id DESC")
    return {app: name for app, name in cursor.fetchall() if app in apps.app_configs}


def counts(cursor) -> dict[str, int]:
    """The rows of each table that the archive keeps."""
    cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    kept = {table for (table,) in cursor.fetchall()} - tables_left_out()
    found = {}
    for table in sorted(kept):
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        [found[table]] = cursor.fetchone()
    return found


def named_files(*, with_renditions: bool = False) -> set[str]:
    """The names of the files that the rows name, in every model's file fields.

    The code may be newer than the database, before `migrate`: only the columns that are there are read.
    """
    left_out = [] if with_renditions else renditions()
    names = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
        there = set(cursor.fetchall())
        read_from = set().union(*(file_columns(model) for model in apps.get_models() if model not in left_out))
        for table, column in there & read_from:
            read = sql.SQL("SELECT DISTINCT {column} FROM {table} WHERE {column} <> ''")
            cursor.execute(read.format(column=sql.Identifier(column), table=sql.Identifier(table)))
            names |= {name for (name,) in cursor.fetchall()}
    return names


def file_columns(model: type[models.Model]) -> set[tuple[str, str]]:
    """Where `model` keeps names of files: table and column."""
    fields = model._meta.local_fields
    return {(model._meta.db_table, field.column) for field in fields if isinstance(field, models.FileField)}
