"""Booking a series: its dates looked at first, then those kept; repeating a booking."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.actions.bookings import Clash
from agenda.actions.series import Outcome, book_series, preview, repeat
from agenda.enums import BookingAction, BookingStatus, Frequency, Reason
from agenda.models import AgendaSettings, Booking, BookingChange, Closure, Series
from agenda.recurrence import Rule
from agenda.series_rows import rule_of
from tests.agenda.series_of_mondays import (
    DAY,
    TEN,
    all_of,
    at_once,
    booked,
    first_monday_of_a_month,
    last_sunday,
    monday,
    mondays,
    outcomes,
    places,
    weekly,
)
from tests.agenda.wishes import ours
from tests.factories import BookingFactory, SpaceFactory, next_monday, soon

pytestmark = pytest.mark.django_db


# Looking


def test_free_dates_are_proposed(wish):
    lines = preview(**wish)
    assert [(line.key, line.outcome, line.is_kept) for line in lines] == [
        (monday(week).isoformat(), Outcome.FREE, True) for week in range(4)
    ]


def test_a_taken_date_says_by_what_and_is_not_proposed(wish, space):
    other = BookingFactory(space=space, starts_at=soon("11:00", days=7))
    lines = preview(**wish)
    assert outcomes(lines) == [Outcome.FREE, Outcome.TAKEN, Outcome.FREE, Outcome.FREE]
    assert (lines[1].verdict.clashes, lines[1].can_be_kept) == ([other], False)


def test_a_date_is_taken_by_the_whole_that_the_space_is_a_part_of(wish, space):
    BookingFactory(space=SpaceFactory(parts=[space, SpaceFactory()]))
    assert outcomes(preview(**wish))[:2] == [Outcome.TAKEN, Outcome.FREE]


def test_a_closed_date_is_not_to_be_kept_by_a_member(wish):
    closure = Closure.objects.create(starts_on=monday(1), ends_on=monday(1), reason="Pont")
    lines = preview(**wish)
    assert (lines[1].outcome, lines[1].verdict.closures, lines[1].can_be_kept) == (Outcome.CLOSED, [closure], False)


def test_a_closed_date_may_be_kept_by_the_house_manager_who_is_not_offered_it(wish, house_manager):
    Closure.objects.create(starts_on=monday(1), ends_on=monday(1), reason="Pont")
    line = preview(**wish | {"by": house_manager})[1]
    assert (line.can_be_kept, line.is_kept) == (True, False)


def test_dates_beyond_the_rules_are_to_approve(wish, space):
    space.ahead_days = 14
    far = preview(**wish)[-1]
    assert (far.outcome, far.verdict.reasons, far.is_kept) == (Outcome.TO_APPROVE, [Reason.TOO_FAR], True)


def test_dates_that_a_space_without_decision_refuses(wish, space):
    space.ahead_days, space.approval = 14, "jamais"
    assert (preview(**wish)[-1].outcome, preview(**wish)[-1].can_be_kept) == (Outcome.REFUSED, False)


def test_past_dates_are_said(wish):
    rule = weekly(starts_on=monday(-4), count=3)
    assert outcomes(preview(**wish | {"rule": rule})) == [Outcome.PAST] * 3


def test_impossible_dates_are_listed(wish):
    start = datetime.date(timezone.localdate().year + 1, 1, 1)
    rule = Rule(Frequency.MONTHLY_DATE, start, monthday=31, until=start.replace(month=4, day=30))
    lines = preview(**wish | {"rule": rule})
    assert [line.outcome == Outcome.IMPOSSIBLE for line in lines] == [False, True, False, True]


def test_a_rule_only_of_impossible_dates_is_listed_too(wish):
    start = datetime.date(timezone.localdate().year + 1, 4, 1)
    rule = Rule(Frequency.MONTHLY_DATE, start, monthday=31, until=start.replace(day=30))
    assert outcomes(preview(**wish | {"rule": rule})) == [Outcome.IMPOSSIBLE]


def test_the_hour_that_does_not_exist_is_impossible(wish, space):
    sunday = last_sunday(3)
    rule = weekly(starts_on=sunday - 7 * DAY, count=2)
    lines = preview(**wish | {"rule": rule, "start_time": datetime.time(2, 30), "end_time": datetime.time(5)})
    assert [line.outcome == Outcome.IMPOSSIBLE for line in lines] == [False, True, False]
    assert lines[1].occurrence.problem.startswith("2\u202fh\u202f30 n’existe pas le dimanche")


def test_a_series_that_treads_on_itself_is_said(wish, space):
    space.buffer_minutes = 30
    rule = weekly(*range(7), count=3)
    lines = preview(**wish | {"rule": rule, "start_time": TEN, "end_time": TEN})
    assert [line.can_be_kept for line in lines] == [True, False, True]


def test_a_rule_that_makes_no_list_is_refused_in_words(wish):
    with pytest.raises(ValidationError) as refusal:
        preview(**wish | {"rule": weekly(count=1, until=monday())})
    assert refusal.value.messages == ["Une série finit à une date, ou après un nombre de dates."]


def test_looking_costs_the_same_for_2_and_for_100_dates(wish):
    preview(**wish)  # The settings and the person's structures are read once.

    def cost(count):
        with CaptureQueriesContext(connection) as queries:
            preview(**wish | {"rule": weekly(count=count)})
        return len(queries)

    assert cost(2) == cost(100)


def test_the_share_is_counted_along_the_series(wish):
    AgendaSettings.objects.update_or_create(defaults={"fair_share_hours": 5})
    rule = weekly(starts_on=first_monday_of_a_month(), count=4)
    lines = preview(**wish | {"rule": rule})
    assert outcomes(lines) == [Outcome.FREE, Outcome.FREE, Outcome.TO_APPROVE, Outcome.TO_APPROVE]
    assert lines[2].verdict.reasons == [Reason.OVER_SHARE]


def test_the_share_is_counted_along_the_dates_kept(wish):
    AgendaSettings.objects.update_or_create(defaults={"fair_share_hours": 5})
    first = first_monday_of_a_month()
    keep = {first, first + 14 * DAY}
    series = book_series(**wish | {"rule": weekly(starts_on=first, count=4)}, keep=keep, title="Chorale")
    assert {one.status for one in series.bookings.all()} == {BookingStatus.CONFIRMED}


# Booking


def test_the_dates_kept_are_booked(wish, space, member):
    keep = {monday(0), monday(2)}
    series = book_series(**wish, keep=keep, title=" Chorale ", attendees=8)
    rows = list(series.bookings.order_by("occurrence_on"))
    assert places(rows) == mondays(0, 2)
    assert [(one.occurrence_on, one.title, one.status) for one in rows] == [
        (monday(0), "Chorale", BookingStatus.CONFIRMED),
        (monday(2), "Chorale", BookingStatus.CONFIRMED),
    ]
    assert {(one.space, one.created_by, one.resident, one.attendees) for one in rows} == {
        (space, member, ours(member), 8)
    }
    assert len({one.uid for one in rows}) == 2


def test_a_series_keeps_its_rule(wish):
    assert rule_of(booked(wish)[0].series) == wish["rule"]


@pytest.mark.parametrize(
    "rule",
    [
        Rule(Frequency.MONTHLY_DATE, next_monday(), monthday=10, count=2),
        Rule(Frequency.MONTHLY_WEEKDAY, next_monday(), nth=-1, weekdays=[4], count=2),
    ],
)
def test_a_monthly_series_keeps_its_rule(wish, rule):
    assert rule_of(booked(wish | {"rule": rule})[0].series) == rule


def test_each_booking_of_a_series_has_its_history(wish, member):
    rows = booked(wish)
    assert list(BookingChange.objects.order_by("pk").values_list("booking", "action", "by")) == [
        (one.pk, BookingAction.BOOKED, member.pk) for one in rows
    ]


def test_dates_to_approve_are_requests(wish, space):
    space.ahead_days = 14
    rows = booked(wish, request_word="Pour le concert")
    assert [one.status for one in rows][-1] == BookingStatus.REQUESTED
    assert (rows[-1].reasons, rows[-1].request_word) == ([Reason.TOO_FAR], "Pour le concert")
    change = rows[-1].changes.get()
    assert (change.action, change.word) == (BookingAction.REQUESTED, "Pour le concert")


def test_a_series_occupies_the_parts_of_its_space(wish):
    whole = SpaceFactory(parts=[SpaceFactory(), SpaceFactory()])
    rows = booked(wish | {"space": whole})
    assert [one.occupations.count() for one in rows] == [2, 2, 2, 2]


def test_a_date_taken_meanwhile_leaves_nothing_booked(wish, space):
    keep = all_of(preview(**wish))
    other = BookingFactory(space=space, starts_at=soon(days=14))
    with pytest.raises(Clash) as refusal:
        book_series(**wish, keep=keep, title="Chorale")
    assert refusal.value.verdict.clashes == [other]
    assert (Series.objects.count(), Booking.objects.count()) == (0, 1)


@pytest.mark.parametrize(
    ("keep", "code"),
    [(set(), "empty"), ({monday(0), monday(0) + DAY}, "unknown"), ({datetime.date(9999, 12, 31)}, "empty")],
)
def test_what_is_kept_is_of_the_series(wish, keep, code):
    with pytest.raises(ValidationError) as refusal:
        book_series(**wish, keep=keep, title="Chorale")
    assert refusal.value.code == code
    assert Series.objects.count() == 0


def test_a_closed_date_is_refused_to_a_member(wish):
    Closure.objects.create(starts_on=monday(1), ends_on=monday(1), reason="Pont")
    with pytest.raises(ValidationError) as refusal:
        book_series(**wish, keep={monday(0), monday(1)}, title="Chorale")
    assert refusal.value.messages[0].endswith("fermé (Pont).")
    assert Booking.objects.count() == 0


def test_the_house_manager_books_a_closed_date_knowingly(wish, house_manager):
    Closure.objects.create(starts_on=monday(1), ends_on=monday(1), reason="Pont")
    series = book_series(**wish | {"by": house_manager}, keep={monday(1)}, title="Chorale")
    assert series.bookings.count() == 1


def test_an_impossible_date_is_refused(wish):
    start = datetime.date(timezone.localdate().year + 1, 1, 1)
    rule = Rule(Frequency.MONTHLY_DATE, start, monthday=31, count=2)
    with pytest.raises(ValidationError) as refusal:
        book_series(**wish | {"rule": rule}, keep={datetime.date(start.year, 3, 1) - DAY}, title="Chorale")
    assert refusal.value.code == "refused"


def test_what_is_wrong_on_each_date_leaves_nothing_booked(wish):
    with pytest.raises(ValidationError) as refusal:
        booked(wish, title="  ")
    assert list(refusal.value.message_dict) == ["title"]
    assert Series.objects.count() == 0


def test_a_series_is_not_booked_for_the_structure_of_others(wish, resident):
    with pytest.raises(PermissionDenied):
        booked(wish | {"resident": resident})


def test_booking_costs_the_same_for_2_and_for_50_dates(wish):
    def cost(start, count):
        asked = wish | {"rule": weekly(count=count), "start_time": start, "end_time": start.replace(minute=30)}
        keep = all_of(preview(**asked))
        with CaptureQueriesContext(connection) as queries:
            book_series(**asked, keep=keep, title="Chorale")
        return len(queries)

    assert cost(datetime.time(10), 2) == cost(datetime.time(15), 50)


def test_a_weekly_hour_stays_itself_across_summer_time(wish):
    rule = weekly(starts_on=last_sunday(3) - 13 * DAY, count=4)
    rows = booked(wish | {"rule": rule})
    assert {hours for _day, hours in places(rows)} == {"10:00–12:00"}
    assert len({one.starts_at.astimezone(datetime.UTC).hour for one in rows}) == 2


# Repeating


def test_a_single_booking_becomes_the_first_of_a_series(space, member):
    booking = BookingFactory(space=space, resident=ours(member), created_by=member, title="Chorale", attendees=5)
    uid = booking.uid
    series = repeat(booking=booking, rule=weekly(), by=member, keep={monday(week) for week in range(4)})
    rows = list(series.bookings.order_by("occurrence_on"))
    assert (rows[0].pk, rows[0].uid, rows[0].occurrence_on) == (booking.pk, uid, monday())
    assert places(rows) == mondays(0, 1, 2, 3)
    assert {(one.title, one.attendees, one.resident) for one in rows} == {("Chorale", 5, ours(member))}


def test_a_booking_of_a_series_is_not_repeated(wish, member):
    with pytest.raises(ValidationError) as refusal:
        repeat(booking=booked(wish)[0], rule=weekly(), by=member, keep={monday(1)})
    assert refusal.value.code == "repeated"


def test_a_booking_of_several_days_is_not_repeated(house_manager):
    booking = BookingFactory(ends_at=soon(days=2))
    with pytest.raises(ValidationError) as refusal:
        repeat(booking=booking, rule=weekly(), by=house_manager, keep={monday(1)})
    assert refusal.value.code == "long"


def test_the_booking_of_others_is_not_repeated(member):
    with pytest.raises(PermissionDenied):
        repeat(booking=BookingFactory(), rule=weekly(), by=member, keep={monday(1)})


# At once


@pytest.mark.django_db(transaction=True)
def test_of_two_series_at_once_one_is_booked_whole(wish, space):
    keep = all_of(preview(**wish))
    answers = at_once(*[lambda: book_series(**wish, keep=keep, title="Chorale")] * 4)
    assert sorted(type(answer).__name__ for answer in answers) == ["Clash", "Clash", "Clash", "Series"]
    assert Booking.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_whole_and_its_part_at_once_wait_for_one_another(wish, space):
    whole = SpaceFactory(parts=[space, SpaceFactory()], ahead_days=None)
    keep = all_of(preview(**wish))
    answers = at_once(
        *[lambda: book_series(**wish, keep=keep, title="Chorale")] * 2,
        *[lambda: book_series(**wish | {"space": whole}, keep=keep, title="Bal")] * 2,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Clash", "Clash", "Clash", "Series"]
