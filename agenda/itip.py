"""What a mail carries for the reader's calendar (iTIP, RFC 5546): put this in it, take this out of it.

`things` is a Booking, an Event, a Registration, or a list of them (the dates of a series: one VEVENT each, with the UID
that it has in the feeds). Rows come with what they show: bookings `with_names()`, events `with_names()`, registrations
with their event likewise. The text is UTF-8 with CRLF, ready for a part `text/calendar; charset=utf-8; method=REQUEST`.
"""

from agenda.models import Booking, Event, Registration

Thing = Booking | Event | Registration


def request(things: Thing | list[Thing], email: str, name: str = "") -> str:
    """METHOD:REQUEST: the attendee `email`, called `name`, has this; sent again after each change of it."""
    raise NotImplementedError


def cancel(things: Thing | list[Thing], email: str, name: str = "") -> str:
    """METHOD:CANCEL: the attendee has this no more, whether it was cancelled or only their seat was."""
    raise NotImplementedError
