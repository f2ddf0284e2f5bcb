"""An issue leaves by mail: to whom, what arrives, at which pace; by a real SMTP server and the real queue."""

import datetime
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from bulletin import tasks
from bulletin.actions import sendings, subscribers
from bulletin.models import BulletinPage, Delivery, Sending
from bulletin.pages.sending import Progress, count_recipients
from mailing import refusing
from mailing.enums import Topic
from mailing.models import Mail
from tests.bulletin.issues import full_issue
from tests.bulletin.sending import figures, jobs, run, subscribe
from tests.factories import BulletinFactory, MembershipFactory, SubscriberFactory, UserFactory
from tests.worker import work, work_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_queue")]


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
