"""Seats at a meeting: taken, waited for, offered, given back. The database holds the count (migration 0002).

Whoever changes who sits holds the meeting's row first, so that seats are given one after the other; the trigger
refuses what would go beyond all the same.
"""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda import notices, rules
from agenda.actions.history import note_registration
from agenda.enums import ACTIVE, SEATED, EventStatus, Notice, RegistrationAction, RegistrationStatus
from agenda.models import AgendaSettings, Event, Registration
from agenda.situation import utc
from agenda.slots import Slot, slots
from agenda.times import say_day, say_time
from residents.models import Resident, User

# A guest who never confirms is forgotten after this.
PENDING_KEPT = datetime.timedelta(days=2)


def locked(event_id: int) -> Event:
    """The meeting, its row held until the transaction ends: those who want a seat there wait for one another."""
    return Event.objects.select_for_update(of=("self",), no_key=True).get(pk=event_id)


def locked_with(registration: Registration) -> tuple[Event, Registration]:
    """The meeting of a registration, held, and the registration as it stands once it is."""
    event = locked(registration.event_id)
    registration = Registration.objects.select_related("user").get(pk=registration.pk)
    registration.event = event
    return event, registration


def slots_of(event: Event) -> list[Slot]:
    """The slots of a permanence."""
    taken = set(event.registrations.seated().values_list("slot_starts_at", flat=True)) - {None}
    return slots(event.starts_at, event.ends_at, event.slot_minutes, taken=taken, now=timezone.now())


def closed_because(event: Event) -> str:
    """Why nobody may register now, in words; "" when one may."""
    if event.registration_is_open:
        return ""
    now = timezone.now()
    if event.is_cancelled:
        return _("Ce rendez-vous est annulé.")
    if not event.takes_registrations:
        return _("Ce rendez-vous se tient sans inscription.")
    if event.status == EventStatus.DRAFT:
        return _("Ce rendez-vous n’est pas encore à l’agenda.")
    if event.is_past:
        return _("Ce rendez-vous est passé.")
    if event.starts_at <= now:
        return _("Ce rendez-vous a commencé : les inscriptions sont closes.")
    if event.registration_opens_at and event.registration_opens_at > now:
        return _("Les inscriptions ouvrent %(day)s à %(time)s.") % {
            "day": say_day(event.registration_opens_at),
            "time": say_time(event.registration_opens_at),
        }
    return _("Les inscriptions sont closes.")


# Registering


@transaction.atomic
def register(
    *,
    event: Event,
    by: User,
    resident: Resident | None = None,
    answers: dict | None = None,
    slot: datetime.datetime | None = None,
) -> Registration:
    """Give `by` a seat, or a place at the end of the waiting list; who is registered already stays where they are.

    `answers` is {question's key as text: answer}, `slot` the start of one of a permanence's. Raises ValidationError
    (closed, slot taken) and PermissionDenied.
    """
    event = locked(event.pk)
    if not rules.can_register(by, event):
        raise PermissionDenied
    pass_on(event)
    if already := event.registrations.active().filter(user=by).first():
        return already
    check_open(event)
    registration = Registration(
        event=event, user=by, resident=resident, answers=answers or {}, slot_starts_at=checked_slot(event, slot)
    )
    seat_or_queue(registration)
    note_registration(registration, RegistrationAction.REGISTERED, by=by)
    return registration


@transaction.atomic
def register_guest(
    *, event: Event, name: str, email: str, answers: dict | None = None, slot: datetime.datetime | None = None
) -> Registration:
    """Somebody without an account asks for a seat: they get it once they confirm, by the link that a mail carries.

    An address already registered is sent where it stands again, and nothing tells whoever typed it. Raises
    ValidationError (closed, slot taken) and PermissionDenied (a meeting that is not public).
    """
    event = locked(event.pk)
    if not rules.can_register_guests(event):
        raise PermissionDenied
    check_open(event)
    pass_on(event)
    slot = checked_slot(event, slot)
    registration = event.registrations.active().filter(user=None, email__iexact=email).first()
    if registration is None:
        registration = Registration(event=event, email=email.lower(), status=RegistrationStatus.PENDING)
    elif registration.status != RegistrationStatus.PENDING:
        notices.tell(STANDING[RegistrationStatus(registration.status)], raised(registration).pk)
        return registration
    registration.name, registration.answers, registration.slot_starts_at = name, answers or {}, slot
    notices.tell(Notice.REGISTRATION_TO_CONFIRM, raised(registration).pk)
    return registration


# What tells somebody where they stand.
STANDING = {
    RegistrationStatus.REGISTERED: Notice.SEAT_CONFIRMED,
    RegistrationStatus.WAITING: Notice.SEAT_WAITING,
    RegistrationStatus.OFFERED: Notice.SEAT_OFFERED,
}


@transaction.atomic
def confirm(*, registration: Registration) -> Registration:
    """The guest's address is theirs: they get a seat, or wait for one. Nothing happens to who confirmed already.

    Raises ValidationError: the meeting is cancelled, has begun or is no longer for everybody, or the slot was taken
    meanwhile.
    """
    event, registration = locked_with(registration)
    if registration.status != RegistrationStatus.PENDING:
        return registration
    if event.status != EventStatus.PUBLISHED or event.starts_at <= timezone.now():
        raise ValidationError(closed_because(event), "closed")
    if not rules.can_register_guests(event):
        raise ValidationError(_("Ce rendez-vous n’est plus ouvert à l’inscription du public."), "closed")
    registration.slot_starts_at = checked_slot(event, registration.slot_starts_at)
    seat_or_queue(registration)
    note_registration(registration, RegistrationAction.CONFIRMED, by=None)
    return registration


@transaction.atomic
def add_participant(
    *, event: Event, by: User, user: User | None = None, name: str = "", email: str = ""
) -> Registration:
    """Those who hold the meeting register somebody, whenever they like; beyond the seats, they wait.

    Raises ValidationError when that person is registered already, and PermissionDenied.
    """
    event = locked(event.pk)
    if not rules.can_edit_event(by, event):
        raise PermissionDenied
    if event.is_cancelled or event.slot_minutes:
        raise ValidationError(_("On n’ajoute personne à ce rendez-vous."), "closed")
    known = event.registrations.active()
    if known.filter(user=user).exists() if user else known.filter(user=None, email__iexact=email).exists():
        raise ValidationError(_("Cette personne est déjà inscrite."), "already")
    registration = Registration(event=event, user=user, name=name, email=email.lower())
    seat_or_queue(registration)
    note_registration(registration, RegistrationAction.ADDED, by=by)
    return registration


def check_open(event: Event) -> None:
    if reason := closed_because(event):
        raise ValidationError(reason, "closed")


def checked_slot(event: Event, slot: datetime.datetime | None) -> datetime.datetime | None:
    """`slot` when it is one of the permanence's, free and to come; None when the meeting has no slots."""
    if not event.slot_minutes:
        return None
    found = next((one for one in slots_of(event) if one.starts_at == slot), None)
    if found is None:
        raise ValidationError(_("Choisissez un créneau."), "no_slot")
    if found.is_past:
        raise ValidationError(_("Ce créneau est passé. Choisissez-en un autre."), "slot_taken")
    if found.is_taken:
        raise slot_taken()
    return found.starts_at


def keep_slots(event: Event, *, was_at: datetime.datetime, was_minutes: int | None) -> None:
    """A permanence, held, was changed: who booked a slot keeps it, as far from its start as it was.

    Raises ValidationError when that cannot be: slots of another length, or one that would end after the permanence.
    """
    if not was_minutes:
        return
    booked = list(event.registrations.active().exclude(slot_starts_at=None).order_by("slot_starts_at"))
    if booked and event.slot_minutes != was_minutes:
        raise ValidationError(_("Des créneaux sont pris : leur durée ne change plus."), "slots")
    apart = utc(event.starts_at) - utc(was_at)
    length = datetime.timedelta(minutes=was_minutes)
    if booked and booked[-1].slot_starts_at + apart + length > event.ends_at:
        raise ValidationError(
            _("Des créneaux pris tomberaient après la fin : gardez la permanence aussi longue."), "slots"
        )
    if not apart:
        return
    # One takes the place of another: the last goes first when they go later.
    for registration in booked[::-1] if apart > datetime.timedelta() else booked:
        registration.slot_starts_at += apart
        raised(registration)


def slot_taken() -> ValidationError:
    return ValidationError(_("Ce créneau vient d’être pris. Choisissez-en un autre."), "slot_taken")


def seat_or_queue(registration: Registration) -> None:
    """Give a seat of its meeting, held, or a place at the end of the list: what the database refuses waits."""
    event = registration.event
    pass_on(event)
    if free_seats(event) is None or (free_seats(event) > 0 and not event.registrations.waiting().exists()):
        registration.status = RegistrationStatus.REGISTERED
        if saved_within_seats(registration):
            notices.tell(Notice.SEAT_CONFIRMED, registration.pk)
            return
    registration.status, registration.queued_at = RegistrationStatus.WAITING, timezone.now()
    notices.tell(Notice.SEAT_WAITING, raised(registration).pk)
    offer_free_seats(event)


def saved_within_seats(registration: Registration) -> bool:
    """Save it; False when the database has no seat left. Raises ValidationError when its slot is taken."""
    try:
        with transaction.atomic():
            raised(registration)
    except IntegrityError as error:
        constraint = error.__cause__.diag.constraint_name
        if constraint == "registration_slot_once":
            raise slot_taken() from error
        if constraint != "registration_within_capacity":
            raise
        return False
    return True


def raised(registration: Registration) -> Registration:
    """Saved, its revision raised: calendars and mails know it by that."""
    if registration.pk:
        registration.sequence += 1
    registration.save()
    return registration


# Seats and the waiting list


def free_seats(event: Event) -> int | None:
    """How many seats are left, offered ones counting as taken; None without a limit (or with slots)."""
    if event.capacity is None or event.slot_minutes:
        return None
    return max(0, event.capacity - event.registrations.seated().count())


def position(registration: Registration) -> int | None:
    """The rank in the waiting list, from 1; None for who does not wait."""
    if registration.status != RegistrationStatus.WAITING:
        return None
    before = Q(queued_at__lt=registration.queued_at) | Q(queued_at=registration.queued_at, pk__lt=registration.pk)
    return Registration.objects.filter(before, event=registration.event_id).waiting().count() + 1


def offer_free_seats(event: Event) -> list[Registration]:
    """Offer each free seat of the meeting, held, to the next who waits, until its start at most."""
    now = timezone.now()
    if event.status != EventStatus.PUBLISHED or event.starts_at <= now:
        return []
    hours = AgendaSettings.load().seat_offer_hours
    until = min(now + datetime.timedelta(hours=hours), event.starts_at)
    offered = list(event.registrations.waiting()[: free_seats(event)])
    for registration in offered:
        registration.status, registration.offered_until = RegistrationStatus.OFFERED, until
        notices.tell(Notice.SEAT_OFFERED, raised(registration).pk)
    return offered


def pass_on(event: Event) -> list[Registration]:
    """Silence passes an offer on: lapsed ones of the meeting, held, go to the next."""
    lapsed = list(event.registrations.filter(lapsed_offers()))
    for registration in lapsed:
        registration.status, registration.offered_until = RegistrationStatus.LAPSED, None
        notices.tell(Notice.SEAT_LOST, raised(registration).pk)
    if lapsed:
        offer_free_seats(event)
    return lapsed


def lapsed_offers() -> Q:
    return Q(status=RegistrationStatus.OFFERED, offered_until__lte=timezone.now())


def pass_on_lapsed_offers() -> int:
    """Pass on every offer that nobody answered in time, each meeting in its own transaction; how many there were.

    Called every few minutes (agenda/tasks.py).
    """
    events = Registration.objects.filter(lapsed_offers()).order_by("event").values_list("event", flat=True).distinct()
    return sum(pass_on_of(event) for event in list(events))


@transaction.atomic
def pass_on_of(event_id: int) -> int:
    """Likewise for one meeting."""
    return len(pass_on(locked(event_id)))


def pass_on_if_lapsed(event: Event) -> int:
    """Likewise, only when there is something to pass on: what pages of registration read first."""
    return pass_on_of(event.pk) if event.registrations.filter(lapsed_offers()).exists() else 0


@transaction.atomic
def accept(*, registration: Registration) -> Registration:
    """Take the seat that was offered. Raises ValidationError when it is no longer; who has it already keeps it.

    An offer that has just lapsed is passed on by the next who reads the meeting, or by the periodic task.
    """
    event, registration = locked_with(registration)
    if registration.status == RegistrationStatus.REGISTERED:
        return registration
    if event.is_cancelled:
        raise ValidationError(_("Ce rendez-vous est annulé."), "closed")
    is_offered = registration.status == RegistrationStatus.OFFERED and registration.offered_until > timezone.now()
    if not is_offered:
        raise ValidationError(_("Cette place n’est plus proposée : elle est passée à la personne suivante."), "lapsed")
    registration.status, registration.offered_until = RegistrationStatus.REGISTERED, None
    notices.tell(Notice.SEAT_CONFIRMED, raised(registration).pk)
    note_registration(registration, RegistrationAction.ACCEPTED, by=registration.user)
    return registration


@transaction.atomic
def cancel(*, registration: Registration, by: User | None = None) -> Registration:
    """Give the seat back, or leave the list: the next who waits is offered it. Nothing happens to one given back.

    `by` is None for who holds its secret address. Raises ValidationError once the meeting is over.
    """
    event, registration = locked_with(registration)
    if registration.status not in ACTIVE:
        return registration
    if event.is_past:
        raise ValidationError(_("Ce rendez-vous est passé : l’inscription ne change plus."), "closed")
    had_seat, was_pending = registration.status in SEATED, registration.status == RegistrationStatus.PENDING
    registration.status, registration.offered_until = RegistrationStatus.CANCELLED, None
    raised(registration)
    note_registration(registration, RegistrationAction.CANCELLED, by=by)
    if not was_pending:
        notices.tell(Notice.REGISTRATION_CANCELLED, registration.pk, by=by)
    if had_seat:
        offer_free_seats(event)
    return registration


# Attendance, and what is kept


def mark_attendance(*, registration: Registration, attended: bool | None, by: User) -> None:
    """Present, absent, or None: not said. Raises PermissionDenied, and ValidationError for who has no seat."""
    if not rules.can_see_registrations(by, registration.event):
        raise PermissionDenied
    if registration.status != RegistrationStatus.REGISTERED:
        raise ValidationError(_("Cette personne n’est pas inscrite."), "no_seat")
    registration.attended = attended
    registration.save(update_fields=["attended", "updated_at"])
    note_registration(registration, RegistrationAction.ATTENDANCE, by=by)


def to_forget() -> QuerySet:
    """Guests who are no longer needed: their meeting ended long ago, or they never confirmed."""
    kept = datetime.timedelta(days=AgendaSettings.load().guest_kept_days)
    return Registration.objects.filter(
        Q(event__ends_at__lt=timezone.now() - kept)
        | Q(status=RegistrationStatus.PENDING, updated_at__lt=timezone.now() - PENDING_KEPT),
        user=None,
    )


def forget_guests() -> int:
    """Delete the registrations, names and addresses of guests that are no longer needed; how many there were."""
    return to_forget().delete()[0]
