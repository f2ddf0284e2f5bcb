"""What is written leaves once, by a real SMTP server, when its transaction committed and not otherwise."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from mailing import outbox, sending, tasks
from mailing.enums import MailState, Topic
from mailing.models import Mail
from tests.factories import UserFactory
from tests.mailing.letters import post
from tests.worker import work, work_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_queue")]
CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Réunion\r\nEND:VCALENDAR\r\n"


def states():
    return list(Mail.objects.order_by("pk").values_list("state", flat=True))


def waiting_jobs():
    return list(ProcrastinateJob.objects.filter(status="todo").values_list("args", flat=True))


def seconds_to_wait() -> int:
    """Before the one job that waits is due."""
    [at] = ProcrastinateJob.objects.filter(status="todo").values_list("scheduled_at", flat=True)
    return round((at - timezone.now()).total_seconds())


def test_mail_leaves_once_with_its_parts(post_office):
    mail = post(calendar=CALENDAR, method="REQUEST")
    work()
    tasks.send(mail.pk)
    [taken] = post_office.taken
    assert post_office.recipients == ["passante@ailleurs.example"]
    assert (taken["Subject"], taken["To"], taken["From"]) == (
        "Réservé : Grande salle",
        "passante@ailleurs.example",
        "Les Chaudronneries <bonjour@chaudronneries.example>",
    )
    assert [part.get_content_type() for part in taken.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    _, _, text, html, calendar, file = taken.walk()
    assert text.get_content().replace("\r\n", "\n") == mail.text
    assert html.get_content().replace("\r\n", "\n").strip() == mail.html.strip()
    assert (calendar.get_param("method"), calendar.get_param("charset")) == ("REQUEST", "utf-8")
    assert calendar.get_content() == CALENDAR
    assert (file.get_filename(), file.get_content().decode()) == ("invitation.ics", CALENDAR)
    mail.refresh_from_db()
    assert (mail.state, mail.error) == (MailState.SENT, "")
    assert timezone.now() - mail.sent_at < datetime.timedelta(minutes=1)


def test_mail_of_an_undone_transaction_is_never_written_nor_sent(post_office):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        post()
        raise ZeroDivisionError
    work()
    assert (states(), waiting_jobs(), post_office.taken) == ([], [], [])


def test_worker_sees_no_mail_before_the_commit(post_office):
    with transaction.atomic():
        post()
        work()
        before = len(post_office.taken)
    work()
    assert (before, len(post_office.taken)) == (0, 1)


def test_mail_written_by_a_task_commits_with_its_job(post_office):
    """In a worker, procrastinate's own `defer` would take another connection, and commit the job alone."""

    @app.task(name="tests.write_then_fail")
    def write_then_fail():
        with transaction.atomic():
            post()
            raise ZeroDivisionError

    try:
        write_then_fail.defer()
        work()
    finally:
        app.tasks.pop("tests.write_then_fail")
    assert (states(), ProcrastinateJob.objects.filter(task_name=outbox.SEND).count()) == ([], 0)


def test_same_thing_is_told_once_to_each(post_office):
    assert [bool(post()), bool(post()), bool(post(to="autre@ailleurs.example"))] == [True, False, True]
    work()
    assert sorted(post_office.recipients) == ["autre@ailleurs.example", "passante@ailleurs.example"]


def test_two_workers_send_one_mail_once(post_office):
    post_office.slowness = 0.5
    mail = post()

    def send(_):
        try:
            tasks.send(mail.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as threads:
        list(threads.map(send, range(2)))
    assert (len(post_office.taken), states()) == (1, [MailState.SENT])


def test_a_slow_server_does_not_make_a_mail_leave_twice(post_office):
    """The pages' limit on an idle transaction would cut the one that holds the mail while the server thinks."""
    post_office.slowness = 0.6
    mail = post()
    with connection.cursor() as cursor:
        cursor.execute("SET idle_in_transaction_session_timeout = 200")
    try:
        tasks.send(mail.pk)
        assert states() == [MailState.SENT]
    finally:
        connection.close()


def test_refused_for_now_is_tried_again(post_office):
    post_office.answers = ["450 4.2.1 revenez plus tard"]
    post()
    work()
    mail = Mail.objects.get()
    assert (mail.state, "450" in mail.error, seconds_to_wait()) == (MailState.WAITING, True, 5)
    work_at_once()
    assert (states(), len(post_office.taken)) == ([MailState.SENT], 1)


def test_server_down_then_up(post_office):
    post_office.close()
    post()
    waited = []
    for _ in range(5):
        work_at_once()
        waited.append(seconds_to_wait())
    assert (waited, states()) == ([5, 25, 120, 600, 3600], [MailState.WAITING])
    post_office.open()
    work_at_once()
    assert (states(), len(post_office.taken), Mail.objects.get().error) == ([MailState.SENT], 1, "")


def test_server_that_stays_down_is_given_up(post_office):
    post_office.close()
    post(is_secret=True)
    for _ in range(len(tasks.PAUSES) + 1):
        work_at_once()
    mail = Mail.objects.get()
    assert (mail.state, mail.sent_at, mail.text, waiting_jobs()) == (MailState.FAILED, None, "", [])


@pytest.mark.parametrize("answers", ["answers", "data_answers"])
def test_refused_for_good_fails_at_once(post_office, answers):
    setattr(post_office, answers, ["550 5.1.1 personne ici"])
    post()
    work()
    mail = Mail.objects.get()
    assert (mail.state, "550" in mail.error, waiting_jobs()) == (MailState.FAILED, True, [])


def test_a_mail_that_cannot_be_written_fails_at_once(post_office):
    mail = post()
    Mail.objects.filter(pk=mail.pk).update(subject="une ligne\nBcc: autre@ailleurs.example")
    work()
    assert (states(), post_office.taken) == ([MailState.FAILED], [])


def test_every_attempt_bears_the_same_name(post_office):
    mail = post()
    work()
    Mail.objects.update(state=MailState.WAITING, sent_at=None)
    tasks.send(mail.pk)
    first, second = post_office.taken
    assert first["Message-ID"] == second["Message-ID"]


def test_500_recipients_get_it_once_each(post_office):
    everybody = {f"passant{n}@ailleurs.example" for n in range(500)}
    for address in everybody:
        post(to=address)
    work()
    assert (len(post_office.recipients), set(post_office.recipients)) == (500, everybody)
    assert Mail.objects.filter(state=MailState.SENT).count() == 500


def test_secret_is_erased_once_it_left(post_office):
    post(is_secret=True)
    work()
    mail = Mail.objects.get()
    assert "confirmée" in post_office.taken[0].get_body(["plain"]).get_content()
    assert (mail.text, mail.html, mail.subject) == ("", "", "Réservé : Grande salle")


def test_secret_is_kept_where_no_mail_leaves(empty_queue, settings):
    settings.ERASE_SENT_SECRETS = False
    post(is_secret=True)
    work()
    mail = Mail.objects.get()
    assert (mail.state, "confirmée" in mail.text) == (MailState.SENT, True)


def test_a_mail_whose_job_was_lost_is_taken_up(post_office):
    with connection.cursor() as cursor:
        post()
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    tasks.sweep()
    early = waiting_jobs()
    Mail.objects.update(created_at=timezone.now() - datetime.timedelta(minutes=6))
    tasks.sweep()
    tasks.sweep()
    assert (early, waiting_jobs()) == ([], [{"mail_id": Mail.objects.get().pk}])
    work()
    assert (len(post_office.taken), states()) == (1, [MailState.SENT])


def test_a_mail_that_waits_for_its_next_attempt_is_left_to_it(post_office):
    post_office.close()
    post()
    work()
    Mail.objects.update(created_at=timezone.now() - datetime.timedelta(days=4))
    tasks.sweep()
    assert (len(waiting_jobs()), states()) == (1, [MailState.WAITING])


def test_a_mail_lost_for_days_is_given_up(settings):
    settings.ERASE_SENT_SECRETS = True
    with connection.cursor() as cursor:
        post(is_secret=True)
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    Mail.objects.update(created_at=timezone.now() - datetime.timedelta(days=4))
    tasks.sweep()
    mail = Mail.objects.get()
    assert (mail.state, mail.text, waiting_jobs()) == (MailState.FAILED, "", [])


def test_old_mails_are_forgotten(post_office):
    post()
    post(key="reservation:2")
    work()
    Mail.objects.filter(key="reservation:1").update(created_at=timezone.now() - datetime.timedelta(days=91))
    tasks.sweep()
    assert list(Mail.objects.values_list("key", flat=True)) == ["reservation:2"]


def test_without_a_server_the_mail_is_printed_and_kept(settings, capfd):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    post()
    work()
    assert ("Votre réservation est confirmée." in capfd.readouterr().out, states()) == (True, [MailState.SENT])
    assert "confirmée" in Mail.objects.get().text


def test_mail_that_waits_follows_its_person_to_their_new_address(post_office):
    camille = UserFactory(email="avant@ici.example")
    mails = [
        post(to="", user=camille),
        post(to="", user=camille, topic=Topic.ACCOUNT, key="compte:1"),
        post(to="apres@ici.example", user=camille, key="reservation:2"),
        post(to="", user=camille, key="reservation:2"),
    ]
    camille.email = "apres@ici.example"
    camille.save()
    work()
    assert sorted(post_office.recipients) == [
        "apres@ici.example",
        "apres@ici.example",
        "avant@ici.example",
        "avant@ici.example",
    ]
    # What concerns the account stays with the address it was written to; what was told there already does too.
    assert list(Mail.objects.order_by("pk").values_list("to", flat=True)) == [
        "apres@ici.example",
        "avant@ici.example",
        "apres@ici.example",
        "avant@ici.example",
    ]
    assert len(mails) == 4


def test_failed_mail_is_tried_anew_and_no_other(post_office):
    post_office.answers = ["550 5.1.1 personne ici"]
    mail = post()
    work()
    assert [outbox.again(mail), outbox.again(mail), waiting_jobs()] == [True, False, [{"mail_id": mail.pk}]]
    work()
    assert (states(), len(post_office.taken), outbox.again(mail)) == ([MailState.SENT], 1, False)


def test_message_id_leads_back_to_its_mail_and_no_other_does():
    mail = post()
    name = sending.message_id(mail)
    assert (sending.mail_named(name), sending.mail_named(f" {name}\n")) == (mail, mail)
    forged = ["", "<a@b.example>", name.replace("courrier-", "courrier-9"), name[:-1], name + name]
    assert [sending.mail_named(one) for one in forged] == [None] * 5
