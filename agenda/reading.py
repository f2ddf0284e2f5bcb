"""What somebody reads of a booking: what is not theirs is not in the ReadBooking that templates are given."""

import datetime
from dataclasses import dataclass
from functools import cache

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from agenda import rules
from agenda.enums import BookingStatus
from agenda.models import Booking, Event, Space
from agenda.times import SPACE
from residents.models import User
from residents.rules import meets


@dataclass(slots=True)
class ReadBooking:
    """A booking as one person reads it; one whose title is not for them is « occupé », for nobody, and leads nowhere.

    The instants are in UTC; `tidied_at` is when the space is free again. `url` leads to the meeting of a meeting's
    booking, else to the booking. `move_url` and `sequence` are there for those who may move it ("" and None else).
    """

    space: Space
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    tidied_at: datetime.datetime
    title: str
    holder: str
    url: str
    is_busy: bool
    is_requested: bool
    is_meeting: bool
    is_ours: bool
    move_url: str = ""
    sequence: int | None = None

    @property
    def can_move(self) -> bool:
        return bool(self.move_url)

    @property
    def tidying(self) -> bool:
        return self.tidied_at > self.ends_at

    @property
    def words(self) -> str:
        """« Réunion », Atelier; or « occupé »."""
        if self.is_busy:
            return self.title
        quoted = f"«{SPACE}{self.title}{SPACE}»"
        return f"{quoted}, {self.holder}" if self.holder else quoted


def prepared_for(user: User, bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """`bookings` with what `as_read_by` asks of each row: in one query, whatever their number."""
    visible = Event.objects.filter(rules.visible_events(user), pk=OuterRef("event_id"))
    return bookings.select_related("space", "resident", "event").annotate(event_is_visible=Exists(visible))


def as_read_by(user: User, booking: Booking) -> ReadBooking:
    """`booking` as `user` reads it. For many, take them from `prepared_for`: a meeting costs queries otherwise."""
    ends_at = booking.ends_at
    is_readable = can_read(user, booking)
    may_move = is_readable and rules.can_change(user, booking)
    return ReadBooking(
        space=booking.space,
        starts_at=booking.starts_at,
        ends_at=ends_at,
        tidied_at=ends_at + datetime.timedelta(minutes=booking.buffer_minutes),
        title=title_of(booking) if is_readable else _("occupé"),
        holder=holder_for(user, booking) if is_readable else "",
        url=address_of(booking) if is_readable else "",
        is_busy=not is_readable,
        is_requested=booking.status == BookingStatus.REQUESTED,
        is_meeting=is_readable and booking.event_id is not None,
        is_ours=rules.is_party(user, booking),
        move_url=numbered("agenda:move_booking", booking.pk) if may_move else "",
        sequence=booking.sequence if may_move else None,
    )


def read_all(user: User, bookings: QuerySet[Booking]) -> list[ReadBooking]:
    """`bookings` as `user` reads them, in one query."""
    return [as_read_by(user, booking) for booking in prepared_for(user, bookings)]


def can_read(user: User, booking: Booking) -> bool:
    """A meeting's booking is read by those who see the meeting; any other, by those whom its title is for."""
    if booking.event_id is None:
        return rules.can_read_title(user, booking)
    if hasattr(booking, "event_is_visible"):
        return booking.event_is_visible
    return rules.can_see_event(user, booking.event)


def title_of(booking: Booking) -> str:
    return booking.event.title if booking.event_id else booking.title


def address_of(booking: Booking) -> str:
    return booking.event.get_absolute_url() if booking.event_id else numbered("agenda:booking", booking.pk)


@cache
def pattern(name: str) -> str:
    return reverse(name, args=[0])


def numbered(name: str, pk: int) -> str:
    """`reverse(name, args=[pk])`, resolved once: a month has hundreds of them, and resolving is half of their cost."""
    return pattern(name).replace("/0/", f"/{pk}/")


def holder_for(user: User, booking: Booking) -> str:
    """For whom, in words; the name of an outside person stays in the house, as one that the public does not meet."""
    if rules.is_resident(user):
        return booking.holder
    is_inside = booking.guest_name or (booking.resident and not meets(user, booking.resident))
    return "" if is_inside else booking.holder
