"""The post office: each mail leaves once, is tried again while the server does not answer, and is forgotten."""

import datetime
import logging

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from mailing import outbox, sending
from mailing.enums import MailState, Topic
from mailing.models import Mail
from mailing.queue import ask

logger = logging.getLogger(__name__)

# How long to wait after each failure, in seconds: 5 s, 25 s, 2 min, 10 min, 1 h, 6 h, a day; then it is given up.
PAUSES = [5, 25, 2 * 60, 10 * 60, 3600, 6 * 3600, 24 * 3600]
# A mail without a job after that long has lost it; after the longer time, nobody waits for it any more.
LOST_AFTER = datetime.timedelta(minutes=5)
GIVEN_UP_AFTER = datetime.timedelta(days=3)
KEPT = datetime.timedelta(days=90)


@app.task(name=outbox.SEND)
@transaction.atomic
def send(mail_id: int, attempt: int = 1) -> None:
    """Send a waiting mail; one that left, or that another worker is sending, is left alone.

    Its row stays locked from before the server is spoken to until it is marked as sent, so that no mail leaves twice.
    One window cannot be closed: a worker that dies, or a connection that is cut, between the server's acceptance and
    our commit. The mail then leaves again, under the same Message-ID.
    """
    with connection.cursor() as cursor:
        # A slow server keeps this transaction idle for longer than pages may: cut, the mail would leave again.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '10min'")
    mail = Mail.objects.select_for_update(skip_locked=True).filter(pk=mail_id, state=MailState.WAITING).first()
    if mail is None:
        return
    follow(mail)
    try:
        sending.deliver(mail)
    # Whatever the network raises is an OSError, as are all of smtplib's; what cannot be written is a ValueError.
    except (OSError, ValueError) as error:
        set_back(mail, error, attempt)
    else:
        finish(mail, MailState.SENT)


def follow(mail: Mail) -> None:
    """Who changed address while the mail waited is written to at the new one.

    What is said to an address rather than to a person stays with it: a code, a link, « your address has changed ».
    """
    if mail.user is None or mail.topic == Topic.ACCOUNT or mail.to == mail.user.email:
        return
    # Told there already, it waits for nobody: the constraint says once to each.
    if not Mail.objects.filter(key=mail.key, to=mail.user.email).exists():
        mail.to = mail.user.email
        mail.save(update_fields=["to"])


def set_back(mail: Mail, error: Exception, attempt: int) -> None:
    """Try again later, or never."""
    logger.warning("mail %s did not leave, attempt %s: %s", mail.pk, attempt, type(error).__name__)
    if sending.is_final(error) or attempt > len(PAUSES):
        return finish(mail, MailState.FAILED, said(error))
    mail.error = said(error)
    mail.save(update_fields=["error"])
    # Not the queue's own retries, which undo the transaction and with it the error said here.
    ask(outbox.SEND, seconds=PAUSES[attempt - 1], priority=-1, mail_id=mail.pk, attempt=attempt + 1)


def said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300].replace("\0", "")


def finish(mail: Mail, state: MailState, error: str = "") -> None:
    """What will not be sent any more is kept for a while, its secrets erased."""
    mail.state, mail.error = state, error
    mail.sent_at = timezone.now() if state == MailState.SENT else None
    if mail.is_secret and settings.ERASE_SENT_SECRETS:
        mail.text = mail.html = ""
    mail.save(update_fields=["state", "error", "sent_at", "text", "html"])


@app.periodic(cron="*/10 * * * *", periodic_id="post-office")
@app.task(name="mailing.tasks.sweep", queueing_lock="mailing.tasks.sweep")
@transaction.atomic
def sweep(timestamp: int = 0) -> None:
    """Take up again the mails whose job was lost; forget the old ones."""
    now = timezone.now()
    for mail in without_job().filter(created_at__lt=now - GIVEN_UP_AFTER).select_for_update(skip_locked=True):
        finish(mail, MailState.FAILED, mail.error or _("abandonné : sa place dans la file s’est perdue"))
    for mail in without_job().filter(created_at__lt=now - LOST_AFTER).only("pk"):
        ask(outbox.SEND, priority=-1, mail_id=mail.pk)
    Mail.objects.filter(~Q(state=MailState.WAITING), created_at__lt=now - KEPT).delete()


def without_job() -> QuerySet[Mail]:
    """Waiting mails that no job will send."""
    jobs = ProcrastinateJob.objects.filter(task_name=outbox.SEND, status__in=["todo", "doing"])
    with_job = set(jobs.values_list("args__mail_id", flat=True))
    return Mail.objects.filter(state=MailState.WAITING).exclude(pk__in=with_job)
