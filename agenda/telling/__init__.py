"""Who is told of what, and in which words: from a notice to the mails that tell it."""

from collections.abc import Iterable

from agenda.enums import Notice
from agenda.telling import bookings, meetings, seats, series
from agenda.telling.messages import Happening, Message

TOLD_BY = {
    Notice.BOOKING_CONFIRMED: bookings.confirmed,
    Notice.BOOKING_TO_DECIDE: bookings.to_decide,
    Notice.BOOKING_APPROVED: bookings.approved,
    Notice.BOOKING_DECLINED: bookings.declined,
    Notice.BOOKING_MOVED: bookings.moved,
    Notice.BOOKING_CANCELLED: bookings.cancelled,
    Notice.SERIES_BOOKED: series.booked,
    Notice.SERIES_CHANGED: series.changed,
    Notice.SERIES_CANCELLED: series.cancelled,
    Notice.REGISTRATION_TO_CONFIRM: seats.to_confirm,
    Notice.SEAT_CONFIRMED: seats.seat_confirmed,
    Notice.SEAT_WAITING: seats.seat_waiting,
    Notice.SEAT_OFFERED: seats.seat_offered,
    Notice.SEAT_LOST: seats.seat_lost,
    Notice.REGISTRATION_CANCELLED: seats.registration_cancelled,
    Notice.EVENT_MOVED: meetings.moved,
    Notice.EVENT_CANCELLED: meetings.cancelled,
}


def messages(happening: Happening) -> Iterable[Message]:
    """What to write, to each person concerned; nothing of what is no longer so, or no longer there."""
    return TOLD_BY[happening.notice](happening)
