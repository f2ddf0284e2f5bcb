"""Reminders of what is near: bookings, and meetings one is registered to."""

import datetime
from collections.abc import Iterable

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.enums import BookingStatus, EventStatus, Notice, RegistrationStatus
from agenda.models import AgendaSettings, Booking, Registration
from agenda.telling import bookings, seats
from agenda.telling.messages import Message, Person, told
from agenda.telling.people import holders
from agenda.telling.words import facts_of, held, link, when
from mailing import outbox
from mailing.enums import Topic
from mailing.letters import Letter
from mailing.outbox import one_line

# Whoever got one of these since the reminder was due needs no reminder.
ABOUT_SEATS = [Notice.SEAT_CONFIRMED, Notice.EVENT_MOVED]


def reminders() -> Iterable[Message]:
    """Those that are due and were not sent: once for each moment that the thing was moved to.

    None for what was made less than that before, nor for who was written to about it since.
    """
    ahead = datetime.timedelta(hours=AgendaSettings.load().reminder_hours)
    if ahead:
        yield from of_bookings(ahead)
        yield from of_registrations(ahead)


def of_bookings(ahead: datetime.timedelta) -> Iterable[Message]:
    now = timezone.now()
    near = Booking.objects.with_names().filter(
        status=BookingStatus.CONFIRMED,
        event=None,
        starts_at__gt=now,
        starts_at__lte=now + ahead,
        created_at__lte=F("starts_at") - ahead,
    )
    for booking in near:
        for person in holders(booking, by=booking.created_by):
            key = key_of(Notice.BOOKING_REMINDER, booking.pk, booking.starts_at)
            if is_due(person, key, bookings.SAY_WHEN, booking.pk, since=booking.starts_at - ahead):
                yield Message(person, Topic.REMINDER, key, letter_of_booking(booking, person))


def letter_of_booking(booking: Booking, person: Person) -> Letter:
    own = (_("Voir la réservation"), link("booking", booking.pk)) if person.user else None
    return Letter(
        subject=_("Rappel : %(held)s") % {"held": held(booking)},
        name=person.name,
        paragraphs=[_("C’est pour bientôt.")],
        facts=facts_of(booking),
        action=own,
        after=[_("Vous n’en avez plus besoin ? Annulez-la : l’espace servira à d’autres.")] if own else [],
        why=bookings.why(person),
    )


def of_registrations(ahead: datetime.timedelta) -> Iterable[Message]:
    now = timezone.now()
    near = (
        Registration.objects.select_related("event__kind", "user")
        .prefetch_related("event__spaces")
        .annotate(moment=Coalesce("slot_starts_at", "event__starts_at"))
        .filter(
            status=RegistrationStatus.REGISTERED,
            event__status=EventStatus.PUBLISHED,
            moment__gt=now,
            moment__lte=now + ahead,
            created_at__lte=F("moment") - ahead,
        )
    )
    for registration in near:
        person = seats.person_of(registration)
        key = key_of(Notice.EVENT_REMINDER, registration.pk, registration.moment)
        is_told = not is_due(person, key, ABOUT_SEATS, registration.pk, since=registration.moment - ahead)
        if not is_told and seats.may_see(registration):
            yield Message(person, Topic.REMINDER, key, letter_of_registration(registration, person))


def letter_of_registration(registration: Registration, person: Person) -> Letter:
    facts = seats.facts_of(registration)
    if registration.event.link:
        facts.append((_("Lien"), registration.event.link))
    return Letter(
        subject=_("Rappel : %(title)s, %(when)s")
        % {"title": one_line(registration.event.title), "when": when(registration)},
        name=person.name,
        paragraphs=[_("C’est pour bientôt, et vous avez votre place.")],
        facts=facts,
        action=seats.own_page(registration),
        after=[_("Un empêchement ? Rendez votre place depuis cette page : elle servira à quelqu’un d’autre.")],
        why=seats.why(registration),
    )


def key_of(notice: Notice, pk: int, moment: datetime.datetime) -> str:
    return f"{notice}:{pk}:{moment.astimezone(datetime.UTC):%Y%m%dT%H%MZ}"


def is_due(person: Person, key: str, notices: list[Notice], pk: int, *, since: datetime.datetime) -> bool:
    if outbox.was_told(key, person.email):
        return False
    return not told(person, notices, pk).filter(created_at__gt=since).exists()
