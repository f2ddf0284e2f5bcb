"""From a kept mail to one that an SMTP server takes."""

import contextlib
import re
import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.crypto import constant_time_compare, salted_hmac

from mailing.models import Mail


def message(mail: Mail) -> EmailMultiAlternatives:
    """Text, HTML, and the invitation twice: as a part that clients act upon, and as a file for the others."""
    built = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        to=[mail.to],
        headers={"Message-ID": message_id(mail), "Auto-Submitted": "auto-generated", **mail.headers},
    )
    if mail.html:
        built.attach_alternative(mail.html, "text/html")
    if mail.calendar:
        built.attach_alternative(mail.calendar, f"text/calendar; method={mail.method}")
        built.attach("invitation.ics", mail.calendar.encode(), "application/ics")
    return built


def message_id(mail: Mail) -> str:
    """The same at each attempt: a server or a client that gets the mail twice knows it again.

    Who gets a mail cannot tell the name of another one: what comes back under that name is believed.
    """
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    secret = salted_hmac(
        "mailing.message-id", f"{mail.pk} {mail.created_at.timestamp()}", algorithm="sha256"
    ).hexdigest()[:24]
    return f"<courrier-{mail.pk}-{secret}@{host}>"


def mail_named(name: str) -> Mail | None:
    """The mail of ours that has this Message-ID, or None: what a server gives back names it so."""
    found = re.fullmatch(r"<courrier-(\d{1,18})-[0-9a-f]{24}@[^<>@\s]+>", name.strip())
    mail = Mail.objects.filter(pk=int(found[1])).first() if found else None
    return mail if mail and constant_time_compare(message_id(mail), name.strip()) else None


def deliver(mail: Mail) -> None:
    """Raises OSError (as are all of smtplib's), and ValueError for a mail that cannot be written."""
    server = get_connection()
    server.open()
    try:
        server.send_messages([message(mail)])
    finally:
        # The server has taken it: that it then says goodbye badly is no reason to send it again.
        with contextlib.suppress(OSError):
            server.close()


def is_final(error: Exception) -> bool:
    """Whether asking again is of no use: the server refuses this person or this mail for good (5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)
