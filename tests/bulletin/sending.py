"""People to write to, and what became of a sending."""

import threading

from procrastinate.contrib.django.models import ProcrastinateJob

from bulletin.actions import sendings
from bulletin.models import Sending
from tests.factories import SubscriberFactory


def subscribe(count: int) -> set[str]:
    return {SubscriberFactory().email for _ in range(count)}


def figures(sending: Sending) -> dict:
    """Those that are not zero."""
    return {name: value for name, value in sendings.figures_of(sending).items() if value}


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name=sendings.WRITE, status="todo").count()


def run(works):
    threads = [threading.Thread(target=one) for one in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
