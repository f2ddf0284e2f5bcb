"""What a wish meets: the rules of a space, who may book it, its hours, closures, what is taken."""

import datetime

import pytest
from django.utils import timezone

from agenda.actions.bookings import alternatives
from agenda.availability import free_spaces, free_stretches, hours_used, judge, nearest_free
from agenda.enums import Approval, BookableBy, BookingStatus, Reason
from agenda.models import Closure
from agenda.situation import DAY
from agenda.times import PARIS, instant, midnight
from tests.agenda.wishes import hours, ours, reasons, share
from tests.factories import BookingFactory, ResidentFactory, SpaceFactory, UserFactory, next_monday, soon

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)
ABSURD = [datetime.date.min, datetime.date(1850, 3, 3), datetime.date(2300, 1, 1), datetime.date.max]


# The rules of a space


def test_judge_a_plain_wish_is_free(member):
    verdict = judge(space=SpaceFactory(), starts_at=soon(), ends_at=soon("12:00"), by=member, resident=ours(member))
    assert (verdict.is_free, verdict.reasons, verdict.needs_decision, verdict.refusal) == (True, [], False, "")


@pytest.mark.parametrize(
    ("start", "end", "wish", "reason"),
    [
        ("10:00", "10:15", {}, Reason.TOO_SHORT),
        ("10:00", "14:15", {}, Reason.TOO_LONG),
        ("07:45", "09:00", {}, Reason.OUT_OF_HOURS),
        ("21:00", "22:15", {}, Reason.OUT_OF_HOURS),
        ("10:00", "12:00", {"attendees": 13}, Reason.TOO_MANY),
    ],
)
def test_judge_beyond_a_rule_asks_for_a_decision(member, start, end, wish, reason):
    verdict = judge(space=SpaceFactory(), starts_at=soon(start), ends_at=soon(end), by=member, **wish)
    assert (verdict.reasons, verdict.needs_decision, verdict.refusal) == ([reason], True, "")


@pytest.mark.parametrize(
    ("start", "end", "wish"),
    [("10:00", "10:30", {}), ("10:00", "14:00", {}), ("08:00", "10:00", {}), ("20:00", "22:00", {"attendees": 12})],
)
def test_judge_at_the_edge_of_a_rule_is_within_it(member, start, end, wish):
    assert reasons(member, SpaceFactory(), start, end, **wish) == []


def test_judge_too_far_counts_local_days(member):
    today = timezone.localdate()
    space = SpaceFactory(ahead_days=(next_monday() - today).days)
    assert reasons(member, space) == []
    assert reasons(member, space, days=1) == [Reason.TOO_FAR]
    space.ahead_days = None
    assert reasons(member, space, days=400) == []


def test_judge_without_limits_of_duration(member):
    space = SpaceFactory(longest_minutes=None, open=False)
    for day in range(7):
        hours(space, day, "00:00", "00:00")
    assert reasons(member, space, "00:00", "00:00", until=20) == []


@pytest.mark.parametrize(
    ("start", "end", "wish", "words"),
    [
        ("10:00", "10:15", {}, "30\xa0minutes au moins"),
        ("10:00", "14:15", {}, "4\u202fh au plus"),
        ("07:45", "09:00", {}, "pas ouvert"),
        ("10:00", "12:00", {"attendees": 13}, "12 personnes au plus"),
    ],
)
def test_judge_never_decided_refuses_beyond_the_rules_in_words(member, start, end, wish, words):
    space = SpaceFactory(approval=Approval.NEVER)
    verdict = judge(space=space, starts_at=soon(start), ends_at=soon(end), by=member, **wish)
    assert not verdict.needs_decision
    assert words in verdict.refusal


def test_judge_never_decided_and_within_the_rules_is_free(member):
    assert judge(
        space=SpaceFactory(approval=Approval.NEVER), starts_at=soon(), ends_at=soon("12:00"), by=member
    ).refusal == ("")


def test_judge_never_decided_refuses_too_far_and_over_the_share_in_words(member):
    share(1)
    space = SpaceFactory(approval=Approval.NEVER, ahead_days=1)
    far = judge(space=space, starts_at=soon(days=30), ends_at=soon("12:00", days=30), by=member)
    assert "1 jours à l’avance" in far.refusal
    space.ahead_days = None
    much = judge(space=space, starts_at=soon(), ends_at=soon("12:00"), by=member, resident=ours(member))
    assert "sa part du mois, 1 heures" in much.refusal


def test_judge_always_decided(member):
    space = SpaceFactory(always_decided=True)
    assert reasons(member, space) == [Reason.APPROVAL]
    assert reasons(member, space, "10:00", "15:00") == [Reason.APPROVAL, Reason.TOO_LONG]


def test_judge_house_manager_is_never_beyond_the_rules(house_manager):
    share(0)
    space = SpaceFactory(always_decided=True, capacity=2, ahead_days=0, open=False)
    wish = {"attendees": 50, "resident": ResidentFactory()}
    verdict = judge(space=space, starts_at=soon(days=99), ends_at=soon("23:00", days=99), by=house_manager, **wish)
    assert (verdict.reasons, verdict.refusal, verdict.is_free) == ([], "", True)


# Who


@pytest.mark.parametrize(
    ("bookable_by", "words"),
    [(BookableBy.LEADS, "référentes et référents"), (BookableBy.HOUSE, "maîtresse d’établissement")],
)
def test_judge_says_who_may_book(member, bookable_by, words):
    space = SpaceFactory(bookable_by=bookable_by)
    assert words in judge(space=space, starts_at=soon(), ends_at=soon("12:00"), by=member).refusal


def test_judge_space_of_leads_is_bookable_by_a_lead(lead):
    space = SpaceFactory(bookable_by=BookableBy.LEADS)
    assert judge(space=space, starts_at=soon(), ends_at=soon("12:00"), by=lead).refusal == ""


def test_judge_space_of_the_house_is_bookable_by_the_house_manager(house_manager):
    space = SpaceFactory(bookable_by=BookableBy.HOUSE)
    assert judge(space=space, starts_at=soon(), ends_at=soon("12:00"), by=house_manager).refusal == ""


def test_judge_refuses_a_person_without_structure():
    verdict = judge(space=SpaceFactory(), starts_at=soon(), ends_at=soon("12:00"), by=UserFactory())
    assert "réservable par les résidents" in verdict.refusal


def test_judge_refuses_a_retired_space_to_all(member, house_manager):
    space = SpaceFactory(is_retired=True)
    for user in (member, house_manager):
        verdict = judge(space=space, starts_at=soon(), ends_at=soon("12:00"), by=user)
        assert "ne se réserve plus" in verdict.refusal


# When


def test_judge_refuses_what_ends_before_it_starts(member):
    verdict = judge(space=SpaceFactory(), starts_at=soon("12:00"), ends_at=soon("10:00"), by=member)
    assert verdict.refusal == "La fin vient avant le début."


def test_judge_counts_instants_and_not_the_wall_clock_in_october(member):
    """02:50 before the clock goes back, to 02:10 after it, is twenty minutes."""
    day = next_change(10)
    start = datetime.datetime.combine(day, datetime.time(2, 50), tzinfo=PARIS)
    end = datetime.datetime.combine(day, datetime.time(2, 10, fold=1), tzinfo=PARIS)
    space = SpaceFactory(open=False, ahead_days=None, least_minutes=20)
    for weekday in range(7):
        hours(space, weekday, "00:00", "00:00")
    verdict = judge(space=space, starts_at=start, ends_at=end, by=member)
    assert (verdict.refusal, verdict.reasons) == ("", [])


def next_change(month):
    """The last Sunday of that month, this year or the next."""
    today = timezone.localdate()
    for year in (today.year, today.year + 1):
        last = datetime.date(year, month, 31)
        day = last - DAY * ((last.weekday() + 1) % 7)
        if day > today:
            return day
    raise AssertionError


@pytest.mark.parametrize(("ago", "is_refused"), [(14, False), (16, True)])
def test_judge_lets_a_resident_book_the_quarter_of_an_hour_that_has_begun(member, ago, is_refused):
    start = timezone.now() - datetime.timedelta(minutes=ago)
    verdict = judge(space=SpaceFactory(), starts_at=start, ends_at=start + HOUR, by=member)
    assert verdict.refusal == ("Ce moment est passé." if is_refused else "")


@pytest.mark.parametrize(("left", "is_refused"), [(1, False), (-1, True)])
def test_judge_lets_the_house_manager_book_what_is_not_over(house_manager, left, is_refused):
    end = timezone.now() + datetime.timedelta(minutes=left)
    verdict = judge(space=SpaceFactory(), starts_at=end - HOUR, ends_at=end, by=house_manager)
    assert verdict.refusal == ("Ce moment est passé." if is_refused else "")


def test_judge_refuses_more_than_a_month(house_manager):
    # Days of 24 hours, whatever the clock does meanwhile.
    start = soon().astimezone(datetime.UTC)
    wish = {"space": SpaceFactory(), "starts_at": start, "by": house_manager}
    assert judge(**wish, ends_at=start + DAY * 31).refusal == ""
    assert judge(**wish, ends_at=start + DAY * 32).refusal == "Une réservation dure au plus 31 jours."


@pytest.mark.parametrize("zone", [datetime.UTC, PARIS])
@pytest.mark.parametrize("day", ABSURD)
def test_absurd_dates_are_refused_and_free_nothing(member, day, zone):
    space = SpaceFactory()
    moment = datetime.datetime.combine(day, datetime.time(), tzinfo=zone)
    assert judge(space=space, starts_at=moment, ends_at=soon(), by=member).refusal != ""
    assert judge(space=space, starts_at=soon(), ends_at=moment, by=member).refusal != ""
    assert (free_stretches(space, day), nearest_free(space, moment, 60), hours_used(day)) == ([], [], {})
    assert free_spaces(moment, moment) == []
    nothing = {"times": [], "spaces": []}
    assert alternatives(space=space, starts_at=moment, ends_at=soon(), by=member) == nothing
    assert alternatives(space=space, starts_at=soon(), ends_at=moment, by=member) == nothing


@pytest.mark.parametrize("minutes", [0, -60, 10**9])
def test_nearest_free_of_an_absurd_length_is_nothing(minutes):
    assert nearest_free(SpaceFactory(), soon(), minutes) == []


# Opening hours


def test_opening_hours_of_several_stretches(member):
    space = SpaceFactory(open=False)
    hours(space, 0, "09:00", "12:00")
    hours(space, 0, "14:00", "18:00")
    assert reasons(member, space, "09:00", "12:00") == []
    assert reasons(member, space, "11:00", "14:30") == [Reason.OUT_OF_HOURS]
    assert reasons(member, space, "10:00", "12:00", days=1) == [Reason.OUT_OF_HOURS]


def test_opening_until_midnight_ends_with_the_day(member):
    space = SpaceFactory(open=False)
    hours(space, 0, "20:00", "00:00")
    assert reasons(member, space, "22:00", "00:00", until=1) == []
    assert reasons(member, space, "22:00", "00:30", until=1) == [Reason.OUT_OF_HOURS]


def test_opening_hours_that_touch_at_midnight_are_one_stretch(member):
    space = SpaceFactory(open=False)
    hours(space, 0, "20:00", "00:00")
    hours(space, 1, "00:00", "02:00")
    assert reasons(member, space, "23:00", "02:00", until=1) == []


def test_booking_over_several_days_is_beyond_hours_that_close_at_night(member):
    space = SpaceFactory(longest_minutes=None)
    assert reasons(member, space, "09:00", "18:00", until=2) == [Reason.OUT_OF_HOURS]


def test_opening_hours_hold_on_the_day_the_clock_changes(member):
    space = SpaceFactory(ahead_days=None)
    for month in (3, 10):
        day = next_change(month)
        wish = {"space": space, "by": member}
        start, end = instant(day, datetime.time(8)), instant(day, datetime.time(10))
        assert judge(**wish, starts_at=start, ends_at=end).reasons == []
        assert judge(**wish, starts_at=start - HOUR, ends_at=end).reasons == [Reason.OUT_OF_HOURS]


# What is in the way


def test_judge_says_whose_booking_is_in_the_way(member):
    space = SpaceFactory()
    late, early = BookingFactory(space=space, starts_at=soon("12:00")), BookingFactory(space=space)
    BookingFactory(starts_at=soon("11:00"))
    verdict = judge(space=space, starts_at=soon("11:00"), ends_at=soon("13:00"), by=member)
    assert (verdict.clashes, verdict.is_free) == ([early, late], False)


def test_judge_bookings_that_touch_do_not_clash(member):
    space = SpaceFactory()
    BookingFactory(space=space)
    for start, end in [("08:00", "10:00"), ("12:00", "13:00")]:
        assert judge(space=space, starts_at=soon(start), ends_at=soon(end), by=member).is_free


def test_judge_counts_the_tidying_of_both(member):
    space = SpaceFactory(buffer_minutes=30)
    held = BookingFactory(space=space, buffer_minutes=15)
    wish = {"space": space, "by": member}
    assert judge(**wish, starts_at=soon("08:00"), ends_at=soon("09:31")).clashes == [held]
    assert judge(**wish, starts_at=soon("08:00"), ends_at=soon("09:30")).clashes == []
    assert judge(**wish, starts_at=soon("12:14"), ends_at=soon("13:00")).clashes == [held]
    assert judge(**wish, starts_at=soon("12:15"), ends_at=soon("13:00")).clashes == []


@pytest.mark.parametrize("status", [BookingStatus.DECLINED, BookingStatus.CANCELLED])
def test_judge_declined_and_cancelled_bookings_hold_nothing(member, status):
    cancelled_at = timezone.now() if status == BookingStatus.CANCELLED else None
    held = BookingFactory(status=status, cancelled_at=cancelled_at)
    assert judge(space=held.space, starts_at=held.starts_at, ends_at=held.ends_at, by=member).is_free


def test_judge_leaves_out_what_is_ignored(member):
    held = BookingFactory(status=BookingStatus.REQUESTED)
    wish = {"space": held.space, "starts_at": held.starts_at, "ends_at": held.ends_at, "by": member}
    assert judge(**wish).clashes == [held]
    assert judge(**wish, ignoring=[held]).clashes == []


def test_judge_divisible_space_and_its_parts_are_in_each_others_way(member):
    left, right = SpaceFactory(), SpaceFactory()
    whole = SpaceFactory(parts=[left, right])
    of_whole, of_left = BookingFactory(space=whole), BookingFactory(space=left, starts_at=soon("14:00"))
    wish = {"starts_at": soon("11:00"), "ends_at": soon("15:00"), "by": member}
    assert judge(space=whole, **wish).clashes == [of_whole, of_left]
    assert judge(space=left, **wish).clashes == [of_whole, of_left]
    assert judge(space=right, **wish).clashes == [of_whole]


def test_judge_closures_of_the_house_the_space_its_parts_and_its_wholes(member):
    left, right, other = SpaceFactory(), SpaceFactory(), SpaceFactory()
    whole = SpaceFactory(parts=[left, right])
    day = next_monday()
    house = Closure.objects.create(starts_on=day - DAY, ends_on=day, reason="Pont")
    of_left = Closure.objects.create(starts_on=day, ends_on=day, reason="Peinture")
    of_left.spaces.add(left)
    of_whole = Closure.objects.create(starts_on=day, ends_on=day + DAY, reason="Parquet")
    of_whole.spaces.add(whole)
    Closure.objects.create(starts_on=day + DAY * 2, ends_on=day + DAY * 3, reason="Plus tard")
    wish = {"starts_at": soon(), "ends_at": soon("12:00"), "by": member}
    for space, expected in [
        (left, [house, of_left, of_whole]),
        (right, [house, of_whole]),
        (whole, [house, of_left, of_whole]),
        (other, [house]),
    ]:
        assert judge(space=space, **wish).closures == expected
        # The one rule, read for many spaces at once and for one.
        assert list(Closure.objects.of(space).between(day, day)) == expected


def test_judge_closure_is_of_local_days(member):
    day = next_monday()
    Closure.objects.create(starts_on=day, ends_on=day, reason="Pont")
    wish = {"space": SpaceFactory(), "by": member}
    assert judge(**wish, starts_at=midnight(day) - HOUR, ends_at=midnight(day)).closures == []
    assert judge(**wish, starts_at=midnight(day + DAY), ends_at=midnight(day + DAY) + HOUR).closures == []
    assert len(judge(**wish, starts_at=midnight(day), ends_at=midnight(day) + HOUR).closures) == 1
