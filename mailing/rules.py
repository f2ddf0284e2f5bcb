"""Who may read the mails of the house."""

from django.conf import settings


def mails_are_shown() -> bool:
    """Mails are read in the browser where nothing else shows them: never in production."""
    return settings.LOCAL


def can_read_mails(user) -> bool:
    return mails_are_shown() and user.is_authenticated and user.is_house_manager
