"""What is held, open, closed and free, for many spaces and days at once."""

import datetime

import pytest

from agenda.availability import free_stretches
from agenda.enums import BookableBy, BookingStatus
from agenda.models import Closure, OpeningHours
from agenda.pages.grid import DAY
from agenda.pages.planning import Planning
from agenda.times import local
from tests.factories import BookingFactory, SpaceFactory, next_monday, soon

ONE_DAY = datetime.timedelta(days=1)


def planning_of(user, *slugs, days=1):
    monday = next_monday()
    return Planning(user, monday, monday + ONE_DAY * (days - 1), list(slugs))


def test_space_is_free_where_it_is_open_and_not_held_with_room_to_tidy(member):
    space = SpaceFactory(buffer_minutes=30)
    BookingFactory(space=space, buffer_minutes=30)
    planning = planning_of(member)
    assert planning.free_on(next_monday(), space) == [(480, 570), (750, 1320)]


def test_whole_and_parts_hold_one_another_and_not_their_neighbour(member):
    north, south = SpaceFactory(), SpaceFactory()
    whole = SpaceFactory(parts=[north, south])
    BookingFactory(space=north)
    planning = planning_of(member)
    held = {space.name: len(planning.held_on(next_monday(), space)) for space in (north, south, whole)}
    assert held == {north.name: 1, south.name: 0, whole.name: 1}
    BookingFactory(space=whole, starts_at=soon("14:00"))
    planning = planning_of(member)
    held = {space.name: len(planning.held_on(next_monday(), space)) for space in (north, south, whole)}
    assert held == {north.name: 2, south.name: 1, whole.name: 2}


def test_chosen_space_shows_what_holds_it_and_no_other(member):
    north, other = SpaceFactory(), SpaceFactory()
    whole = SpaceFactory(parts=[north])
    BookingFactory(space=whole)
    BookingFactory(space=other)
    planning = planning_of(member, north.slug)
    assert [(reading.space, planning.is_narrowed) for reading in planning.bookings] == [(whole, True)]


def test_only_those_that_hold_are_shown(member):
    for status in (BookingStatus.DECLINED, BookingStatus.REQUESTED):
        BookingFactory(status=status)
    assert [reading.is_requested for reading in planning_of(member).bookings] == [True]


def test_unknown_space_is_left_aside(member):
    space = SpaceFactory()
    assert planning_of(member, "nulle-part").spaces == [space]


def test_retired_space_is_shown_only_when_it_is_named(member):
    space, retired = SpaceFactory(), SpaceFactory(is_retired=True)
    assert planning_of(member).spaces == [space]
    assert planning_of(member, retired.slug).spaces == [retired]


@pytest.mark.parametrize("closes", ["house", "itself", "part", "whole"])
def test_closure_leaves_nothing_free(member, closes):
    part = SpaceFactory()
    whole = SpaceFactory(parts=[part])
    closure = Closure.objects.create(starts_on=next_monday(), ends_on=next_monday(), reason="Travaux")
    closure.spaces.set({"house": [], "itself": [part], "part": [part], "whole": [whole]}[closes])
    space = whole if closes == "part" else part
    planning = planning_of(member, days=2)
    assert planning.closure_on(next_monday(), space) == closure
    assert planning.free_on(next_monday(), space) == []
    assert planning.free_on(next_monday() + ONE_DAY, space) == [(480, 1320)]


def test_closure_of_another_space_leaves_it_free(member):
    space = SpaceFactory()
    Closure.objects.create(starts_on=next_monday(), ends_on=next_monday(), reason="Travaux").spaces.add(SpaceFactory())
    assert planning_of(member).closure_on(next_monday(), space) is None


def test_tidying_of_the_day_before_holds_the_morning(member):
    space = SpaceFactory(open=False)
    OpeningHours.objects.create(space=space, weekday=0, opens_at=datetime.time(0), closes_at=datetime.time(0))
    evening = soon("21:00", days=-1)
    BookingFactory(space=space, starts_at=evening, ends_at=soon("00:00"), buffer_minutes=90)
    assert planning_of(member).free_on(next_monday(), space) == [(90, DAY)]


def test_what_one_may_not_book_is_not_bookable(member, house_manager):
    space = SpaceFactory(bookable_by=BookableBy.HOUSE)
    assert planning_of(member).bookable_on(next_monday(), space) == []
    assert planning_of(house_manager).bookable_on(next_monday(), space) == [(480, 1320)]


def test_free_is_what_availability_says_it_is(member):
    """Two ways to the same truth: for one space and day when one books, for many when one looks."""
    north, south = SpaceFactory(buffer_minutes=20), SpaceFactory(least_minutes=60)
    whole = SpaceFactory(parts=[north, south], buffer_minutes=45)
    BookingFactory(space=north, starts_at=soon("09:10"), ends_at=soon("10:05"), buffer_minutes=20)
    BookingFactory(space=south, starts_at=soon("10:30"), ends_at=soon("12:00"))
    BookingFactory(space=whole, starts_at=soon("20:00"), ends_at=soon("03:00", days=1), buffer_minutes=45)
    Closure.objects.create(starts_on=next_monday() + ONE_DAY * 2, ends_on=next_monday() + ONE_DAY * 2, reason="Pont")
    planning = planning_of(member, days=4)

    def said(stretches):
        clock = [(local(stretch.starts_at), local(stretch.ends_at)) for stretch in stretches]
        return [(start.hour * 60 + start.minute, (end.hour * 60 + end.minute) or DAY) for start, end in clock]

    for day in planning.days:
        for space in (north, south, whole):
            assert planning.free_on(day, space) == said(free_stretches(space, day)), (day, space)
