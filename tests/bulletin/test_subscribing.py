"""Asking for « Sur le feu », confirming, leaving; who is told what; what is forgotten, and what is spared."""

import datetime
import time

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from bulletin import rules
from bulletin.actions import subscribers
from bulletin.enums import SubscriberState
from bulletin.models import Delivery, Sending, Subscriber
from mailing import refusing
from mailing.enums import Topic
from mailing.models import Mail, Refusal
from residents.forms.robots import opened_at
from tests.factories import (
    BulletinFactory,
    MembershipFactory,
    ResidentFactory,
    StayFactory,
    SubscriberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
SUBSCRIBE = "/sur-le-feu/inscription/"
READER = "lectrice@ailleurs.example"


def ago(**length) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(**length)


def asked(client, email=READER, **fields):
    return client.post(SUBSCRIBE, {"email": email, "website": "", "opened": opened_at(time.time() - 10), **fields})


def subjects() -> list[str]:
    return list(Mail.objects.order_by("pk").values_list("subject", flat=True))


def former_resident():
    resident = ResidentFactory(in_residence=False)
    StayFactory(resident=resident, starts_on=datetime.date(2024, 1, 8), ends_on=datetime.date(2025, 1, 8))
    return MembershipFactory(resident=resident).user


# From the page to the subscription


def test_somebody_subscribes_in_two_steps(client):
    shown = client.get(SUBSCRIBE)
    assert (shown.status_code, str(subscribers.CONSENT) in shown.content.decode()) == (200, True)
    sent = asked(client, "  Lectrice@Ailleurs.example ")
    subscriber = Subscriber.objects.get()
    assert (sent.status_code, subscriber.email, subscriber.state) == (200, READER, SubscriberState.PENDING)
    [mail] = Mail.objects.all()
    address = f"/sur-le-feu/confirmer/{subscriber.token}/"
    assert (mail.to, mail.headers, f"http://localhost:8000{address}" in mail.text) == (READER, {}, True)
    opened = client.get(address)
    subscriber.refresh_from_db()
    assert ("Confirmer mon abonnement" in opened.content.decode(), subscriber.state) == (True, SubscriberState.PENDING)
    confirmed = client.post(address)
    subscriber.refresh_from_db()
    assert (confirmed.status_code, subscriber.state) == (200, SubscriberState.CONFIRMED)
    assert (subscriber.consent, subscriber.confirmed_at >= subscriber.asked_at) == (str(subscribers.CONSENT), True)


def test_no_page_of_it_needs_a_session_nor_sets_a_cookie():
    client = Client(enforce_csrf_checks=True)
    subscriber = SubscriberFactory(pending=True)
    answers = [
        client.get(SUBSCRIBE),
        asked(client),
        client.post(f"/sur-le-feu/confirmer/{subscriber.token}/"),
        client.post(f"/sur-le-feu/quitter/{subscriber.token}/", {"List-Unsubscribe": "One-Click"}),
    ]
    assert [(answer.status_code, len(answer.cookies)) for answer in answers] == [(200, 0)] * 4


def test_small_form_of_another_page_leads_to_a_second_look(client):
    shown = client.post(SUBSCRIBE, {"email": READER})
    assert (shown.status_code, f'value="{READER}"' in shown.content.decode()) == (200, True)
    assert (Subscriber.objects.count(), subjects()) == (0, [])


@pytest.mark.parametrize("opened", [lambda: opened_at(), lambda: opened_at(time.time() - 90_000), lambda: "forgé"])
def test_form_that_nobody_read_is_shown_again(client, opened):
    answer = asked(client, opened=opened())
    assert (answer.status_code, answer.context["form"]["email"].value(), subjects()) == (422, READER, [])


def test_robot_reads_the_same_words_and_makes_nothing(client):
    answers = [asked(client, website="https://robot.example"), asked(client)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert len(subjects()) == 1


@pytest.mark.parametrize("email", ["", "sans arobase", "a@b", "\0@ailleurs.example", "x" * 300 + "@ailleurs.example"])
def test_wrong_addresses_are_said_so_and_kept(client, email):
    answer = asked(client, email)
    assert (answer.status_code, answer.context["form"]["email"].value(), Subscriber.objects.count()) == (422, email, 0)


def test_same_words_for_a_known_and_an_unknown_address(client, member):
    SubscriberFactory(email="abonnee@ailleurs.example")
    known = ["abonnee@ailleurs.example", member.email, READER]
    pages = [asked(client, email).content.decode().replace(email, "…") for email in known]
    assert len(set(pages)) == 1
    assert subjects() == [
        "Vous recevez déjà « Sur le feu »",
        "« Sur le feu » se choisit dans votre compte",
        "À confirmer : recevoir « Sur le feu »",
    ]
    assert "/compte/courriers/" in Mail.objects.get(to=member.email).text
    assert set(Subscriber.objects.values_list("email", flat=True)) == {"abonnee@ailleurs.example", READER}


def test_asking_again_sends_again_at_a_calm_pace(client):
    asked(client)
    asked(client)
    assert len(subjects()) == 1
    Subscriber.objects.update(asked_at=ago(minutes=6))
    subscribers.ask(email=READER)
    assert (len(subjects()), Subscriber.objects.count()) == (2, 1)


def test_who_asks_too_much_is_stopped_for_all_workers(client):
    answers = [asked(client, f"lecteur{n}@ailleurs.example").status_code for n in range(21)]
    assert (answers, Subscriber.objects.count()) == ([200] * 20 + [429], 20)


def test_person_of_the_house_is_led_to_their_choice(client, member):
    client.force_login(member)
    assert client.get(SUBSCRIBE).url == "/compte/courriers/"


def test_former_resident_may_subscribe(client):
    former = former_resident()
    client.force_login(former)
    assert (client.get(SUBSCRIBE).status_code, rules.reads_by_default(former)) == (200, False)
    asked(client, former.email)
    assert subjects() == ["À confirmer : recevoir « Sur le feu »"]


# Confirming


def test_request_lapses(client):
    subscriber = SubscriberFactory(pending=True, asked_at=ago(days=8))
    address = f"/sur-le-feu/confirmer/{subscriber.token}/"
    assert "expiré" in client.get(address).content.decode()
    assert client.post(address).status_code == 410
    subscriber.refresh_from_db()
    assert subscriber.state == SubscriberState.PENDING


@pytest.mark.parametrize("page", ["confirmer", "quitter"])
@pytest.mark.parametrize("token", ["inconnu", "%00", "x" * 200])
def test_unknown_tokens_open_nothing(client, page, token):
    answers = [client.get(f"/sur-le-feu/{page}/{token}/"), client.post(f"/sur-le-feu/{page}/{token}/")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert ["bulletin/lapsed.html" in [part.name for part in answer.templates] for answer in answers] == [True, True]


def test_who_left_does_not_come_back_by_an_old_link(client):
    subscriber = SubscriberFactory()
    subscribers.leave(subscriber=subscriber)
    assert client.post(f"/sur-le-feu/confirmer/{subscriber.token}/").status_code == 410
    subscriber.refresh_from_db()
    assert subscriber.state == SubscriberState.LEFT


def test_who_left_or_was_lost_may_ask_again():
    left, lost = (
        SubscriberFactory(),
        SubscriberFactory(state=SubscriberState.BOUNCED, bounces=3, last_bounce_at=ago(days=2)),
    )
    subscribers.leave(subscriber=left)
    for one in (left, lost):
        subscribers.ask(email=one.email)
        one.refresh_from_db()
        assert one.state == SubscriberState.PENDING
        assert subscribers.confirm(subscriber=one).bounces == 0


# Leaving


def test_one_click_from_a_mail_client_is_enough(client):
    subscriber = SubscriberFactory()
    address = f"/sur-le-feu/quitter/{subscriber.token}/"
    assert "Me désabonner" in client.get(address).content.decode()
    subscriber.refresh_from_db()
    before = subscriber.state
    answers = [client.post(address, {"List-Unsubscribe": "One-Click"}).status_code for _ in range(2)]
    subscriber.refresh_from_db()
    assert (before, answers, subscriber.state) == (SubscriberState.CONFIRMED, [200, 200], SubscriberState.LEFT)


def test_leaving_is_for_the_account_of_that_address_too(member):
    subscriber = SubscriberFactory(email=member.email)
    subscribers.leave(subscriber=subscriber)
    assert refusing.refuses(member, Topic.BULLETIN)
    # Their last word counts, whichever it is.
    Subscriber.objects.update(state=SubscriberState.PENDING)
    subscribers.confirm(subscriber=subscriber)
    assert Refusal.objects.count() == 0


# Addresses that answer no more


def test_three_bounces_in_a_row_and_we_stop():
    subscriber = SubscriberFactory()
    states = [subscribers.note_bounce(subscriber=subscriber, words="552 5.2.2 boîte pleine").state for _ in range(3)]
    assert states == [SubscriberState.CONFIRMED, SubscriberState.CONFIRMED, SubscriberState.BOUNCED]


def test_nobody_there_and_we_stop_at_once():
    subscriber = subscribers.note_bounce(subscriber=SubscriberFactory(), words="550 5.1.1 inconnue", is_unknown=True)
    assert (subscriber.state, subscriber.bounces, subscriber.last_bounce) == (
        SubscriberState.BOUNCED,
        1,
        "550 5.1.1 inconnue",
    )


# What is kept


def test_unconfirmed_requests_are_deleted_and_recent_ones_spared():
    SubscriberFactory(pending=True, asked_at=ago(days=31))
    kept = [SubscriberFactory(pending=True, asked_at=ago(days=29)), SubscriberFactory(asked_at=ago(days=400))]
    assert subscribers.forget() == (1, 0, 0)
    assert set(Subscriber.objects.all()) == set(kept)


def test_who_left_is_reduced_to_the_proof_then_deleted():
    gone = SubscriberFactory(state=SubscriberState.LEFT, left_at=ago(days=31), consent="J’accepte.")
    lost = SubscriberFactory(
        state=SubscriberState.BOUNCED,
        last_bounce="550 5.1.1 <qui@ailleurs.example> inconnue",
        last_bounce_at=ago(days=31),
    )
    spared = [
        SubscriberFactory(state=SubscriberState.LEFT, left_at=ago(days=29)),
        SubscriberFactory(state=SubscriberState.BOUNCED, last_bounce_at=ago(days=29)),
    ]
    addresses = {one.email for one in (gone, lost)}
    assert subscribers.forget() == (0, 2, 0)
    for one in (gone, lost):
        was = one.email
        one.refresh_from_db()
        assert (one.email, one.last_bounce) == (subscribers.forgotten(was), "5.1.1" if one == lost else "")
    assert (gone.consent, gone.left_at is None) == ("J’accepte.", False)
    assert not addresses & set(Subscriber.objects.values_list("email", flat=True))
    assert {one.email for one in spared} < set(Subscriber.objects.values_list("email", flat=True))
    assert set(Subscriber.objects.with_address()) == set(spared)
    Subscriber.objects.filter(pk=gone.pk).update(left_at=ago(days=3 * 365 + 1))
    assert subscribers.forget() == (0, 0, 1)
    assert set(Subscriber.objects.all()) == {lost, *spared}


def test_who_left_twice_leaves_one_proof():
    for _ in range(2):
        SubscriberFactory(email=READER, state=SubscriberState.LEFT, left_at=ago(days=40))
        subscribers.forget()
    assert list(Subscriber.objects.values_list("email", flat=True)) == [subscribers.forgotten(READER)]


def test_erased_leaves_nothing_of_the_address(house_manager):
    subscriber = SubscriberFactory(email=READER)
    sending = Sending.objects.create(issue=BulletinFactory())
    copy = Delivery.objects.create(sending=sending, to=READER, subscriber=subscriber)
    subscribers.erase(subscriber=subscriber, by=house_manager)
    copy.refresh_from_db()
    assert (Subscriber.objects.count(), copy.to, copy.subscriber) == (0, subscribers.forgotten(READER), None)


# What the database refuses


@pytest.mark.parametrize(
    "fields, constraint",
    [
        ({"email": "Lectrice@ailleurs.example"}, "subscriber_email_lower_case"),
        ({"email": ""}, "subscriber_email_lower_case"),
        ({"state": "autre"}, "subscriber_state_known"),
        ({"confirmed_at": None}, "subscriber_consented"),
        ({"state": SubscriberState.LEFT}, "subscriber_left_has_date"),
    ],
)
def test_database_refuses(fields, constraint):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        SubscriberFactory(**fields)
    assert refused.value.__cause__.diag.constraint_name == constraint


def test_copy_is_written_or_skipped_and_once_an_address():
    sending = Sending.objects.create(issue=BulletinFactory())
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Delivery.objects.create(sending=sending, to=READER, written_at=timezone.now(), skipped="désabonnée")
    assert refused.value.__cause__.diag.constraint_name == "delivery_written_or_skipped"
    Delivery.objects.create(sending=sending, to=READER)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Delivery.objects.create(sending=sending, to=READER)
    assert refused.value.__cause__.diag.constraint_name == "delivery_once"


def test_readers_of_the_house_are_those_present_and_the_managers(member, house_manager):
    former_resident()
    MembershipFactory(resident=ResidentFactory(in_residence=False))
    MembershipFactory(user=UserFactory(is_active=False))
    assert set(rules.readers_of_the_house()) == {member, house_manager}
