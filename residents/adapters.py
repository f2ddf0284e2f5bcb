import logging

from allauth.account.adapter import DefaultAccountAdapter

logger = logging.getLogger(__name__)


class MailUnavailable(Exception):
    """The mail server refused, or did not answer: nothing left, asking again may do."""


class AccountAdapter(DefaultAccountAdapter):
    """How the house signs people in."""

    def is_open_for_signup(self, request):
        """Accounts are opened by the house (invitations), never by signing up."""
        return False

    def send_mail(self, template_prefix, email, context):
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # As are all of smtplib's.
            raise MailUnavailable from error

    def send_notification_mail(self, *args, **kwargs):
        """What is told is done already: it stays done when it cannot be told."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except MailUnavailable:
            logger.exception("a notification could not be sent")
