"""Writing to people: the mail is kept in the transaction that it tells of, and sent by the queue once it committed."""

from mailing.enums import Topic


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
):
    """Write `templates/<template>.txt` and `.html` to `user`, or to the address `to` of somebody without an account.

    The first line of the text template is the subject. Nothing is written when the person refuses the topic, or when
    the same `key` was already told to them. `calendar` is an iTIP message of that `method` ("REQUEST", "CANCEL").
    Returns the Mail, or None.
    """
    raise NotImplementedError
