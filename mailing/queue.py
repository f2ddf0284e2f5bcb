"""Asking the queue for work in the very transaction that the work is about."""

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task


def ask(task: str, *, seconds: int = 0, priority: int = 0, **arguments) -> None:
    """Defer `task` (its name), to be done once the transaction commits and not before `seconds` from now.

    Always on Django's own connection: inside a worker, `task.defer()` takes the worker's, which commits on its own.
    `arguments` are JSON. Jobs of a higher `priority` are done first.
    """
    configure_task(
        name=task,
        job_manager=JobManager(DjangoConnector()),
        schedule_in={"seconds": seconds} if seconds else None,
        priority=priority,
    ).defer(**arguments)
