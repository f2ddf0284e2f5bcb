"""One's own place, in eight queries, those that know who asks included (3): what waits for me, my week, what my
structures lack, what is suggested, what is new."""

import datetime
from dataclasses import dataclass
from operator import attrgetter

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.enums import ACTIVE, BookingStatus, EventStatus, RegistrationStatus
from agenda.models import Booking, Event, Registration
from agenda.pages.programme import MINE, with_places
from agenda.times import midnight
from blog.rules import can_propose
from chaudronneries.home.told import NEWS, Sort, Told, told_to
from chaudronneries.home.waiting import DECIDED, Wait, waits
from knowledge_map.cooperations import Card, with_partner
from knowledge_map.models import Suggestion, SuggestionAnswer
from residents.communication import Gauge, gauge_of
from residents.models import Membership, Resident, Stay, User
from residents.pages.coverage import GOAL_ITEMS, Coverage, Progress, coverage_of
from residents.pages.welcome import Checklist, recalled, with_put_aside, with_steps
from residents.reading import as_read_by
from residents.rules import met, met_here

SHOWN_SUGGESTIONS = 3
SHOWN_OF_A_WEEK = 5
SHOWN_NEWS = 8
MOST_BOOKINGS = 100
WEEK = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Mine:
    """One of my structures: how far its inventory is (`progress`), what is missing for it to be talked about and what
    is out of date (`gauge`), and where it stands in the lists that it is time to remember (`checklists`)."""

    resident: Resident
    progress: Progress
    gauge: Gauge
    checklists: list[Checklist]


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


@dataclass(frozen=True)
class New:
    """Something new in the house; `sort` says what it is."""

    sort: str
    said: str
    url: str
    at: datetime.datetime


@dataclass(frozen=True)
class Place:
    waits: list[Wait]
    week: list[Appointment]
    structures: list[Mine]
    suggestions: list[Card]
    news: list[New]
    coverage: Coverage
    can_propose: bool
    goal: int = GOAL_ITEMS


def read(user: User) -> Place:
    bookings, meetings = bookings_of(user), list(meetings_of(user))
    structures, coverage = structures_of(user)
    told, suggested = told_to(user), suggestions(user)
    return Place(
        waits=waits(user, bookings, meetings, told, structures, bool(suggested)),
        week=week_of(bookings, meetings),
        structures=structures,
        suggestions=suggested,
        news=news(told),
        coverage=coverage,
        can_propose=can_propose(user),
    )


# My structures, and the house's


def structures_of(user: User) -> tuple[list[Mine], Coverage]:
    """The structures of `user` in alphabetical order, and how far the house is, in one query."""
    mine = {membership.resident_id: membership for membership in user.memberships_list}
    stays = Stay.objects.filter(resident=OuterRef("pk")).on(timezone.localdate())
    found = list(
        with_put_aside(with_steps(Resident.objects.with_counts(), only=Q(pk__in=mine)), user)
        .annotate(is_present=Exists(stays))
        .filter(met_here(user) & Q(is_present=True) | Q(pk__in=mine))
    )
    coverage = coverage_of([resident for resident in found if resident.is_present])
    return [one_of_mine(one, mine[one.pk]) for one in found if one.pk in mine], coverage


def one_of_mine(resident: Resident, membership: Membership) -> Mine:
    return Mine(resident, Progress.of(resident), gauge_of(resident), recalled(resident, membership))


def suggestions(user: User) -> list[Card]:
    """The best suggestions that the structures of `user` have not answered, in one query."""
    mine = {resident.pk: resident for resident in user.residents_list}
    answers = SuggestionAnswer.objects.filter(resident=OuterRef("resident"), partner=OuterRef("partner"))
    found = Suggestion.objects.filter(met(user, "partner__"), ~Exists(answers), resident__in=mine)
    return [
        Card(mine[one.resident_id], one.partner, as_read_by(user, one.partner), one, answer="", is_mutual=False)
        for one in with_partner(found.order_by("rank", "-score"), most=SHOWN_SUGGESTIONS)
    ]


# My week


def this_week() -> Q:
    """From now to this day next week."""
    end = midnight(timezone.localdate() + WEEK + datetime.timedelta(days=1))
    return Q(ends_at__gt=timezone.now(), starts_at__lt=end)


def bookings_of(user: User) -> list[Booking]:
    """What `user` has booked this week, what they asked for and was not decided yet, or was lately, in one query."""
    now = timezone.now()
    asked = Q(status=BookingStatus.REQUESTED, ends_at__gt=now)
    answered = Q(decided_at__gt=now - DECIDED, status__in=[BookingStatus.CONFIRMED, BookingStatus.DECLINED])
    held = this_week() & Q(status=BookingStatus.CONFIRMED)
    # A meeting's spaces are told with the meeting.
    found = Booking.objects.of_person(user).filter(held | asked | answered & Q(ends_at__gt=now), event=None)
    return list(found.select_related("space").order_by("starts_at", "pk")[:MOST_BOOKINGS])


def meetings_of(user: User):
    """Those of this week that `user` comes to, waits for or holds, and those where a seat is offered; with `my_slot`
    and `my_offer` (until when the seat is theirs to accept)."""
    mine = Registration.objects.filter(event=OuterRef("pk"), user=user, status__in=ACTIVE)
    offered = mine.filter(status=RegistrationStatus.OFFERED)
    theirs = Q(pk__in=user.registrations.active().values("event")) | Q(pk__in=user.hosted_events.values("pk"))
    events = Event.objects.to_come().filter(theirs, status=EventStatus.PUBLISHED)
    events = events.annotate(
        my_slot=Subquery(mine.order_by(F("slot_starts_at").asc()).values("slot_starts_at")[:1]),
        my_offer=Subquery(offered.values("offered_until")[:1]),
    ).filter(this_week() | Q(my_offer__isnull=False))
    return with_places(events, user).order_by("starts_at", "pk")


def week_of(bookings: list[Booking], meetings: list[Event]) -> list[Appointment]:
    """The first ones, from now to this day next week."""
    end = midnight(timezone.localdate() + WEEK + datetime.timedelta(days=1))
    found = [of_booking(booking) for booking in bookings if booking.is_holding and booking.starts_at < end]
    found += [of_meeting(event) for event in meetings if event.starts_at < end]
    return sorted(found, key=attrgetter("starts_at"))[:SHOWN_OF_A_WEEK]


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


# What is new

# The sort of a thing in words, and the name of its address.
NEW_WORDS = {
    Sort.POST: (gettext_lazy("article"), "blog:post"),
    Sort.ISSUE: (gettext_lazy("bulletin"), "bulletin:issue"),
    Sort.ARRIVAL: (gettext_lazy("nouvelle structure"), "residents:profile"),
    Sort.MEETING: (gettext_lazy("rendez-vous annoncé"), "agenda:event"),
    Sort.PARTNER: (gettext_lazy("partenaire"), "residents:partner"),
}


def news(told: list[Told]) -> list[New]:
    return [new(one) for one in told if one.sort in NEWS][:SHOWN_NEWS]


def new(one: Told) -> New:
    words, address = NEW_WORDS[one.sort]
    return New(str(words), one.said, reverse(address, args=[one.key]), one.at)
