"""The real queue, worked in the test's own process."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from procrastinate.contrib.django import app


def work() -> None:
    """A worker that does all that is due, then ends; in a thread, for a browser's test has an event loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(run_worker).result()


def run_worker() -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        # What the clock asks for is left to the clock.
        working.periodic_defaults = {"max_delay": -1}
        working.run_worker(wait=False, install_signal_handlers=False)


def work_at_once() -> None:
    """`work`, without waiting for what was put off by a moment."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    work()
