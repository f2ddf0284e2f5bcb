"""The page from which an issue leaves: looked at, tried, confirmed, followed."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from bulletin.actions import sendings, subscribers
from bulletin.models import BulletinPage, Delivery, Sending
from mailing.enums import MailState
from mailing.models import Mail
from tests.bulletin.issues import full_issue
from tests.factories import BulletinFactory, SubscriberFactory

pytestmark = pytest.mark.django_db
NAMES = [
    "bulletin_sending",
    "bulletin_sending_preview",
    "bulletin_sending_test",
    "bulletin_sending_start",
    "bulletin_sending_pause",
    "bulletin_sending_resume",
    "bulletin_sending_try_again",
]


@pytest.fixture
def office(client, house_manager):
    client.force_login(house_manager)
    return client


def address(name: str, issue) -> str:
    return reverse(name, args=[issue.pk])


def sent_issue(by, *, readers=2):
    for _ in range(readers):
        SubscriberFactory()
    issue = BulletinFactory()
    sendings.start(issue=issue, by=by)
    return issue


def test_mail_is_looked_at_in_both_forms_and_counted(office):
    issue = full_issue()
    SubscriberFactory()
    shown = office.get(address("bulletin_sending", issue)).content.decode()
    assert ("Envoyer à 2 personnes…" in shown, "Sur le feu n° 3 : Le printemps" in shown) == (True, True)
    assert "Nous avons accueilli Les Étameurs." in shown
    preview = office.get(address("bulletin_sending_preview", issue))
    assert (preview.status_code, preview["X-Frame-Options"]) == (200, "SAMEORIGIN")
    assert 'src="/media/' in preview.content.decode()
    policy = preview["Content-Security-Policy"].split("; ")
    assert sorted(rule for rule in policy if rule.startswith(("sandbox", "style-src "))) == [
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "style-src 'unsafe-inline'",
    ]


def test_draft_is_looked_at_and_does_not_leave(office):
    issue = BulletinFactory(live=False, lead="Avant")
    issue.lead = "Après"
    issue.save_revision()
    shown = office.get(address("bulletin_sending", issue)).content.decode()
    assert ("n’est pas publié" in shown, "Envoyer à" in shown, "Après" in shown) == (True, False, True)
    refused = office.post(address("bulletin_sending_start", issue))
    assert (refused.status_code, Sending.objects.count()) == (422, 0)


def test_test_copy_goes_to_oneself(office, house_manager):
    issue = BulletinFactory()
    assert office.post(address("bulletin_sending_test", issue)).url == address("bulletin_sending", issue)
    assert list(Mail.objects.values_list("to", flat=True)) == [house_manager.email]


def test_sending_is_confirmed_then_followed(office, house_manager):
    issue = BulletinFactory(title="Le printemps")
    SubscriberFactory()
    asked = office.get(address("bulletin_sending_start", issue))
    assert ("Envoyer à 2 personnes" in asked.content.decode(), Sending.objects.count()) == (True, 0)
    started = office.post(address("bulletin_sending_start", issue))
    assert (started.url, Delivery.objects.count()) == (address("bulletin_sending", issue), 2)
    assert office.get(address("bulletin_sending_start", issue)).url == started.url
    assert office.post(address("bulletin_sending_start", issue)).url == started.url
    followed = office.get(started.url).content.decode()
    assert ("En cours : 0 % environ." in followed, "Suspendre l’envoi" in followed) == (True, True)
    assert list(
        PageLogEntry.objects.filter(page=issue.pk, action__startswith="bulletin").values_list("action", "user")
    ) == [("bulletin.send", house_manager.pk)]


def test_pause_and_resume_from_the_page(office, house_manager):
    issue = sent_issue(house_manager)
    office.post(address("bulletin_sending_pause", issue))
    paused = office.get(address("bulletin_sending", issue)).content.decode()
    office.post(address("bulletin_sending_resume", issue))
    resumed = office.get(address("bulletin_sending", issue)).content.decode()
    assert ("Reprendre l’envoi" in paused, "data-hx-get" in paused) == (True, False)
    assert ("Suspendre l’envoi" in resumed, "data-hx-get" in resumed) == (True, True)
    actions = (
        PageLogEntry.objects.filter(page=issue.pk, action__startswith="bulletin")
        .order_by("pk")
        .values_list("action", flat=True)
    )
    assert list(actions) == ["bulletin.pause", "bulletin.resume"]


def test_progress_is_asked_for_alone_and_said_when_it_changed(office, house_manager):
    issue = sent_issue(house_manager)
    poll = {"HTTP_HX_REQUEST": "true"}
    same = office.get(address("bulletin_sending", issue), {"dit": "en-cours-0"}, **poll).content.decode()
    sendings.write_batch(issue.sending.pk)
    Mail.objects.update(state=MailState.SENT, sent_at=timezone.now())
    over = office.get(address("bulletin_sending", issue), {"dit": "en-cours-0"}, **poll).content.decode()
    assert ("<html" in same, "hx-swap-oob" in same, "hx-get" in same) == (False, False, True)
    assert ("Fini : 3 messages sont partis." in over, "hx-swap-oob" in over, "hx-get" in over) == (True, True, False)


def test_failures_are_listed_and_tried_again(office, house_manager):
    issue = sent_issue(house_manager)
    sendings.write_batch(issue.sending.pk)
    Mail.objects.update(state=MailState.FAILED, error="ConnectionRefusedError: [Errno 111]")
    Delivery.objects.filter(user=house_manager).update(bounce="550 5.1.1 inconnue", bounced_at=timezone.now())
    shown = office.get(address("bulletin_sending", issue)).content.decode()
    assert (shown.count("ConnectionRefusedError"), shown.count("550 5.1.1 inconnue")) == (2, 1)
    office.post(address("bulletin_sending_try_again", issue))
    assert Mail.objects.filter(state=MailState.WAITING).count() == 2


@pytest.mark.parametrize("name", NAMES)
def test_sending_is_the_house_manager_s(client, member, administrator, name):
    issue = sent_issue(administrator)
    answers = []
    for user in (None, member):
        client.logout()
        if user:
            client.force_login(user)
        answers += [client.get(address(name, issue)).status_code, client.post(address(name, issue)).status_code]
    assert answers == [302, 302, 403, 403]
    assert (Sending.objects.get().paused_at, Mail.objects.count()) == (None, 0)


@pytest.mark.parametrize("name", NAMES[2:])
def test_nothing_changes_by_address(office, house_manager, name):
    issue = sent_issue(house_manager)
    assert office.get(address(name, issue)).status_code in {302, 405}
    assert (Sending.objects.get().paused_at, Mail.objects.count()) == (None, 0)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_issue_is_not_found(office, name):
    method = office.get if name in NAMES[:2] else office.post
    assert method(reverse(name, args=[999_999])).status_code == 404


def queries_of(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)


def test_page_costs_the_same_for_one_reader_and_for_three(office, house_manager):
    issue = BulletinFactory()
    counts = []
    for readers in (1, 2):
        for _ in range(readers):
            SubscriberFactory()
        counts.append(queries_of(office, address("bulletin_sending", issue)))
    assert counts[0] == counts[1]


def test_progress_costs_the_same_for_one_failure_and_for_three(office, house_manager):
    counts = []
    for readers in (0, 2):
        issue = sent_issue(house_manager, readers=readers)
        sendings.write_batch(issue.sending.pk)
        Mail.objects.update(state=MailState.FAILED, error="SMTPServerDisconnected")
        counts.append(queries_of(office, address("bulletin_sending", issue)))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("words", ["a", "x" * 5000, "\0", "fini-100"])
def test_anything_may_be_in_the_address(office, house_manager, words):
    issue = sent_issue(house_manager)
    assert office.get(address("bulletin_sending", issue), {"dit": words}).status_code == 200


def test_sent_issue_is_neither_deleted_nor_copied(office, house_manager):
    issue = sent_issue(house_manager)
    for action in ("delete", "copy"):
        assert office.post(f"/gestion/pages/{issue.pk}/{action}/").status_code == 302
    assert list(BulletinPage.objects.values_list("pk", flat=True)) == [issue.pk]


def test_issue_that_was_not_sent_is_deleted(office):
    issue = BulletinFactory()
    office.post(f"/gestion/pages/{issue.pk}/delete/")
    assert not BulletinPage.objects.exists()


def test_issue_takes_no_address_of_ours():
    with pytest.raises(ValidationError) as refused:
        BulletinFactory.build(slug="inscription").clean()
    assert list(refused.value.message_dict) == ["slug"]


def test_who_left_gets_nothing_when_it_is_tried_again(house_manager):
    reader = SubscriberFactory()
    issue = sent_issue(house_manager, readers=0)
    sending = Sending.objects.get(issue=issue)
    sendings.write_batch(sending.pk)
    Mail.objects.update(state=MailState.FAILED, error="ConnectionRefusedError: ")
    subscribers.leave(subscriber=reader)
    sendings.try_again(sending=sending, by=house_manager)
    assert list(Mail.objects.filter(to=reader.email).values_list("state", flat=True)) == [MailState.FAILED]
