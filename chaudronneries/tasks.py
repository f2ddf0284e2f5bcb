"""Housekeeping: the queue's own, and what is forgotten each night."""

import logging

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status

from chaudronneries import forgetting

logger = logging.getLogger(__name__)

# A job that takes its worker down with it is not tried for ever.
MOST_ATTEMPTS = 3
KEPT_HOURS = 7 * 24
# What failed is looked into first.
FAILED_KEPT_HOURS = 30 * 24


@app.periodic(cron="*/5 * * * *", periodic_id="queue")
@app.task(name="chaudronneries.tasks.keep_queue", queueing_lock="chaudronneries.tasks.keep_queue")
async def keep_queue(timestamp: int = 0) -> None:
    """Take up again the jobs whose worker died, which hold their lock for ever otherwise; forget what is long done."""
    for job in await app.job_manager.get_stalled_jobs():
        await take_up(job)
    await app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS)
    await app.job_manager.delete_old_jobs(
        nb_hours=FAILED_KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )


async def take_up(job: Job) -> None:
    """Have `job` run again; it is failed when the same work already waits, or when it was tried enough."""
    if job.attempts + 1 < MOST_ATTEMPTS:
        try:
            return await app.job_manager.retry_job(job)
        except UniqueViolation:
            pass
    await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)


@app.periodic(cron="10 4 * * *", periodic_id="forgetting")
@app.task(name="chaudronneries.tasks.forget", queueing_lock="chaudronneries.tasks.forget")
def forget(timestamp: int = 0) -> None:
    """Delete what docs/personal-data.md says is due; what fails keeps nothing else from being forgotten."""
    failed = []
    for forgotten in forgetting.ALL:
        try:
            with transaction.atomic():
                logger.info("%s: %d forgotten", forgotten.__name__, forgotten())
        except Exception:
            logger.exception("%s failed", forgotten.__name__)
            failed.append(forgotten.__name__)
    if failed:
        raise RuntimeError(", ".join(failed))
