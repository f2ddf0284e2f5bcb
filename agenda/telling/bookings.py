"""What is told of one booking: to those who count on it, and to those who decide."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.calendars import itip
from agenda.enums import BookingAction, BookingStatus, Notice, Reason
from agenda.models import Booking
from agenda.notices import PAUSE
from agenda.telling.messages import Happening, Message, Person
from agenda.telling.people import holders, managers
from agenda.telling.words import facts_of, held, link, what_was, who
from mailing import outbox
from mailing.enums import Topic
from mailing.letters import Letter

# Those that say when and where it is: whoever was told one of them at this sequence knows.
SAY_WHEN = [Notice.BOOKING_CONFIRMED, Notice.BOOKING_APPROVED, Notice.BOOKING_MOVED]


def found(happening: Happening, *statuses: BookingStatus) -> Booking | None:
    """The booking, while it is still what the notice says and not over."""
    booking = Booking.objects.with_names().filter(pk=happening.pk, status__in=statuses).first()
    return booking if booking and not booking.is_past else None


def key(notice: Notice, booking: Booking) -> str:
    return f"{notice}:{booking.pk}:{booking.sequence}"


def confirmed(happening: Happening) -> Iterable[Message]:
    booking = found(happening, BookingStatus.CONFIRMED)
    for person in holders(booking, by=happening.by) if booking else []:
        subject = _("Réservé : %(held)s") % {"held": held(booking)}
        yield invitation(happening, booking, person, subject, said_confirmed(happening, person))


def said_confirmed(happening: Happening, person: Person) -> str:
    if person.user is None:
        return _("La maison a réservé un espace pour vous aux Chaudronneries.")
    if happening.by in (None, person.user):
        return _("Votre réservation est confirmée.")
    return _("%(who)s a réservé pour vous.") % {"who": who(happening.by)}


def to_decide(happening: Happening) -> Iterable[Message]:
    """To the house managers: a request, with its reasons and its word."""
    booking = found(happening, BookingStatus.REQUESTED)
    for person in managers(but=happening.by) if booking else []:
        letter = Letter(
            subject=_("À décider : %(held)s") % {"held": held(booking)},
            name=person.name,
            paragraphs=[_("%(who)s demande un espace.") % {"who": who(happening.by or booking.created_by)}],
            facts=[*facts_of(booking), *facts_to_decide(booking, happening.before)],
            word=booking.request_word,
            word_by=who(booking.created_by),
            action=(_("Voir la demande et décider"), link("booking", booking.pk)),
            links=[(_("Ma journée"), link("my_day"))],
            why=_("Vous recevez ce message parce que vous décidez des demandes de la maison."),
        )
        yield Message(person, Topic.DECISION, key(Notice.BOOKING_TO_DECIDE, booking), letter)


def facts_to_decide(booking: Booking, before: dict) -> list[tuple[str, str]]:
    facts = []
    was = what_was(before)
    if was and was != held(booking):
        facts.append((_("Avant"), was))
    if booking.attendees:
        people = ngettext("%(count)s personne", "%(count)s personnes", booking.attendees)
        facts.append((_("Combien"), people % {"count": booking.attendees}))
    if reasons := [str(Reason(reason).label) for reason in booking.reasons]:
        facts.append((_("Pourquoi"), ", ".join(reasons)))
    return facts


def approved(happening: Happening) -> Iterable[Message]:
    booking = found(happening, BookingStatus.CONFIRMED)
    for person in holders(booking, by=happening.by) if booking else []:
        subject = _("Acceptée : %(held)s") % {"held": held(booking)}
        said = _("Votre demande est acceptée : l’espace vous attend.")
        yield invitation(happening, booking, person, subject, said, word=booking.decision_word)


def declined(happening: Happening) -> Iterable[Message]:
    booking = found(happening, BookingStatus.DECLINED)
    for person in holders(booking, by=happening.by) if booking else []:
        subject = _("Refusée : %(held)s") % {"held": held(booking)}
        said = _("Votre demande n’a pas pu être acceptée. L’espace n’est plus retenu.")
        yield withdrawal(happening, booking, person, subject, said, word=booking.decision_word)


def moved(happening: Happening) -> Iterable[Message]:
    """From what to what; nothing to who was told, at this sequence, how it stands, nor when it is back in its place."""
    booking = found(happening, BookingStatus.CONFIRMED)
    if not booking or what_was(happening.before) == held(booking):
        return
    facts = [(_("Avant"), what_was(happening.before)), (_("Maintenant"), held(booking))]
    for person in holders(booking, by=happening.by):
        if any(outbox.was_told(key(notice, booking), person.email) for notice in SAY_WHEN):
            continue
        said = _("Votre réservation est déplacée.")
        if happening.by not in (None, person.user):
            said = _("%(who)s a déplacé votre réservation.") % {"who": doer(happening, person)}
        subject = _("Déplacée : %(held)s") % {"held": held(booking)}
        yield invitation(happening, booking, person, subject, said, facts=[*facts, *facts_of(booking)[2:]])


def cancelled(happening: Happening) -> Iterable[Message]:
    """To who was told of it, or was waiting for a decision; who cancelled only when their calendar holds it."""
    booking = found(happening, BookingStatus.CANCELLED)
    for person in holders(booking, by=happening.by) if booking and was_known(booking) else []:
        is_doer = happening.by is not None and happening.by == person.user
        if is_doer and not was_confirmed(booking):
            continue
        said = _("Votre réservation est annulée.")
        if not is_doer and happening.by is not None:
            said = _("%(who)s a annulé votre réservation.") % {"who": doer(happening, person)}
        subject = _("Annulée : %(held)s") % {"held": held(booking)}
        word = "" if is_doer else booking.cancellation_word or happening.word
        yield withdrawal(happening, booking, person, subject, said, word=word)


def was_known(booking: Booking) -> bool:
    """Made and cancelled in one go, it was told to nobody."""
    return (booking.cancelled_at - booking.created_at).total_seconds() > PAUSE


def was_confirmed(booking: Booking) -> bool:
    """Those who count on it were sent an invitation, which their calendar may hold."""
    confirmed = Q(action__in=[BookingAction.BOOKED, BookingAction.APPROVED]) | Q(after__status=BookingStatus.CONFIRMED)
    return booking.changes.filter(confirmed).exists()


def doer(happening: Happening, person: Person) -> str:
    """The names of those of the house stay inside it."""
    return who(happening.by) if person.user else _("La maison")


def invitation(
    happening: Happening,
    booking: Booking,
    person: Person,
    subject: str,
    said: str,
    *,
    facts: list | None = None,
    word: str = "",
) -> Message:
    """The booking is theirs, and goes into their calendar."""
    letter = Letter(
        subject=subject,
        name=person.name,
        paragraphs=[said],
        facts=facts or facts_of(booking),
        word=word,
        word_by=doer(happening, person) if word else "",
        action=(_("Voir la réservation"), link("booking", booking.pk)) if person.user else None,
        after=[_("L’invitation jointe met ce moment dans votre calendrier.")],
        why=why(person),
    )
    calendar = itip.request(booking, person.email, person.full_name)
    return Message(person, Topic.BOOKING, key(happening.notice, booking), letter, calendar, "REQUEST")


def withdrawal(
    happening: Happening, booking: Booking, person: Person, subject: str, said: str, *, word: str = ""
) -> Message:
    """The booking is theirs no more, and leaves their calendar if we put it there."""
    letter = Letter(
        subject=subject,
        name=person.name,
        paragraphs=[said],
        facts=facts_of(booking),
        word=word,
        word_by=doer(happening, person) if word else "",
        action=(_("Trouver un autre moment"), link("find")) if person.user else None,
        why=why(person),
    )
    if not was_confirmed(booking):
        return Message(person, Topic.BOOKING, key(happening.notice, booking), letter)
    calendar = itip.cancel(booking, person.email, person.full_name)
    return Message(person, Topic.BOOKING, key(happening.notice, booking), letter, calendar, "CANCEL")


def why(person: Person) -> str:
    if person.user:
        return _("Vous recevez ce message parce que cette réservation est la vôtre ou celle de votre structure.")
    return _("Vous recevez ce message parce que la maison a réservé à votre nom. Pour lui répondre, répondez-y.")
