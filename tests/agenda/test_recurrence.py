import datetime
from zoneinfo import ZoneInfo

import pytest

from agenda import recurrence
from agenda.enums import Frequency
from agenda.recurrence import MOST_DATES, Rule, RuleError, occurrences, say

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
PARIS = ZoneInfo("Europe/Paris")
TODAY = datetime.date(2027, 1, 1)


def d(text):
    return datetime.date.fromisoformat(text)


def t(text):
    return datetime.time.fromisoformat(text)


def weekly(starts_on, *weekdays, **rest):
    return Rule(Frequency.WEEKLY, d(starts_on), weekdays=list(weekdays), **rest)


def monthly(starts_on, monthday, **rest):
    return Rule(Frequency.MONTHLY_DATE, d(starts_on), monthday=monthday, **rest)


def nth(starts_on, rank, weekday, **rest):
    return Rule(Frequency.MONTHLY_WEEKDAY, d(starts_on), nth=rank, weekdays=[weekday], **rest)


def dates(rule, start="09:00", end="10:00"):
    return [one.day.isoformat() for one in occurrences(rule, t(start), t(end))]


def problems(rule, start="09:00", end="10:00"):
    return {one.day.isoformat(): one.problem for one in occurrences(rule, t(start), t(end)) if one.problem}


def local_hours(rule, start, end):
    """The set of (hour it starts, hour it ends) that clocks in Paris show, over all the dates."""
    return {
        tuple(
            moment.astimezone(datetime.UTC).astimezone(PARIS).strftime("%H:%M")
            for moment in (one.starts_at, one.ends_at)
        )
        for one in occurrences(rule, t(start), t(end))
    }


def test_frequencies_are_those_of_the_models():
    assert Frequency.values == [recurrence.BY_WEEK, recurrence.BY_DATE, recurrence.BY_WEEKDAY]


# Weeks


def test_weekly_until_a_date_included():
    assert dates(weekly("2027-03-02", TUE, until=d("2027-03-16"))) == ["2027-03-02", "2027-03-09", "2027-03-16"]


def test_weekly_a_number_of_times():
    assert dates(weekly("2027-03-02", TUE, count=2)) == ["2027-03-02", "2027-03-09"]


def test_weekly_on_several_days_from_the_middle_of_a_week():
    rule = weekly("2027-03-03", THU, TUE, count=4)
    assert dates(rule) == ["2027-03-04", "2027-03-09", "2027-03-11", "2027-03-16"]


def test_every_two_weeks_keeps_both_days_of_the_same_week():
    rule = weekly("2027-03-03", TUE, THU, interval=2, count=4)
    assert dates(rule) == ["2027-03-04", "2027-03-16", "2027-03-18", "2027-03-30"]


def test_weeks_are_counted_from_the_first_date_rather_than_from_the_start():
    assert dates(weekly("2027-03-05", TUE, interval=2, count=2)) == ["2027-03-09", "2027-03-23"]


def test_sunday_belongs_to_the_week_that_it_ends():
    rule = weekly("2027-03-01", MON, SUN, interval=2, count=4)
    assert dates(rule) == ["2027-03-01", "2027-03-07", "2027-03-15", "2027-03-21"]


def test_a_weekday_given_twice_counts_once():
    assert dates(weekly("2027-03-02", TUE, TUE, count=2)) == ["2027-03-02", "2027-03-09"]


def test_a_year_has_52_or_53_weeks():
    assert dates(weekly("2026-12-28", MON, until=d("2027-01-11"))) == ["2026-12-28", "2027-01-04", "2027-01-11"]


# Months


def test_monthly_on_the_31st_lists_months_without_it():
    rule = monthly("2027-01-31", 31, until=d("2027-06-30"))
    assert dates(rule) == ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30"]
    assert problems(rule) == {
        "2027-02-28": "Le 31\u00a0février 2027 n’existe pas.",
        "2027-04-30": "Le 31\u00a0avril 2027 n’existe pas.",
        "2027-06-30": "Le 31\u00a0juin 2027 n’existe pas.",
    }


def test_an_impossible_date_is_not_counted():
    found = occurrences(monthly("2027-01-31", 31, count=3), t("09:00"), t("10:00"))
    assert [one.is_possible for one in found] == [True, False, True, False, True]


def test_an_impossible_date_has_no_instants():
    february = occurrences(monthly("2027-01-31", 31, count=2), t("09:00"), t("10:00"))[1]
    assert (february.starts_at, february.ends_at) == (None, None)


def test_monthly_on_the_30th_misses_february_alone():
    assert list(problems(monthly("2027-01-01", 30, until=d("2027-12-31")))) == ["2027-02-28"]


def test_monthly_on_a_date_already_past_starts_the_next_month():
    assert dates(monthly("2027-01-15", 10, interval=2, count=2)) == ["2027-02-10", "2027-04-10"]


def test_29_february_comes_in_leap_years():
    rule = monthly("2028-02-29", 29, interval=12, count=2)
    assert dates(rule) == ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]
    assert problems(rule) == {
        f"{year}-02-28": f"Le 29\u00a0février {year} n’existe pas." for year in (2029, 2030, 2031)
    }


def test_monthly_on_the_first_tuesday():
    assert dates(nth("2027-03-01", 1, TUE, count=3)) == ["2027-03-02", "2027-04-06", "2027-05-04"]


def test_monthly_on_the_first_tuesday_when_it_has_passed():
    assert dates(nth("2027-03-03", 1, TUE, count=2)) == ["2027-04-06", "2027-05-04"]


def test_monthly_on_the_last_friday():
    assert dates(nth("2027-01-01", -1, FRI, count=3)) == ["2027-01-29", "2027-02-26", "2027-03-26"]


def test_the_last_day_of_february_is_found_in_leap_years_too():
    assert dates(nth("2028-02-01", -1, TUE, count=1)) == ["2028-02-29"]


def test_monthly_on_the_fifth_friday_lists_months_without_it():
    rule = nth("2027-01-01", 5, FRI, until=d("2027-04-30"))
    assert dates(rule) == ["2027-01-29", "2027-02-28", "2027-03-31", "2027-04-30"]
    assert problems(rule) == {
        "2027-02-28": "Février 2027 n’a pas de cinquième vendredi.",
        "2027-03-31": "Mars 2027 n’a pas de cinquième vendredi.",
    }


def test_a_rule_only_of_impossible_dates_lists_them():
    rule = monthly("2027-02-01", 31, interval=12, until=d("2028-12-31"))
    assert list(problems(rule)) == ["2027-02-28", "2028-02-29"]


# The house's clock


@pytest.mark.parametrize(
    ("start", "end"),
    [("09:00", "10:30"), ("00:00", "00:30"), ("22:00", "01:00"), ("08:00", "08:00"), ("23:30", "00:00")],
)
def test_a_weekly_hour_stays_itself_all_year(start, end):
    # Saturdays, so that nights end on the very Sundays when the clock changes: twice to winter, once to summer.
    rule = weekly("2026-09-05", SAT, until=d("2027-11-29"))
    assert local_hours(rule, start, end) == {(start, end)}


def test_nine_o_clock_is_another_instant_in_summer():
    winter, summer = occurrences(weekly("2027-03-22", MON, count=2), t("09:00"), t("10:00"))
    assert winter.starts_at.astimezone(datetime.UTC).hour == 8
    assert summer.starts_at.astimezone(datetime.UTC).hour == 7


def test_an_end_before_the_start_is_on_the_next_day():
    (night,) = occurrences(weekly("2027-03-05", FRI, count=1), t("22:00"), t("01:00"))
    assert (night.day, night.ends_at.date()) == (d("2027-03-05"), d("2027-03-06"))


def test_an_end_at_the_start_is_a_whole_day_later():
    (day,) = occurrences(weekly("2027-03-05", FRI, count=1), t("08:00"), t("08:00"))
    assert day.ends_at - day.starts_at == datetime.timedelta(days=1)


def test_the_hour_that_the_clock_jumps_over_is_impossible():
    rule = weekly("2027-03-21", SUN, count=2)
    assert problems(rule, "02:30", "04:00") == {
        "2027-03-28": "2\u202fh\u202f30 n’existe pas le dimanche 28\u00a0mars 2027\u00a0: on passe à l’heure d’été."
    }
    assert dates(rule, "02:30", "04:00") == ["2027-03-21", "2027-03-28", "2027-04-04"]


def test_an_end_that_the_clock_jumps_over_is_impossible():
    rule = weekly("2027-03-28", SUN, count=1)
    assert list(problems(rule, "01:00", "02:30")) == ["2027-03-28"]


def test_a_night_that_ends_in_the_hour_jumped_over_is_impossible():
    rule = weekly("2027-03-20", SAT, until=d("2027-03-27"))
    assert problems(rule, "22:00", "02:30") == {
        "2027-03-27": "2\u202fh\u202f30 n’existe pas le dimanche 28\u00a0mars 2027\u00a0: on passe à l’heure d’été."
    }


@pytest.mark.parametrize("time", ["01:59", "03:00"])
def test_the_edges_of_the_hour_jumped_over_exist(time):
    assert problems(weekly("2027-03-28", SUN, count=1), time, "12:00") == {}


@pytest.mark.parametrize("sunday", ["2026-10-25", "2027-10-31"])
def test_of_an_hour_that_comes_twice_the_first_is_kept_and_said(sunday):
    (night,) = occurrences(weekly(sunday, SUN, count=1), t("02:30"), t("04:00"))
    assert night.starts_at.astimezone(datetime.UTC).strftime("%H:%M") == "00:30"
    assert night.remark == (
        "2\u202fh\u202f30 vient deux fois cette nuit-là (heure d’hiver)\u00a0: la première est retenue."
    )


def test_both_ends_that_come_twice_are_the_first_ones():
    (night,) = occurrences(weekly("2026-10-25", SUN, count=1), t("02:15"), t("02:45"))
    assert night.ends_at.astimezone(datetime.UTC) - night.starts_at.astimezone(datetime.UTC) == datetime.timedelta(
        minutes=30
    )
    assert night.remark == (
        "2\u202fh\u202f15 et 2\u202fh\u202f45 viennent deux fois cette nuit-là (heure d’hiver)\u00a0: "
        "les premières sont retenues."
    )


@pytest.mark.parametrize(("time", "said"), [("01:59", False), ("02:00", True), ("02:59", True), ("03:00", False)])
def test_the_edges_of_the_hour_that_comes_twice(time, said):
    (night,) = occurrences(weekly("2027-10-31", SUN, count=1), t(time), t("12:00"))
    assert bool(night.remark) is said


def test_a_night_that_ends_in_the_hour_that_comes_twice_says_so():
    (night,) = occurrences(weekly("2026-10-24", SAT, count=1), t("22:00"), t("02:30"))
    assert night.ends_at.astimezone(datetime.UTC).isoformat() == "2026-10-25T00:30:00+00:00"
    assert night.remark != ""


# Limits


def test_the_most_dates_are_made():
    assert len(dates(weekly("2027-03-02", TUE, count=MOST_DATES))) == MOST_DATES


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (weekly("2027-03-02", *range(7), until=d("2028-03-02")), "Cette série dépasse 200 dates"),
        (weekly("2027-03-02", TUE, until=d("2199-12-31")), "Cette série dépasse 200 dates"),
        (monthly("2027-01-31", 31, count=MOST_DATES), "Cette série dépasse 200 dates"),
        (monthly("2027-02-01", 31, interval=12, count=1), "Cette série n’a aucune date possible"),
        (weekly("2027-03-02", TUE, count=MOST_DATES + 1), "Une série compte de 1 à 200 dates."),
        (weekly("2027-03-02", TUE, count=0), "Une série compte de 1 à 200 dates."),
        (weekly("2027-03-02", TUE), "Une série finit à une date, ou après un nombre de dates."),
        (weekly("2027-03-02", TUE, count=1, until=d("2027-03-02")), "Une série finit à une date, ou après"),
        (weekly("2027-03-02", TUE, until=d("2027-03-01")), "La série finit avant d’avoir commencé."),
        (weekly("2027-03-03", TUE, until=d("2027-03-08")), "Ce rythme ne donne aucune date dans cette période."),
        (weekly("2027-03-02", TUE, interval=0, count=1), "L’intervalle va de 1 à 52."),
        (weekly("2027-03-02", TUE, interval=53, count=1), "L’intervalle va de 1 à 52."),
        (weekly("2027-03-02", count=1), "Le rythme de la série est incomplet."),
        (weekly("2027-03-02", 7, count=1), "Le rythme de la série est incomplet."),
        (monthly("2027-03-02", None, count=1), "Le rythme de la série est incomplet."),
        (monthly("2027-03-02", 32, count=1), "Le rythme de la série est incomplet."),
        (nth("2027-03-02", 6, TUE, count=1), "Le rythme de la série est incomplet."),
        (nth("2027-03-02", None, TUE, count=1), "Le rythme de la série est incomplet."),
        (Rule("jamais", d("2027-03-02"), count=1), "Le rythme de la série est incomplet."),
        (weekly("0001-01-01", TUE, count=1), "L’agenda va de 1970 à 2199."),
        (weekly("9999-12-31", TUE, count=1), "L’agenda va de 1970 à 2199."),
        (weekly("2027-03-02", TUE, until=d("9999-12-31")), "L’agenda va de 1970 à 2199."),
    ],
)
def test_a_rule_that_makes_no_list_says_why(rule, words):
    with pytest.raises(RuleError) as refusal:
        occurrences(rule, t("09:00"), t("10:00"))
    assert str(refusal.value).startswith(words)


def test_the_furthest_rule_of_all_is_still_made():
    assert len(dates(monthly("2199-12-31", 1, interval=52, count=MOST_DATES))) == MOST_DATES


# Words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (weekly("2027-03-02", TUE, count=10), "tous les mardis, 10 fois"),
        (weekly("2027-03-02", TUE, count=1), "tous les mardis, une fois"),
        (weekly("2027-03-02", TUE, interval=2, count=2), "un mardi sur deux, 2 fois"),
        (weekly("2027-03-02", TUE, interval=26, count=2), "un mardi sur 26, 2 fois"),
        (
            weekly("2027-03-02", THU, TUE, until=d("2027-06-30")),
            "tous les mardis et jeudis, jusqu’au mercredi 30 juin",
        ),
        (weekly("2027-03-02", TUE, until=d("2028-03-01")), "tous les mardis, jusqu’au mercredi 1er mars 2028"),
        (
            weekly("2027-03-02", TUE, THU, interval=3, count=9),
            "les mardis et jeudis, une semaine sur trois, 9 fois",
        ),
        (weekly("2027-03-02", MON, TUE, FRI, count=9), "tous les lundis, mardis et vendredis, 9 fois"),
        (weekly("2027-03-02", *range(7), count=9), "tous les jours, 9 fois"),
        (weekly("2027-03-02", *range(7), interval=2, count=9), "tous les jours, une semaine sur deux, 9 fois"),
        (weekly("2027-03-02", *range(5), count=9), "du lundi au vendredi, chaque semaine, 9 fois"),
        (
            weekly("2027-03-02", *range(5), interval=2, count=9),
            "du lundi au vendredi, une semaine sur deux, 9 fois",
        ),
        (monthly("2027-03-02", 31, count=3), "le 31 de chaque mois, 3 fois"),
        (monthly("2027-03-02", 1, count=3), "le 1er de chaque mois, 3 fois"),
        (monthly("2027-03-02", 10, interval=2, count=3), "le 10, un mois sur deux, 3 fois"),
        (monthly("2028-02-29", 29, interval=12, count=3), "le 29 février de chaque année, 3 fois"),
        (monthly("2028-03-29", 1, interval=24, count=3), "le 1er avril, une année sur deux, 3 fois"),
        (nth("2027-03-02", 1, FRI, count=3), "le premier vendredi de chaque mois, 3 fois"),
        (nth("2027-03-02", 5, FRI, count=3), "le cinquième vendredi de chaque mois, 3 fois"),
        (nth("2027-03-02", -1, MON, interval=3, count=3), "le dernier lundi, un mois sur trois, 3 fois"),
        (nth("2027-08-02", -1, MON, interval=12, count=3), "le dernier lundi d’août de chaque année, 3 fois"),
        (
            nth("2027-09-02", 2, MON, interval=12, count=3),
            "le deuxième lundi de septembre de chaque année, 3 fois",
        ),
    ],
)
def test_a_rule_said(rule, words):
    assert say(rule, today=TODAY).replace("\u00a0", " ") == words
