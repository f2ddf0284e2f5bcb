import uuid

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from mailing import outbox
from mailing.enums import Topic

# What allauth would say beside a field.
TOO_MANY = {"too_many_login_attempts", "rate_limited"}


class AccountAdapter(DefaultAccountAdapter):
    """How the house signs people in."""

    def is_open_for_signup(self, request):
        """Accounts are opened by the house (invitations), never by signing up."""
        return False

    def validation_error(self, code, *args):
        """Too many attempts are answered as such (429), and not as a form to fill in again."""
        if code in TOO_MANY:
            raise ImmediateHttpResponse(respond_429(allauth_context.request))
        return super().validation_error(code, *args)

    def get_reset_password_from_key_url(self, key):
        """The house's own address, whatever host the request said it came to."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return outbox.absolute(path.replace("UID-KEY", key))

    def get_email_confirmation_url(self, request, emailconfirmation):
        return outbox.absolute(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def send_mail(self, template_prefix, email, context):
        """Hand the mail to the post office: no page waits for a mail server, nor says by its pace who is known."""
        told = {"request": allauth_context.request, "email": email, "site": settings.WAGTAILADMIN_BASE_URL}
        message = self.render_mail(template_prefix, email, {**told, **context})
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


class SecondFactorAdapter(DefaultMFAAdapter):
    """How keys and applications of codes name the house."""

    def _get_site_name(self):
        return _("Les Chaudronneries")
