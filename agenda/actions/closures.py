"""Closing spaces: the bookings that a closure meets, each decided by the house; public holidays are proposed."""

import datetime
from dataclasses import dataclass

import holidays
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from agenda import rules
from agenda.actions import bookings
from agenda.models import Booking, Closure, Space
from agenda.situation import DAY, is_sane
from agenda.times import midnight
from residents.models import User


@dataclass(frozen=True)
class Proposal:
    """A public holiday; `is_closed` when a closure of the whole house has that day already."""

    day: datetime.date
    reason: str
    is_closed: bool


def bookings_met(closure_dates: tuple[datetime.date, datetime.date], spaces: list[Space]) -> list[Booking]:
    """The bookings that hold a space on those days, both included, and are not over, in time's order.

    Without spaces, the whole house closes; a space closes with its parts and with the wholes that it belongs to.
    """
    first, last = closure_dates
    if not is_sane(first) or not is_sane(last):
        return []
    met = Booking.objects.holding().between(midnight(first), midnight(last + DAY)).filter(ends_at__gt=timezone.now())
    if wanted := [space.pk for space in spaces]:
        # As ClosureQuerySet.of: what is closed with them.
        kin = Space.objects.filter(Q(pk__in=wanted) | Q(parts__in=wanted) | Q(wholes__in=wanted))
        met = met.filter(space__in=kin.values("pk"))
    return list(met.with_names())


@transaction.atomic
def decide(*, closure: Closure, cancelled: list[Booking], by: User, word: str = "") -> list[Booking]:
    """Cancel, among the bookings that the closure meets, those of `cancelled`; the others are kept, knowingly.

    `word` is told to each, the closure's reason by default. A meeting's booking is given up with its meeting only,
    for the meeting would stand without its space and nobody be told: it is kept here. Returns those cancelled. Raises
    PermissionDenied.
    """
    if not rules.is_house_manager(by):
        raise PermissionDenied
    chosen = {booking.pk for booking in cancelled}
    met = bookings_met((closure.starts_on, closure.ends_on), list(closure.spaces.all()))
    # In one order, so that two closures decided at once wait for each other.
    given_up = [booking for booking in met if booking.pk in chosen and booking.event_id is None]
    given_up.sort(key=lambda booking: booking.pk)
    for booking in given_up:
        bookings.cancel(booking=booking, by=by, word=word or closure.reason)
    return given_up


def proposed_holidays(year: int) -> list[Proposal]:
    """France's public holidays of that year, in order, by their French names."""
    if not is_sane(datetime.date(max(1, min(year, 9999)), 1, 1)):
        return []
    found = sorted(holidays.France(years=year, language="fr").items())
    closures = Closure.objects.filter(spaces=None).between(datetime.date(year, 1, 1), datetime.date(year, 12, 31))
    closed = [(closure.starts_on, closure.ends_on) for closure in closures]
    return [Proposal(day, name, any(first <= day <= last for first, last in closed)) for day, name in found]
