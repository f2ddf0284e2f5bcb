"""Which dates of a series follow when it is changed or cancelled: a scope’s, the past, those moved by themselves."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agenda.actions import bookings
from agenda.actions.series import Scope, affected, cancel_series, change_series, preview_change
from agenda.models import Booking
from tests.agenda.series_of_mondays import DAY, EVENING, booked, change, monday, mondays, places, put_back, to_day
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


# Which dates


@pytest.mark.parametrize(
    ("scope", "weeks"), [(Scope.THIS, [1]), (Scope.FROM_HERE, [1, 2, 3]), (Scope.ALL, [0, 1, 2, 3])]
)
def test_the_dates_that_a_scope_is_for(wish, scope, weeks):
    rows = booked(wish)
    assert affected(booking=rows[1], scope=scope) == [rows[week] for week in weeks]


def test_a_date_moved_by_itself_keeps_its_turn(wish, member):
    rows = booked(wish)
    bookings.change(booking=rows[1], to=to_day(rows[1], 30), by=member)
    assert affected(booking=rows[2], scope=Scope.FROM_HERE) == [rows[2], rows[3]]


def test_cancelled_dates_are_left_alone(wish, member):
    rows = booked(wish)
    bookings.cancel(booking=rows[2], by=member)
    assert affected(booking=rows[0], scope=Scope.ALL) == [rows[0], rows[1], rows[3]]


def test_what_is_past_or_has_begun_is_left_alone(wish):
    rows = booked(wish)
    put_back(rows[0], days=7)
    put_back(rows[1], hours=1)
    assert affected(booking=rows[3], scope=Scope.ALL) == rows[2:]


# Changing


def test_the_past_and_what_has_begun_never_move(wish, member):
    rows = booked(wish)
    put_back(rows[0], days=7)
    put_back(rows[1], hours=1)
    before = places(rows[:2])
    lines = preview_change(booking=rows[3], to=EVENING, scope=Scope.ALL, by=member)
    assert [line.booking for line in lines] == rows[2:]
    change(rows[3], Scope.ALL, member, **EVENING)
    assert places(rows) == before + mondays(2, 3, hours="18:00–20:00")
    assert [one.sequence for one in Booking.objects.order_by("pk")] == [0, 0, 1, 1]


def test_the_past_is_refused_when_kept_by_hand(wish, member):
    rows = booked(wish)
    put_back(rows[0], days=7)
    with pytest.raises(ValidationError) as refusal:
        change_series(booking=rows[3], to=EVENING, scope=Scope.ALL, by=member, keep={monday(0), monday(3)})
    assert refusal.value.code == "unknown"


def test_a_date_moved_by_itself_stays_there_unless_asked(wish, member):
    rows = booked(wish)
    bookings.change(booking=rows[1], to=to_day(rows[1], 2), by=member)
    lines = preview_change(booking=rows[0], to=EVENING, scope=Scope.ALL, by=member)
    assert [(line.was_moved, line.is_kept, line.can_be_kept) for line in lines] == [
        (False, True, True),
        (True, False, True),
        (False, True, True),
        (False, True, True),
    ]
    change(rows[0], Scope.ALL, member, **EVENING)
    assert places(rows) == [
        (monday(0), "18:00–20:00"),
        (monday(1) + 2 * DAY, "10:00–12:00"),
        *mondays(2, 3, hours="18:00–20:00"),
    ]


def test_a_date_moved_by_itself_goes_with_the_others_when_asked(wish, member):
    rows = booked(wish)
    bookings.change(booking=rows[1], to=to_day(rows[1], 2), by=member)
    change_series(booking=rows[0], to=EVENING, scope=Scope.ALL, by=member, keep={monday(n) for n in range(4)})
    assert places(rows)[1] == (monday(1) + 2 * DAY, "18:00–20:00")


def test_after_a_change_of_all_no_date_passes_for_moved_by_itself(wish, member):
    rows = booked(wish)
    change(rows[0], Scope.ALL, member, **EVENING, day_shift=1)
    again = Booking.objects.get(pk=rows[0].pk)
    lines = preview_change(booking=again, to={"day_shift": 1}, scope=Scope.ALL, by=member)
    assert [line.was_moved for line in lines] == [False] * 4


def test_a_date_moved_by_itself_still_takes_a_new_title(wish, member):
    rows = booked(wish)
    bookings.change(booking=rows[1], to=to_day(rows[1], 2), by=member)
    change(rows[0], Scope.ALL, member, title="Orchestre")
    assert set(Booking.objects.values_list("title", flat=True)) == {"Orchestre"}


def test_skipped_dates_stay_as_they_are(wish, member):
    rows = booked(wish)
    change_series(booking=rows[0], to=EVENING, scope=Scope.ALL, by=member, keep={monday(0), monday(3)})
    assert places(rows) == [
        (monday(0), "18:00–20:00"),
        *mondays(1, 2),
        (monday(3), "18:00–20:00"),
    ]


# Cancelling


@pytest.mark.parametrize(("scope", "left"), [(Scope.THIS, [0, 2, 3]), (Scope.FROM_HERE, [0]), (Scope.ALL, [])])
def test_the_dates_of_a_scope_are_cancelled(wish, member, scope, left):
    rows = booked(wish)
    cancelled = cancel_series(booking=rows[1], scope=scope, by=member, word="Malade")
    holding = Booking.objects.holding().order_by("pk")
    assert list(holding) == [rows[n] for n in left]
    assert {one.pk for one in cancelled} == {one.pk for one in rows} - {one.pk for one in holding}
    assert {one.cancellation_word for one in Booking.objects.difference(holding)} == {"Malade"}


def test_what_is_past_or_has_begun_is_not_cancelled_with_the_series(wish, member):
    rows = booked(wish)
    put_back(rows[0], days=7)
    put_back(rows[1], hours=1)
    cancel_series(booking=rows[3], scope=Scope.ALL, by=member)
    assert list(Booking.objects.holding().order_by("pk")) == rows[:2]


def test_a_series_is_not_cancelled_by_others(wish):
    rows = booked(wish)
    with pytest.raises(PermissionDenied):
        cancel_series(booking=rows[0], scope=Scope.ALL, by=MembershipFactory().user)
