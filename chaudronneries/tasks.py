"""The queue's own housekeeping."""

from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status

# A job that takes its worker down with it is not tried for ever.
MOST_ATTEMPTS = 3
KEPT_HOURS = 7 * 24


@app.periodic(cron="*/5 * * * *", periodic_id="queue")
@app.task(name="chaudronneries.tasks.keep_queue", queueing_lock="chaudronneries.tasks.keep_queue")
async def keep_queue(timestamp: int = 0) -> None:
    """Take up again the jobs whose worker died, which hold their lock for ever otherwise; forget what is long done."""
    for job in await app.job_manager.get_stalled_jobs():
        await take_up(job)
    await app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS)


async def take_up(job: Job) -> None:
    """Have `job` run again; it is failed when the same work already waits, or when it was tried enough."""
    if job.attempts + 1 < MOST_ATTEMPTS:
        try:
            return await app.job_manager.retry_job(job)
        except UniqueViolation:
            pass
    await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
