"""What the agenda keeps of a person and of a structure (docs/portability.md)."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from agenda.models import Booking, BookingChange, CalendarKey, Event, EventQuestion, ProfilesSeen, Registration, Series
from residents.models import Resident, User

SPACE, NAME = F("space__name"), F("resident__name")
BOOKING = [
    "title",
    "starts_at",
    "ends_at",
    "status",
    "attendees",
    "setup",
    "cancelled_at",
    "created_at",
]
# Between the person and the house.
WORDS = ["request_word", "decision_word", "cancellation_word"]
EVENT = [
    "title",
    "slug",
    "summary",
    "text",
    "starts_at",
    "ends_at",
    "status",
    "audience",
    "place",
    "link",
    "created_at",
]


def of_person(user: User) -> dict[str, QuerySet]:
    """Rows of dicts; never the secret of a calendar or of a registration."""
    keys = CalendarKey.objects.filter(user=user).order_by("pk")
    series = Series.objects.filter(created_by=user).order_by("pk")
    changes = BookingChange.objects.filter(by=user).order_by("pk")
    decided = Booking.objects.filter(Q(decided_by=user) | Q(cancelled_by=user)).order_by("pk")
    seen = ProfilesSeen.objects.filter(user=user)
    return {
        "bookings": bookings_of(user).values(
            *BOOKING, *WORDS, "guest_name", "guest_email", space_name=SPACE, structure=NAME
        ),
        "bookings_decided": decided.values(
            "title", "starts_at", "ends_at", "status", "decided_at", "decision_word", "cancelled_at", space_name=SPACE
        ),
        "booking_changes": changes.values("action", "at", "before", "after", "word", booking_title=F("booking__title")),
        "series": series.values("frequency", "interval", "starts_on", "until", "count", "start_time", "end_time"),
        "registrations": registrations_of(user).values(
            "status",
            "name",
            "email",
            "slot_starts_at",
            "answers",
            "attended",
            "created_at",
            event_title=F("event__title"),
            event_starts_at=F("event__starts_at"),
            structure=NAME,
            questions=questions(),
        ),
        "events_proposed": Event.objects.filter(created_by=user).order_by("starts_at", "pk").values(*EVENT),
        "events_held": Event.objects.filter(hosts=user).order_by("starts_at", "pk").values(*EVENT),
        "calendars": keys.values("created_at", "revoked_at"),
        "profiles_seen": seen.values("until"),
    }


def of_structure(resident: Resident) -> dict[str, QuerySet]:
    """Likewise: what it booked, what it organised, who came in its name."""
    came = Registration.objects.filter(resident=resident).order_by("pk")
    return {
        "bookings": Booking.objects.filter(resident=resident)
        .order_by("starts_at", "pk")
        .values(*BOOKING, space_name=SPACE),
        "events_organised": Event.objects.filter(organisers=resident).order_by("starts_at", "pk").values(*EVENT),
        "registrations": came.values(
            "status", "created_at", event_title=F("event__title"), event_starts_at=F("event__starts_at")
        ),
    }


def bookings_of(user: User) -> QuerySet[Booking]:
    """Booked by them, for them, or for them as an outside person."""
    theirs = Q(created_by=user) | Q(booked_for=user) | Q(guest_email__iexact=user.email)
    return Booking.objects.filter(theirs).order_by("starts_at", "pk")


def registrations_of(user: User) -> QuerySet[Registration]:
    """With their account, or with their address before they had one."""
    return Registration.objects.filter(Q(user=user) | Q(user=None, email__iexact=user.email)).order_by("pk")


def questions() -> ArraySubquery:
    """What `answers` answer: [{"key", "label"}]."""
    asked = EventQuestion.objects.filter(event=OuterRef("event"))
    return ArraySubquery(asked.values(json=JSONObject(key="pk", label="label")))
