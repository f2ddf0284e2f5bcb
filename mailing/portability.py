"""What the post office keeps of a person: said to them, and made nobody's when they leave (docs/portability.md)."""

from django.db.models import Case, Q, QuerySet, TextField, Value, When
from django.utils.crypto import salted_hmac

from mailing.enums import MailState
from mailing.models import Mail, Refusal

# What stands for an address once it is forgotten (RFC 2606: no such domain).
FORGOTTEN_DOMAIN = "efface.invalid"
# The last mail to who left: what its key begins with.
FAREWELL = "adieu:"


def of_person(user) -> dict[str, QuerySet]:
    """Rows of dicts. The text of a mail that opens something (a code, a link) is left out while it still does."""
    text = Case(When(is_secret=True, then=Value("")), default="text", output_field=TextField())
    return {
        "mails": mails_of(user)
        .order_by("pk")
        .values("topic", "to", "subject", "state", "created_at", "sent_at", said=text),
        "refusals": Refusal.objects.filter(user=user).order_by("pk").values("topic"),
    }


def of_structure(resident) -> dict[str, QuerySet]:
    """Nothing: mails are to people."""
    return {}


def mails_of(user) -> QuerySet[Mail]:
    return Mail.objects.filter(Q(user=user) | Q(to=user.email))


def forget_person(user) -> None:
    """What waits to leave does not, what left keeps its date and its subject matter, and neither address nor words.

    Called in the transaction that deletes the person: a mail that a worker is sending is waited for.
    """
    mails = mails_of(user)
    list(mails.select_for_update().values_list("pk", flat=True))
    mails.filter(state=MailState.WAITING).delete()
    empty(mails)


def empty(mails: QuerySet[Mail]) -> int:
    """Take the address and the words out of `mails`; how many there were."""
    emptied = 0
    for to in set(mails.values_list("to", flat=True)):
        emptied += mails.filter(to=to).update(
            user=None, to=forgotten(to), subject="", text="", html="", calendar="", headers={}, error=""
        )
    return emptied


def forget_farewells() -> int:
    """The last mail to those who left has gone, or never will: their address goes too. How many."""
    return empty(
        Mail.objects.filter(key__startswith=FAREWELL)
        .exclude(state=MailState.WAITING)
        .exclude(to__endswith=f"@{FORGOTTEN_DOMAIN}")
    )


def forgotten(email: str) -> str:
    """What stands for an address: the same for the same one, and nobody reads it back."""
    return f"{salted_hmac('mailing.forgotten', email, algorithm='sha256').hexdigest()[:32]}@{FORGOTTEN_DOMAIN}"
