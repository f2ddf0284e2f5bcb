"""The calendars that people subscribe to: what each holds, a stamp that follows it, its body kept while it stands.

A year back, one entry a date, what was cancelled kept as such. A feed is made for one person (None: the public); what
they may not read is « occupé ».
"""

import datetime
import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import replace

from django.core.cache import cache
from django.db.models import Count, Max, Q, QuerySet, Sum, Value
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from agenda import reading, rules
from agenda.calendars.entries import (
    OVER,
    entry_of_booking,
    entry_of_event,
    entry_of_registration,
    hidden,
    with_holders,
    with_places,
    with_revisions,
    withdrawn,
)
from agenda.calendars.ical import Entry, written
from agenda.enums import EventAudience
from agenda.models import Booking, Event, EventKind, Registration, Space
from agenda.times import midnight
from residents.models import Resident, User

# To be raised when the same rows come to be written otherwise.
FORMAT = 1
KEPT_SECONDS = 24 * 3600
# Further ahead nobody plans, and some clients know no such date.
YEARS_AHEAD = 5


class Feed:
    """One calendar as `user` subscribes to it; `base` is the address of the site, without its last slash."""

    def __init__(self, user: User | None, base: str):
        self.user, self.base = user, base
        self.today = timezone.localdate()

    @property
    def name(self) -> str:
        raise NotImplementedError

    @property
    def description(self) -> str:
        raise NotImplementedError

    def watched(self) -> list[QuerySet]:
        """All rows that it may be written from, with their `updated_at` and `sequence`."""
        raise NotImplementedError

    def entries(self) -> Iterable[Entry]:
        raise NotImplementedError

    @property
    def identity(self) -> list:
        """What tells it from other feeds, and from the same one for somebody else."""
        if self.user is None:
            return [type(self).__name__, self.base]
        memberships = sorted((m.resident_id, m.role, m.has_left) for m in self.user.memberships_list)
        return [type(self).__name__, self.base, self.user.pk, self.user.is_house_manager, *memberships]

    @cached_property
    def etag(self) -> str:
        """Another one after each change of what it holds, and each day: known without writing it."""
        facts = [FORMAT, self.today, self.name, *self.identity, *names_in_use(), *latest(self.watched())]
        return f'W/"{digest(facts)}"'

    def body(self) -> bytes:
        """The calendar, gzipped: as it was kept, or written anew."""
        # Asked before the rows are read: a change in between makes another stamp, and the body is written again.
        etag, place = self.etag, f"feed-{digest(self.identity)}"
        kept_etag, body = cache.get(place) or ("", b"")
        if kept_etag != etag:
            text = written(self.entries(), name=self.name, description=self.description)
            body = gzip.compress(text, compresslevel=1, mtime=0)
            cache.set(place, (etag, body), KEPT_SECONDS)
        return body

    def window(self, rows: QuerySet) -> QuerySet:
        past = midnight(datetime.date(self.today.year - 1, self.today.month, 1))
        future = midnight(datetime.date(self.today.year + YEARS_AHEAD, 1, 1))
        return rows.filter(ends_at__gte=past, starts_at__lt=future)

    def events(self) -> QuerySet[Event]:
        return self.window(Event.objects.published())


class PublicFeed(Feed):
    """The meetings that everybody is invited to."""

    name = "Les Chaudronneries"

    @property
    def description(self) -> str:
        return _("Les rendez-vous publics de la maison.")

    def rows(self) -> QuerySet[Event]:
        return self.events().public()

    def watched(self):
        return [self.rows()]

    def entries(self):
        return (entry_of_event(event, base=self.base) for event in with_places(self.rows()))


class ResidentsFeed(PublicFeed):
    """The meetings of the house, public or not; those by invitation stand in their people's own calendars."""

    @property
    def name(self) -> str:
        return _("Les Chaudronneries – la maison")

    @property
    def description(self) -> str:
        return _("Tous les rendez-vous de la maison, publics et entre résidents.")

    def rows(self):
        return self.events().filter(audience__in=[EventAudience.PUBLIC, EventAudience.RESIDENTS])


class SpaceFeed(Feed):
    """When a space is taken: its bookings, those of its parts and of what it is a part of."""

    def __init__(self, user: User, base: str, space: Space):
        super().__init__(user, base)
        self.space = space

    @property
    def name(self) -> str:
        return _("%(space)s – Les Chaudronneries") % {"space": self.space.name}

    @property
    def description(self) -> str:
        return _("Quand cet espace est pris, et par quoi, quand vous pouvez le lire.")

    @property
    def identity(self):
        return [*super().identity, self.space.pk]

    def rows(self) -> QuerySet[Booking]:
        occupying = Q(space=self.space) | Q(space__parts=self.space) | Q(space__wholes=self.space)
        return self.window(Booking.objects.filter(pk__in=Booking.objects.filter(occupying).values("pk")))

    def watched(self):
        # A meeting's booking bears its title, read by those who see the meeting, among others who registered.
        return [self.rows(), self.events(), Registration.objects.filter(user=self.user)]

    def entries(self):
        for booking in reading.prepared_for(self.user, self.rows()):
            holder = "" if booking.event_id else reading.holder_for(self.user, booking)
            entry = entry_of_booking(booking, base=self.base, holder=holder)
            yield entry if reading.can_read(self.user, booking) else replace(hidden(entry), location=entry.location)


class MyFeed(Feed):
    """Somebody's own: bookings that concern them, meetings they registered for or have a duty at."""

    @property
    def name(self) -> str:
        return _("Mes Chaudronneries")

    @property
    def description(self) -> str:
        return _("Vos réservations, vos inscriptions et ce que vous tenez.")

    def bookings(self) -> QuerySet[Booking]:
        """Theirs and their structures'; what the house manager books for others is not her own affair."""
        concerned = Q(booked_for=self.user) | Q(resident__in=self.user.residents_list)
        if rules.is_house_manager(self.user):
            concerned |= Q(created_by=self.user, resident=None, booked_for=None, guest_name="")
        else:
            concerned |= Q(created_by=self.user)
        # A meeting stands there as itself.
        return self.window(Booking.objects.filter(concerned, event=None))

    def duties(self) -> QuerySet[Event]:
        """Meetings that they hold, that a structure of theirs organises, or that they proposed for the house itself."""
        return self.events().filter(self.is_duty())

    def is_duty(self) -> Q:
        theirs = [membership.resident_id for membership in self.user.memberships_list]
        organised = Event.organisers.through.objects
        return (
            Q(pk__in=Event.hosts.through.objects.filter(user=self.user).values("event"))
            | Q(pk__in=organised.filter(resident__in=theirs).values("event"))
            | Q(Q(created_by=self.user) & ~Q(pk__in=organised.values("event")))
        )

    def registrations(self) -> QuerySet[Registration]:
        return Registration.objects.filter(user=self.user)

    def is_attended(self) -> Q:
        return Q(pk__in=self.registrations().values("event"))

    def watched(self):
        return [self.bookings(), self.events().filter(self.is_duty() | self.is_attended()), self.registrations()]

    def entries(self):
        """In time's order, one a UID: a duty goes before a seat, a seat before one given back."""
        entries = {entry.uid: entry for entry in [*self.booked(), *self.seats(), *self.held()]}
        return sorted(entries.values(), key=lambda entry: (entry.starts_at, entry.uid))

    def booked(self) -> Iterable[Entry]:
        for booking in with_holders(self.bookings()):
            yield entry_of_booking(booking, base=self.base, holder=booking.holder)

    def seats(self) -> Iterable[Entry]:
        events = {event.pk: event for event in with_places(self.events().filter(self.is_attended()))}
        visible = self.visible
        seats = [seat for seat in with_revisions(self.registrations()) if seat.event_id in events]
        for seat in sorted(seats, key=lambda seat: (seat.status not in OVER, seat.pk)):
            entry = entry_of_registration(seat, events[seat.event_id], base=self.base)
            yield entry if seat.event_id in visible else withdrawn(entry)

    def held(self) -> Iterable[Entry]:
        # One who was registered before holding it has had later words on it already.
        revisions = dict(with_revisions(self.registrations()).values_list("event", "revisions"))
        for event in with_places(self.duties().filter(pk__in=self.visible)):
            entry = entry_of_event(event, base=self.base, with_link=True, takes_time=True)
            yield replace(entry, sequence=entry.sequence + revisions.get(event.pk, 0))

    @cached_property
    def visible(self) -> set[int]:
        return set(self.events().filter(rules.visible_events(self.user)).values_list("pk", flat=True))


class MyBusyFeed(MyFeed):
    """When somebody is taken, and nothing else: to be given to others. `secret` keeps its UIDs from being compared."""

    def __init__(self, user: User, base: str, secret: str):
        super().__init__(user, base)
        self.secret = secret

    @property
    def name(self) -> str:
        return _("Occupé – Les Chaudronneries")

    @property
    def description(self) -> str:
        return _("Les heures prises, sans dire par quoi.")

    @property
    def identity(self):
        return [*super().identity, self.secret]

    def entries(self):
        return (hidden(entry, secret=self.secret) for entry in super().entries())


def latest(watched: list[QuerySet]) -> list[tuple]:
    """(rank, how many, last change, sum of sequences) of each queryset that holds something, in one query."""
    first, *others = [
        rows.order_by()
        .annotate(rank=Value(rank))
        .values("rank")
        .annotate(many=Count("pk"), last=Max("updated_at"), revisions=Sum("sequence"))
        .values_list("rank", "many", "last", "revisions")
        for rank, rows in enumerate(watched)
    ]
    return sorted(first.union(*others, all=True))


def names_in_use() -> list[str]:
    """Names that entries bear without being theirs: changed, the calendars are written again."""
    kinds, spaces = EventKind.objects.order_by().values_list("name"), Space.objects.order_by().values_list("name")
    residents = Resident.objects.order_by().values_list("name")
    return sorted(name for (name,) in spaces.union(kinds, residents, all=True))


def digest(facts: list) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]
