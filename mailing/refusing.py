"""What each person does not want to be told, and the link of a mail that says so without signing in."""

from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction

from mailing.enums import Topic
from mailing.models import Refusal

SALT = "mailing.refusing"
# What the house manager alone is told.
OF_THE_HOUSE = {Topic.DECISION, Topic.DEADLINE}


def refuses(user, topic: Topic) -> bool:
    return topic in Topic.refusable() and Refusal.objects.filter(user=user, topic=topic).exists()


def offered(user) -> list[Topic]:
    """The topics that `user` may be told of: who runs the house decides requests and keeps its deadlines."""
    return [topic for topic in Topic.refusable() if topic not in OF_THE_HOUSE or user.is_house_manager]


def wanted(user) -> list[Topic]:
    refused = set(Refusal.objects.filter(user=user).values_list("topic", flat=True))
    return [topic for topic in offered(user) if topic not in refused]


@transaction.atomic
def choose(*, by, wanted: list[Topic]) -> None:
    """Of the topics offered to `by`, get those of `wanted` and no other."""
    Refusal.objects.filter(user=by, topic__in=wanted).delete()
    for topic in set(offered(by)) - set(wanted):
        refuse(by=by, topic=topic)


def refuse(*, by, topic: Topic) -> None:
    Refusal.objects.get_or_create(user=by, topic=topic)


def token(user, topic: Topic) -> str:
    """What lets whoever holds it refuse this topic for `user`, and nothing else; it does not lapse."""
    return signing.Signer(salt=SALT).sign_object([user.pk, topic.value])


def read_token(token: str) -> tuple:
    """(user, topic); raises signing.BadSignature for a token that is not ours, or whose person is gone."""
    pk, topic = signing.Signer(salt=SALT).unsign_object(token)
    user = get_user_model().objects.filter(pk=pk).first()
    if user is None:
        raise signing.BadSignature
    return user, Topic(topic)
