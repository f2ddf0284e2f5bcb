"""Booking, changing, cancelling, deciding: what each verb does, and each of its refusals."""

import datetime

import pytest

from agenda.actions.bookings import (
    Clash,
    book,
    change,
)
from agenda.enums import BookingAction, BookingStatus, Reason
from agenda.models import BookingChange, Occupation
from tests.factories import (
    BookingFactory,
    SpaceFactory,
    soon,
)

HOUR = datetime.timedelta(hours=1)
CONFIRMED, REQUESTED = BookingStatus.CONFIRMED, BookingStatus.REQUESTED


def ours(user):
    return user.memberships_list[0].resident


def wish(user, space, start="10:00", end="12:00", **fields):
    """What `book` takes for a two-hour meeting of the person's structure."""
    return {
        "space": space,
        "starts_at": soon(start),
        "ends_at": soon(end),
        "title": "Atelier",
        "by": user,
        "resident": ours(user),
    } | fields


def actions(booking):
    return list(BookingChange.objects.filter(booking=booking).order_by("pk").values_list("action", flat=True))


def latest(booking):
    return BookingChange.objects.filter(booking=booking).first()


def test_book_within_the_rules_is_confirmed(member):
    booking = book(**wish(member, SpaceFactory(buffer_minutes=15)))
    booking.refresh_from_db()
    assert (booking.status, booking.reasons, booking.sequence) == (CONFIRMED, [], 0)
    assert (booking.created_by, booking.buffer_minutes) == (member, 15)
    held = Occupation.objects.get()
    assert (held.during.lower, held.during.upper) == (soon(), soon("12:15"))
    assert actions(booking) == [BookingAction.BOOKED]


def test_book_beyond_the_rules_is_requested_with_its_reasons(member):
    booking = book(**wish(member, SpaceFactory(capacity=4), "10:00", "18:00", attendees=9, request_word="Fête"))
    assert (booking.status, booking.reasons) == (REQUESTED, [Reason.TOO_LONG, Reason.TOO_MANY])
    assert (latest(booking).action, latest(booking).word) == (BookingAction.REQUESTED, "Fête")
    assert Occupation.objects.count() == 1


def test_change_that_clashes_leaves_the_booking_as_it_was(member):
    space = SpaceFactory()
    BookingFactory(space=space, starts_at=soon("14:00"))
    booking = book(**wish(member, space))
    with pytest.raises(Clash):
        change(booking=booking, to={"starts_at": soon("13:00"), "ends_at": soon("15:00")}, by=member)
    booking.refresh_from_db()
    assert (booking.starts_at, booking.sequence) == (soon(), 0)
