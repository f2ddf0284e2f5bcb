"""Work that the residents' data ask of the rest of the house, handed over by the name of the task.

`residents` imports no other app; the queue is how it says that something changed (docs/decisions/).
"""

import logging

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from residents.actions import applications, invitations

logger = logging.getLogger(__name__)

REFRESH_MAP = "knowledge_map.tasks.refresh_map"


def declarations_changed() -> None:
    """Once the transaction commits, ask for the map and the suggestions to be computed again, once for many changes."""
    transaction.on_commit(ask_for_map)


def ask_for_map(attempt: int = 1) -> None:
    """Ask now; an `attempt` after failures waits longer each time (5 s, 25 s, 2 min, 10 min)."""
    # A second's pause gathers what is typed in one go.
    pause = {"seconds": 5 ** (attempt - 1)}
    try:
        app.configure_task(REFRESH_MAP, queueing_lock=REFRESH_MAP, lock=REFRESH_MAP, schedule_in=pause).defer(
            **({"attempt": attempt} if attempt > 1 else {})
        )
    except AlreadyEnqueued:
        logger.debug("map already waiting to be computed")


@app.periodic(cron="50 3 * * *", periodic_id="applications")
@app.task(name="residents.tasks.forget_applications", queueing_lock="residents.tasks.forget_applications")
def forget_applications(timestamp: int = 0) -> None:
    """What candidates wrote is kept no longer than said."""
    applications.forget()


@app.periodic(cron="55 3 * * *", periodic_id="invitations")
@app.task(name="residents.tasks.forget_invitations", queueing_lock="residents.tasks.forget_invitations")
def forget_invitations(timestamp: int = 0) -> None:
    """Who was asked in long ago is remembered by their account alone."""
    invitations.forget()
