"""Changing the dates of a series: their hours, their space, their words; what is decided, refused, done at once."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.actions import bookings
from agenda.actions.bookings import Clash, Overtaken
from agenda.actions.series import Outcome, Scope, change_series, preview_change
from agenda.enums import BookingAction, BookingStatus, Frequency, Reason
from agenda.models import AgendaSettings, Booking, Closure, Series
from agenda.recurrence import Rule, say
from agenda.series_rows import rule_of
from agenda.times import instant
from tests.agenda.series_of_mondays import (
    DAY,
    EVENING,
    NOON,
    TEN,
    at_once,
    booked,
    change,
    first_monday_of_a_month,
    last_sunday,
    monday,
    mondays,
    outcomes,
    places,
    weekly,
)
from tests.factories import BookingFactory, MembershipFactory, SpaceFactory, soon

pytestmark = pytest.mark.django_db


# Changing


def test_all_dates_change_their_hours(wish, member):
    rows = booked(wish)
    change(rows[1], Scope.ALL, member, **EVENING)
    assert places(rows) == mondays(0, 1, 2, 3, hours="18:00–20:00")


def test_this_date_alone_changes(wish, member):
    rows = booked(wish)
    change(rows[1], Scope.THIS, member, **EVENING, day_shift=1)
    assert places(rows) == [*mondays(0), (monday(1) + DAY, "18:00–20:00"), *mondays(2, 3)]
    assert Series.objects.count() == 1


def test_a_change_from_here_splits_the_series(wish, member):
    rows = booked(wish)
    change(rows[2], Scope.FROM_HERE, member, **EVENING)
    assert places(rows) == mondays(0, 1) + mondays(2, 3, hours="18:00–20:00")
    old, new = Series.objects.order_by("pk")
    assert [one.series for one in Booking.objects.order_by("pk")] == [old, old, new, new]
    assert (old.until, old.count, new.starts_on, new.until, new.start_time) == (
        monday(2) - DAY,
        None,
        monday(2),
        monday(3),
        datetime.time(18),
    )


def test_a_title_changed_from_here_splits_the_series_too(wish, member):
    rows = booked(wish)
    change(rows[2], Scope.FROM_HERE, member, title="Orchestre")
    assert list(Booking.objects.order_by("pk").values_list("title", flat=True)) == ["Chorale"] * 2 + ["Orchestre"] * 2
    assert Series.objects.count() == 2


def test_a_title_changed_on_all_leaves_the_series_one(wish, member):
    rows = booked(wish)
    change(rows[2], Scope.ALL, member, title="Orchestre")
    assert set(Booking.objects.values_list("title", "series")) == {("Orchestre", rows[0].series_id)}


def test_a_date_that_was_renamed_keeps_its_name_when_the_hours_change(wish, member):
    rows = booked(wish)
    bookings.change(booking=rows[1], to={"title": "Générale"}, by=member)
    change(rows[0], Scope.ALL, member, **EVENING)
    assert list(Booking.objects.order_by("pk").values_list("title", flat=True)) == [
        "Chorale",
        "Générale",
        "Chorale",
        "Chorale",
    ]


def test_a_change_is_kept_with_each_date_and_its_identity_stays(wish, member):
    rows = booked(wish)
    uids = [one.uid for one in rows]
    change(rows[0], Scope.ALL, member, **EVENING)
    kept = list(Booking.objects.order_by("pk"))
    assert ([one.uid for one in kept], [one.sequence for one in kept]) == (uids, [1, 1, 1, 1])
    said = kept[3].changes.get(action=BookingAction.CHANGED)
    assert (said.by, said.before["starts_at"], said.after["starts_at"]) == (
        member,
        rows[3].starts_at.isoformat(),
        kept[3].starts_at.isoformat(),
    )


def test_nothing_changed_leaves_no_trace(wish, member):
    rows = booked(wish)
    change(rows[1], Scope.FROM_HERE, member, title="Chorale", start_time=TEN, end_time=NOON, day_shift=0)
    assert (Series.objects.count(), {one.sequence for one in Booking.objects.all()}) == (1, {0})


def test_a_date_is_not_moved_to_the_past(wish, member):
    rows = booked(wish)
    lines = preview_change(booking=rows[1], to={"day_shift": -30}, scope=Scope.FROM_HERE, by=member)
    assert outcomes(lines) == [Outcome.PAST] * 3


@pytest.mark.parametrize("weeks", [1, -1])
def test_dates_pass_one_another(wish, member, weeks):
    rows = booked(wish | {"rule": weekly(starts_on=monday(2), count=4)})
    change(rows[0], Scope.ALL, member, day_shift=7 * weeks)
    assert places(rows) == mondays(*(week + weeks for week in range(2, 6)))
    assert [one.occurrence_on for one in Booking.objects.order_by("pk")] == [
        monday(week + weeks) for week in range(2, 6)
    ]


def test_dates_that_follow_one_another_are_pushed_by_an_hour(wish, member):
    """Daily from 10:00 to 9:00 the next day: each new date lies on two old ones."""
    rule = weekly(*range(7), count=5)
    rows = booked(wish | {"rule": rule, "end_time": datetime.time(9)})
    change(rows[0], Scope.ALL, member, start_time=datetime.time(11), end_time=TEN, day_shift=0)
    assert places(rows) == [(monday() + DAY * n, "11:00–10:00") for n in range(5)]


def test_a_series_moved_by_a_day_says_its_new_day(wish, member):
    rows = booked(wish)
    change(rows[0], Scope.ALL, member, day_shift=2)
    (series,) = Series.objects.all()
    assert say(rule_of(series)).startswith("tous les mercredis, jusqu’au mercredi")
    assert [one.occurrence_on for one in Booking.objects.order_by("pk")] == [monday(n) + 2 * DAY for n in range(4)]


def test_dates_that_no_rule_makes_stand_for_those_they_had(wish, member):
    start = datetime.date(timezone.localdate().year + 1, 1, 1)
    rule = Rule(Frequency.MONTHLY_DATE, start, monthday=31, count=3)
    rows = booked(wish | {"rule": rule})
    change(rows[0], Scope.ALL, member, day_shift=1)
    days = [datetime.date(start.year, month, 31) for month in (1, 3, 5)]
    assert [day for day, _hours in places(rows)] == [day + DAY for day in days]
    assert [one.occurrence_on for one in Booking.objects.order_by("pk")] == days
    assert say(rule_of(Series.objects.get())).startswith("le 31 de chaque mois")


def test_a_date_that_cannot_move_stands_in_the_way_of_the_one_that_would_take_its_place(wish, space, member):
    rows = booked(wish)
    other = BookingFactory(space=space, starts_at=soon(days=28))
    lines = preview_change(booking=rows[0], to={"day_shift": 7}, scope=Scope.ALL, by=member)
    assert outcomes(lines) == [Outcome.TAKEN] * 4
    assert [line.verdict.clashes for line in lines] == [[rows[1]], [rows[2]], [rows[3]], [other]]


def test_a_date_taken_meanwhile_leaves_all_as_it_was(wish, space, member):
    rows = booked(wish)
    BookingFactory(space=space, starts_at=soon("19:00", days=14))
    with pytest.raises(Clash):
        change_series(booking=rows[0], to=EVENING, scope=Scope.ALL, by=member, keep={monday(n) for n in range(4)})
    assert places(rows) == mondays(0, 1, 2, 3)
    assert {one.sequence for one in Booking.objects.filter(series__isnull=False)} == {0}


def test_the_database_has_the_last_word_on_a_move(wish, space, member):
    """What the preview does not see: two dates of the series, brought together in two spaces that share a part."""
    rows = booked(wish)
    whole = SpaceFactory(parts=[space, SpaceFactory()], ahead_days=None)
    evening = {"starts_at": soon("18:00"), "ends_at": soon("20:00")}
    bookings.change(booking=rows[1], to={"space": whole} | evening, by=member)
    with pytest.raises(Clash):
        change_series(booking=rows[0], to=EVENING, scope=Scope.ALL, by=member, keep={monday(0), monday(1)})
    assert places(rows) == [(monday(0), "10:00–12:00"), (monday(0), "18:00–20:00"), *mondays(2, 3)]


def test_all_dates_go_to_another_space_with_its_tidying(wish, member):
    rows = booked(wish)
    other = SpaceFactory(ahead_days=None, buffer_minutes=15)
    change(rows[0], Scope.ALL, member, space=other)
    assert set(Booking.objects.values_list("space", "buffer_minutes")) == {(other.pk, 15)}
    assert places(rows) == mondays(0, 1, 2, 3)


def test_a_change_beyond_the_rules_becomes_a_request(wish, member):
    rows = booked(wish)
    change(rows[0], Scope.ALL, member, start_time=TEN, end_time=datetime.time(15))
    assert {(one.status, *one.reasons) for one in Booking.objects.all()} == {(BookingStatus.REQUESTED, Reason.TOO_LONG)}


def test_the_house_manager_changes_without_asking(wish, house_manager):
    rows = booked(wish)
    change(rows[0], Scope.ALL, house_manager, start_time=TEN, end_time=datetime.time(15))
    assert {one.status for one in Booking.objects.all()} == {BookingStatus.CONFIRMED}


def test_the_share_of_a_change_is_counted_without_what_leaves(wish, member):
    AgendaSettings.objects.update_or_create(defaults={"fair_share_hours": 6})
    rows = booked(wish | {"rule": weekly(starts_on=first_monday_of_a_month(), count=3)})
    change(rows[0], Scope.ALL, member, **EVENING)
    assert {one.status for one in Booking.objects.all()} == {BookingStatus.CONFIRMED}


def test_the_share_of_a_change_counts_the_dates_that_cannot_move(wish, space, member):
    AgendaSettings.objects.update_or_create(defaults={"fair_share_hours": 6})
    first = first_monday_of_a_month()
    rows = booked(wish | {"rule": weekly(starts_on=first, count=3)})
    BookingFactory(space=space, starts_at=instant(first + 14 * DAY, datetime.time(18)))
    lines = preview_change(booking=rows[0], to=EVENING, scope=Scope.ALL, by=member)
    assert outcomes(lines) == [Outcome.FREE, Outcome.FREE, Outcome.TAKEN]


def test_a_title_is_changed_inside_a_closure_that_came_later(wish, member):
    rows = booked(wish)
    Closure.objects.create(starts_on=monday(1), ends_on=monday(1), reason="Pont")
    change(rows[0], Scope.ALL, member, title="Orchestre")
    assert set(Booking.objects.values_list("title", flat=True)) == {"Orchestre"}


def test_the_hour_that_does_not_exist_leaves_its_date_where_it_is(wish, member):
    sunday = last_sunday(3)
    rows = booked(wish | {"rule": weekly(starts_on=sunday - 7 * DAY, count=3)})
    to = {"start_time": datetime.time(2, 30), "end_time": datetime.time(5)}
    lines = preview_change(booking=rows[0], to=to, scope=Scope.ALL, by=member)
    assert [line.outcome == Outcome.IMPOSSIBLE for line in lines] == [False, True, False]
    change(rows[0], Scope.ALL, member, **to)
    assert [hours for _day, hours in places(rows)] == ["02:30–05:00", "10:00–12:00", "02:30–05:00"]


def test_hours_moved_across_summer_time_stay_themselves(wish, member):
    rows = booked(wish | {"rule": weekly(starts_on=last_sunday(3) - 13 * DAY, count=4)})
    change(rows[0], Scope.ALL, member, day_shift=7)
    assert {hours for _day, hours in places(rows)} == {"10:00–12:00"}


def test_a_date_given_to_others_is_left_to_them(wish, member, resident):
    rows = booked(wish)
    Booking.objects.filter(pk=rows[1].pk).update(resident=resident, created_by=None)
    change(rows[0], Scope.ALL, member, **EVENING)
    assert places(rows)[1] == (monday(1), "10:00–12:00")


def test_a_series_is_not_changed_by_others(wish):
    rows = booked(wish)
    with pytest.raises(PermissionDenied):
        change(rows[0], Scope.ALL, MembershipFactory().user, **EVENING)


def test_a_series_is_changed_by_the_lead_of_its_structure(wish):
    rows = booked(wish)
    change(rows[0], Scope.ALL, MembershipFactory(resident=wish["resident"], lead=True).user, **EVENING)
    assert places(rows) == mondays(0, 1, 2, 3, hours="18:00–20:00")


def test_a_colleague_who_was_quicker_is_not_overwritten(wish, member):
    rows = booked(wish)
    bookings.change(booking=rows[0], to={"title": "Générale"}, by=member)
    with pytest.raises(Overtaken):
        change_series(booking=rows[0], to=EVENING, scope=Scope.ALL, by=member, keep={monday()}, seen=0)


def test_an_absurd_shift_is_refused(wish, member):
    rows = booked(wish)
    with pytest.raises(ValidationError):
        preview_change(booking=rows[0], to={"day_shift": 10**7}, scope=Scope.ALL, by=member)


def test_looking_at_a_change_costs_the_same_for_2_and_for_50_dates(wish, member):
    def cost(start, count):
        rows = booked(wish | {"rule": weekly(count=count), "start_time": start, "end_time": start.replace(minute=30)})
        with CaptureQueriesContext(connection) as queries:
            preview_change(booking=rows[0], to={"day_shift": 1}, scope=Scope.ALL, by=member)
        return len(queries)

    assert cost(datetime.time(10), 2) == cost(datetime.time(15), 50)


# At once


@pytest.mark.django_db(transaction=True)
def test_two_series_that_exchange_their_spaces_at_once_do_not_lock_one_another(wish, member):
    other = SpaceFactory(ahead_days=None)
    here, there = booked(wish), booked(wish | {"space": other})
    keep = {monday(n) for n in range(4)}
    answers = at_once(
        lambda: change_series(booking=here[0], to={"space": other}, scope=Scope.ALL, by=member, keep=keep),
        lambda: change_series(booking=there[0], to={"space": here[0].space}, scope=Scope.ALL, by=member, keep=keep),
    )
    assert [type(answer) for answer in answers] == [Clash, Clash]
    assert places(here) == places(there) == mondays(0, 1, 2, 3)


@pytest.mark.django_db(transaction=True)
def test_two_changes_of_one_series_at_once_follow_one_another(wish, member):
    rows = booked(wish)
    keep = {monday(n) for n in range(4)}
    at_once(
        lambda: change_series(booking=rows[0], to={"title": "Orchestre"}, scope=Scope.ALL, by=member, keep=keep),
        lambda: change_series(booking=rows[3], to={"attendees": 3}, scope=Scope.ALL, by=member, keep=keep),
    )
    assert set(Booking.objects.values_list("title", "attendees", "sequence")) == {("Orchestre", 3, 2)}
