"""The words that every letter of the agenda is made of."""

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.enums import BookingStatus
from agenda.models import Booking, Event, Registration
from agenda.times import say_stretch
from mailing.outbox import absolute, one_line
from residents.models import User

Fact = tuple[str, str]
MOST_LINES = 60


def link(name: str, *args) -> str:
    return absolute(reverse(f"agenda:{name}", args=args))


def who(user: User | None) -> str:
    """Somebody of the house, by name."""
    return one_line(str(user)) if user else _("la maison")


def when(thing: Booking | Event | Registration) -> str:
    """mercredi 7 mars, 10 h – 13 h; of a registration at a permanence, its slot."""
    if isinstance(thing, Registration):
        if not thing.slot_starts_at:
            return when(thing.event)
        length = datetime.timedelta(minutes=thing.event.slot_minutes or 0)
        return say_stretch(thing.slot_starts_at, thing.slot_starts_at.astimezone(datetime.UTC) + length)
    return say_stretch(thing.starts_at, thing.ends_at, all_day=getattr(thing, "is_all_day", False))


def where(event: Event) -> str:
    """The spaces and the place of a meeting; "" when nothing says where."""
    places = [*(space.name for space in event.spaces.all()), event.place]
    return ", ".join(one_line(place) for place in places if place)


def what_was(before: dict, *, all_day: bool = False) -> str:
    """Grande salle, mercredi 7 mars, 10 h – 13 h: what moved, as it was; "" when nothing says it."""
    if not before.get("starts_at"):
        return ""
    starts_at, ends_at = (datetime.datetime.fromisoformat(before[name]) for name in ("starts_at", "ends_at"))
    places = [one_line(before["space"])] if before.get("space") else []
    return ", ".join([*places, say_stretch(starts_at, ends_at, all_day=all_day)])


def what_is(place: str, thing) -> str:
    return ", ".join([*([one_line(place)] if place else []), when(thing)])


def held(booking: Booking) -> str:
    """Grande salle, mercredi 7 mars, 10 h – 13 h"""
    return what_is(booking.space.name, booking)


def facts_of(booking: Booking) -> list[Fact]:
    """For those who may read its title."""
    return [
        (_("Espace"), one_line(booking.space.name)),
        (_("Quand"), when(booking)),
        (_("Objet"), one_line(booking.title)),
        (_("Pour"), one_line(booking.holder)),
    ]


def facts_of_event(event: Event, moment: str) -> list[Fact]:
    facts = [(_("Rendez-vous"), one_line(event.title)), (_("Quand"), moment)]
    return [*facts, (_("Où"), where(event))] if where(event) else facts


def dates(bookings: list[Booking]) -> list[str]:
    """One line a date; those to decide say so."""
    lines = [line_of(one) for one in bookings[:MOST_LINES]]
    rest = len(bookings) - len(lines)
    if rest:
        lines.append(ngettext("et %(rest)s autre date", "et %(rest)s autres dates", rest) % {"rest": rest})
    return lines


def line_of(booking: Booking) -> str:
    if booking.status == BookingStatus.REQUESTED:
        return _("%(when)s (à décider)") % {"when": when(booking)}
    return when(booking)
