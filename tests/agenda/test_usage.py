"""The use of the spaces: figures exact to the minute, charts that say them, files that spreadsheets open."""

import csv
import datetime
import io

import pytest
from django.urls import reverse

from agenda.enums import BookingStatus
from agenda.models import Closure
from agenda.pages.charts import Chart, columns, heat, level_of
from agenda.pages.figures import figures_of
from agenda.pages.holding import spaces_with_hours
from agenda.pages.spreadsheet import as_csv
from agenda.pages.usage import periods_of, read_usage
from tests.factories import BookingFactory, EventFactory, ResidentFactory, SpaceFactory, at

pytestmark = pytest.mark.django_db

# The Sunday when the clock goes from 2:00 to 3:00, and the one when 2:00 comes twice.
SPRING, AUTUMN = datetime.date(2027, 3, 28), datetime.date(2026, 10, 25)
MONDAY, SUNDAY = datetime.date(2027, 3, 1), datetime.date(2027, 3, 7)


def usage(first=MONDAY, last=SUNDAY, **options):
    return read_usage(list(spaces_with_hours()), first, last, **options)


def booked(space, day, start, end, **fields):
    return BookingFactory(space=space, starts_at=at(day, start), ends_at=at(day, end), **fields)


# Hours


def test_hours_are_counted_by_week_from_start_to_end():
    space = SpaceFactory(buffer_minutes=30)
    booked(space, "2027-03-01", "10:00", "12:30", buffer_minutes=30)
    booked(space, "2027-03-07", "20:00", "23:00")
    booked(space, "2027-03-08", "10:00", "11:00")
    booked(space, "2027-03-20", "10:00", "11:00")
    found = usage(last=datetime.date(2027, 3, 14))
    [use] = found.spaces
    assert ([period.label for period in found.periods], use.held) == (["01/03", "08/03"], [5.5, 1.0])
    # Fourteen days from 8:00 to 22:00; an hour of Sunday's evening was beyond.
    assert (use.total, use.opened, use.open_held) == (6.5, 196, 5.5)


def test_booking_across_midnight_counts_in_the_week_and_the_month_of_each_hour():
    space = SpaceFactory()
    BookingFactory(space=space, starts_at=at("2027-02-28", "22:00"), ends_at=at("2027-03-01", "03:00"))
    first, last = datetime.date(2027, 2, 1), datetime.date(2027, 3, 31)
    assert usage(first, last, by_month=True).spaces[0].held == [2, 3]
    assert usage(MONDAY, SUNDAY).spaces[0].held == [3]


@pytest.mark.parametrize(("day", "hours", "cell"), [(SPRING, 23, 0), (AUTUMN, 25, 2)])
def test_hours_are_those_that_were_lived_when_the_clock_changes(day, hours, cell):
    """Held through a whole Sunday, from before to after: 23 or 25 hours; the hour of 2:00 is nothing, or two."""
    eve, morrow = (f"{day + datetime.timedelta(days=days)}" for days in (-1, 1))
    BookingFactory(starts_at=at(eve, "22:00"), ends_at=at(morrow, "03:00"))
    found = usage(day, day)
    [use] = found.spaces
    assert (use.held, use.opened, use.open_held) == ([hours], 14, 14)
    assert (found.by_hour[6][2], sum(found.by_hour[6])) == (cell, hours)
    assert found.holders[0].hours == hours


def test_weekly_nine_o_clock_stays_in_its_cell_across_summer_time():
    space = SpaceFactory()
    for day in ["2027-03-22", "2027-03-29"]:
        booked(space, day, "09:00", "10:30")
    found = usage(datetime.date(2027, 3, 22), datetime.date(2027, 4, 4))
    assert (found.by_hour[0][9], found.by_hour[0][10], found.total) == (2, 1, 3)


def test_whole_counts_in_each_part_and_once_for_its_structure():
    north, south = SpaceFactory(name="Nord"), SpaceFactory(name="Sud")
    whole = SpaceFactory(name="Grande", parts=[north, south])
    booked(whole, "2027-03-01", "10:00", "12:00")
    booked(north, "2027-03-02", "10:00", "11:00")
    found = usage()
    assert [(use.space.name, use.total) for use in found.spaces] == [("Nord", 3), ("Sud", 2)]
    assert [holder.hours for holder in found.holders] == [2, 1]
    assert [use.total for use in usage(space=south).spaces] == [2]
    assert [use.total for use in usage(space=whole).spaces] == [3, 2]


def test_only_what_was_confirmed_is_counted():
    space = SpaceFactory()
    for start, status in [("08:00", BookingStatus.REQUESTED), ("10:00", BookingStatus.DECLINED)]:
        booked(space, "2027-03-01", start, "12:00" if start == "10:00" else "09:00", status=status)
    assert usage().total == 0


def test_closures_are_no_opening_hours():
    space = SpaceFactory()
    Closure.objects.create(starts_on=MONDAY, ends_on=datetime.date(2027, 3, 3), reason="Travaux")
    booked(space, "2027-03-04", "08:00", "15:00")
    [use] = usage().spaces
    assert (use.opened, use.share) == (56, 0.125)


def test_space_never_open_has_no_share():
    SpaceFactory(open=False)
    assert usage().spaces[0].share is None


def test_retired_space_is_told_of_for_what_it_held():
    SpaceFactory(is_retired=True)
    held = SpaceFactory(is_retired=True)
    booked(held, "2027-03-01", "10:00", "12:00")
    assert [use.space for use in usage().spaces] == [held]


def test_periods_are_cut_to_what_is_asked():
    weeks = periods_of(datetime.date(2027, 3, 3), datetime.date(2027, 3, 9), by_month=False)
    assert [(p.first.day, p.last.day) for p in weeks] == [(3, 7), (8, 9)]
    months = periods_of(datetime.date(2026, 12, 15), datetime.date(2027, 2, 3), by_month=True)
    assert [(p.label, p.first.day, p.last.day) for p in months] == [("déc.", 15, 31), ("janv.", 1, 31), ("févr.", 1, 3)]


# Who, and what was missed


def test_holders_are_structures_guests_the_house_and_its_meetings():
    space, atelier = SpaceFactory(), ResidentFactory(name="Atelier")
    booked(space, "2027-03-01", "10:00", "13:00", resident=atelier)
    booked(space, "2027-03-02", "10:00", "12:00", resident=atelier, is_no_show=True)
    booked(space, "2027-03-03", "10:00", "11:00", resident=None, guest_name="Chorale")
    booked(space, "2027-03-04", "10:00", "11:30", resident=None)
    booked(space, "2027-03-05", "10:00", "10:30", resident=atelier, event=EventFactory())
    told = [(holder.name, holder.bookings, holder.hours, holder.no_shows) for holder in usage().holders]
    assert told == [
        ("Atelier", 2, 5, 1),
        ("la maison", 1, 1.5, 0),
        ("personnes extérieures", 1, 1, 0),
        ("rendez-vous de la maison", 1, 0.5, 0),
    ]


def test_late_cancellations_count_by_when_they_were_to_be_and_excused_ones_apart():
    space, atelier = SpaceFactory(), ResidentFactory(name="Atelier")
    late = {"status": BookingStatus.CANCELLED, "is_late": True, "cancelled_at": at("2027-03-01", "08:00")}
    booked(space, "2027-03-01", "10:00", "12:00", resident=atelier, **late)
    booked(space, "2027-03-09", "10:00", "12:00", resident=atelier, **late)
    booked(space, "2027-03-09", "14:00", "16:00", resident=atelier, is_waived=True, **late)
    booked(space, "2027-03-10", "14:00", "16:00", resident=atelier, is_no_show=True)
    found = usage(last=datetime.date(2027, 3, 14))
    [holder] = found.holders
    assert (holder.hours, holder.late, holder.waived, holder.no_shows) == (2, 2, 1, 1)
    assert (found.late, found.no_shows) == ([1, 1], [0, 1])
    assert usage(space=SpaceFactory()).late == [0]


# Charts


def test_columns_share_one_scale_and_say_their_highest():
    chart = columns(Chart("x", "t", "d"), [("A", [1, 4], "5"), ("B", [0, 2], "2")], ["01", "08"], say=str)
    assert [bar.height for bar in chart.bars] == [12, 46, 23]
    assert [label.text for label in chart.labels if label.anchor == "middle"] == ["4", "2"]


def test_columns_of_nothing_draw_nothing():
    assert columns(Chart("x", "t", "d"), [("A", [0, 0], "0")], ["01", "08"], say=str).bars == []


def test_heat_writes_each_figure():
    chart = heat(Chart("x", "t", "d"), ["lun", "mar"], [("8 h", [0, 2])], say=str)
    assert [(bar.kind) for bar in chart.bars] == ["cell-0", "cell-5"]
    assert [label.text for label in chart.labels] == ["lun", "mar", "8 h", "2"]


@pytest.mark.parametrize(("value", "level"), [(0, 0), (0.1, 1), (1.99, 1), (2, 2), (9.9, 5), (10, 5)])
def test_level_grows_by_fifths(value, level):
    assert level_of(value, 10) == level


def test_table_says_what_the_chart_says():
    space = SpaceFactory(name="Forge")
    booked(space, "2027-03-01", "10:00", "12:30")
    figures = {figure.key: figure for figure in figures_of(usage())}
    assert figures["periodes"].table == [["01/03/2027 – 07/03/2027", "2,5", "2,5"]]
    assert figures["espaces"].table == [["Forge", "2,5", "2,5", "98", "2,6"]]
    assert figures["heures"].table[2] == ["10\u202fh", "1", "0", "0", "0", "0", "0", "0"]
    drawn = [label.text for label in figures["heures"].chart.labels if label.kind.startswith("figure")]
    assert drawn == ["1", "1", "0,5"]


# The page and the files


def test_page_draws_charts_with_words_and_tables(client, house_manager):
    booked(SpaceFactory(name="Forge"), "2027-03-01", "10:00", "12:30")
    client.force_login(house_manager)
    text = client.get(reverse("agenda:usage"), {"du": "2027-03-01", "au": "2027-03-07"}).content.decode()
    assert text.count('<svg class="chart"') == text.count("</desc>") == text.count('<table class="table">') == 5
    assert "2,5\u202fh" in text


def test_page_of_an_empty_period_says_so(client, house_manager):
    SpaceFactory()
    client.force_login(house_manager)
    assert "Rien sur cette période" in client.get(reverse("agenda:usage")).content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"du": "2027-03-07", "au": "2027-03-01"},
        {"du": "2024-03-01", "au": "2027-03-01"},
        {"du": "0001-01-01"},
        {"au": "9999-12-31"},
        {"du": "\0"},
        {"par": "siècle"},
        {"espace": "nulle-part"},
    ],
)
def test_wrong_period_is_said_and_left_aside(client, house_manager, asked):
    client.force_login(house_manager)
    answer = client.get(reverse("agenda:usage"), asked)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert client.get(reverse("agenda:usage_csv"), asked).status_code == 200


@pytest.mark.parametrize("times", [1, 3])
def test_page_asks_as_many_queries_whatever_it_counts(client, house_manager, django_assert_num_queries, times):
    for hour in range(times):
        space = SpaceFactory(parts=[SpaceFactory()])
        booked(space, "2027-03-01", f"{10 + hour}:00", f"{11 + hour}:00")
        late = {"status": BookingStatus.CANCELLED, "is_late": True, "cancelled_at": at("2027-03-01", "08:00")}
        booked(space, "2027-03-02", "10:00", "12:00", **late)
        Closure.objects.create(starts_on=MONDAY, ends_on=MONDAY, reason="Travaux").spaces.add(space)
    client.force_login(house_manager)
    with django_assert_num_queries(9):
        client.get(reverse("agenda:usage"), {"du": "2027-03-01", "au": "2027-03-07"})


def test_file_opens_in_a_spreadsheet_and_runs_nothing(client, house_manager):
    booked(SpaceFactory(), "2027-03-01", "10:00", "12:30", resident=ResidentFactory(name="=1+1", slug="un"))
    client.force_login(house_manager)
    answer = client.get(reverse("agenda:usage_csv"), {"du": "2027-03-01", "au": "2027-03-07", "tableau": "structures"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == ('attachment; filename="utilisation-structures-2027-03-01-2027-03-07.csv"')
    assert answer.content.startswith(b"\xef\xbb\xbfStructure;")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[1] == ["'=1+1", "1", "2,50", "0", "0", "0"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", " ="])
def test_text_that_looks_like_a_formula_is_only_text(sign):
    [[cell]] = list(csv.reader(io.StringIO(as_csv([[f"{sign}1+1"]]).lstrip("\ufeff"), newline=""), delimiter=";"))
    assert cell == f"'{sign}1+1"


def test_numbers_of_a_file_stay_numbers():
    assert as_csv([[-1, 2.5, None]]) == "\ufeff-1;2,50;\r\n"
