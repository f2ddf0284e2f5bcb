from agenda.models.bookings import Booking, BookingChange, Occupation, Series
from agenda.models.calendars import AgendaSettings, CalendarKey
from agenda.models.events import Event, EventKind, EventQuestion, Registration
from agenda.models.looks import ProfilesSeen
from agenda.models.spaces import Closure, Equipment, OpeningHours, Space

__all__ = [
    "AgendaSettings",
    "Booking",
    "BookingChange",
    "CalendarKey",
    "Closure",
    "Equipment",
    "Event",
    "EventKind",
    "EventQuestion",
    "Occupation",
    "OpeningHours",
    "ProfilesSeen",
    "Registration",
    "Series",
    "Space",
]
