"""Asking for « Sur le feu », saying so again by mail, leaving; addresses that answer no more; what is forgotten.

Nobody subscribes somebody else: there is no adding by hand, no import. Consent is the person's own, given twice, with
its words and its dates.
"""

import re

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bulletin import letters, rules
from bulletin.enums import SubscriberState
from bulletin.models import Subscriber
from bulletin.models.subscribers import ADDRESS_KEPT, FORGOTTEN_DOMAIN, PENDING_KEPT, REFUSAL_KEPT, new_token
from mailing import refusing
from mailing.enums import Topic
from mailing.models import Refusal
from residents.models import User

CONSENT = gettext_lazy(
    "J’accepte de recevoir « Sur le feu » à cette adresse. Elle ne sert qu’à cela, n’est donnée à personne, "
    "et je pars quand je veux, en un clic."
)
# So many copies in a row that come back, and the address is written to no more; one, when nobody lives there.
MOST_BOUNCES = 3


@transaction.atomic
def ask(*, email: str) -> None:
    """Somebody asks for the bulletin: a mail leaves to that address, that says how to go on.

    What is written there depends on who it is; what the page says never does. People of the house are led to their
    choice, subscribers told that they are, the others asked to confirm.
    """
    email = email.lower()
    if user := rules.readers_of_the_house().filter(email=email).first():
        letters.post_to_reader(user)
        return
    Subscriber.objects.bulk_create([Subscriber(email=email, asked_at=timezone.now())], ignore_conflicts=True)
    subscriber = Subscriber.objects.select_for_update().get(email=email)
    if subscriber.state == SubscriberState.CONFIRMED:
        letters.post_already(subscriber)
        return
    subscriber.state, subscriber.asked_at, subscriber.consent = SubscriberState.PENDING, timezone.now(), str(CONSENT)
    subscriber.confirmed_at = subscriber.left_at = None
    subscriber.save()
    letters.post_to_confirm(subscriber)


@transaction.atomic
def confirm(*, subscriber: Subscriber) -> Subscriber:
    """The address is theirs, and they say so again; nothing happens to who confirmed already.

    It is their last word: a refusal that an account of that address made before is undone. Raises ValidationError for
    a request that lapsed, and for who left.
    """
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    if subscriber.state == SubscriberState.CONFIRMED:
        return subscriber
    if not subscriber.can_confirm:
        raise ValidationError(_("Cette demande n’attend plus de confirmation : refaites-la."), "lapsed")
    subscriber.state, subscriber.confirmed_at = SubscriberState.CONFIRMED, timezone.now()
    subscriber.bounces, subscriber.last_bounce, subscriber.last_bounce_at = 0, "", None
    subscriber.save()
    Refusal.objects.filter(user__email=subscriber.email, topic=Topic.BULLETIN).delete()
    return subscriber


@transaction.atomic
def leave(*, subscriber: Subscriber) -> Subscriber:
    """Write to them no more, neither as a subscriber nor as the person of the house they may be too."""
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    if subscriber.state != SubscriberState.LEFT:
        subscriber.state, subscriber.left_at = SubscriberState.LEFT, timezone.now()
        subscriber.save(update_fields=["state", "left_at"])
    if user := User.objects.filter(email=subscriber.email).first():
        refusing.refuse(by=user, topic=Topic.BULLETIN)
    return subscriber


@transaction.atomic
def heed_refusals() -> int:
    """Who refuses the bulletin with an account is subscribed no more at that address; how many.

    Noted here, the refusal holds once the account is deleted, and with it what said so.
    """
    refused = Subscriber.objects.confirmed().filter(email__in=rules.refusing().values("email"))
    return refused.update(state=SubscriberState.LEFT, left_at=timezone.now())


@transaction.atomic
def note_bounce(*, subscriber: Subscriber, words: str, is_unknown: bool = False) -> Subscriber:
    """A copy was refused, or came back; after MOST_BOUNCES in a row, or at once when `is_unknown`, we stop writing."""
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    subscriber.bounces += 1
    subscriber.last_bounce, subscriber.last_bounce_at = words[:300], timezone.now()
    if subscriber.state == SubscriberState.CONFIRMED and (is_unknown or subscriber.bounces >= MOST_BOUNCES):
        subscriber.state = SubscriberState.BOUNCED
    subscriber.save()
    return subscriber


@transaction.atomic
def note_received(*, subscribers) -> int:
    """Copies reached these subscribers (a queryset): what came back before is past. How many they are."""
    return subscribers.filter(bounces__gt=0, state=SubscriberState.CONFIRMED).update(bounces=0)


@transaction.atomic
def erase(*, subscriber: Subscriber, by: User) -> None:
    """The person asks to be forgotten altogether, the house manager does it: nothing is left, not even the proof.

    What still leads to them from the copies of an issue goes too.
    """
    for delivery in subscriber.deliveries.all():
        delivery.to = forgotten(delivery.to)
        delivery.save(update_fields=["to"])
    subscriber.delete()


@transaction.atomic
def forget() -> tuple[int, int, int]:
    """Each night: heed refusals, delete the requests nobody confirmed, reduce those who are gone, delete old proofs.

    Returns how many of each of the last three.
    """
    heed_refusals()
    now = timezone.now()
    unconfirmed = Subscriber.objects.pending().filter(asked_at__lt=now - PENDING_KEPT).delete()[0]
    reduced = [
        reduce_to_proof(one)
        for one in Subscriber.objects.gone_before(now - ADDRESS_KEPT).with_address().select_for_update()
    ]
    old = Subscriber.objects.gone_before(now - REFUSAL_KEPT).delete()[0]
    return unconfirmed, len(reduced), old


def reduce_to_proof(subscriber: Subscriber) -> None:
    """Keep when they agreed, to what, and when they left; of the address only what recognises it when it is given."""
    email = forgotten(subscriber.email)
    # Who subscribed and left twice has one proof, the latest.
    Subscriber.objects.filter(email=email).delete()
    subscriber.email, subscriber.token = email, new_token()
    subscriber.last_bounce = code_of(subscriber.last_bounce)
    subscriber.save(update_fields=["email", "token", "last_bounce"])


def forgotten(email: str) -> str:
    """What stands for an address: the same for the same one, and nobody reads it back."""
    return f"{salted_hmac('bulletin.forgotten', email, algorithm='sha256').hexdigest()[:32]}@{FORGOTTEN_DOMAIN}"


def code_of(words: str) -> str:
    """5.1.1 of « 550 5.1.1 personne@ailleurs.example: … »; "" when there is none."""
    found = re.search(r"\b[245]\.\d{1,3}\.\d{1,3}\b", words)
    return found[0] if found else ""
