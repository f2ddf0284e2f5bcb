"""Two people who change the same things at once: one waits for the other, the database ends neither."""

import threading
import time

import pytest
from django.db import OperationalError, connections, transaction

from agenda.actions import events
from agenda.actions.bookings import lock_spaces, locked
from agenda.actions.series import Scope
from agenda.enums import Frequency
from agenda.models import Booking, Event, Series
from tests.factories import BookingFactory, EventFactory, SpaceFactory, UserFactory, next_monday, soon

pytestmark = pytest.mark.django_db(transaction=True)


def meanwhile(act):
    """`act` in a thread and a connection of its own, begun and blocked; returns its thread and the errors it met."""
    errors = []

    def run():
        try:
            act()
        except OperationalError as error:
            errors.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    # Long enough to come to what is held.
    time.sleep(0.5)
    return thread, errors


def dates_of_a_series(*, space, number=2):
    series = Series.objects.create(
        frequency=Frequency.WEEKLY, weekdays=[0], starts_on=next_monday(), count=2, start_time="18:00", end_time="20:00"
    )
    dates = [
        EventFactory(series=series, occurrence_on=next_monday(), starts_at=soon("18:00", days=7 * n))
        for n in range(number)
    ]
    for event in dates:
        event.spaces.set([space])
        BookingFactory(space=space, event=event, starts_at=event.starts_at, title=event.title, title_audience="public")
    return dates


@pytest.mark.parametrize("which", [0, 1])
def test_moving_a_meeting_waits_for_who_decides_one_of_its_bookings(which):
    space, manager = SpaceFactory(), UserFactory(house_manager=True)
    dates = dates_of_a_series(space=space)
    to = {"starts_at": soon("19:00"), "ends_at": soon("21:00")}
    with transaction.atomic():
        # As `bookings.decide` does: the booking, then its space.
        locked(Booking.objects.get(event=dates[which]))
        thread, errors = meanwhile(lambda: events.change(event=dates[0], to=to, by=manager, scope=Scope.ALL))
        lock_spaces([space])
    thread.join()
    assert errors == []
    assert Event.objects.get(pk=dates[1].pk).starts_at == soon("19:00", days=7)


def test_two_who_change_a_series_from_two_of_its_dates_wait_for_one_another():
    manager = UserFactory(house_manager=True)
    first, second = dates_of_a_series(space=SpaceFactory())
    with transaction.atomic():
        events.held(first, manager, Scope.ALL)
        thread, errors = meanwhile(lambda: events.cancel(event=second, by=manager, scope=Scope.ALL))
        events.affected(first, Scope.ALL)
    thread.join()
    assert errors == []
