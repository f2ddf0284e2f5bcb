"""Closing spaces: which bookings are met, what becomes of each, the holidays that are proposed."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agenda.actions.closures import bookings_met, decide, proposed_holidays
from agenda.enums import BookingStatus
from agenda.models import BookingChange, Closure
from agenda.times import midnight
from tests.factories import BookingFactory, EventFactory, SpaceFactory, next_monday, soon

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)


def closing(*spaces, reason="Peinture"):
    closure = Closure.objects.create(starts_on=next_monday(), ends_on=next_monday(), reason=reason)
    closure.spaces.set(spaces)
    return closure


def test_bookings_met_are_those_of_local_days():
    day = next_monday()
    first = BookingFactory(starts_at=midnight(day) - HOUR, ends_at=midnight(day) + HOUR)
    last = BookingFactory(starts_at=midnight(day + DAY) - HOUR, status=BookingStatus.REQUESTED)
    BookingFactory(starts_at=midnight(day) - HOUR, ends_at=midnight(day))
    BookingFactory(starts_at=midnight(day + DAY))
    BookingFactory(status=BookingStatus.DECLINED)
    assert bookings_met((day, day), []) == [first, last]
    assert bookings_met((day - DAY * 3, day - DAY * 2), []) == []


def test_bookings_met_of_a_space_are_those_of_its_parts_and_of_its_wholes():
    left, right, other = SpaceFactory(), SpaceFactory(), SpaceFactory()
    whole = SpaceFactory(parts=[left, right])
    of_whole = BookingFactory(space=whole)
    of_left = BookingFactory(space=left, starts_at=soon("14:00"))
    of_other = BookingFactory(space=other, starts_at=soon("16:00"))
    day = next_monday()
    assert bookings_met((day, day), [whole]) == [of_whole, of_left]
    assert bookings_met((day, day), [left]) == [of_whole, of_left]
    assert bookings_met((day, day), [right]) == [of_whole]
    assert bookings_met((day, day), [right, other]) == [of_whole, of_other]
    assert bookings_met((day, day), []) == [of_whole, of_left, of_other]


def test_bookings_met_leave_out_what_is_over():
    BookingFactory(starts_at=timezone.now() - HOUR * 3)
    going_on = BookingFactory(starts_at=timezone.now() - HOUR)
    today = timezone.localdate()
    assert bookings_met((today - DAY, today + DAY), []) == [going_on]


@pytest.mark.parametrize("day", [datetime.date.min, datetime.date.max])
def test_bookings_met_on_absurd_days_are_none(day):
    assert bookings_met((day, next_monday()), []) == bookings_met((next_monday(), day), []) == []


def test_bookings_met_asks_as_much_for_one_as_for_three(django_assert_num_queries):
    for number in (1, 2):
        BookingFactory.create_batch(number)
        with django_assert_num_queries(1):
            [(met.space.name, met.holder) for met in bookings_met((next_monday(), next_monday()), [])]


def test_decide_cancels_those_chosen_and_keeps_the_others(house_manager):
    given_up, kept = BookingFactory(), BookingFactory()
    elsewhere = BookingFactory(starts_at=soon(days=1))
    done = decide(closure=closing(), cancelled=[given_up, elsewhere], by=house_manager, word="Désolée")
    for booking in (given_up, kept, elsewhere):
        booking.refresh_from_db()
    assert done == [given_up]
    assert (given_up.status, given_up.cancellation_word, given_up.is_late) == (
        BookingStatus.CANCELLED,
        "Désolée",
        False,
    )
    assert (kept.status, elsewhere.status) == (BookingStatus.CONFIRMED, BookingStatus.CONFIRMED)
    assert BookingChange.objects.count() == 1


def test_decide_without_a_word_says_the_reason(house_manager):
    booking = BookingFactory()
    decide(closure=closing(booking.space, reason="Pont de mai"), cancelled=[booking], by=house_manager)
    booking.refresh_from_db()
    assert booking.cancellation_word == "Pont de mai"


def test_decide_keeps_the_space_of_a_meeting_that_stands(house_manager):
    booking = BookingFactory(resident=None, event=EventFactory())
    assert decide(closure=closing(), cancelled=[booking], by=house_manager) == []
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED


def test_decide_is_the_house_managers(lead):
    with pytest.raises(PermissionDenied):
        decide(closure=closing(), cancelled=[], by=lead)


def test_proposed_holidays_are_frances_in_french():
    year = timezone.localdate().year + 1
    found = proposed_holidays(year)
    assert len(found) == 11
    assert (found[0].day, found[0].reason, found[-1].reason) == (datetime.date(year, 1, 1), "Jour de l'an", "Noël")
    assert {"Lundi de Pâques", "Ascension", "Lundi de Pentecôte", "Assomption"} <= {one.reason for one in found}


def test_proposed_holidays_say_which_are_closed_already():
    year = timezone.localdate().year + 1
    christmas = datetime.date(year, 12, 25)
    Closure.objects.create(starts_on=christmas - DAY, ends_on=datetime.date(year + 1, 1, 2), reason="Hiver")
    of_a_space = Closure.objects.create(starts_on=datetime.date(year, 7, 14), ends_on=datetime.date(year, 7, 14))
    of_a_space.spaces.add(SpaceFactory())
    assert [one.day for one in proposed_holidays(year) if one.is_closed] == [christmas]
    assert [one.day for one in proposed_holidays(year + 1) if one.is_closed] == [datetime.date(year + 1, 1, 1)]


@pytest.mark.parametrize("year", [-5, 0, 1, 1789, 9999, 10**9])
def test_proposed_holidays_of_an_absurd_year_are_none(year):
    assert proposed_holidays(year) == []
