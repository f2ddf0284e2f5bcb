"""What the home page shows: the public's figures, and one's own place."""

import datetime
from dataclasses import dataclass
from operator import attrgetter

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.enums import ACTIVE, BookingStatus, EventStatus, RegistrationStatus
from agenda.models import Booking, Event, Registration
from agenda.pages.programme import MINE, say_seats, with_what_pages_show
from agenda.times import midnight
from knowledge_map.cooperations import Card
from knowledge_map.models import Suggestion, SuggestionAnswer
from residents import rules
from residents.coverage import Progress
from residents.models import Declaration, Resident, ResidentLink, User
from residents.reading import as_read_by

SHOWN_SUGGESTIONS = 3
SHOWN_MEETINGS = 3
SHOWN_OF_A_WEEK = 5
WEEK = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Place:
    """One of my structures: how far its inventory is (`progress`), and what its profile still lacks, in words."""

    resident: Resident
    progress: Progress
    missing: list[str]


def places(user: User) -> list[Place]:
    """The structures of `user`, in alphabetical order, in one query."""
    residents = (
        Resident.objects.filter(pk__in=[resident.pk for resident in user.residents_list])
        .with_counts()
        .annotate(has_links=Exists(ResidentLink.objects.filter(resident=OuterRef("pk"))))
    )
    return [Place(resident, Progress.of(resident), lacks(resident)) for resident in residents]


def lacks(resident: Resident) -> list[str]:
    """The parts of the profile that are empty, as the end of "il manque…" (`resident` carries `has_links`)."""
    parts = [
        (resident.tagline, _("une phrase qui vous présente")),
        (resident.presentation, _("une présentation")),
        (resident.logo_id, _("un logo")),
        (resident.has_links, _("un lien vers votre site")),
        (resident.contact_name or resident.email or resident.phone, _("une personne à contacter")),
    ]
    return [words for given, words in parts if not given]


def suggestions(user: User) -> list[Card]:
    """The best suggestions that the structures of `user` have not answered, in one query."""
    answers = SuggestionAnswer.objects.filter(resident=OuterRef("resident"), partner=OuterRef("partner"))
    found = (
        Suggestion.objects.filter(~Exists(answers), resident__in=[resident.pk for resident in user.residents_list])
        .select_related("resident", "partner")
        .order_by("rank", "-score")
    )
    return [
        Card(one.resident, one.partner, as_read_by(user, one.partner), one, answer="", is_mutual=False)
        for one in found[:SHOWN_SUGGESTIONS]
    ]


def items_declared(reader: User) -> int:
    """How many different items the structures in residence declare, of those `reader` may read."""
    declared = Declaration.objects.filter(
        rules.readable(reader, "savoirs", "resident__"), resident__in=Resident.objects.in_residence()
    )
    return declared.aggregate(items=Count("item", distinct=True))["items"]


def next_meetings() -> list[Event]:
    """The next public ones, as lines of the agenda, in one query."""
    found = Event.objects.public().to_come().exclude(status=EventStatus.CANCELLED).order_by("starts_at", "pk")
    events = list(with_what_pages_show(found, AnonymousUser()).prefetch_related(None)[:SHOWN_MEETINGS])
    for event in events:
        event.seats, event.mine = say_seats(event), ""
    return events


@dataclass(frozen=True)
class Appointment:
    """Something of one's week. `state` says in words what is not settled, or one's part in it; often ""."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime
    is_all_day: bool
    title: str
    where: str
    url: str
    state: str
    asks_answer: bool = False


def week_of(user: User) -> list[Appointment]:
    """What `user` has booked, or comes to, from now to this day next week; the first ones, in two queries."""
    end = midnight(timezone.localdate() + WEEK + datetime.timedelta(days=1))
    week = Q(ends_at__gt=timezone.now(), starts_at__lt=end)
    # A meeting's spaces are told with the meeting.
    bookings = Booking.objects.of_person(user).holding().filter(week, event=None).select_related("space")
    found = [of_booking(booking) for booking in bookings.order_by("starts_at", "pk")[:SHOWN_OF_A_WEEK]]
    found += [of_meeting(event) for event in meetings_of(user).filter(week)[:SHOWN_OF_A_WEEK]]
    return sorted(found, key=attrgetter("starts_at"))[:SHOWN_OF_A_WEEK]


def meetings_of(user: User):
    """Those `user` comes to, waits for or holds, with `my_slot`."""
    mine = Registration.objects.filter(event=OuterRef("pk"), user=user, status__in=ACTIVE)
    theirs = Q(pk__in=user.registrations.active().values("event")) | Q(pk__in=user.hosted_events.values("pk"))
    events = Event.objects.filter(theirs, status=EventStatus.PUBLISHED).annotate(
        my_slot=mine.order_by(F("slot_starts_at").asc()).values("slot_starts_at")[:1]
    )
    return with_what_pages_show(events, user).prefetch_related(None).order_by("starts_at", "pk")


def of_booking(booking: Booking) -> Appointment:
    return Appointment(
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        is_all_day=False,
        title=booking.title,
        where=booking.space.name,
        url=booking.get_absolute_url(),
        state=booking.get_status_display() if booking.status == BookingStatus.REQUESTED else "",
    )


def of_meeting(event: Event) -> Appointment:
    """Of a permanence, one's own slot."""
    starts_at = event.my_slot or event.starts_at
    ends_at = starts_at + datetime.timedelta(minutes=event.slot_minutes) if event.my_slot else event.ends_at
    return Appointment(
        starts_at=starts_at,
        ends_at=ends_at,
        is_all_day=event.is_all_day,
        title=event.title,
        where=", ".join([place["name"] for place in event.places] + [event.place] * bool(event.place)),
        url=event.get_absolute_url(),
        state=str(MINE.get(event.my_status, _("vous l’animez"))),
        asks_answer=event.my_status == RegistrationStatus.OFFERED,
    )
