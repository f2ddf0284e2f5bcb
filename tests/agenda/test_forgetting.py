"""What bookings say of people is forgotten when it is due, and no sooner."""

import datetime

import pytest
from django.utils import timezone

from agenda import tasks
from agenda.actions.forgetting import forget_guests_of_bookings, forget_history
from agenda.enums import BookingAction
from agenda.models import AgendaSettings, Booking, BookingChange, Registration
from tests.factories import BookingFactory, EventFactory, RegistrationFactory, SpaceFactory, UserFactory

pytestmark = pytest.mark.django_db


def ended(days_ago: int, **fields) -> Booking:
    ends_at = timezone.now() - datetime.timedelta(days=days_ago)
    return BookingFactory(starts_at=ends_at - datetime.timedelta(hours=1), ends_at=ends_at, **fields)


def change(booking, **fields):
    return BookingChange.objects.create(booking=booking, action=BookingAction.values[0], **fields)


def guest(days_ago: int) -> Booking:
    fields = {"guest_name": "Camille Zinc", "guest_email": "camille@ailleurs.example", "resident": None}
    booking = ended(days_ago, **fields)
    change(booking, before={"guest_name": "Camille"}, after={"guest_name": "Camille Zinc", "title": "Visite"})
    return booking


def test_guests_of_bookings_are_forgotten_some_time_after():
    AgendaSettings.objects.update_or_create(pk=AgendaSettings.load().pk, defaults={"guest_kept_days": 60})
    due, later = guest(61), guest(59)
    named = ended(61)
    assert forget_guests_of_bookings() == 1
    assert forget_guests_of_bookings() == 0
    rows = Booking.objects.values_list("guest_name", "guest_email")
    assert rows.get(pk=due.pk) == ("personne extérieure", "")
    assert rows.get(pk=later.pk) == ("Camille Zinc", "camille@ailleurs.example")
    assert rows.get(pk=named.pk) == ("", "")
    told = BookingChange.objects.values_list("before", "after")
    assert told.get(booking=due) == ({}, {"title": "Visite"})
    assert told.get(booking=later) == ({"guest_name": "Camille"}, {"guest_name": "Camille Zinc", "title": "Visite"})


def test_who_booked_is_forgotten_after_three_years_and_the_use_of_spaces_is_kept():
    space, person = SpaceFactory(), UserFactory()
    given = {
        "space": space,
        "created_by": person,
        "booked_for": person,
        "cancelled_by": None,
        "request_word": "Pour ma fille",
        "setup": "Une estrade",
    }
    due, later = ended(3 * 365 + 1, **given), ended(3 * 365 - 1, **given)
    change(due, by=person)
    kept = change(later, by=person)
    assert forget_history() == 2
    assert forget_history() == 0
    people = Booking.objects.values_list("created_by", "booked_for", "request_word", "setup")
    assert people.get(pk=due.pk) == (None, None, "", "")
    assert people.get(pk=later.pk) == (person.pk, person.pk, "Pour ma fille", "Une estrade")
    assert list(BookingChange.objects.all()) == [kept]
    assert Booking.objects.get(pk=due.pk).resident == due.resident
    assert Booking.objects.get(pk=due.pk).occupations.count() == due.occupations.count() == 1


def test_who_came_to_a_meeting_is_forgotten_after_three_years():
    def registration(days_ago):
        ends_at = timezone.now() - datetime.timedelta(days=days_ago)
        event = EventFactory(with_seats=True, starts_at=ends_at - datetime.timedelta(hours=1), ends_at=ends_at)
        return RegistrationFactory(event=event)

    registration(3 * 365 + 1)
    later = registration(3 * 365 - 1)
    assert forget_history() == 1
    assert list(Registration.objects.all()) == [later]


def test_the_nightly_task_forgets_all_of_it():
    due = guest(3 * 365 + 1)
    tasks.forget()
    due.refresh_from_db()
    assert (due.guest_name, due.created_by, due.changes.count()) == ("personne extérieure", None, 0)
