"""What servers say of mails that they refuse: at once, or in a message that comes back (RFC 3464). Plain Python."""

import re
from dataclasses import dataclass
from email.message import Message

# Enhanced status codes (RFC 3463): nobody lives there (bad mailbox, system or syntax, moved, takes no mail).
UNKNOWN = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}
SAID_UNKNOWN = re.compile(
    r"user unknown|unknown user|no such (user|mailbox|recipient)|mailbox (not found|unavailable)|does not exist"
    r"|(utilisateur|destinataire) inconnu",
    re.IGNORECASE,
)
CODE = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")


@dataclass(frozen=True)
class Bounce:
    """`words` are the server's; `message_id` is that of the mail that came back, when the report says it."""

    words: str
    message_id: str = ""

    @property
    def code(self) -> str:
        """5.1.1, or "" """
        found = CODE.search(self.words)
        return found[0] if found else ""

    @property
    def is_unknown(self) -> bool:
        """Nobody lives there: writing again is of no use."""
        return self.code in UNKNOWN or (not self.code and bool(SAID_UNKNOWN.search(self.words)))

    @property
    def is_about_us(self) -> bool:
        """5.7: the server takes nothing from our house, or not such a mail; the address has nothing to do with it."""
        return self.code.startswith("5.7.")


def of_refusal(error: str) -> Bounce | None:
    """From what mailing kept of a mail that failed; None when no server refused this person or this mail for good."""
    if not error.startswith(("SMTPRecipientsRefused", "SMTPDataError")):
        return None
    found = re.search(r"\(?(5\d\d), b?(['\"])(.*)", error, re.DOTALL)
    if not found:
        return None
    words = re.sub(r"['\")}\s]+$", "", found[3].replace("\\n", " ").replace("\\r", ""))
    return Bounce(f"{found[1]} {words}"[:300])


def read(report: Message) -> Bounce | None:
    """Of a message that came back: what it says of the one recipient that our mails have; None when nothing failed.

    A « delayed » notice, an answer of somebody away, or any other message says nothing.
    """
    for status in statuses(report):
        if (status.get("Action") or "").strip().lower() != "failed":
            continue
        said = status.get("Diagnostic-Code") or ""
        words = one_line(said.partition(";")[2] or said)
        code = one_line(status.get("Status") or "")
        if code and code not in words:
            words = f"{code} {words}".strip()
        return Bounce(words[:300], message_id_of(report))
    return None


def statuses(report: Message):
    """The blocks of its delivery-status: the first is of the whole message, the others one a recipient."""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            yield from part.get_payload()


def message_id_of(report: Message) -> str:
    """Of the mail that came back: from what was sent along of it, or from what the report answers to."""
    for part in report.walk():
        if part is not report and part.get_content_type() == "message/rfc822" and part.is_multipart():
            return one_line(part.get_payload(0).get("Message-ID") or "")
        if part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers"}:
            found = re.search(rb"^Message-ID:\s*(<[^>\s]+>)", bytes_of(part), re.IGNORECASE | re.MULTILINE)
            return found[1].decode("ascii", "replace") if found else ""
    return one_line(report.get("In-Reply-To") or "")


def bytes_of(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if payload is not None else str(part.get_payload()).encode()


def one_line(words: str) -> str:
    return " ".join(str(words).replace("\0", "").split())
