"""Seats at a meeting: who may register, what guests leave behind, who came, the slots of a permanence."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from agenda.actions import registrations as actions
from agenda.enums import EventAudience, EventStatus, RegistrationStatus
from agenda.models import AgendaSettings, Event, EventQuestion, Registration
from agenda.slots import slots
from tests.factories import EventFactory, MembershipFactory, RegistrationFactory, UserFactory, at, soon

REGISTERED, WAITING = RegistrationStatus.REGISTERED, RegistrationStatus.WAITING
CANCELLED, PENDING, OFFERED = RegistrationStatus.CANCELLED, RegistrationStatus.PENDING, RegistrationStatus.OFFERED


# Registering


def test_registering_twice_keeps_the_seat(event, member):
    first = actions.register(event=event, by=member)
    assert actions.register(event=event, by=member) == first
    assert event.registrations.count() == 1


def test_answers_and_structure_are_kept(event, member):
    question = EventQuestion.objects.create(event=event, label="Un régime ?")
    structure = member.memberships_list[0].resident
    made = actions.register(event=event, by=member, resident=structure, answers={str(question.pk): "aucun"})
    assert (made.resident, made.answers) == (structure, {str(question.pk): "aucun"})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"takes_registrations": False, "capacity": None}, "sans inscription"),
        ({"status": EventStatus.CANCELLED}, "annulé"),
        ({"status": EventStatus.DRAFT}, "pas encore à l’agenda"),
        ({"registration_opens_at": soon("08:00")}, "ouvrent lundi"),
        ({"registration_closes_at": at("2024-01-02", "10:00")}, "closes"),
        ({"starts_at": timezone.now() - datetime.timedelta(hours=1)}, "a commencé"),
        ({"starts_at": at("2024-01-02", "10:00")}, "est passé"),
    ],
)
@pytest.mark.django_db
def test_closed_meeting_says_why(house_manager, fields, words):
    event = EventFactory(**{"takes_registrations": True, "capacity": 2, **fields})
    with pytest.raises(ValidationError, match=words):
        actions.register(event=event, by=house_manager)


@pytest.mark.parametrize(
    ("audience", "allowed"),
    [
        (EventAudience.PUBLIC, {"outsider": True, "member": True, "guest": True}),
        (EventAudience.RESIDENTS, {"outsider": False, "member": True, "guest": False}),
        (EventAudience.PARTICIPANTS, {"outsider": False, "member": False, "guest": False}),
    ],
)
@pytest.mark.django_db
def test_registering_is_for_the_audience(member, audience, allowed):
    event = EventFactory(takes_registrations=True, audience=audience)
    attempts = {
        "outsider": lambda: actions.register(event=event, by=UserFactory()),
        "member": lambda: actions.register(event=event, by=member),
        "guest": lambda: actions.register_guest(event=event, name="Dominique", email="d@ailleurs.example"),
    }
    found = {}
    for who, attempt in attempts.items():
        try:
            attempt()
            found[who] = True
        except PermissionDenied:
            found[who] = False
    assert found == allowed


# Guests


def test_guest_takes_no_seat_before_confirming(event):
    made = actions.register_guest(event=event, name="Dominique", email="D@Ailleurs.example")
    assert (made.status, made.email, actions.free_seats(event)) == (PENDING, "d@ailleurs.example", 2)
    assert actions.confirm(registration=made).status == REGISTERED
    assert actions.free_seats(event) == 1


def test_guest_confirming_a_full_meeting_waits(event):
    made = actions.register_guest(event=event, name="Dominique", email="d@ailleurs.example")
    RegistrationFactory.create_batch(2, event=event)
    assert actions.confirm(registration=made).status == WAITING


def test_guest_confirming_twice_keeps_the_seat(event):
    made = actions.register_guest(event=event, name="Dominique", email="d@ailleurs.example")
    once = actions.confirm(registration=made)
    assert actions.confirm(registration=made).sequence == once.sequence


def test_guest_asking_again_corrects_what_is_not_confirmed(event):
    first = actions.register_guest(event=event, name="Dominik", email="d@ailleurs.example")
    again = actions.register_guest(event=event, name="Dominique", email="d@ailleurs.example")
    assert (again.pk, again.name, again.token) == (first.pk, "Dominique", first.token)


def test_known_guest_asking_again_changes_nothing(event):
    known = RegistrationFactory(event=event, guest=True)
    actions.register_guest(event=event, name="Quelqu'un d'autre", email=known.email)
    found = event.registrations.get()
    assert (found.name, found.status) == (known.name, REGISTERED)


def test_guest_does_not_confirm_a_cancelled_meeting(event):
    made = actions.register_guest(event=event, name="Dominique", email="d@ailleurs.example")
    Event.objects.update(status=EventStatus.CANCELLED)
    with pytest.raises(ValidationError, match="annulé"):
        actions.confirm(registration=made)


def test_guests_are_forgotten_when_no_longer_needed(event):
    AgendaSettings.objects.update_or_create(defaults={"guest_kept_days": 60})
    now = timezone.now()

    def ended(days):
        end = now - datetime.timedelta(days=days)
        return EventFactory(takes_registrations=True, starts_at=end - datetime.timedelta(hours=2), ends_at=end)

    long_ago = ended(61)
    gone = RegistrationFactory(event=long_ago, guest=True)
    never_confirmed = RegistrationFactory(event=event, guest=True, status=PENDING)
    Registration.objects.filter(pk=never_confirmed.pk).update(updated_at=now - datetime.timedelta(days=3))
    kept = [
        RegistrationFactory(event=long_ago),
        RegistrationFactory(event=ended(59), guest=True),
        RegistrationFactory(event=event, guest=True, status=PENDING),
    ]
    assert actions.forget_guests() == 2
    assert set(Registration.objects.all()) == set(kept)
    assert gone not in kept


# Participants and attendance


def test_organiser_adds_a_guest_who_is_seated(house_manager):
    event = EventFactory(audience=EventAudience.PARTICIPANTS, takes_registrations=True, capacity=1)
    added = actions.add_participant(event=event, by=house_manager, name="Dominique", email="d@ailleurs.example")
    assert added.status == REGISTERED
    with pytest.raises(ValidationError, match="déjà inscrite"):
        actions.add_participant(event=event, by=house_manager, name="Dominique", email="D@ailleurs.example")
    assert actions.add_participant(event=event, by=house_manager, user=UserFactory()).status == WAITING


def test_only_editors_add_participants(event, member):
    with pytest.raises(PermissionDenied):
        actions.add_participant(event=event, by=member, user=UserFactory())


def test_attendance_is_marked_by_who_holds_the_meeting(event, member):
    registration = RegistrationFactory(event=event)
    with pytest.raises(PermissionDenied):
        actions.mark_attendance(registration=registration, attended=True, by=member)
    event.hosts.add(member)
    registration.event = Event.objects.get()
    actions.mark_attendance(registration=registration, attended=True, by=member)
    registration.refresh_from_db()
    assert registration.attended is True


# A permanence


def test_slots_are_whole_and_know_what_is_taken():
    start, end = at("2027-03-02", "14:00"), at("2027-03-02", "15:45")
    found = slots(start, end, 30, taken={at("2027-03-02", "14:30")}, now=at("2027-03-02", "14:00"))
    assert [(slot.starts_at, slot.is_taken, slot.is_past) for slot in found] == [
        (at("2027-03-02", "14:00"), False, True),
        (at("2027-03-02", "14:30"), True, False),
        (at("2027-03-02", "15:00"), False, False),
    ]
    assert found[2].ends_at == at("2027-03-02", "15:30")


def test_slots_count_the_hour_that_comes_twice():
    start, end = at("2026-10-25", "01:00"), at("2026-10-25", "04:00")
    found = slots(start, end, 60, taken=set(), now=at("2026-01-01", "00:00"))
    assert [slot.key for slot in found] == [f"20261024T{hour}00Z" for hour in ("23",)] + [
        f"20261025T{hour:02}00Z" for hour in range(3)
    ]


def test_slot_given_back_is_free_again(db, member):
    event = EventFactory(takes_registrations=True, slot_minutes=30)
    made = actions.register(event=event, by=member, slot=event.starts_at)
    with pytest.raises(ValidationError, match="vient d’être pris"):
        actions.register(event=event, by=MembershipFactory().user, slot=event.starts_at)
    actions.cancel(registration=made, by=member)
    assert actions.register(event=event, by=MembershipFactory().user, slot=event.starts_at).status == REGISTERED


@pytest.mark.parametrize("slot", [None, soon("18:10"), soon("20:00")])
def test_slot_that_is_not_one_is_refused(db, member, slot):
    event = EventFactory(takes_registrations=True, slot_minutes=30)
    with pytest.raises(ValidationError, match="Choisissez un créneau"):
        actions.register(event=event, by=member, slot=slot)
