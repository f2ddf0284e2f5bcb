"""An issue leaves by mail: to whom is written down first, then each copy is written in its turn, and sent by mailing.

A copy is written in the transaction that notes that it was: a worker that dies leaves it to be written, or written,
and never both. Mailing refuses a second mail of the same issue to the same address whatever happens here.
"""

import math

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from bulletin import letters, rules
from bulletin.actions import subscribers
from bulletin.enums import SubscriberState
from bulletin.models import BulletinPage, Delivery, Sending, Subscriber
from bulletin.pages.mail import IssueMail
from mailing import outbox, refusing
from mailing.enums import Topic
from mailing.models import Mail
from mailing.queue import ask
from mailing.tasks import KEPT
from residents.models import User

WRITE = "bulletin.tasks.write_copies"
# Copies are written by handfuls, so that a pause is heard within seconds.
SECONDS_BETWEEN = 10


def recipients() -> list[Delivery]:
    """One copy an address: people of the house, then who subscribed, less those whose account refuses it."""
    refused = rules.refusing()
    people = rules.readers_of_the_house().exclude(pk__in=refused.values("pk")).order_by("pk")
    copies = {user.email: Delivery(to=user.email, user=user) for user in people}
    confirmed = Subscriber.objects.confirmed().exclude(email__in=refused.values("email")).order_by("pk")
    for subscriber in confirmed:
        copies.setdefault(subscriber.email, Delivery(to=subscriber.email)).subscriber = subscriber
    return list(copies.values())


@transaction.atomic
def start(*, issue: BulletinPage, by: User) -> Sending:
    """Write down who gets `issue`, once and for all, and have the first copies written.

    Raises PermissionDenied, and ValidationError for an issue that is not published, was sent, or has nobody to go to.
    """
    check_right(by)
    subscribers.heed_refusals()
    if not BulletinPage.objects.live().filter(pk=issue.pk).exists():
        raise ValidationError(_("Ce numéro n’est pas publié : publiez-le, puis envoyez-le."), "not_live")
    try:
        with transaction.atomic():
            sending = Sending.objects.create(issue=issue, started_by=by)
    except IntegrityError as error:
        raise ValidationError(_("Ce numéro est déjà envoyé : il ne part qu’une fois."), "already") from error
    copies = recipients()
    if not copies:
        raise ValidationError(_("Personne ne reçoit encore le bulletin."), "nobody")
    for copy in copies:
        copy.sending = sending
    Delivery.objects.bulk_create(copies)
    ask(WRITE, sending_id=sending.pk)
    return sending


def send_test(*, issue: BulletinPage, by: User) -> Mail | None:
    """A copy of that version to `by`, as often as they like. Raises PermissionDenied."""
    check_right(by)
    return letters.post_test(IssueMail(issue), to=by, key=f"bulletin:essai:{issue.pk}:{timezone.now().isoformat()}")


def pause(*, sending: Sending, by: User) -> None:
    """No further copy is written; those that are written leave."""
    check_right(by)
    Sending.objects.under_way().filter(pk=sending.pk).update(paused_at=timezone.now())


@transaction.atomic
def resume(*, sending: Sending, by: User) -> None:
    """Go on from where it stopped. Raises PermissionDenied."""
    check_right(by)
    Sending.objects.filter(pk=sending.pk, finished_at=None).update(paused_at=None)
    take_up(sending)


@transaction.atomic
def try_again(*, sending: Sending, by: User) -> int:
    """Have what did not leave, through no fault of its address, tried once more; how many copies. PermissionDenied.

    Who left since gets none.
    """
    check_right(by)
    copies = Delivery.objects.filter(sending=sending).to_try_again().select_related("mail", "user", "subscriber")
    tried = sum(outbox.again(copy.mail) for copy in copies if not unwanted(copy))
    if tried:
        Sending.objects.filter(pk=sending.pk).update(finished_at=None)
    return tried


def check_right(by: User) -> None:
    if not rules.can_send(by):
        raise PermissionDenied


# Writing the copies


def batch() -> tuple[int, int]:
    """How many copies at a time, and the seconds until the next: BULLETIN_MAILS_A_MINUTE in all."""
    pace = max(1, settings.BULLETIN_MAILS_A_MINUTE)
    count = max(1, pace * SECONDS_BETWEEN // 60)
    return count, math.ceil(count * 60 / pace)


@transaction.atomic
def write_batch(sending_id: int) -> None:
    """Write the next copies and ask for those after them; another worker at it, a pause, an unpublished issue: nothing.

    The sending's row is held until the copies are kept, with the mails and the next job: all of it or none.
    """
    under_way = Sending.objects.under_way().select_for_update(skip_locked=True, no_key=True)
    sending = under_way.filter(pk=sending_id).first()
    if sending is None:
        return
    issue = BulletinPage.objects.get(pk=sending.issue_id)
    if not issue.live:
        # Somebody took it off the site: the rest waits for a decision.
        sending.paused_at = timezone.now()
        sending.save(update_fields=["paused_at"])
        return
    count, seconds = batch()
    mail = IssueMail(issue)
    for copy in sending.deliveries.to_write().select_related("user", "subscriber").order_by("pk")[:count]:
        write(copy, mail)
    if sending.deliveries.to_write().exists() and not waits(sending):
        ask(WRITE, seconds=seconds, priority=-1, sending_id=sending.pk)


def write(copy: Delivery, mail: IssueMail) -> None:
    """Write this copy, or note why not."""
    copy.skipped = unwanted(copy)
    if not copy.skipped:
        copy.mail = letters.post_copy(mail, copy) or Mail.objects.get(key=mail.key, to=copy.to)
        copy.written_at = timezone.now()
    copy.save(update_fields=["mail", "written_at", "skipped"])


def unwanted(copy: Delivery) -> str:
    """Why this person is not to get it any more, since the sending began; "" when they are."""
    user, subscriber = copy.user, copy.subscriber
    if subscriber and subscriber.state != SubscriberState.CONFIRMED:
        subscriber = copy.subscriber = None
        if user is None:
            return _("n’est plus abonné·e")
    if user and not user.is_active:
        user = copy.user = None
    if user is None and subscriber is None:
        return _("n’a plus de compte ni d’abonnement")
    if (user and refusing.refuses(user, Topic.BULLETIN)) or rules.refusing().filter(email=copy.to).exists():
        return _("ne veut plus le recevoir")
    return ""


# Coming back to it


def waits(sending: Sending) -> bool:
    """Whether a job is waiting to write its next copies."""
    jobs = ProcrastinateJob.objects.filter(task_name=WRITE, args__sending_id=sending.pk)
    return jobs.filter(status="todo").exists()


@transaction.atomic
def take_up(sending: Sending) -> None:
    """Have its next copies written, when nothing is about to."""
    held = Sending.objects.under_way().select_for_update(skip_locked=True, no_key=True).filter(pk=sending.pk).first()
    if held and held.deliveries.to_write().exists() and not waits(held):
        ask(WRITE, priority=-1, sending_id=held.pk)


def take_up_all() -> None:
    """Sendings whose job was lost go on; those of which nothing is left to write nor to leave are finished."""
    for sending in Sending.objects.filter(finished_at=None):
        figures = sending.deliveries.figures()
        if figures["to_write"]:
            take_up(sending)
        elif not figures["waiting"]:
            Sending.objects.filter(pk=sending.pk).update(finished_at=timezone.now())


@transaction.atomic
def forget_copies() -> int:
    """Once the mails are forgotten, so is who got which; the figures stay. How many copies.

    A sending that was paused as long ago is given up.
    """
    before = timezone.now() - KEPT
    old = Sending.objects.filter(Q(finished_at__lt=before) | Q(finished_at=None, paused_at__lt=before), figures={})
    copies = 0
    for sending in old.select_for_update():
        sending.figures = sending.deliveries.figures()
        sending.finished_at = sending.finished_at or timezone.now()
        sending.save(update_fields=["figures", "finished_at"])
        copies += sending.deliveries.all().delete()[0]
    return copies


def figures_of(sending: Sending) -> dict[str, int]:
    """DeliveryQuerySet.figures, kept or counted."""
    return sending.figures or sending.deliveries.figures()
