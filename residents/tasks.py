"""Work that the residents' data ask of the rest of the house, handed over by the name of the task.

`residents` imports no other app; the queue is how it says that something changed (docs/decisions/).
"""

import logging

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from residents.actions import agreements, applications, invitations
from residents.duplicates import queue
from residents.models import Invitation, KnowledgeItem, SheetUpload
from residents.vocabulary.settling import settle

logger = logging.getLogger(__name__)

REFRESH_MAP = "knowledge_map.tasks.refresh_map"
SETTLE = "residents.tasks.settle_terms"
NEAR = "residents.tasks.find_near_terms"


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


@app.periodic(cron="30 5 * * *", periodic_id="agreements")
@app.task(name="residents.tasks.remind_of_agreements", queueing_lock="residents.tasks.remind_of_agreements")
def remind_of_agreements(timestamp: int = 0) -> None:
    """The house is told, once, of what it signed and that ends soon."""
    agreements.remind_all()


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


@app.task(name=invitations.WRITE, retry=RetryStrategy(max_attempts=6, exponential_wait=5))
def write_invitations(invitation_ids: list[int]) -> None:
    """To those who were asked in, or are reminded, all at once; done again, it writes to nobody twice."""
    asked = Invitation.objects.open().filter(pk__in=invitation_ids).select_related("resident", "invited_by")
    for invitation in asked.order_by("pk"):
        invitations.write(invitation)


@app.task(name=SETTLE)
def settle_terms(items: list[int]) -> None:
    """Terms that came by the spreadsheet find their home among the domains, then their place on the map."""
    for item in KnowledgeItem.objects.filter(pk__in=items, domain=None):
        settle(item)
    declarations_changed()


@app.periodic(cron="5 4 * * *", periodic_id="sheets")
@app.task(name="residents.tasks.forget_sheets", queueing_lock="residents.tasks.forget_sheets")
def forget_sheets(timestamp: int = 0) -> None:
    """A spreadsheet that nobody confirmed is not kept."""
    SheetUpload.objects.to_forget().delete()


@app.task(name=NEAR)
def find_near_terms(items: list[int]) -> None:
    """What was just proposed may be there already in other words."""
    queue.look_at(items)


@app.periodic(cron="20 4 * * *", periodic_id="near_terms")
@app.task(name="residents.tasks.find_all_near_terms", queueing_lock="residents.tasks.find_all_near_terms")
def find_all_near_terms(timestamp: int = 0) -> None:
    """Each night, everything that matters against the whole vocabulary, by its words and by its meaning."""
    queue.look_again()
