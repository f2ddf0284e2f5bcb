"""An issue leaves whatever breaks, nothing lost, nobody written to twice; by a real SMTP server and the real queue."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone

from bulletin import tasks
from bulletin.actions import sendings
from bulletin.models import Subscriber
from bulletin.pages.sending import Progress
from mailing.enums import MailState, Topic
from mailing.models import Mail
from tests.bulletin.sending import figures, jobs, run, subscribe
from tests.factories import BulletinFactory, SubscriberFactory
from tests.worker import work, work_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_queue")]


def test_workers_at_once_write_to_nobody_twice(post_office, all_at_once, house_manager):
    everybody = subscribe(60) | {house_manager.email}
    sending = sendings.start(issue=BulletinFactory(), by=house_manager)

    def batch():
        try:
            tasks.write_copies(sending.pk)
        finally:
            connection.close()

    run([batch] * 4)
    work()
    assert (len(post_office.recipients), set(post_office.recipients)) == (len(everybody), everybody)


def test_without_the_row_s_lock_mailing_still_refuses_the_second(post_office, all_at_once, house_manager):
    """The control: two workers with the same copies in hand, which the lock never lets happen."""
    subscribe(3)
    sending = sendings.start(issue=BulletinFactory(), by=house_manager)
    mail = sendings.IssueMail(sending.issue)
    hands = [list(sending.deliveries.select_related("user", "subscriber")) for _ in range(2)]
    for copies in hands:
        for copy in copies:
            sendings.write(copy, mail)
    work()
    assert (len(post_office.taken), Mail.objects.count(), figures(sending)) == (4, 4, {"total": 4, "gone": 4})


def test_worker_killed_in_the_middle_of_a_batch(post_office, all_at_once, house_manager):
    """Its connection is cut while it writes the fifth copy: all of the batch is undone, and done again once."""
    everybody = subscribe(8) | {house_manager.email}
    issue = BulletinFactory()
    sending = sendings.start(issue=issue, by=house_manager)
    fifth = sending.deliveries.order_by("pk")[4]
    with transaction.atomic():
        # Whoever writes to the fifth waits for us.
        Mail.objects.create(key=f"bulletin:{issue.pk}", to=fifth.to, topic=Topic.BULLETIN, subject="en travers")
        died = []

        def batch():
            try:
                tasks.write_copies(sending.pk)
            except Exception as error:
                died.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=batch)
        thread.start()
        assert kill_who_waits()
        thread.join()
        transaction.set_rollback(True)
    assert (len(died), Mail.objects.count(), figures(sending)) == (1, 0, {"total": 9, "to_write": 9})
    work()
    assert (len(post_office.recipients), set(post_office.recipients)) == (9, everybody)
    assert figures(sending) == {"total": 9, "gone": 9}


def kill_who_waits() -> bool:
    """Cut the connection that waits for ours, as the death of its process does."""
    for _ in range(100):
        with connection.cursor() as cursor:
            # Within a transaction, who is connected is read once.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchall():
                return True
        time.sleep(0.05)
    return False


def test_sending_whose_job_was_lost_is_taken_up(post_office, by_two, house_manager):
    subscribe(4)
    sending = sendings.start(issue=BulletinFactory(), by=house_manager)
    work_at_once()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    tasks.follow()
    tasks.follow()
    assert jobs() == 1
    for _ in range(3):
        work_at_once()
    tasks.follow()
    sending.refresh_from_db()
    assert (figures(sending), sending.finished_at is None) == ({"total": 5, "gone": 5}, False)


def test_500_people_and_a_server_that_is_down(post_office, all_at_once, house_manager):
    everybody = {f"lecteur{n}@ailleurs.example" for n in range(500)} | {house_manager.email}
    now = timezone.now()
    Subscriber.objects.bulk_create(
        Subscriber(email=email, state="abonne", asked_at=now, confirmed_at=now)
        for email in everybody - {house_manager.email}
    )
    post_office.close()
    sending = sendings.start(issue=BulletinFactory(), by=house_manager)
    work()
    down = figures(sending)
    tasks.follow()
    post_office.open()
    work_at_once()
    tasks.follow()
    assert (down, figures(sending)) == ({"total": 501, "waiting": 501}, {"total": 501, "gone": 501})
    assert (len(post_office.recipients), set(post_office.recipients)) == (501, everybody)
    assert Subscriber.objects.filter(bounces__gt=0).count() == 0


def test_what_our_server_never_took_can_be_tried_again(post_office, all_at_once, house_manager):
    reader = SubscriberFactory()
    sending = sendings.start(issue=BulletinFactory(), by=house_manager)
    post_office.close()
    work()
    Mail.objects.update(state=MailState.FAILED, error="ConnectionRefusedError: [Errno 111]")
    tasks.follow()
    reader.refresh_from_db()
    progress = Progress(sending)
    assert (reader.bounces, progress.failed, progress.can_try_again()) == (0, 2, True)
    post_office.open()
    assert sendings.try_again(sending=sending, by=house_manager) == 2
    work_at_once()
    assert figures(sending) == {"total": 2, "gone": 2}
