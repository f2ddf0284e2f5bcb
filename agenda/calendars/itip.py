"""What a mail carries for the reader's calendar (iTIP, RFC 5546): put this in it, take this out of it.

`things` is a Booking, an Event, a Registration, or a list of them (the dates of a series: one VEVENT each, with the UID
that it has in the feeds). The text is UTF-8 with CRLF, ready for a part `text/calendar; charset=utf-8; method=REQUEST`.
"""

from dataclasses import replace
from email.utils import parseaddr

from django.conf import settings

from agenda.calendars.entries import (
    clean,
    entry_of_booking,
    entry_of_event,
    entry_of_registration,
    with_holders,
    with_places,
    with_revisions,
)
from agenda.calendars.ical import CANCELLED, Entry, Parties, written
from agenda.models import Booking, Event, Registration

Thing = Booking | Event | Registration


def request(things: Thing | list[Thing], email: str, name: str = "") -> str:
    """METHOD:REQUEST: the attendee `email`, called `name`, has this; sent again after each change of it."""
    return message("REQUEST", [entry_for(thing, email) for thing in as_list(things)], email, name)


def cancel(things: Thing | list[Thing], email: str, name: str = "") -> str:
    """METHOD:CANCEL: the attendee has this no more, whether it was cancelled or only their seat was."""
    entries = [replace(entry_for(thing, email), status=CANCELLED) for thing in as_list(things)]
    return message("CANCEL", entries, email, name)


def as_list(things: Thing | list[Thing]) -> list[Thing]:
    return [things] if isinstance(things, Thing) else list(things)


def message(method: str, entries: list[Entry], email: str, name: str) -> str:
    house_name, house = parseaddr(settings.DEFAULT_FROM_EMAIL)
    parties = Parties(organizer=house, organizer_name=house_name, attendee=email, attendee_name=clean(name))
    return written(entries, method=method, parties=parties).decode()


def entry_for(thing: Thing, email: str) -> Entry:
    """`entry_of`, without the page that an outside person has no account to open."""
    entry = entry_of(thing)
    return replace(entry, url="") if isinstance(thing, Booking) and thing.guest_email == email else entry


def entry_of(thing: Thing) -> Entry:
    """As it stands in the database, for who attends, who reads all of it."""
    base = settings.WAGTAILADMIN_BASE_URL
    if isinstance(thing, Booking):
        (booking,) = with_holders(Booking.objects.filter(pk=thing.pk))
        return entry_of_booking(booking, base=base, holder=booking.holder)
    if isinstance(thing, Event):
        return entry_of_event(event_of(thing.pk), base=base, with_link=True, takes_time=True)
    registration = with_revisions(Registration.objects.all()).get(pk=thing.pk)
    return entry_of_registration(registration, event_of(registration.event_id), base=base)


def event_of(pk: int) -> Event:
    (event,) = with_places(Event.objects.filter(pk=pk))
    return event
