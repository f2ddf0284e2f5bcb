"""The queue's share of telling, done in the test's own transaction."""

from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from agenda import tasks
from agenda.notices import TELL
from mailing.models import Mail


def told() -> list[Mail]:
    """Tell what waits to be told, as the worker will a minute later; the mails that it makes."""
    known = set(Mail.objects.values_list("pk", flat=True))
    waiting = ProcrastinateJob.objects.filter(task_name=TELL).order_by("id")
    asked = list(waiting.values_list("args", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s", [TELL])
    for arguments in asked:
        tasks.tell(**arguments)
    return list(Mail.objects.exclude(pk__in=known).order_by("pk"))


def addresses(mails: list[Mail]) -> set[str]:
    return {mail.to for mail in mails}
