import uuid

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.contrib.sites.shortcuts import get_current_site
from django.template.loader import render_to_string

from mailing import outbox
from mailing.enums import Topic


class AccountAdapter(DefaultAccountAdapter):
    """How the house signs people in."""

    def is_open_for_signup(self, request):
        """Accounts are opened by the house (invitations), never by signing up."""
        return False

    def send_mail(self, template_prefix, email, context):
        """Hand the mail to the post office: no page waits for a mail server, nor says by its pace who is known."""
        request = allauth_context.request
        site = {"request": request, "email": email, "current_site": get_current_site(request)}
        message = self.render_mail(template_prefix, email, {**site, **context})
        html = render_to_string("mailing/account.html", {"subject": message.subject, "text": message.body})
        outbox.write(
            # Each asking is a message of its own.
            key=f"{template_prefix}:{uuid.uuid4()}",
            topic=Topic.ACCOUNT,
            user=context.get("user"),
            to=email,
            subject=message.subject,
            text=message.body,
            html=html,
            is_secret=True,
        )
