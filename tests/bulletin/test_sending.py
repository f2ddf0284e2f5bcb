"""An issue leaves by mail: to whom, once each, whatever breaks; by a real SMTP server and the real queue."""

import datetime
import threading
import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from bulletin import tasks
from bulletin.actions import sendings, subscribers
from bulletin.models import BulletinPage, Delivery, Sending, Subscriber
from bulletin.pages.sending import Progress, count_recipients
from mailing import refusing
from mailing.enums import MailState, Topic
from mailing.models import Mail
from tests.bulletin.issues import full_issue
from tests.factories import BulletinFactory, MembershipFactory, SubscriberFactory, UserFactory
from tests.worker import work, work_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_queue")]


@pytest.fixture
def all_at_once(settings):
    """So many copies a minute that one batch holds them all."""
    settings.BULLETIN_MAILS_A_MINUTE = 6 * 1000


@pytest.fixture
def by_two(settings):
    """Two copies at a time."""
    settings.BULLETIN_MAILS_A_MINUTE = 12


def subscribe(count: int) -> set[str]:
    return {SubscriberFactory().email for _ in range(count)}


def figures(sending: Sending) -> dict:
    """Those that are not zero."""
    return {name: value for name, value in sendings.figures_of(sending).items() if value}


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name=sendings.WRITE, status="todo").count()


# To whom


def test_one_copy_an_address_and_none_to_who_refuses(house_manager, member):
    both = SubscriberFactory(email=member.email)
    reader = SubscriberFactory()
    SubscriberFactory(pending=True)
    refusing.refuse(by=MembershipFactory().user, topic=Topic.BULLETIN)
    # Subscribed once, and refused since from the account of the same address.
    stranger = UserFactory()
    SubscriberFactory(email=stranger.email)
    refusing.refuse(by=stranger, topic=Topic.BULLETIN)
    sending = sendings.start(issue=BulletinFactory(), by=house_manager)
    assert set(sending.deliveries.values_list("to", "user", "subscriber")) == {
        (member.email, member.pk, both.pk),
        (house_manager.email, house_manager.pk, None),
        (reader.email, None, reader.pk),
    }


def test_page_counts_the_same_people(house_manager, member):
    SubscriberFactory(email=member.email)
    subscribe(3)
    counted = count_recipients()
    assert (counted.house, counted.subscribers, counted.both, counted.total) == (2, 3, 1, 5)


def test_issue_leaves_once_and_only_published(house_manager, member):
    draft = BulletinFactory(live=False)
    with pytest.raises(ValidationError, match="pas publié"):
        sendings.start(issue=draft, by=house_manager)
    issue = BulletinFactory()
    with pytest.raises(PermissionDenied):
        sendings.start(issue=issue, by=member)
    sendings.start(issue=issue, by=house_manager)
    with pytest.raises(ValidationError, match="qu’une fois"):
        sendings.start(issue=issue, by=house_manager)
    assert (Sending.objects.count(), jobs()) == (1, 1)


def test_two_clicks_at_the_same_instant_make_one_sending(house_manager):
    issue, refused = BulletinFactory(), []
    subscribe(3)
    barrier = threading.Barrier(2)

    def click():
        try:
            barrier.wait()
            sendings.start(issue=issue, by=house_manager)
        except ValidationError as error:
            refused.append(error)
        finally:
            connection.close()

    run([click, click])
    assert (Sending.objects.count(), Delivery.objects.count(), len(refused), jobs()) == (1, 4, 1, 1)


def test_sending_to_nobody_is_refused(administrator):
    with pytest.raises(ValidationError, match="Personne"):
        sendings.start(issue=BulletinFactory(), by=administrator)
    assert Sending.objects.count() == 0


def run(works):
    threads = [threading.Thread(target=one) for one in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# What arrives


def test_copies_arrive_whole_each_with_its_way_out(post_office, all_at_once, house_manager, member):
    reader = SubscriberFactory()
    sending = sendings.start(issue=full_issue(), by=house_manager)
    work()
    assert sorted(post_office.recipients) == sorted([house_manager.email, member.email, reader.email])
    by_address = {message["To"]: message for message in post_office.taken}
    copy = by_address[reader.email]
    assert copy["Subject"] == "Sur le feu n° 3 : Le printemps"
    assert copy["List-Unsubscribe"].strip() == f"<http://localhost:8000/sur-le-feu/quitter/{reader.token}/>"
    assert (copy["List-Unsubscribe-Post"], copy["Auto-Submitted"], copy["List-Id"]) == (
        "List-Unsubscribe=One-Click",
        "auto-generated",
        "Sur le feu <sur-le-feu.localhost>",
    )
    assert [part.get_content_type() for part in copy.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    _, text, html = (part for part in copy.walk())
    for content in (text.get_content(), html.get_content()):
        assert f"/sur-le-feu/quitter/{reader.token}/" in content
        assert "http://localhost:8000/sur-le-feu/numero-3/" in content
        assert "vous vous y êtes abonné·e" in content
    of_member = by_address[member.email]
    refuse = f"http://localhost:8000/courriers/refuser/{refusing.token(member, Topic.BULLETIN)}/"
    assert of_member["List-Unsubscribe"].replace("\r\n", "").replace(" ", "") == f"<{refuse}>"
    assert "votre structure est en résidence" in of_member.get_body(["plain"]).get_content()
    assert figures(sending) == {"total": 3, "gone": 3}


def test_way_out_of_who_is_both_ends_both(post_office, all_at_once, house_manager, member, client):
    subscriber = SubscriberFactory(email=member.email)
    sendings.start(issue=BulletinFactory(), by=house_manager)
    work()
    [copy] = [message for message in post_office.taken if message["To"] == member.email]
    client.post(copy["List-Unsubscribe"].strip("<> ").removeprefix("http://localhost:8000"))
    assert subscriber.email not in [one.to for one in sendings.recipients()]


def test_test_copy_goes_to_oneself_and_starts_nothing(post_office, house_manager):
    refusing.refuse(by=house_manager, topic=Topic.BULLETIN)
    issue = full_issue(live=False)
    for _ in range(2):
        sendings.send_test(issue=issue, by=house_manager)
    work()
    assert post_office.recipients == [house_manager.email] * 2
    assert post_office.taken[0]["Subject"] == "[Essai] Sur le feu n° 3 : Le printemps"
    assert Sending.objects.count() == 0


# Pace, pause, and what happens meanwhile


def test_copies_are_written_by_handfuls(post_office, by_two, house_manager):
    subscribe(4)
    sending = sendings.start(issue=BulletinFactory(), by=house_manager)
    written = []
    for _ in range(3):
        work_at_once()
        written.append(Mail.objects.count())
    assert (written, sendings.batch(), figures(sending)) == ([2, 4, 5], (2, 10), {"total": 5, "gone": 5})


@pytest.mark.parametrize("pace, expected", [(60, (10, 10)), (600, (100, 10)), (6, (1, 10)), (1, (1, 60)), (0, (1, 60))])
def test_pace_is_the_house_s(settings, pace, expected):
    settings.BULLETIN_MAILS_A_MINUTE = pace
    assert sendings.batch() == expected


def test_pause_and_resume(post_office, by_two, house_manager):
    subscribe(4)
    sending = sendings.start(issue=BulletinFactory(), by=house_manager)
    work_at_once()
    sendings.pause(sending=sending, by=house_manager)
    work_at_once()
    tasks.follow()
    work_at_once()
    paused = figures(sending)
    for _ in range(2):
        sendings.resume(sending=sending, by=house_manager)
    assert (paused, jobs()) == ({"total": 5, "to_write": 3, "gone": 2}, 1)
    for _ in range(3):
        work_at_once()
    assert figures(sending) == {"total": 5, "gone": 5}


def test_who_leaves_meanwhile_is_skipped(post_office, all_at_once, house_manager, member):
    left, erased, spared = (SubscriberFactory() for _ in range(3))
    former = MembershipFactory().user
    sending = sendings.start(issue=BulletinFactory(), by=house_manager)
    subscribers.leave(subscriber=left)
    subscribers.erase(subscriber=erased, by=house_manager)
    refusing.refuse(by=member, topic=Topic.BULLETIN)
    former.is_active = False
    former.save()
    work()
    assert sorted(post_office.recipients) == sorted([house_manager.email, spared.email])
    assert set(sending.deliveries.exclude(skipped="").values_list("to", "skipped")) == {
        (left.email, "n’est plus abonné·e"),
        (subscribers.forgotten(erased.email), "n’a plus de compte ni d’abonnement"),
        (member.email, "ne veut plus le recevoir"),
        (former.email, "n’a plus de compte ni d’abonnement"),
    }


def test_who_subscribes_meanwhile_gets_the_next(post_office, by_two, house_manager):
    sending = sendings.start(issue=BulletinFactory(), by=house_manager)
    subscribe(1)
    work_at_once()
    assert (figures(sending), post_office.recipients) == ({"total": 1, "gone": 1}, [house_manager.email])


def test_issue_taken_off_the_site_stops(post_office, by_two, house_manager):
    subscribe(4)
    issue = BulletinFactory()
    sending = sendings.start(issue=issue, by=house_manager)
    work_at_once()
    BulletinPage.objects.filter(pk=issue.pk).update(live=False)
    work_at_once()
    sending.refresh_from_db()
    assert (sending.paused_at is None, len(post_office.taken)) == (False, 2)


# Nothing lost, nobody twice


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


# What is kept


def test_who_got_what_is_forgotten_with_the_mails_and_the_figures_stay(post_office, all_at_once, house_manager):
    old, recent = BulletinFactory(), BulletinFactory()
    for issue in (old, recent):
        sendings.start(issue=issue, by=house_manager)
    work()
    tasks.follow()
    Sending.objects.filter(issue=old).update(finished_at=timezone.now() - datetime.timedelta(days=91))
    tasks.forget()
    tasks.forget()
    assert list(Delivery.objects.values_list("sending__issue", flat=True)) == [recent.pk]
    progress = Progress(Sending.objects.get(issue=old))
    assert (progress.gone, progress.total, progress.is_over) == (1, 1, True)


def test_sending_paused_for_months_is_given_up(by_two, house_manager):
    subscribe(3)
    sending = sendings.start(issue=BulletinFactory(), by=house_manager)
    sendings.write_batch(sending.pk)
    sendings.pause(sending=sending, by=house_manager)
    kept = sendings.forget_copies()
    Sending.objects.update(paused_at=timezone.now() - datetime.timedelta(days=91))
    assert (kept, sendings.forget_copies(), Delivery.objects.count()) == (0, 4, 0)
    sending.refresh_from_db()
    sendings.resume(sending=sending, by=house_manager)
    progress = Progress(sending)
    assert (progress.total, progress.to_write, progress.is_over, sending.finished_at is None) == (4, 2, True, False)


def test_pause_at_the_last_copy_does_not_keep_it_open(post_office, all_at_once, house_manager):
    sending = sendings.start(issue=BulletinFactory(), by=house_manager)
    work()
    sendings.pause(sending=sending, by=house_manager)
    tasks.follow()
    sending.refresh_from_db()
    assert sending.finished_at is not None
