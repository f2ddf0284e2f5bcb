"""What a booking, a meeting or a registration is in a calendar: from rows to the entries of ical.py.

Nothing here asks who reads: callers give only what their reader may read, or `hidden` it.
"""

import datetime
import hashlib
import hmac
from collections import defaultdict
from dataclasses import replace
from functools import lru_cache

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from agenda.calendars.ical import CANCELLED, CONFIRMED, DOMAIN, TENTATIVE, Entry
from agenda.enums import BookingStatus, EventAudience, EventStatus, RegistrationStatus, TitleAudience
from agenda.models import Booking, Event, EventKind, Registration, Space
from agenda.reading import address_of, title_of
from agenda.times import local, say_day, say_time
from residents.forms.fields import one_line
from residents.models import Resident

HOUSE = "Les Chaudronneries"
LONGEST_TEXT = 1000
BOOKING_STATUS = {
    BookingStatus.REQUESTED: TENTATIVE,
    BookingStatus.CONFIRMED: CONFIRMED,
    BookingStatus.DECLINED: CANCELLED,
    BookingStatus.CANCELLED: CANCELLED,
}
EVENT_STATUS = {EventStatus.DRAFT: TENTATIVE, EventStatus.PUBLISHED: CONFIRMED, EventStatus.CANCELLED: CANCELLED}
REGISTRATION_STATUS = {
    RegistrationStatus.PENDING: TENTATIVE,
    RegistrationStatus.WAITING: TENTATIVE,
    RegistrationStatus.OFFERED: TENTATIVE,
    RegistrationStatus.REGISTERED: CONFIRMED,
    RegistrationStatus.CANCELLED: CANCELLED,
    RegistrationStatus.LAPSED: CANCELLED,
}
OVER = [RegistrationStatus.CANCELLED, RegistrationStatus.LAPSED]

# Names and places come again from row to row.
clean = lru_cache(4096)(lambda text: one_line(text.replace("\0", "")))


def paragraphs(*texts: str) -> str:
    """Those that say something, as they can be seen, one under another."""
    lines = [one_line(line.replace("\0", "")) for text in texts for line in text.splitlines()]
    return "\n".join(line for line in lines if line)


# Thousands of rows with few kinds, spaces and structures among them: each is made once, not joined to every row.


def with_holders(bookings: QuerySet[Booking]) -> list[Booking]:
    """The bookings with what an entry says of them: `space` and `resident`."""
    spaces, residents = Space.objects.in_bulk(), {None: None}
    found = list(bookings)
    residents |= Resident.objects.in_bulk({booking.resident_id for booking in found} - {None})
    for booking in found:
        booking.space, booking.resident = spaces[booking.space_id], residents[booking.resident_id]
    return found


def with_places(events: QuerySet[Event]) -> list[Event]:
    """The meetings with what an entry says of them: `kind`, and `space_names`."""
    names, kinds = defaultdict(list), EventKind.objects.in_bulk()
    held_in = Event.spaces.through.objects.filter(event__in=events.order_by().values("pk"))
    for event, name in held_in.order_by("space__position", "space__sort_name").values_list("event", "space__name"):
        names[event].append(name)
    found = list(events)
    for event in found:
        event.kind, event.space_names = kinds[event.kind_id], names[event.pk]
    return found


def entry_of_booking(booking: Booking, *, base: str, holder: str = "") -> Entry:
    """A booking (`with_holders`) whose title may be read; `holder` is for whom, when it is to be said."""
    status = BOOKING_STATUS[booking.status]
    title = clean(title_of(booking))
    return Entry(
        uid=f"{booking.uid}@{DOMAIN}",
        sequence=booking.sequence,
        status=status,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        updated_at=booking.updated_at,
        created_at=booking.created_at,
        summary=called(title, booking.status),
        description=paragraphs(
            _("Pour : %(holder)s") % {"holder": holder} if holder else "",
            _("Demande à décider par la maison.") if booking.status == BookingStatus.REQUESTED else "",
        ),
        location=house_place(booking.space.name),
        url=base + address_of(booking),
        category=_("Réservation"),
        is_public=booking.title_audience == TitleAudience.PUBLIC,
    )


def called(title: str, status: str) -> str:
    """Not every client shows what STATUS says."""
    if status == BookingStatus.DECLINED:
        return _("Refusé : %(title)s") % {"title": title}
    if status in (BookingStatus.CANCELLED, EventStatus.CANCELLED):
        return _("Annulé : %(title)s") % {"title": title}
    if status == BookingStatus.REQUESTED:
        return _("À décider : %(title)s") % {"title": title}
    return title


def entry_of_event(event: Event, *, base: str, with_link: bool = False, takes_time: bool = False) -> Entry:
    """A meeting (`with_places`); `with_link` for those who attend it, whose time it takes."""
    return Entry(
        uid=f"{event.uid}@{DOMAIN}",
        sequence=event.sequence,
        status=EVENT_STATUS[event.status],
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        is_all_day=event.is_all_day,
        updated_at=event.updated_at,
        created_at=event.created_at,
        summary=called(clean(event.title), event.status),
        description=paragraphs(
            event.cancellation_word if event.is_cancelled else "",
            event.summary,
            event.text if len(event.text) <= LONGEST_TEXT else Truncator(event.text).chars(LONGEST_TEXT),
            _("Lien : %(link)s") % {"link": event.link} if with_link and event.link else "",
        ),
        location=clean(event.place) or house_place(*event.space_names),
        url=base + event.get_absolute_url(),
        category=clean(event.kind.name),
        is_public=event.audience == EventAudience.PUBLIC,
        takes_time=takes_time,
    )


def house_place(*names: str) -> str:
    return ", ".join([*map(clean, names), HOUSE]) if names else ""


def entry_of_registration(registration: Registration, event: Event, *, base: str) -> Entry:
    """Somebody's seat: the meeting (`with_places`) as it is for them; at a permanence, their slot only.

    Its SEQUENCE counts what happened to the meeting and to all their registrations there, taken from `with_revisions`.
    """
    entry = entry_of_event(event, base=base, with_link=registration.status not in OVER, takes_time=True)
    entry = replace(
        entry,
        sequence=entry.sequence + registration.revisions,
        updated_at=max(entry.updated_at, registration.updated_at),
        description=paragraphs(standing(registration), entry.description),
    )
    if registration.slot_starts_at:
        entry = replace(
            entry,
            uid=f"{event.uid}-{registration.pk}@{DOMAIN}",
            starts_at=registration.slot_starts_at,
            ends_at=registration.slot_starts_at + datetime.timedelta(minutes=event.slot_minutes or 0),
        )
    if event.is_cancelled:
        return entry
    status = REGISTRATION_STATUS[registration.status]
    summary = called(entry.summary, EventStatus.CANCELLED) if status == CANCELLED else entry.summary
    return replace(entry, status=status, summary=summary, takes_time=status == CONFIRMED)


def standing(registration: Registration) -> str:
    """Where one stands, in words."""
    match registration.status:
        case RegistrationStatus.WAITING:
            return _("Vous êtes sur la liste d’attente.")
        case RegistrationStatus.OFFERED:
            until = local(registration.offered_until)
            return _("Une place vous est proposée jusqu’au %(day)s, %(time)s.") % {
                "day": say_day(until),
                "time": say_time(until),
            }
        case RegistrationStatus.PENDING:
            return _("Inscription à confirmer par mail.")
        case RegistrationStatus.CANCELLED | RegistrationStatus.LAPSED:
            return _("Vous n’êtes plus inscrit·e.")
    return _("Vous êtes inscrit·e.")


def with_revisions(registrations: QuerySet[Registration]) -> QuerySet[Registration]:
    """With `revisions`: raised by each change of any registration of that person at that meeting, never lowered.

    Somebody who cancels and comes back has a new row; their calendar must take it for a later word on the same thing.
    """
    same_person = Q(user=OuterRef("user")) | Q(user=None, email__iexact=OuterRef("email"))
    theirs = Registration.objects.order_by().filter(same_person, event=OuterRef("event")).values("event")
    changes = Sum(F("sequence") + Value(1) + Case(When(status__in=OVER, then=1), default=0)) - Value(1)
    return registrations.annotate(revisions=Subquery(theirs.annotate(total=changes).values("total")))


def hidden(entry: Entry, *, secret: str = "") -> Entry:
    """That the time is taken, and nothing more; with a `secret`, the UID cannot be compared with another calendar's."""
    uid = entry.uid
    if secret:
        uid = f"{hmac.new(secret.encode(), uid.encode(), hashlib.sha256).hexdigest()[:32]}@{DOMAIN}"
    return replace(
        entry,
        uid=uid,
        summary=_("Annulé") if entry.status == CANCELLED else _("Occupé"),
        description="",
        location="",
        url="",
        category="",
        is_public=False,
        created_at=None,
    )


def withdrawn(entry: Entry) -> Entry:
    """What somebody had and may no longer read: it leaves their calendar without a word of it."""
    return replace(hidden(entry), status=CANCELLED, summary=_("Annulé"))
