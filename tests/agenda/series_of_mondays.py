"""What the tests of series share: Mondays at ten, and what becomes of them."""

import datetime
from concurrent.futures import ThreadPoolExecutor

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from agenda.actions.series import book_series, change_series, preview, preview_change
from agenda.enums import Frequency
from agenda.models import Booking
from agenda.recurrence import Rule
from agenda.times import instant, local
from tests.factories import next_monday

TEN, NOON = datetime.time(10), datetime.time(12)
DAY = datetime.timedelta(days=1)


def monday(weeks=0):
    return next_monday() + 7 * weeks * DAY


def weekly(*weekdays, starts_on=None, **rest):
    rest = rest or {"count": 4}
    starts_on = starts_on or next_monday()
    return Rule(Frequency.WEEKLY, starts_on, weekdays=list(weekdays or [starts_on.weekday()]), **rest)


def first_monday_of_a_month():
    """One that is to come: its whole month is."""
    month = (timezone.localdate().replace(day=1) + 32 * DAY).replace(day=1)
    return month + DAY * (-month.weekday() % 7)


def last_sunday(month):
    """When the clock changes; a month to come at least."""
    today = timezone.localdate()
    for year in (today.year, today.year + 1):
        last = datetime.date(year, month, 31)
        last -= DAY * ((last.weekday() + 1) % 7)
        if last > today + 30 * DAY:
            return last


def all_of(lines):
    return {line.day for line in lines if line.is_kept}


def booked(wish, **fields):
    """The bookings of the series, all that can be kept kept."""
    looked = {name: value for name, value in fields.items() if name == "attendees"}
    series = book_series(**wish, keep=all_of(preview(**wish, **looked)), **{"title": "Chorale"} | fields)
    return list(series.bookings.order_by("occurrence_on"))


def outcomes(lines):
    return [line.outcome for line in lines]


def places(rows):
    """[(day, hours)] on the house's clock, as kept now."""
    rows = Booking.objects.filter(pk__in=[row.pk for row in rows]).order_by("occurrence_on", "starts_at")
    return [(local(row.starts_at).date(), f"{local(row.starts_at):%H:%M}–{local(row.ends_at):%H:%M}") for row in rows]


def mondays(*weeks, hours="10:00–12:00"):
    return [(monday(week), hours) for week in weeks]


def to_day(booking, shift):
    """Moved by so many days, to the same hours."""
    start, end = local(booking.starts_at), local(booking.ends_at)
    return {
        "starts_at": instant(start.date() + DAY * shift, start.time()),
        "ends_at": instant(end.date() + DAY * shift, end.time()),
    }


def put_back(booking, **delta):
    """As if it had been booked for so long ago."""
    Booking.objects.filter(pk=booking.pk).update(
        starts_at=timezone.now() - datetime.timedelta(**delta),
        ends_at=timezone.now() - datetime.timedelta(**delta) + datetime.timedelta(hours=2),
    )


EVENING = {"start_time": datetime.time(18), "end_time": datetime.time(20)}


def change(booking, scope, by, **to):
    lines = preview_change(booking=booking, to=to, scope=scope, by=by)
    return change_series(booking=booking, to=to, scope=scope, by=by, keep=all_of(lines))


def at_once(*calls):
    """[what each call answers or raises], all made in the same instant, each on its connection."""

    def run(call):
        try:
            return call()
        except ValidationError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))
