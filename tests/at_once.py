"""Two people at once: the other one has a thread and a connection of their own."""

import threading

import pytest
from django.db import connection


def elsewhere(work):
    """Start `work` in another thread, on its own connection; `.outcome` is what it returned or raised, once joined."""

    def run():
        try:
            thread.outcome = work()
        except Exception as error:
            thread.outcome = error
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def until_it_waits(thread):
    """Return once `thread` waits for a lock that this connection holds; fail if it ended without waiting."""
    blocked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    with connection.cursor() as cursor:
        while thread.is_alive():
            cursor.execute(blocked)
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    pytest.fail(f"it did not wait: {thread.outcome!r}")
