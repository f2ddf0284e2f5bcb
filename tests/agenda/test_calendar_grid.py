"""Where things stand in a grid: spans of minutes, rows, lanes."""

import datetime
import itertools

from hypothesis import given
from hypothesis import strategies as st

from agenda.pages.grid import DAY, by_hour, hours_shown, in_lanes, merged, rows, span_on, time_of, without
from tests.factories import at

spans = st.lists(st.tuples(st.integers(0, DAY), st.integers(0, DAY)).map(sorted).map(tuple), max_size=8)
MONDAY = datetime.date(2027, 3, 1)


def minutes(given):
    return {minute for start, end in given for minute in range(start, end)}


@given(spans)
def test_merged_spans_hold_the_same_minutes_apart_and_in_order(given):
    found = merged(given)
    assert minutes(found) == minutes(given)
    assert all(end < start for (_, end), (start, _) in itertools.pairwise(found))


@given(spans, spans)
def test_without_leaves_the_minutes_that_are_not_taken(given, taken):
    assert minutes(without(given, taken)) == minutes(given) - minutes(taken)


@given(spans)
def test_cut_by_hour_no_span_passes_a_full_hour(given):
    found = by_hour(merged(given))
    assert minutes(found) == minutes(given)
    assert all(start // 60 == (end - 1) // 60 for start, end in found)


@given(spans.map(lambda found: [(start, max(end, start + 1)) for start, end in found]))
def test_spans_that_overlap_stand_in_lanes_of_their_own(given):
    placed = in_lanes(given)
    for (one, (lane, of)), (other, (other_lane, other_of)) in (
        (a, b)
        for index, a in enumerate(zip(given, placed, strict=True))
        for b in list(zip(given, placed, strict=True))[index + 1 :]
    ):
        assert lane < of
        if one[0] < other[1] and other[0] < one[1]:
            assert lane != other_lane
            assert of == other_of


def test_spans_of_one_lane_share_the_width():
    assert in_lanes([(0, 60), (30, 90), (60, 120), (200, 260)]) == [(0, 2), (1, 2), (0, 2), (0, 1)]


def test_span_of_a_day_is_cut_at_midnight():
    night = (at("2027-03-01", "22:00"), at("2027-03-02", "02:00"))
    assert [span_on(MONDAY + datetime.timedelta(days=n), *night) for n in range(-1, 3)] == [
        (0, 0),
        (22 * 60, DAY),
        (0, 120),
        (0, 0),
    ]


def test_span_over_the_hour_that_comes_twice_never_goes_backwards():
    start = at("2026-10-25", "02:45")
    end = (start.astimezone(datetime.UTC) + datetime.timedelta(minutes=30)).astimezone(start.tzinfo)
    assert span_on(datetime.date(2026, 10, 25), start, end) == (165, 165)


def test_hours_shown_are_those_open_and_those_held():
    assert hours_shown([(480, 1200)], []) == (8, 20)
    assert hours_shown([(480, 1200)], [(450, 540), (1200, 1230)]) == (7, 21)
    assert hours_shown([], []) == (8, 20)
    # What lasts the whole day, or goes on at midnight, does not stretch the grid out of reason.
    assert hours_shown([(480, 1200)], [(0, DAY)]) == (8, 20)
    assert hours_shown([(480, 1200)], [(1140, DAY)]) == (8, 20)


def test_rows_are_quarters_of_an_hour_and_a_short_span_has_one():
    assert rows((480, 540), 8, 20) == (0, 4)
    assert rows((545, 665), 8, 20) == (4, 12)
    assert rows((485, 487), 8, 20) == (0, 1)
    assert rows((1195, 1300), 8, 20) == (47, 48)


def test_time_of_the_end_of_the_day_is_midnight():
    assert [time_of(0), time_of(610), time_of(DAY)] == ["00:00", "10:10", "00:00"]
