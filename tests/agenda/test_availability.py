"""What is free: between hours, bookings and closures, near a time, or in another space."""

import datetime

import pytest
from django.utils import timezone

from agenda.actions.bookings import alternatives
from agenda.availability import Stretch, free_spaces, free_stretches, nearest_free
from agenda.enums import Approval, BookableBy
from agenda.models import Closure, Equipment
from agenda.situation import DAY, read
from agenda.times import midnight
from tests.agenda.wishes import hours
from tests.factories import BookingFactory, SpaceFactory, next_monday, soon

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def spans(stretches):
    return [(stretch.starts_at, stretch.ends_at) for stretch in stretches]


def test_free_stretches_between_hours_bookings_and_tidying():
    space = SpaceFactory(buffer_minutes=30)
    BookingFactory(space=space, buffer_minutes=15)
    BookingFactory(space=space, starts_at=soon("13:00"))
    assert spans(free_stretches(space, next_monday())) == [
        (soon("08:00"), soon("09:30")),
        (soon("15:00"), soon("22:00")),
    ]


def test_free_stretches_of_a_closed_day_and_of_a_day_without_hours():
    space = SpaceFactory(open=False)
    hours(space, 0, "09:00", "00:00")
    hours(space, 1, "09:00", "12:00")
    day = next_monday()
    assert spans(free_stretches(space, day)) == [(soon("09:00"), midnight(day + DAY))]
    assert free_stretches(space, day + DAY * 2) == []
    Closure.objects.create(starts_on=day + DAY, ends_on=day + DAY, reason="Pont")
    assert free_stretches(space, day + DAY) == []


def test_free_stretches_of_a_whole_are_those_of_all_its_parts():
    left, right = SpaceFactory(), SpaceFactory()
    whole = SpaceFactory(parts=[left, right])
    BookingFactory(space=left, starts_at=soon("08:00"), ends_at=soon("12:00"))
    BookingFactory(space=right, starts_at=soon("11:00"), ends_at=soon("20:00"))
    assert spans(free_stretches(whole, next_monday())) == [(soon("20:00"), soon("22:00"))]


def test_free_stretches_leave_out_the_past_but_not_the_quarter_that_has_begun():
    space = SpaceFactory(open=False, least_minutes=5)
    for day in range(7):
        hours(space, day, "00:00", "00:00")
    today, now = timezone.localdate(), timezone.now()
    assert free_stretches(space, today - DAY) == []
    found = free_stretches(space, today)
    assert len(found) == 1 and now - datetime.timedelta(minutes=15) < found[0].starts_at <= now


def test_nearest_free_on_both_sides_in_order():
    space = SpaceFactory()
    held = BookingFactory(space=space)
    found = nearest_free(space, soon("11:00"), 90, most=2)
    assert spans(found) == [(soon("08:30"), soon("10:00")), (soon("12:00"), soon("13:30"))]
    assert [stretch.minutes for stretch in found] == [90, 90]
    assert spans(nearest_free(space, soon("11:00"), 90, most=1, ignoring=[held])) == [(soon("11:00"), soon("12:30"))]


def test_nearest_free_of_a_free_time_is_itself():
    space = SpaceFactory()
    assert nearest_free(space, soon("11:05"), 60, most=1) == [Stretch(space, soon("11:05"), soon("12:05"))]


def test_nearest_free_leaves_room_to_tidy_up_and_starts_on_the_quarter():
    space = SpaceFactory(buffer_minutes=10)
    BookingFactory(space=space, buffer_minutes=10)
    assert spans(nearest_free(space, soon("10:30"), 60, most=2)) == [
        (soon("08:45"), soon("09:45")),
        (soon("12:15"), soon("13:15")),
    ]


def test_nearest_free_is_never_past_nor_too_far():
    space = SpaceFactory(open=False, ahead_days=1)
    for day in range(7):
        hours(space, day, "00:00", "00:00")
    now = timezone.now()
    assert all(stretch.starts_at > now - HOUR / 4 for stretch in nearest_free(space, now - HOUR * 5, 60))
    assert nearest_free(space, now + DAY * 10, 60) == []
    assert nearest_free(space, now - DAY * 90, 60) == []


def test_nearest_free_is_within_closures_and_hours():
    space = SpaceFactory(open=False)
    hours(space, 0, "09:00", "11:00")
    assert spans(nearest_free(space, soon("15:00"), 120, most=1)) == [(soon("09:00"), soon("11:00"))]
    assert nearest_free(space, soon("15:00"), 150) == []
    Closure.objects.create(starts_on=next_monday(), ends_on=next_monday(), reason="Pont")
    assert soon("09:00") not in [stretch.starts_at for stretch in nearest_free(space, soon("15:00"), 120)]


def test_free_spaces_the_smallest_that_suffices_first(member):
    screen = Equipment.objects.create(name="Vidéoprojecteur")
    large, small, medium = SpaceFactory(capacity=50), SpaceFactory(capacity=3), SpaceFactory(capacity=20)
    taken = SpaceFactory(capacity=30)
    BookingFactory(space=taken)
    SpaceFactory(capacity=30, is_retired=True)
    SpaceFactory(capacity=30, bookable_by=BookableBy.HOUSE)
    SpaceFactory(capacity=30, open=False)
    large.equipment.add(screen)
    wish = (soon("11:00"), soon("12:00"))
    assert free_spaces(*wish, by=member) == [small, medium, large]
    assert free_spaces(*wish, by=member, attendees=20) == [medium, large]
    assert free_spaces(*wish, by=member, equipment=[screen]) == [large]
    assert free_spaces(*wish, by=member, equipment=[screen.pk], attendees=51) == []


def test_free_spaces_leave_out_what_would_be_refused_and_keep_what_would_be_requested(member):
    asked, _refused = SpaceFactory(always_decided=True), SpaceFactory(approval=Approval.NEVER)
    assert free_spaces(soon("10:00"), soon("15:00"), by=member) == [asked]
    closed = Closure.objects.create(starts_on=next_monday(), ends_on=next_monday(), reason="Pont")
    closed.spaces.add(asked)
    assert free_spaces(soon("10:00"), soon("15:00"), by=member) == []


def test_free_spaces_for_the_house_manager_whatever_the_hours(house_manager):
    space = SpaceFactory(open=False, approval=Approval.NEVER)
    assert free_spaces(soon("02:00"), soon("15:00"), by=house_manager) == [space]


def test_free_spaces_asks_as_much_for_one_as_for_three(member, django_assert_num_queries):
    assert (member.is_house_manager, len(member.memberships_list)) == (False, 1)
    for _n in range(2):
        BookingFactory(space=SpaceFactory(), starts_at=soon("15:00"))
        with django_assert_num_queries(6):
            free_spaces(soon(), soon("12:00"), by=member)


def test_alternatives_are_other_spaces_and_other_times(member):
    held, other = BookingFactory(), SpaceFactory()
    found = alternatives(space=held.space, starts_at=soon("11:00"), ends_at=soon("12:00"), by=member)
    assert found["spaces"] == [other]
    assert (soon("12:00"), soon("13:00")) in spans(found["times"])


def test_read_nothing_is_nothing():
    assert read([], soon(), soon("12:00")) == {}
