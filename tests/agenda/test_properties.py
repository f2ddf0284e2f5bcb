"""Whatever is done in whatever order: no overlap, no lost occurrence, no wrong local hour."""

import datetime
import os
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from agenda.actions import bookings, series
from agenda.actions.series import Scope
from agenda.enums import HOLDING, Frequency
from agenda.models import AgendaSettings, Booking, Closure, Occupation, Space
from agenda.recurrence import MOST_DATES, Rule, RuleError, occurrences
from agenda.times import PARIS, ImpossibleTime, instant
from residents.models import User
from tests.agenda.series_of_mondays import DAY, last_sunday
from tests.factories import MembershipFactory, SpaceFactory, UserFactory

# In CI the same examples each time; elsewhere others each time, printed so that they can be tried again.
PROFILE = settings(
    deadline=None,
    derandomize="CI" in os.environ,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


# Rules

rules_of_dates = (
    st.builds(
        Rule,
        frequency=st.just(Frequency.WEEKLY.value),
        starts_on=st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 1, 1)),
        interval=st.integers(1, 52),
        weekdays=st.lists(st.integers(0, 6), min_size=1, max_size=7),
        count=st.integers(1, 60),
    )
    | st.builds(
        Rule,
        frequency=st.just(Frequency.MONTHLY_DATE.value),
        starts_on=st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 1, 1)),
        interval=st.integers(1, 52),
        monthday=st.integers(1, 31),
        count=st.integers(1, 60),
    )
    | st.builds(
        Rule,
        frequency=st.just(Frequency.MONTHLY_WEEKDAY.value),
        starts_on=st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 1, 1)),
        interval=st.integers(1, 52),
        weekdays=st.lists(st.integers(0, 6), min_size=1, max_size=1),
        nth=st.sampled_from([-1, 1, 2, 3, 4, 5]),
        count=st.integers(1, 60),
    )
)
times = st.times().map(lambda time: time.replace(second=0, microsecond=0))


@given(rule=rules_of_dates, start=times | st.just(datetime.time(2, 30)), end=times)
@settings(PROFILE, max_examples=150)
def test_the_dates_of_any_rule_are_in_order_and_at_its_hours(rule, start, end):
    try:
        found = occurrences(rule, start, end)
    except RuleError:
        # The 31st of every twelfth month from a February on, for instance; never a weekly one.
        assert rule.frequency != Frequency.WEEKLY
        return
    days = [one.day for one in found]
    assert days == sorted(set(days)) and days[0] >= rule.starts_on and len(days) <= MOST_DATES
    assert sum(one.is_possible for one in found) == rule.count
    for one in found:
        assert one.is_possible == (not one.problem)
        if one.is_possible:
            assert (shown(one.starts_at), shown(one.ends_at)) == wall(one.day, start, end)
            assert (one.starts_at.fold, one.ends_at.fold) == (0, 0)


def shown(moment: datetime.datetime) -> datetime.datetime:
    """What clocks in Paris show then."""
    return moment.astimezone(datetime.UTC).astimezone(PARIS).replace(tzinfo=None)


def wall(day, start, end) -> tuple[datetime.datetime, datetime.datetime]:
    return datetime.datetime.combine(day, start), datetime.datetime.combine(day if end > start else day + DAY, end)


# Sequences of what people do


@dataclass(frozen=True)
class Expected:
    """A booking as it must be kept: where its last accepted change put it, on the clocks of Paris."""

    uid: object
    space: int
    hours: tuple[datetime.datetime, datetime.datetime]
    is_holding: bool = True
    sequence: int = 0


@dataclass
class World:
    member: User
    manager: User
    spaces: list[Space]
    parts: dict[int, set[int]]
    sundays: list[datetime.date]


# Around one of the two Sundays.
days = st.tuples(st.integers(0, 1), st.integers(-9, 9))
hours = st.tuples(
    st.sampled_from(["00:00", "01:30", "02:00", "02:30", "03:00", "09:00", "10:00", "11:00", "22:00", "23:30"]),
    st.sampled_from([30, 60, 90, 120, 180, 23 * 60]),
)
some = st.integers(0, 99)
scopes = st.sampled_from(list(Scope))


def clock(hours) -> tuple[datetime.time, datetime.time]:
    start = datetime.datetime.combine(datetime.date(2000, 1, 1), datetime.time.fromisoformat(hours[0]))
    return start.time(), (start + datetime.timedelta(minutes=hours[1])).time()


class Agenda(RuleBasedStateMachine):
    world: World

    def __init__(self):
        super().__init__()
        # Each example is undone, inside the test's own transaction.
        self.example = transaction.atomic()
        self.example.__enter__()
        self.expected: dict[int, Expected] = {}
        self.passed = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    # What is at hand

    def day(self, day) -> datetime.date:
        return self.world.sundays[day[0]] + DAY * day[1]

    def space(self, number) -> Space:
        return self.world.spaces[number % len(self.world.spaces)]

    def any_booking(self, number) -> Booking:
        pks = list(self.expected)
        return Booking.objects.with_names().get(pk=pks[number % len(pks)])

    def instants(self, day, hours):
        """The wish as a form gives it; None when its hour does not exist."""
        start, end = wall(day, *clock(hours))
        try:
            return instant(start.date(), start.time()), instant(end.date(), end.time())
        except ImpossibleTime:
            return None

    def expect(self, booking: Booking, day, start, end) -> None:
        self.expected[booking.pk] = Expected(booking.uid, booking.space_id, wall(day, start, end))

    def is_accepted(self, act) -> bool:
        """Whether `act` was; a refusal must leave everything as it was, which the invariants look at."""
        try:
            act()
        except (ValidationError, PermissionDenied):
            return False
        return True

    # What people do

    @rule(space=some, day=days, hours=hours, by_manager=st.booleans())
    def book(self, space, day, hours, by_manager):
        if not (when := self.instants(self.day(day), hours)):
            return
        made = []
        wish = {"space": self.space(space), "starts_at": when[0], "ends_at": when[1], "title": "Réunion"}
        if by_manager:
            wish |= {"by": self.world.manager, "despite_closure": True}
        else:
            wish |= {"by": self.world.member, "resident": self.world.member.memberships_list[0].resident}
        if self.is_accepted(lambda: made.append(bookings.book(**wish))):
            self.expect(made[0], self.day(day), *clock(hours))

    @precondition(lambda self: self.expected)
    @rule(one=some, space=some, day=days, hours=hours)
    def move(self, one, space, day, hours):
        booking = self.any_booking(one)
        if not (when := self.instants(self.day(day), hours)):
            return
        to = {"space": self.space(space), "starts_at": when[0], "ends_at": when[1]}
        if self.is_accepted(lambda: bookings.change(booking=booking, to=to, by=self.world.member)):
            self.put(booking.pk, self.day(day), *clock(hours), space=to["space"])

    def put(self, pk, day, start, end, *, space=None):
        was = self.expected[pk]
        self.expected[pk] = replace(was, hours=wall(day, start, end), space=space.pk if space else was.space)

    @precondition(lambda self: self.expected)
    @rule(one=some, accepts=st.booleans())
    def decide(self, one, accepts):
        booking = self.any_booking(one)
        decide = bookings.approve if accepts else bookings.decline
        if self.is_accepted(lambda: decide(booking=booking, by=self.world.manager)) and not accepts:
            self.free(booking.pk)

    @precondition(lambda self: self.expected)
    @rule(one=some)
    def cancel(self, one):
        booking = self.any_booking(one)
        if booking.is_past:
            return
        if self.is_accepted(lambda: bookings.cancel(booking=booking, by=self.world.member)):
            self.free(booking.pk)

    def free(self, pk):
        self.expected[pk] = replace(self.expected[pk], is_holding=False)

    @rule(
        space=some,
        day=days,
        weekdays=st.sets(st.integers(0, 6), min_size=1, max_size=3),
        interval=st.integers(1, 2),
        count=st.integers(1, 6),
        hours=hours,
        skipped=st.sets(st.integers(0, 5), max_size=2),
    )
    def book_series(self, space, day, weekdays, interval, count, hours, skipped):
        start, end = clock(hours)
        wish = {
            "rule": Rule(Frequency.WEEKLY, self.day(day), interval=interval, weekdays=sorted(weekdays), count=count),
            "start_time": start,
            "end_time": end,
            "space": self.space(space),
            "by": self.world.member,
            "resident": self.world.member.memberships_list[0].resident,
        }
        lines = series.preview(**wish)
        keep = {line.day for number, line in enumerate(lines) if line.is_kept and number not in skipped}
        made = []
        if self.is_accepted(lambda: made.append(series.book_series(**wish, keep=keep, title="Chorale"))):
            rows = list(made[0].bookings.all())
            assert {row.occurrence_on for row in rows} == keep
            for row in rows:
                self.expect(row, row.occurrence_on, start, end)

    @precondition(lambda self: self.expected)
    @rule(one=some, interval=st.integers(1, 2), count=st.integers(2, 4))
    def repeat(self, one, interval, count):
        booking = self.any_booking(one)
        first, last = self.expected[booking.pk].hours
        wish = Rule(Frequency.WEEKLY, first.date(), interval=interval, weekdays=[first.weekday()], count=count)
        lines = series.preview(
            rule=wish,
            start_time=first.time(),
            end_time=last.time(),
            space=booking.space,
            by=self.world.member,
            resident=booking.resident,
            ignoring=[booking],
        )
        keep = {line.day for line in lines if line.is_kept}
        made = []
        if self.is_accepted(
            lambda: made.append(series.repeat(booking=booking, rule=wish, by=self.world.member, keep=keep))
        ):
            for row in made[0].bookings.exclude(pk=booking.pk):
                self.expect(row, row.occurrence_on, first.time(), last.time())

    @precondition(lambda self: self.expected)
    @rule(
        one=some,
        scope=scopes,
        shift=st.integers(-8, 8),
        hours=st.none() | hours,
        space=st.none() | some,
        with_moved=st.booleans(),
        skipped=st.sets(st.integers(0, 5), max_size=1),
    )
    def change_series(self, one, scope, shift, hours, space, with_moved, skipped):
        booking = self.any_booking(one)
        to = {"day_shift": shift}
        if hours:
            to["start_time"], to["end_time"] = clock(hours)
        if space is not None:
            to["space"] = self.space(space)
        try:
            lines = series.preview_change(booking=booking, to=to, scope=scope, by=self.world.member)
        except PermissionDenied:
            return
        asked = [line for line in lines if line.is_kept or (with_moved and line.can_be_kept)]
        kept = [line for number, line in enumerate(asked) if number not in skipped]
        keep = {line.day for line in kept}
        places = {line.booking.pk: self.place(line.booking.pk, shift, booking, to) for line in kept}
        if self.is_accepted(
            lambda: series.change_series(booking=booking, to=to, scope=scope, by=self.world.member, keep=keep)
        ):
            for pk, place in places.items():
                was = self.expected[pk]
                moved_to = to["space"].pk if "space" in to and to["space"] != booking.space else was.space
                self.expected[pk] = replace(was, hours=place, space=moved_to)

    def place(self, pk, shift, pivot, to):
        """Where a change puts that booking: so many days later, at the new hours when they change for the pivot."""
        start, end = (moment + DAY * shift for moment in self.expected[pk].hours)
        now = tuple(moment.time() for moment in self.expected[pivot.pk].hours)
        asked = to.get("start_time", now[0]), to.get("end_time", now[1])
        return (start, end) if asked == now else wall(start.date(), *asked)

    @precondition(lambda self: self.expected)
    @rule(one=some, scope=scopes)
    def cancel_series(self, one, scope):
        booking = self.any_booking(one)
        chosen = [row.pk for row in series.affected(booking=booking, scope=scope)]
        if self.is_accepted(lambda: series.cancel_series(booking=booking, scope=scope, by=self.world.member)):
            for pk in chosen:
                self.free(pk)

    @rule(day=days, length=st.integers(0, 2), spaces=st.sets(some, max_size=1))
    def close(self, day, length, spaces):
        first = self.day(day)
        closure = Closure.objects.create(starts_on=first, ends_on=first + DAY * length, reason="Travaux")
        closure.spaces.set(self.space(number) for number in spaces)

    @precondition(lambda self: self.expected)
    @rule(one=some)
    def time_passes(self, one):
        """It was held a while ago: from now on it never moves."""
        booking = self.any_booking(one)
        if not booking.is_holding:
            return
        self.passed += 1
        day = timezone.localdate() - DAY * 2 * self.passed
        start, end = wall(day, datetime.time(10), datetime.time(12))
        moments = {"starts_at": start.replace(tzinfo=PARIS), "ends_at": end.replace(tzinfo=PARIS)}
        Booking.objects.filter(pk=booking.pk).update(**moments)
        self.put(booking.pk, day, start.time(), end.time())

    # What must hold

    @invariant()
    def everything_is_where_it_was_put(self):
        for booking in (rows := list(Booking.objects.all())):
            expected = self.expected[booking.pk]
            assert booking.uid == expected.uid
            assert booking.space_id == expected.space
            assert (shown(booking.starts_at), shown(booking.ends_at)) == expected.hours
            # Of an hour that comes twice, the first.
            firsts = [at.replace(tzinfo=PARIS, fold=0).astimezone(datetime.UTC) for at in expected.hours]
            assert [booking.starts_at, booking.ends_at] == firsts
            assert (booking.status in HOLDING) == expected.is_holding
            assert booking.sequence >= expected.sequence
            self.expected[booking.pk] = replace(expected, sequence=booking.sequence)
        assert {booking.pk for booking in rows} == set(self.expected)

    @invariant()
    def nobody_shares_a_space(self):
        held = []
        for booking in Booking.objects.filter(status__in=HOLDING):
            until = booking.ends_at + datetime.timedelta(minutes=booking.buffer_minutes)
            held += [(part, booking.starts_at, until, booking.pk) for part in self.world.parts[booking.space_id]]
        held.sort()
        for (part, _start, until, _pk), (other, start, _until, _other_pk) in pairwise(held):
            assert part != other or until <= start
        kept = Occupation.objects.values_list("space", "during", "booking")
        assert sorted((space, during.lower, during.upper, pk) for space, during, pk in kept) == held


@pytest.fixture
def world(db):
    """Two rooms, one of which asks for half an hour of tidying, and the whole that they make; a share soon reached."""
    small = SpaceFactory(ahead_days=None)
    tidied = SpaceFactory(ahead_days=None, buffer_minutes=30, approval="toujours")
    whole = SpaceFactory(ahead_days=None, parts=[small, tidied])
    AgendaSettings.objects.update_or_create(defaults={"fair_share_hours": 6})
    return World(
        member=MembershipFactory(lead=True).user,
        manager=UserFactory(house_manager=True),
        spaces=[small, tidied, whole],
        parts={small.pk: {small.pk}, tidied.pk: {tidied.pk}, whole.pk: {small.pk, tidied.pk}},
        sundays=[last_sunday(3), last_sunday(10)],
    )


def test_no_sequence_leaves_an_overlap_a_lost_occurrence_or_a_wrong_hour(world):
    machine = type("AgendaOfThisWorld", (Agenda,), {"world": world})
    run_state_machine_as_test(machine, settings=settings(PROFILE, max_examples=25, stateful_step_count=12))
    assert Booking.objects.count() == 0, "each example is undone"
