"""Copies that a server refused, or sent back, are noted: on the copy, on the mail, on the subscriber."""

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from bulletin.actions import subscribers
from bulletin.bounces import Bounce, of_refusal
from bulletin.models import Delivery, Subscriber
from mailing.enums import MailState
from mailing.models import Mail
from mailing.portability import FORGOTTEN_DOMAIN
from mailing.sending import mail_named

# A server tries for five days before it gives a mail back (RFC 5321): a copy that is not back by then was received.
BACK_WITHIN = datetime.timedelta(days=7)


@transaction.atomic
def note(*, mail: Mail, bounce: Bounce) -> bool:
    """Note that `mail` did not arrive; False when it is known, or they left. What is about us is no fault of theirs.

    Any mail of the house is marked; a subscriber's count changes by copies of the bulletin only.
    """
    mail = Mail.objects.select_for_update().get(pk=mail.pk)
    copy = Delivery.objects.select_for_update(of=("self",)).select_related("subscriber").filter(mail=mail).first()
    if mail.to.endswith(f"@{FORGOTTEN_DOMAIN}"):
        # Who it went to left the house: what comes back would tell their address again.
        return False
    words = bounce.words[:300]
    if (copy and copy.bounced_at) or (not copy and mail.error == words):
        return False
    mail.error = words
    mail.save(update_fields=["error"])
    if copy:
        copy.bounce, copy.bounced_at = words, timezone.now()
        copy.save(update_fields=["bounce", "bounced_at"])
        if copy.subscriber and not bounce.is_about_us:
            subscribers.note_bounce(subscriber=copy.subscriber, words=words, is_unknown=bounce.is_unknown)
    return True


def note_report(bounce: Bounce) -> bool:
    """Of a message that came back; False when it is of no mail of ours, or known already.

    Only the name that we gave the mail makes it ours, which nobody else but who received it knows: an address alone
    would let anybody unsubscribe anybody.
    """
    mail = mail_named(bounce.message_id)
    return bool(mail) and note(mail=mail, bounce=bounce)


def note_refusals() -> int:
    """Copies that a server refused for good while we were speaking to it; how many are new.

    Our own server's faults are not among them: those copies can be tried again.
    """
    failed = Delivery.objects.filter(mail__state=MailState.FAILED, bounced_at=None).select_related("mail")
    noted = 0
    for copy in failed:
        bounce = of_refusal(copy.mail.error)
        if bounce and not bounce.is_about_us:
            noted += note(mail=copy.mail, bounce=bounce)
    return noted


def note_received() -> int:
    """Subscribers who got a copy since the last that came back: their count begins again. How many."""
    received = Delivery.objects.filter(
        subscriber=OuterRef("pk"),
        bounced_at=None,
        mail__state=MailState.SENT,
        mail__sent_at__lt=timezone.now() - BACK_WITHIN,
        mail__sent_at__gt=OuterRef("last_bounce_at"),
    )
    return subscribers.note_received(subscribers=Subscriber.objects.filter(Exists(received)))
