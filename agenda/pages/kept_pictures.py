"""Pictures sent with a form that comes back: kept an hour for who sent them, so that nothing typed is lost."""

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.utils.crypto import get_random_string

from residents.models import User

KEPT_SECONDS = 60 * 60


def keep(user: User, picture: ContentFile) -> str:
    """Keep `picture`, already written anew; returns what the form sends back for it."""
    token = get_random_string(22)
    picture.seek(0)
    cache.set(_key(user, token), (picture.name, picture.read()), KEPT_SECONDS)
    picture.seek(0)
    return token


def kept(user: User, token: str) -> ContentFile | None:
    """The picture that this person sent earlier; None when it is kept no more."""
    found = cache.get(_key(user, token))
    return ContentFile(found[1], name=found[0]) if found else None


def _key(user: User, token: str) -> str:
    return f"event-picture:{user.pk}:{token}"
