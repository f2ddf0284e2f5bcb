"""The queue survives work that fails and workers that die."""

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from chaudronneries.tasks import MOST_ATTEMPTS, keep_queue
from knowledge_map.models import MapLayout
from residents.tasks import REFRESH_MAP, ask_for_map
from tests.factories import DeclarationFactory
from tests.worker import work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_queue():
    """Django empties the tables that it manages, and the queue's are not among them."""
    run("TRUNCATE procrastinate_jobs CASCADE")
    yield
    run("TRUNCATE procrastinate_jobs CASCADE")


def run(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def jobs():
    refreshing = ProcrastinateJob.objects.filter(task_name=REFRESH_MAP).order_by("id")
    return list(refreshing.values_list("status", "args"))


def set_jobs(**values):
    """As a worker leaves its rows; the model is read only."""
    run(f"UPDATE procrastinate_jobs SET {', '.join(f'{name} = %s' for name in values)}", *values.values())


def night():
    """The nightly computation, which nothing keeps from waiting beside what is asked by day."""
    app.configure_task(REFRESH_MAP, lock=REFRESH_MAP).defer()


@pytest.fixture
def broken():
    """What is stored is no layout: computing the next one fails."""
    DeclarationFactory()
    MapLayout.objects.create(pk=1, positions=5)


def test_a_failed_computation_is_asked_for_again(broken):
    night()
    work()
    assert jobs() == [("failed", {}), ("todo", {"attempt": 2})]


def test_a_computation_that_fails_while_another_waits_leaves_it_the_place(broken):
    night()
    ask_for_map()
    work()
    assert jobs() == [("failed", {}), ("todo", {})]


def test_the_last_failure_is_not_asked_for_again(broken):
    app.configure_task(REFRESH_MAP, lock=REFRESH_MAP).defer(attempt=5)
    work()
    assert jobs() == [("failed", {"attempt": 5})]


def test_the_job_of_a_worker_that_died_is_done_by_another():
    night()
    set_jobs(status="doing")
    work()
    assert jobs() == [("doing", {})]
    keep_queue.defer()
    work()
    assert jobs() == [("succeeded", {})]
    assert MapLayout.objects.count() == 1


def test_the_job_of_a_worker_that_died_gives_way_to_one_that_waits():
    app.configure_task(REFRESH_MAP, queueing_lock=REFRESH_MAP, lock=REFRESH_MAP).defer()
    set_jobs(status="doing")
    ask_for_map()
    keep_queue.defer()
    work()
    assert jobs() == [("failed", {}), ("todo", {})]


def test_a_job_that_kills_its_workers_is_given_up():
    night()
    set_jobs(status="doing", attempts=MOST_ATTEMPTS - 1)
    keep_queue.defer()
    work()
    assert jobs() == [("failed", {})]


def test_what_is_long_done_is_forgotten():
    night()
    work()
    run("UPDATE procrastinate_events SET at = at - interval '8 days'")
    keep_queue.defer()
    work()
    assert jobs() == []
