import email
import email.policy
import mailbox
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from bulletin.actions import bounces
from bulletin.bounces import read

# A report holds at most the mail that it returns.
MOST_BYTES = 5 * 1024 * 1024


class Command(BaseCommand):
    """Changes nothing in the boxes that it reads, and may read them again: what is noted is known."""

    help = (
        "Note les messages qui nous reviennent (RFC 3464) : sur l'entrée standard, un message ; "
        "sinon un fichier .eml ou mbox, ou un dossier Maildir. "
        "Avec Postfix, dans /etc/aliases : "
        'retours: "|cd /srv/chaudronneries && .venv/bin/python manage.py note_bounces", où « retours » reçoit ce qui '
        "revient à l'adresse de DEFAULT_FROM_EMAIL. Finit toujours par 0 quand il a pu lire : un message qui ne nous "
        "concerne pas n'est pas une erreur, et le serveur n'a pas à le renvoyer."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", nargs="?", help="fichier .eml, boîte mbox ou dossier Maildir ; sans lui, l'entrée")

    def handle(self, *, path, **options):
        if path and not Path(path).exists():
            raise CommandError(f"{path} : rien à cet endroit.")
        read_count = noted = 0
        for message in messages(path):
            read_count += 1
            bounce = read(message)
            noted += bool(bounce) and bounces.note_report(bounce)
        self.stdout.write(f"{read_count} message(s) lu(s), {noted} retour(s) noté(s).")


def messages(path: str | None):
    if path is None:
        yield from of_bytes(sys.stdin.buffer.read(MOST_BYTES))
    elif Path(path).is_dir():
        yield from mailbox.Maildir(path, create=False)
    else:
        with open(path, "rb") as file:
            is_mbox = file.read(5) == b"From "
        if is_mbox:
            yield from mailbox.mbox(path, create=False)
        else:
            yield from of_bytes(Path(path).read_bytes()[:MOST_BYTES])


def of_bytes(content: bytes):
    """One message; a mail server's pipe may put mbox's own line (« From … ») before it."""
    if content.startswith(b"From "):
        content = content.partition(b"\n")[2]
    if content.strip():
        yield email.message_from_bytes(content, policy=email.policy.compat32)
