"""A meeting's page, as its reader meets it: what is shown, where they stand, what they may do."""

from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils import timezone

from agenda import rules
from agenda.actions.registrations import closed_because, position
from agenda.enums import BookingStatus, EventStatus
from agenda.models import Booking, Event, Registration
from agenda.pages.programme import say_seats, visible, with_what_pages_show
from agenda.slots import Slot, slots
from residents.models import User
from residents.rules import is_resident

# Other dates of a series that a page names.
OTHER_DATES = 5


def find(reader: User, slug: str) -> Event | None:
    """The meeting of that address with what its page reads, whoever may see it; or None."""
    taken = Registration.objects.seated().filter(event=OuterRef("pk"), slot_starts_at__isnull=False)
    waiting = Booking.objects.filter(event=OuterRef("pk"), status=BookingStatus.REQUESTED)
    return (
        with_what_pages_show(Event.objects.all(), reader)
        .annotate(
            taken_slots=ArraySubquery(taken.values("slot_starts_at")),
            requested=ArraySubquery(waiting.values(data=JSONObject(name="space__name"))),
            held_spaces=ArraySubquery(Booking.objects.holding().filter(event=OuterRef("pk")).values("space__slug")),
        )
        .prefetch_related("hosts")
        .filter(slug=slug)
        .first()
    )


class Meeting:
    """What templates read of `event`, found by `find`, for `reader`."""

    def __init__(self, event: Event, reader: User):
        self.event, self.reader = event, reader

    @cached_property
    def can_edit(self) -> bool:
        return rules.can_edit_event(self.reader, self.event)

    @cached_property
    def can_see_registrations(self) -> bool:
        return rules.can_see_registrations(self.reader, self.event)

    @property
    def hosts(self) -> list[User]:
        """Names of people stay in the house."""
        return list(self.event.hosts.all()) if is_resident(self.reader) else []

    @property
    def is_inside(self) -> bool:
        """Whether the reader reaches the spaces' pages."""
        return rules.can_see_bookings(self.reader)

    @property
    def requested(self) -> list[str]:
        """Spaces that the house has not confirmed yet, for those who edit."""
        return [booking["name"] for booking in self.event.requested] if self.can_edit else []

    @property
    def lost(self) -> list[str]:
        """Spaces that the house refused or took back, for those who edit: the meeting stands without them."""
        stands = self.event.status == EventStatus.PUBLISHED and not self.event.is_past
        if not stands or not self.can_edit:
            return []
        return [place["name"] for place in self.event.places if place["slug"] not in self.event.held_spaces]

    @property
    def seats(self) -> str:
        return say_seats(self.event)

    @cached_property
    def registration(self) -> Registration | None:
        """The reader's own, when they have one."""
        if self.event.my_status is None:
            return None
        found = self.event.registrations.active().filter(user=self.reader).first()
        if found:
            found.event = self.event
        return found

    @cached_property
    def position(self) -> int | None:
        return position(self.registration) if self.registration else None

    @property
    def closed_because(self) -> str:
        return closed_because(self.event) if self.event.takes_registrations else ""

    @property
    def is_full(self) -> bool:
        event = self.event
        return bool(event.capacity) and not event.slot_minutes and (event.taken >= event.capacity or event.waiting > 0)

    @property
    def can_register(self) -> bool:
        """Themselves, or as a guest; there is a way in."""
        if self.closed_because or not self.event.takes_registrations or self.registration:
            return False
        return rules.can_register(self.reader, self.event) or (
            not self.reader.is_authenticated and rules.can_register_guests(self.event)
        )

    @property
    def registers_in_one_click(self) -> bool:
        """Nothing is asked of the reader: neither a question, nor a slot, nor which structure, nor a name."""
        asks = self.event.asks or self.event.slot_minutes or len(structures_of(self.reader)) > 1
        return self.reader.is_authenticated and not asks

    @cached_property
    def slots(self) -> list[Slot]:
        event = self.event
        if not event.slot_minutes:
            return []
        taken = set(event.taken_slots)
        return slots(event.starts_at, event.ends_at, event.slot_minutes, taken=taken, now=timezone.now())

    @property
    def free_slots(self) -> int:
        return sum(slot.is_free for slot in self.slots)

    @cached_property
    def other_dates(self) -> list[Event]:
        """The next dates of its series that the reader may see: one of them may be for others."""
        if not self.event.series_id:
            return []
        others = visible(self.reader).filter(series=self.event.series_id, status=EventStatus.PUBLISHED).to_come()
        return list(others.exclude(pk=self.event.pk).order_by("starts_at")[:OTHER_DATES])


def structures_of(user: User) -> list:
    """The structures for which one may come."""
    return [m.resident for m in user.memberships_list if not m.has_left] if user.is_authenticated else []
