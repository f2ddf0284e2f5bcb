"""What the tests of bookings share: a wish for next Monday, what it meets, what becomes of it."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from agenda.availability import judge
from agenda.enums import BookingStatus
from agenda.models import AgendaSettings, BookingChange, OpeningHours
from tests.factories import BookingFactory, SpaceFactory, soon

CONFIRMED, REQUESTED, DECLINED, CANCELLED = (
    BookingStatus.CONFIRMED,
    BookingStatus.REQUESTED,
    BookingStatus.DECLINED,
    BookingStatus.CANCELLED,
)


def ours(user):
    return user.memberships_list[0].resident


def hours(space, weekday, opens, closes):
    OpeningHours.objects.create(
        space=space,
        weekday=weekday,
        opens_at=datetime.time.fromisoformat(opens),
        closes_at=datetime.time.fromisoformat(closes),
    )


def share(limit):
    settings = AgendaSettings.load()
    settings.fair_share_hours = limit
    settings.save()


def reasons(user, space, start="10:00", end="12:00", *, days=0, until=None, **wish):
    """The reasons of a wish for next Monday, or `days` later."""
    until = days if until is None else until
    return judge(space=space, starts_at=soon(start, days=days), ends_at=soon(end, days=until), by=user, **wish).reasons


def wish(user, space=None, start="10:00", end="12:00", **fields):
    """What `book` takes for a two-hour meeting of the person's structure, next Monday."""
    return {
        "space": space or SpaceFactory(),
        "starts_at": soon(start),
        "ends_at": soon(end),
        "title": "Atelier",
        "by": user,
        "resident": ours(user) if user.memberships_list else None,
    } | fields


def history(booking):
    return list(BookingChange.objects.filter(booking=booking).order_by("pk").values_list("action", flat=True))


def latest(booking):
    return BookingChange.objects.filter(booking=booking).first()


def refused(call, code, **arguments):
    with pytest.raises(ValidationError) as caught:
        call(**arguments)
    assert caught.value.code == code
    return caught.value


def spans(booking):
    return [(one.space, one.during.lower, one.during.upper) for one in booking.occupations.order_by("space")]


def own(member, **fields):
    """A booking of the member's structure, made by the member."""
    return BookingFactory(resident=ours(member), created_by=member, **fields)
