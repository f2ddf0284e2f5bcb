"""Seats at a meeting: what the database refuses, whoever asks and however many at once."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from agenda.actions import registrations as actions
from agenda.enums import QuestionKind, RegistrationStatus
from agenda.models import EventQuestion, Registration
from tests.factories import EventFactory, EventKindFactory, MembershipFactory, RegistrationFactory, UserFactory, soon

REGISTERED, WAITING = RegistrationStatus.REGISTERED, RegistrationStatus.WAITING
CANCELLED, PENDING, OFFERED = RegistrationStatus.CANCELLED, RegistrationStatus.PENDING, RegistrationStatus.OFFERED


def violates(name):
    return pytest.raises(IntegrityError, match=name)


# What must never be false


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("event_ends_after_start", {"ends_at": soon("17:00")}),
        ("event_choices_known", {"audience": "famille"}),
        ("event_choices_known", {"status": "peut-etre"}),
        ("event_capacity_sensible", {"capacity": 0}),
        ("event_slots_sensible", {"slot_minutes": 3, "takes_registrations": True}),
        ("event_slots_sensible", {"slot_minutes": 30, "takes_registrations": False}),
        ("event_slots_sensible", {"slot_minutes": 30, "takes_registrations": True, "is_all_day": True}),
        (
            "event_registration_ordered",
            {"registration_opens_at": soon("10:00"), "registration_closes_at": soon("09:00")},
        ),
        ("agenda_event_slug", {"slug": "pris"}),
        ("agenda_event_uid", {"uid": "pris"}),
    ],
)
@pytest.mark.django_db
def test_event_constraint_is_kept(name, fields):
    EventFactory(slug="pris", uid="pris")
    with violates(name):
        EventFactory(**fields)


@pytest.mark.django_db
def test_event_kind_constraints_are_kept():
    EventKindFactory()
    with violates("event_kind_name_unique"), transaction.atomic():
        EventKindFactory(name="vies & ECOLOGIES", slug="autre")
    with violates("event_kind_colour_known"):
        EventKindFactory(name="Autre", slug="autre", colour="rose")


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("question_has_choices", {"kind": QuestionKind.CHOICE, "choices": ""}),
        ("question_kind_known", {"kind": "dessin"}),
    ],
)
def test_question_constraint_is_kept(event, name, fields):
    with violates(name):
        EventQuestion.objects.create(event=event, label="Combien ?", **fields)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("registration_status_known", {"status": "peut-etre"}),
        ("registration_of_one", {"name": "Camille"}),
        ("registration_of_one", {"user": None}),
        ("registration_of_one", {"user": None, "name": "Camille"}),
        ("registration_offer_ends", {"status": OFFERED, "queued_at": timezone.now()}),
        ("registration_offer_ends", {"offered_until": timezone.now()}),
        ("registration_queue_ordered", {"status": WAITING}),
    ],
)
def test_registration_constraint_is_kept(event, name, fields):
    with violates(name):
        RegistrationFactory(event=event, **fields)


def test_person_has_one_active_registration(event, member):
    RegistrationFactory(event=event, user=member, status=CANCELLED)
    RegistrationFactory(event=event, user=member)
    with violates("registration_once"):
        RegistrationFactory(event=event, user=member, status=PENDING)


def test_guest_has_one_active_registration_whatever_the_case(event):
    RegistrationFactory(event=event, guest=True, email="a@ailleurs.example")
    with violates("registration_guest_once"):
        RegistrationFactory(event=event, guest=True, email="A@ailleurs.example", status=PENDING)


def test_no_seat_beyond_the_capacity(event):
    RegistrationFactory.create_batch(2, event=event)
    with pytest.raises(IntegrityError, match="no seat is left") as refused, transaction.atomic():
        RegistrationFactory(event=event)
    assert refused.value.__cause__.diag.constraint_name == "registration_within_capacity"
    waiting = RegistrationFactory(event=event, waiting=True)
    waiting.status = REGISTERED
    with pytest.raises(IntegrityError, match="no seat is left"):
        waiting.save()


def test_slot_is_taken_once(db):
    event = EventFactory(takes_registrations=True, slot_minutes=30)
    RegistrationFactory(event=event, slot_starts_at=event.starts_at, status=CANCELLED)
    RegistrationFactory(event=event, slot_starts_at=event.starts_at)
    with violates("registration_slot_once"):
        RegistrationFactory(event=event, slot_starts_at=event.starts_at)


# The last seat, wanted by several at once


def at_once(act, people):
    """Each acts in a thread and a connection of their own, all starting together; [answer or error]."""
    answers, start = [], threading.Barrier(len(people))

    def run(person):
        start.wait()
        try:
            answers.append(act(person))
        except (IntegrityError, ValidationError) as error:
            answers.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def take_last_seat(event):
    """Who asks for it without asking anything first: only the database is in the way."""

    def take(person):
        with transaction.atomic():
            # Long enough for the others to be there.
            connection.cursor().execute("SELECT pg_sleep(0.05)")
            registration = Registration.objects.create(event=event, user=person, status=REGISTERED)
            connection.cursor().execute("SELECT pg_sleep(0.05)")
            return registration

    return take


@pytest.mark.django_db(transaction=True)
def test_last_seat_is_never_sold_twice():
    event = EventFactory(takes_registrations=True, capacity=1)
    people = UserFactory.create_batch(5)
    answers = at_once(take_last_seat(event), people)
    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError"] * 4 + ["Registration"]
    assert event.registrations.seated().count() == 1


@pytest.mark.django_db(transaction=True)
def test_last_seat_oversells_without_the_trigger():
    """The control: what the trigger is there for does happen without it."""
    event = EventFactory(takes_registrations=True, capacity=1)
    people = UserFactory.create_batch(5)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE agenda_registration DISABLE TRIGGER agenda_seat_taken")
        try:
            at_once(take_last_seat(event), people)
        finally:
            cursor.execute("ALTER TABLE agenda_registration ENABLE TRIGGER agenda_seat_taken")
    assert event.registrations.seated().count() == 5


@pytest.mark.django_db(transaction=True)
def test_registering_at_once_fills_the_seats_then_the_list():
    event = EventFactory(with_seats=True)
    people = [MembershipFactory().user for _ in range(6)]
    at_once(lambda person: actions.register(event=event, by=person), people)
    statuses = sorted(event.registrations.values_list("status", flat=True))
    assert statuses == [WAITING] * 4 + [REGISTERED] * 2
    assert sorted(actions.position(one) for one in event.registrations.waiting()) == [1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_slot_wanted_at_once_has_one_taker():
    event = EventFactory(takes_registrations=True, slot_minutes=30)
    people = [MembershipFactory().user for _ in range(4)]
    answers = at_once(lambda person: actions.register(event=event, by=person, slot=event.starts_at), people)
    assert sorted(type(answer).__name__ for answer in answers) == ["Registration"] + ["ValidationError"] * 3
