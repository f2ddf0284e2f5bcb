"""Copies that are refused, or come back: reports as mail servers write them (tests/bulletin/reports/)."""

import datetime
import email
import io
import mailbox
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from bulletin import tasks
from bulletin.actions import bounces, sendings
from bulletin.bounces import Bounce, of_refusal, read
from bulletin.enums import SubscriberState
from bulletin.models import Delivery, Subscriber
from bulletin.pages.sending import Progress
from mailing import outbox
from mailing.enums import MailState, Topic
from mailing.letters import TEMPLATE, Letter
from mailing.models import Mail
from mailing.sending import mail_named, message_id
from tests.factories import BulletinFactory, SubscriberFactory
from tests.worker import work

pytestmark = pytest.mark.django_db
REPORTS = Path(__file__).parent / "reports"


def report(name: str, mail: Mail) -> bytes:
    words = (REPORTS / f"{name}.eml").read_text(encoding="utf-8")
    return words.replace("{to}", mail.to).replace("{message_id}", message_id(mail)).encode()


def bounce_of(name: str, mail: Mail) -> Bounce | None:
    return read(email.message_from_bytes(report(name, mail)))


def send_to(subscriber, by, **issue) -> Delivery:
    """A copy that left."""
    sending = sendings.start(issue=BulletinFactory(**issue), by=by)
    sendings.write_batch(sending.pk)
    Mail.objects.update(state=MailState.SENT, sent_at=timezone.now())
    return sending.deliveries.get(subscriber=subscriber)


@pytest.fixture
def reader():
    return SubscriberFactory()


@pytest.fixture
def copy(reader, house_manager):
    return send_to(reader, house_manager)


@pytest.mark.parametrize(
    "name, code, is_unknown, is_about_us",
    [
        ("postfix", "5.1.1", True, False),
        ("exchange_full", "5.2.2", False, False),
        ("expired", "4.4.1", False, False),
        ("policy", "5.7.1", False, True),
    ],
)
def test_reports_are_read(copy, name, code, is_unknown, is_about_us):
    bounce = bounce_of(name, copy.mail)
    assert (bounce.code, bounce.is_unknown, bounce.is_about_us) == (code, is_unknown, is_about_us)
    assert mail_named(bounce.message_id) == copy.mail


@pytest.mark.parametrize("name", ["delayed", "away"])
def test_what_says_nothing_for_good_says_nothing(copy, name):
    assert bounce_of(name, copy.mail) is None


@pytest.mark.parametrize(
    "error, words, is_unknown",
    [
        (
            "SMTPRecipientsRefused: {'a@b.example': (550, b'5.1.1 <a@b.example>: no such user')}",
            "550 5.1.1 <a@b.example>: no such user",
            True,
        ),
        (
            "SMTPRecipientsRefused: {'a@b.example': (550, b\"l'utilisateur inconnu\")}",
            "550 l'utilisateur inconnu",
            True,
        ),
        ("SMTPDataError: (552, b'5.2.2 bo\\nite pleine')", "552 5.2.2 bo\\nite pleine".replace("\\n", " "), False),
    ],
)
def test_refusals_are_read(error, words, is_unknown):
    bounce = of_refusal(error)
    assert (bounce.words, bounce.is_unknown) == (words, is_unknown)


@pytest.mark.parametrize(
    "error",
    [
        "",
        "ConnectionRefusedError: [Errno 111] Connection refused",
        "SMTPAuthenticationError: (535, b'5.7.8 bad')",
        "SMTPRecipientsRefused: {'a@b.example': (450, b'4.2.1 later')}",
        "SMTPServerDisconnected: Connection unexpectedly closed",
    ],
)
def test_our_own_server_s_faults_are_nobody_s_bounce(error):
    assert of_refusal(error) is None


def test_nobody_there_is_noted_everywhere_and_once(copy, reader):
    bounce = bounce_of("postfix", copy.mail)
    assert [bounces.note_report(bounce), bounces.note_report(bounce)] == [True, False]
    for one in (reader, copy, copy.mail):
        one.refresh_from_db()
    assert (reader.state, reader.bounces, reader.last_bounce_at is None) == (SubscriberState.BOUNCED, 1, False)
    assert "User unknown" in reader.last_bounce
    assert (copy.bounce, copy.mail.error, copy.mail.state) == (reader.last_bounce, reader.last_bounce, MailState.SENT)
    assert (Progress(copy.sending).gone, Progress(copy.sending).failed) == (1, 1)
    assert reader.email not in [one.to for one in sendings.recipients()]


def test_third_full_box_in_a_row_ends_it(reader, house_manager):
    states = []
    for _ in range(3):
        copy = send_to(reader, house_manager)
        bounces.note_report(bounce_of("exchange_full", copy.mail))
        reader.refresh_from_db()
        states.append((reader.state, reader.bounces))
    assert states == [("abonne", 1), ("abonne", 2), ("injoignable", 3)]


def test_copy_that_stays_there_ends_the_count(reader, house_manager):
    bounces.note_report(bounce_of("exchange_full", send_to(reader, house_manager).mail))
    Subscriber.objects.update(last_bounce_at=timezone.now() - datetime.timedelta(days=30))
    copy = send_to(reader, house_manager)
    # It may still come back: servers try for days.
    early = bounces.note_received()
    Mail.objects.filter(pk=copy.mail_id).update(sent_at=timezone.now() - datetime.timedelta(days=8))
    late = bounces.note_received()
    reader.refresh_from_db()
    assert (early, late, reader.bounces) == (0, 1, 0)


def test_server_that_refuses_our_house_is_nobody_s_fault(copy, reader):
    bounces.note_report(bounce_of("policy", copy.mail))
    for one in (reader, copy):
        one.refresh_from_db()
    assert (reader.bounces, "block list" in copy.bounce) == (0, True)


def test_report_of_a_mail_that_is_not_ours_changes_nothing(copy, reader):
    bounce = bounce_of("postfix", copy.mail)
    forged = [
        Bounce(bounce.words),
        Bounce(bounce.words, f"<courrier-999999999-{'a' * 24}@chaudronneries.example>"),
        Bounce(bounce.words, bounce.message_id.replace("@chaudronneries", "@ailleurs")),
        Bounce(bounce.words, f"<courrier-{copy.mail_id}-{'a' * 24}@chaudronneries.example>"),
        Bounce(bounce.words, f"<courrier-{'9' * 20}-{'a' * 24}@chaudronneries.example>"),
    ]
    assert [bounces.note_report(one) for one in forged] == [False] * 5
    reader.refresh_from_db()
    assert reader.bounces == 0


def test_other_mails_of_the_house_are_marked_too(reader):
    letter = Letter(subject="Réservé", paragraphs=["C’est noté."], why="Pour voir.")
    mail = outbox.post(key="1", topic=Topic.BOOKING, template=TEMPLATE, context={"letter": letter}, to=reader.email)
    bounce = bounce_of("postfix", mail)
    assert [bounces.note_report(bounce), bounces.note_report(bounce)] == [True, False]
    for one in (mail, reader):
        one.refresh_from_db()
    assert ("User unknown" in mail.error, reader.bounces) == (True, 0)


@pytest.mark.django_db(transaction=True)
def test_refusal_at_once_is_noted_by_the_next_round(post_office, house_manager, settings):
    settings.BULLETIN_MAILS_A_MINUTE = 6000
    reader = SubscriberFactory()
    post_office.answers = ["550 5.1.1 personne ici", "550 5.1.1 personne ici"]
    sending = sendings.start(issue=BulletinFactory(), by=house_manager)
    work()
    told = {one.words for one in Progress(sending).failures()}
    tasks.follow()
    tasks.follow()
    reader.refresh_from_db()
    assert told == {"550 5.1.1 personne ici"}
    assert (reader.state, reader.bounces, reader.last_bounce) == ("injoignable", 1, "550 5.1.1 personne ici")
    failures = Progress(sending).failures()
    # The account's copy is shown to the house manager too.
    assert {(one.to, one.words, one.is_of_the_address) for one in failures} == {
        (reader.email, "550 5.1.1 personne ici", True),
        (house_manager.email, "550 5.1.1 personne ici", True),
    }


# The command


def run(capsys, *arguments) -> str:
    call_command("note_bounces", *arguments)
    return capsys.readouterr().out


def test_command_reads_a_pipe(copy, reader, monkeypatch, capsys):
    piped = b"From MAILER-DAEMON Sun Mar  7 11:15:00 2027\n" + report("postfix", copy.mail)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(piped)))
    assert run(capsys) == "1 message(s) lu(s), 1 retour(s) noté(s).\n"
    reader.refresh_from_db()
    assert reader.state == SubscriberState.BOUNCED


def test_command_reads_boxes_again_and_again(copy, tmp_path, capsys):
    one, mbox, maildir = tmp_path / "un.eml", tmp_path / "boite", tmp_path / "Maildir"
    one.write_bytes(report("delayed", copy.mail))
    box = mailbox.mbox(mbox)
    for name in ("delayed", "exchange_full", "away"):
        box.add(report(name, copy.mail))
    box.close()
    mailbox.Maildir(maildir, create=True).add(report("exchange_full", copy.mail))
    assert [run(capsys, str(path)) for path in (one, mbox, mbox, maildir)] == [
        "1 message(s) lu(s), 0 retour(s) noté(s).\n",
        "3 message(s) lu(s), 1 retour(s) noté(s).\n",
        "3 message(s) lu(s), 0 retour(s) noté(s).\n",
        "1 message(s) lu(s), 0 retour(s) noté(s).\n",
    ]


@pytest.mark.parametrize(
    "content", [b"", b"\0\0\0", b"Content-Type: multipart/report; boundary=x\n\n--x", b"\xff" * 50]
)
def test_command_is_not_upset_by_what_is_no_report(content, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert "0 retour(s) noté(s)" in run(capsys)


def test_command_says_what_is_not_there():
    with pytest.raises(CommandError, match="rien à cet endroit"):
        call_command("note_bounces", "/nulle/part")


def test_who_gets_a_copy_cannot_name_the_next_one(copy):
    """Their own copy tells its number and its second: with another number, it names nothing."""
    mail = Mail.objects.create(key="autre", to="autre@ailleurs.example", topic=Topic.BULLETIN, subject="A", text="A")
    forged = message_id(copy.mail).replace(f"-{copy.mail_id}-", f"-{mail.pk}-")
    assert mail_named(forged) is None
    assert mail_named(message_id(mail)) == mail
