"""The promise, proved both ways: two people never hold the same space at the same time; without the constraint they do.

Real requests of real sessions, threads with connections of their own. Each rush is held at the door of the space until
several wait there: all of them have seen the space free.
"""

import http.client
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse

from agenda.actions.bookings import Clash, Overtaken, approve, book, cancel, change, decline, lock_spaces
from agenda.enums import BookingStatus
from agenda.models import AgendaSettings, Booking, BookingChange, Occupation
from residents.models import User
from tests.factories import BookingFactory, MembershipFactory, SpaceFactory, UserFactory, soon

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 16
REQUESTS = 200
TOKEN = "x" * 32


def together(calls) -> list:
    """What each call answers (its result, or the ValidationError that it raised), all called at the same time."""
    start = threading.Barrier(len(calls))

    def run(call):
        try:
            start.wait()
            return call()
        except ValidationError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def waiting() -> int:
    """How many other sessions of this database wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


@contextmanager
def door_held(space, until: int):
    """Whoever would write a booking of `space` waits, until that many do (a second and a half at most)."""
    with transaction.atomic():
        lock_spaces([space])
        yield
        end = time.monotonic() + 1.5
        while waiting() < until and time.monotonic() < end:
            time.sleep(0.02)


@contextmanager
def constraint_dropped():
    """The database without its promise, put back whatever happens; the bookings made meanwhile go."""
    constraint = next(c for c in Occupation._meta.constraints if c.name == "agenda_space_never_shared")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Occupation, constraint)
    try:
        yield
    finally:
        Booking.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Occupation, constraint)


def no_share():
    settings = AgendaSettings.load()
    settings.fair_share_hours = None
    settings.save()


# Over HTTP


def rush(live_server, space) -> Counter:
    """{status: how many} of 200 requests for one slot by 16 clients at once; each refusal says that it is taken."""
    no_share()
    sessions = [session_of(MembershipFactory().user) for _client in range(4)]
    typed = {"espace": space.slug, "jour": soon().date(), "debut": "10:00", "fin": "12:00", "objet": "Réunion"}
    body, address = urlencode(typed), reverse("agenda:book")
    statuses, turn, numbers = Counter(), threading.Lock(), iter(range(REQUESTS))

    def post_in_turn(session):
        site = http.client.HTTPConnection(live_server.thread.host, live_server.thread.port)
        headers = {
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        while True:
            with turn:
                if next(numbers, None) is None:
                    break
            site.request("POST", address, body, headers)
            response = site.getresponse()
            words = response.read().decode()
            with turn:
                statuses[response.status] += 1
            assert response.status != 409 or "n’est pas libre à ce moment" in words
        site.close()

    with ThreadPoolExecutor(CLIENTS) as clients:
        with door_held(space, until=6):
            runs = [clients.submit(post_in_turn, sessions[number % 4]) for number in range(CLIENTS)]
        for run in runs:
            run.result()
    return statuses


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def test_200_requests_at_once_for_one_slot_one_success_and_199_clear_refusals(live_server):
    space = SpaceFactory()
    assert rush(live_server, space) == {302: 1, 409: 199}
    assert (Booking.objects.count(), Occupation.objects.count(), BookingChange.objects.count()) == (1, 1, 1)


def test_200_requests_at_once_without_the_constraint_do_double_book(live_server):
    """The control: it is the constraint that the other test proves, not the slowness of its clients."""
    space = SpaceFactory()
    with constraint_dropped():
        statuses = rush(live_server, space)
        held = Occupation.objects.filter(space=space, during__overlap=(soon(), soon("12:00"))).count()
    assert statuses[302] == held > 1
    with pytest.raises(Exception, match="agenda_space_never_shared"), transaction.atomic():
        first = BookingFactory(space=space)
        BookingFactory(space=first.space)


# The verbs


def wish(user, space, start="10:00", end="12:00", **fields):
    resident = user.memberships_list[0].resident
    plain = {"starts_at": soon(start), "ends_at": soon(end), "title": "Réunion", "resident": resident}
    return {"space": space, "by": user} | plain | fields


def test_book_what_is_taken_after_it_was_judged_is_a_clash_that_says_by_whom():
    space, first, second = SpaceFactory(), MembershipFactory().user, MembershipFactory().user
    with ThreadPoolExecutor(1) as thread:
        with door_held(space, until=1):
            held = book(**wish(first, space))
            answer = thread.submit(together, [lambda: book(**wish(second, space))])
        (error,) = answer.result()
    assert isinstance(error, Clash)
    assert error.verdict.clashes == [held]


def test_change_into_what_is_taken_after_it_was_judged_is_a_clash_and_nothing_is_lost():
    space, first, second = SpaceFactory(), MembershipFactory().user, MembershipFactory().user
    mine = book(**wish(second, space, "14:00", "15:00"))
    to = {"starts_at": soon("11:00"), "ends_at": soon("13:00")}
    with ThreadPoolExecutor(1) as thread:
        with door_held(space, until=1):
            held = book(**wish(first, space))
            answer = thread.submit(together, [lambda: change(booking=mine, to=to, by=second)])
        (error,) = answer.result()
    mine.refresh_from_db()
    assert (error.verdict.clashes, mine.starts_at, mine.sequence) == ([held], soon("14:00"), 0)


def has_to_wait(space) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '100ms'")
        try:
            lock_spaces([space])
        except OperationalError:
            return True
    return False


def test_those_who_want_the_same_elementary_space_wait_for_one_another():
    """Without it, two who write their occupations in the same instant may each wait for the other."""
    left, right = SpaceFactory(), SpaceFactory()
    whole = SpaceFactory(parts=[left, right])
    with transaction.atomic():
        lock_spaces([left])
        waits = together([lambda space=space: has_to_wait(space) for space in (left, whole, right)])
    assert waits == [True, True, False]


def test_whole_and_parts_asked_for_at_once_never_overlap_nor_stop_one_another():
    left, right = SpaceFactory(), SpaceFactory()
    whole = SpaceFactory(parts=[right, left])
    users = [MembershipFactory().user for _n in range(3)]
    no_share()
    calls = [
        lambda user=user, space=space, hour=hour: book(**wish(user, space, f"{hour:02}:00", f"{hour + 2:02}:00"))
        for hour in (9, 10)
        for user, space in zip(users, [left, right, whole], strict=True)
    ]
    found = together(calls)
    assert {type(one) for one in found} <= {Booking, Clash}
    assert len([one for one in found if isinstance(one, Booking)]) == Booking.objects.count() > 0


def test_space_freed_and_asked_for_by_four_goes_to_one():
    space, users = SpaceFactory(), [MembershipFactory().user for _n in range(4)]
    cancel(booking=BookingFactory(space=space), by=UserFactory(house_manager=True))
    found = together([lambda user=user: book(**wish(user, space)) for user in users])
    assert Counter(type(one) for one in found) == {Booking: 1, Clash: 3}


def asked_for(**fields):
    return BookingFactory(space=SpaceFactory(always_decided=True), status=BookingStatus.REQUESTED, **fields)


def test_two_managers_deciding_at_once_the_second_is_told():
    managers = [UserFactory(house_manager=True) for _n in range(4)]
    booking = asked_for()
    verbs = [approve, decline, approve, decline]
    found = together(
        [
            lambda verb=verb, by=by: verb(booking=Booking.objects.get(), by=by)
            for verb, by in zip(verbs, managers, strict=True)
        ]
    )
    assert sorted(getattr(one, "code", "done") for one in found) == ["done", "overtaken", "overtaken", "overtaken"]
    booking.refresh_from_db()
    assert (booking.sequence, BookingChange.objects.count()) == (1, 1)
    assert Occupation.objects.count() == (booking.status == BookingStatus.CONFIRMED)


def test_requests_approved_while_others_ask_for_the_same_time_are_kept():
    """Approving writes the occupations anew: nobody slips in between, and nobody stops anybody."""
    manager, users = UserFactory(house_manager=True), [MembershipFactory().user for _n in range(3)]
    booking = asked_for()
    asked = [lambda user=user: book(**wish(user, booking.space, "11:00", "13:00")) for user in users]
    found = together([lambda: approve(booking=Booking.objects.get(pk=booking.pk), by=manager), *asked])
    assert [type(one) for one in found] == [type(None), Clash, Clash, Clash]
    assert Occupation.objects.get().booking == Booking.objects.get(status=BookingStatus.CONFIRMED) == booking


def test_two_people_editing_at_once_the_second_sees_both():
    manager, user = UserFactory(house_manager=True), MembershipFactory().user
    booking = book(**wish(user, SpaceFactory()))
    found = together(
        [
            lambda: change(booking=booking, to={"title": "La maison"}, by=manager, seen=0),
            lambda: change(booking=booking, to={"title": "La structure"}, by=user, seen=0),
        ]
    )
    (kept,) = [one for one in found if isinstance(one, Booking)]
    (error,) = [one for one in found if isinstance(one, Overtaken)]
    assert error.booking.title == kept.title == Booking.objects.get().title
    assert Booking.objects.get().sequence == 1


def test_cancelling_while_another_changes_leaves_no_ghost():
    user, manager = MembershipFactory().user, UserFactory(house_manager=True)
    booking = book(**wish(user, SpaceFactory()))
    together(
        [
            lambda: cancel(booking=Booking.objects.get(), by=user),
            lambda: change(booking=booking, to={"ends_at": soon("13:00")}, by=manager, seen=0),
        ]
    )
    booking.refresh_from_db()
    assert Occupation.objects.count() == (1 if booking.is_holding else 0)
