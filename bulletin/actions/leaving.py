"""A person leaves the house: « Sur le feu » remembers no address, and writes to nobody who had refused it."""

from django.db import transaction

from bulletin.actions import subscribers
from bulletin.models import Subscriber
from bulletin.portability import deliveries_of
from residents.models import User


@transaction.atomic
def forget_person(*, user: User) -> None:
    """A refusal outlives the account that made it: the subscription of that address ends. One that was asked for stays.

    Copies keep that they were written, not to whom; those still to write go to who remains subscribed.
    """
    subscribers.heed_refusals()
    is_subscribed = Subscriber.objects.confirmed().filter(email=user.email).exists()
    for copy in deliveries_of(user):
        copy.user = None
        if not (is_subscribed and copy.subscriber_id):
            copy.to, copy.bounce = subscribers.forgotten(copy.to), subscribers.code_of(copy.bounce)
        copy.save(update_fields=["user", "to", "bounce"])
