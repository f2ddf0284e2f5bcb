"""The pages of series: dates are looked at, kept or skipped, then made; changed and cancelled likewise."""

import datetime

import pytest
from django.utils import timezone

from agenda.actions import bookings as actions
from agenda.enums import BookingStatus, Frequency, TitleAudience
from agenda.models import Booking, Closure, Series
from agenda.times import instant, local, say_day
from tests.agenda.series_of_mondays import DAY, last_sunday
from tests.agenda.wishes import ours
from tests.factories import BookingFactory, next_monday, soon

BOOK = "/agenda/reserver/"
WEEK = datetime.timedelta(days=7)


def weekly(**more):
    """Three Mondays from the next, 10:00 to 12:00."""
    return {
        "espace": "forge",
        "jour": next_monday().isoformat(),
        "debut": "10:00",
        "fin": "12:00",
        "objet": "Atelier",
        "repeter": "on",
        "rythme": "semaines",
        "tous_les": "1",
        "jours": ["0"],
        "fin_serie": "nombre",
        "nombre": "3",
    } | more


def mondays(number):
    return [next_monday() + WEEK * n for n in range(number)]


def outcomes(response):
    return [str(shown.line.outcome) for shown in response.context["preview"].lines]


def confirm(client, url, sent, days):
    return client.post(url, sent | {"etape": "confirmer", "garder": [day.isoformat() for day in days]})


# Making one


def test_each_date_is_listed_before_anything_is_made(signed, space):
    BookingFactory(space=space, title="Secret", title_audience=TitleAudience.OURS, starts_at=soon(days=7))
    Closure.objects.create(starts_on=mondays(3)[2], ends_on=mondays(3)[2], reason="Ramonage")
    response = signed.post(BOOK, weekly())
    page = response.content.decode()
    assert outcomes(response) == ["libre", "prise", "fermee"]
    assert "occupé" in page and "Secret" not in page and "Ramonage" in page
    assert Booking.objects.count() == 1


def test_dates_that_are_kept_are_booked(signed, member, space):
    first, _second, third = mondays(3)
    response = confirm(signed, BOOK, weekly(), [first, third])
    bookings = Booking.objects.order_by("starts_at")
    assert response.status_code == 302
    assert [local(booking.starts_at).date() for booking in bookings] == [first, third]
    assert {booking.resident for booking in bookings} == {ours(member)}
    assert Series.objects.get().frequency == Frequency.WEEKLY


def test_date_taken_meanwhile_shows_the_preview_again(signed, space):
    BookingFactory(space=space, starts_at=soon(days=7))
    response = confirm(signed, BOOK, weekly(), mondays(3))
    assert response.status_code == 409
    assert outcomes(response) == ["libre", "prise", "libre"]
    assert [shown.is_checked for shown in response.context["preview"].lines] == [True, False, True]
    assert Booking.objects.count() == 1


def test_no_date_kept_is_said(signed, space):
    response = confirm(signed, BOOK, weekly(), [])
    assert (response.status_code, response.context["preview"].error) == (422, "Gardez une date au moins.")


def test_summer_time_and_missing_dates_are_said(signed, space):
    sunday = last_sunday(3)
    sent = weekly(jour=(sunday - WEEK).isoformat(), debut="02:30", fin="03:30", jours=["6"], nombre="3")
    shown = signed.post(BOOK, sent).context["preview"].lines
    assert str(shown[1].line.outcome) == "impossible"
    assert shown[1].words[0].startswith(f"2\u202fh\u202f30 n’existe pas le {say_day(sunday)}")
    year = timezone.localdate().year + 1
    monthly = {"rythme": "mois-date", "date_du_mois": "31", "fin_serie": "date", "jusqu_au": f"{year}-03-31"}
    sent = weekly(jour=f"{year}-01-31", **monthly)
    shown = signed.post(BOOK, sent).context["preview"].lines
    assert [str(line.line.outcome) for line in shown] == ["libre", "impossible", "libre"]


def test_back_to_the_form_keeps_everything(signed, space):
    response = signed.post(BOOK, weekly(etape="formulaire", objet="Mon atelier", jours=["0", "3"]))
    form, repeat = response.context["form"], response.context["repeat"]
    assert response.status_code == 200
    assert (form["objet"].value(), repeat["jours"].value()) == ("Mon atelier", ["0", "3"])
    assert 'id="id_repeter" value="on" checked' in response.content.decode()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"jours": []}, "jours"),
        ({"jours": ["9"]}, "jours"),
        ({"nombre": ""}, "nombre"),
        ({"nombre": "9" * 30}, "nombre"),
        ({"fin_serie": "date"}, "jusqu_au"),
        ({"fin_serie": "date", "jusqu_au": "9999-12-31"}, "jusqu_au"),
        ({"fin_serie": "date", "jusqu_au": "2026-01-01"}, "__all__"),
        ({"fin_serie": "date", "jusqu_au": "2099-01-01"}, "__all__"),
        ({"rythme": "mois-date"}, "date_du_mois"),
        ({"rythme": "jamais"}, "rythme"),
        ({"tous_les": "0"}, "tous_les"),
        ({"jours": ["\0"]}, "jours"),
    ],
)
def test_wrong_rhythm_is_said_beside_its_field(signed, space, more, field):
    response = signed.post(BOOK, weekly(**more))
    assert response.status_code == 422
    assert list(response.context["repeat"].errors) == [field]


def test_series_of_days_on_end_is_refused(signed, space):
    later = (next_monday() + datetime.timedelta(days=2)).isoformat()
    assert signed.post(BOOK, weekly(jour_fin=later)).status_code == 422


def test_dates_to_decide_ask_for_a_word(signed, space):
    response = signed.post(BOOK, weekly(fin="18:00", mot="Trois journées"))
    assert outcomes(response) == ["a-decider"] * 3
    assert "Trois journées" in response.content.decode()
    confirm(signed, BOOK, weekly(fin="18:00", mot="Trois journées"), mondays(3))
    assert set(Booking.objects.values_list("status", "request_word")) == {(BookingStatus.REQUESTED, "Trois journées")}


# From a single booking


def own(member, space, **fields):
    return BookingFactory(space=space, resident=ours(member), created_by=member, **fields)


def test_single_booking_becomes_a_series(signed, member, space):
    booking = own(member, space)
    url = f"/agenda/reservations/{booking.pk}/repeter/"
    assert signed.get(url).context["repeat"]["jours"].value() == [0]
    response = signed.post(url, weekly())
    assert outcomes(response) == ["libre", "libre"]
    confirm(signed, url, weekly(), mondays(3)[1:])
    booking.refresh_from_db()
    assert booking.series.bookings.count() == 3


def test_repeating_is_for_those_whose_it_is(signed, space):
    booking = BookingFactory(space=space)
    assert signed.get(f"/agenda/reservations/{booking.pk}/repeter/").status_code == 403


# Changing and cancelling


@pytest.fixture
def dates(signed, member, space):
    """Three dates of a series, in order."""
    confirm(signed, BOOK, weekly(), mondays(3))
    return list(Booking.objects.order_by("starts_at"))


def change(**more):
    return weekly(portee="a-partir", audience="residents", sequence="0") | more


def series_url(booking):
    return f"/agenda/reservations/{booking.pk}/serie/"


def test_change_is_shown_before_it_is_made(signed, dates):
    assert signed.get(series_url(dates[1])).status_code == 200
    sent = change(jour=mondays(3)[1].isoformat(), debut="14:00", fin="16:00")
    response = signed.post(series_url(dates[1]), sent)
    shown = response.context["preview"].lines
    assert [line.has_moved for line in shown] == [True, True]
    assert "avant" in response.content.decode()
    assert Booking.objects.filter(starts_at__in=[soon("14:00", days=7)]).count() == 0
    confirm(signed, series_url(dates[1]), sent, mondays(3)[1:])
    times = [local(booking.starts_at).hour for booking in Booking.objects.order_by("starts_at")]
    assert times == [10, 14, 14]


def test_change_of_nothing_is_said(signed, dates):
    response = signed.post(series_url(dates[0]), change())
    assert response.status_code == 422
    assert "Rien ne change" in response.content.decode()


def test_change_overtaken_shows_both_versions(signed, member, dates):
    actions.change(booking=dates[0], to={"title": "Sa version"}, by=member)
    sent = change(objet="Ma version")
    response = signed.post(series_url(dates[0]), sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Sa version" in page and "Ma version" in page
    sent["sequence"] = response.context["form"]["sequence"].value()
    assert outcomes(signed.post(series_url(dates[0]), sent)) == ["libre"] * 3


def test_change_back_to_the_form_keeps_everything(signed, dates):
    response = signed.post(series_url(dates[0]), change(objet="Mon atelier", etape="formulaire"))
    assert (response.status_code, response.context["form"]["objet"].value()) == (200, "Mon atelier")


@pytest.mark.parametrize(("scope", "left"), [("celle-ci", 2), ("a-partir", 1), ("toutes", 0)])
def test_cancelling_lists_the_dates_first(signed, dates, scope, left):
    url = f"{series_url(dates[1])}annuler/"
    assert signed.get(url).status_code == 200
    response = signed.post(url, {"portee": scope, "mot": "Travaux"})
    assert len(response.context["affected"]) == 3 - left
    assert Booking.objects.holding().count() == 3
    signed.post(url, {"portee": scope, "mot": "Travaux", "etape": "confirmer"})
    assert Booking.objects.holding().count() == left


@pytest.mark.parametrize("page", ["", "annuler/"])
def test_series_pages_are_for_those_whose_it_is(client, dates, page, lead):
    client.force_login(lead)
    assert client.get(f"{series_url(dates[0])}{page}").status_code == 403


@pytest.mark.parametrize("page", ["", "annuler/"])
def test_single_booking_has_no_series_page(signed, member, space, page):
    assert signed.get(f"{series_url(own(member, space))}{page}").status_code == 404


def test_scope_unknown_is_refused(signed, dates):
    assert signed.post(f"{series_url(dates[0])}annuler/", {"portee": "hier"}).status_code == 422


def test_weekly_hour_holds_across_summer_time(signed, space):
    after = last_sunday(3) + DAY
    sent = weekly(jour=(after - WEEK).isoformat(), nombre="2")
    confirm(signed, BOOK, sent, [after - WEEK, after])
    starts = list(Booking.objects.order_by("starts_at").values_list("starts_at", flat=True))
    assert starts == [instant(day, datetime.time(10)) for day in (after - WEEK, after)]
    assert starts[1] - starts[0] == WEEK - datetime.timedelta(hours=1)
