"""Writing to people: the mail is kept in the transaction that it tells of, and sent by the queue once it committed."""

import re
import unicodedata

from django.conf import settings
from django.db import transaction
from django.template import Context, engines
from django.urls import reverse

from mailing import refusing
from mailing.enums import MailState, Topic
from mailing.models import Mail
from mailing.queue import ask

SEND = "mailing.tasks.send"
SUBJECT_LENGTH = Mail._meta.get_field("subject").max_length


def post(
    *,
    key: str,
    topic: Topic,
    template: str,
    context: dict,
    user=None,
    to: str = "",
    calendar: str = "",
    method: str = "",
    is_secret: bool = False,
    refuse_url: str = "",
    headers: dict[str, str] | None = None,
) -> Mail | None:
    """Write `templates/<template>.txt` and `.html` to `user`, or to the address `to` of somebody without an account.

    The first line of the text template is the subject. Nothing is written when the person refuses the topic, or when
    the same `key` was already told to them. `calendar` is an iTIP message of that `method` ("REQUEST", "CANCEL").
    Templates are also given `preferences_url` and `refuse_url`: both "" for a person without an account, unless
    `refuse_url` is given, a full address that takes RFC 8058's POST. `headers` go with the mail.
    Returns the Mail, or None.
    """
    to = to or user.email
    if (user and not can_be_told(user, topic)) or was_told(key, to):
        return None
    context = {**context, **ways_out(user, topic)}
    context["refuse_url"] = refuse_url or context["refuse_url"]
    subject, text = render_text(f"{template}.txt", context)
    html = engines["django"].get_template(f"{template}.html").render({**context, "subject": subject})
    return write(
        key=key,
        topic=topic,
        user=user,
        to=to,
        subject=subject,
        text=text,
        html=html,
        calendar=calendar,
        method=method,
        headers={**(headers or {}), **one_click(context["refuse_url"])},
        is_secret=is_secret,
    )


@transaction.atomic
def write(*, key: str, to: str, subject: str, text: str, html: str, is_secret: bool = False, **fields) -> Mail | None:
    """Keep a mail that is already drawn, and ask for it to be sent; None when `key` was already told to that address.

    `fields` are those of Mail.
    """
    mail, is_new = Mail.objects.get_or_create(
        key=key,
        to=to,
        defaults={
            "subject": one_line(subject)[:SUBJECT_LENGTH],
            "text": text.replace("\0", ""),
            "html": html.replace("\0", ""),
            "is_secret": is_secret,
            **fields,
        },
    )
    if not is_new:
        return None
    # Who waits for a code passes before what is told to many, and other work before both while the server is slow.
    ask(SEND, mail_id=mail.pk, priority=0 if is_secret else -1)
    return mail


@transaction.atomic
def again(mail: Mail) -> bool:
    """Have a mail that did not leave tried anew, from the first attempt on; False when it is not one."""
    found = Mail.objects.filter(pk=mail.pk, state=MailState.FAILED, is_secret=False)
    if not found.update(state=MailState.WAITING, error=""):
        return False
    ask(SEND, mail_id=mail.pk, priority=-1)
    return True


def can_be_told(user, topic: Topic) -> bool:
    return user.is_active and not refusing.refuses(user, topic)


def was_told(key: str, to: str) -> bool:
    return Mail.objects.filter(key=key, to=to).exists()


def ways_out(user, topic: Topic) -> dict:
    """Where the person chooses what they get, and refuses this topic in one click."""
    if user is None or topic not in Topic.refusable():
        return {"preferences_url": "", "refuse_url": ""}
    return {
        "preferences_url": absolute(reverse("mailing:preferences")),
        "refuse_url": absolute(reverse("mailing:refuse", args=[refusing.token(user, topic)])),
    }


def one_click(refuse_url: str) -> dict[str, str]:
    """The headers by which a mail client offers to refuse in one click (RFC 8058)."""
    if not refuse_url:
        return {}
    return {"List-Unsubscribe": f"<{refuse_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def render_text(template: str, context: dict) -> tuple[str, str]:
    """The first line and the rest: plain text, where nothing is escaped."""
    drawn = engines["django"].engine.get_template(template).render(Context(context, autoescape=False))
    subject, _, body = drawn.strip().partition("\n")
    body = re.sub(r"[ \t]+$", "", body, flags=re.MULTILINE)
    return subject.strip(), re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"


def one_line(text: str) -> str:
    """Without line breaks, control characters and marks that turn the reading direction."""
    return "".join(letter for letter in " ".join(text.split()) if not unicodedata.category(letter).startswith("C"))


def absolute(path: str) -> str:
    """The address of a page as a mail writes it."""
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}"
