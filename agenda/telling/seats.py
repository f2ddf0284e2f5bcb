"""What is told of a seat at a meeting to who registered."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from agenda import rules
from agenda.actions.registrations import PENDING_KEPT, position
from agenda.calendars import itip
from agenda.enums import EventStatus, Notice, RegistrationStatus
from agenda.models import AgendaSettings, Registration
from agenda.telling.messages import Happening, Message, Person, told
from agenda.telling.words import facts_of_event, link, when, who
from agenda.times import say_day, say_time
from mailing.enums import Topic
from mailing.letters import Letter
from mailing.outbox import absolute, one_line

INVITES = [Notice.SEAT_CONFIRMED, Notice.EVENT_MOVED]


def found(happening: Happening, *statuses: RegistrationStatus) -> Registration | None:
    """The registration, while it is still what the notice says, of somebody who may still see its meeting."""
    rows = Registration.objects.select_related("event__kind", "user")
    registration = rows.filter(pk=happening.pk, status__in=statuses).first()
    if registration is None or registration.event.is_past or not may_see(registration):
        return None
    return registration


def may_see(registration: Registration) -> bool:
    """Who left the house learns no more of what is for its residents; a guest registered to something public."""
    if registration.user is None:
        return True
    return registration.event.status != EventStatus.DRAFT and rules.can_see_event(registration.user, registration.event)


def person_of(registration: Registration) -> Person:
    if registration.user:
        return Person.of(registration.user)
    return Person(registration.email, one_line(registration.name))


def key(notice: Notice, registration: Registration) -> str:
    return f"{notice}:{registration.pk}:{registration.sequence}"


def facts_of(registration: Registration) -> list[tuple[str, str]]:
    return facts_of_event(registration.event, when(registration))


def subject(words: str, registration: Registration) -> str:
    return words % {"title": one_line(registration.event.title), "when": when(registration)}


def own_page(registration: Registration) -> tuple[str, str]:
    return _("Voir mon inscription"), link("registration", registration.token)


def to_confirm(happening: Happening) -> Iterable[Message]:
    """To an address that somebody typed: nothing of what they typed beside it is in the letter."""
    registration = found(happening, RegistrationStatus.PENDING)
    if registration is None:
        return
    letter = Letter(
        subject=subject(_("Confirmez votre inscription : %(title)s"), registration),
        paragraphs=[
            _("Cette adresse a été donnée pour une inscription. Si c’est bien la vôtre, confirmez-la."),
            _("La place n’est pas retenue avant."),
        ],
        facts=facts_of(registration),
        action=(_("Confirmer mon inscription"), link("confirm_registration", registration.token)),
        after=[
            _("Ce n’est pas vous ? Laissez ce message de côté : sans réponse sous %(days)s jours, tout est oublié.")
            % {"days": PENDING_KEPT.days}
        ],
        why=_("Vous recevez ce message parce que cette adresse a été donnée pour ce rendez-vous."),
    )
    yield Message(person_of(registration), Topic.EVENT, key(happening.notice, registration), letter)


def seat_confirmed(happening: Happening) -> Iterable[Message]:
    registration = found(happening, RegistrationStatus.REGISTERED)
    if registration is None:
        return
    facts = facts_of(registration)
    if registration.event.link:
        facts.append((_("Lien"), registration.event.link))
    letter = Letter(
        subject=subject(_("Inscription confirmée : %(title)s, %(when)s"), registration),
        name=person_of(registration).name,
        paragraphs=[_("Votre place est réservée.")],
        facts=facts,
        action=own_page(registration),
        after=[
            _("L’invitation jointe met ce moment dans votre calendrier."),
            _("Un empêchement ? Rendez votre place depuis cette page : elle servira à quelqu’un d’autre."),
        ],
        why=why(registration),
    )
    yield invited(key(happening.notice, registration), registration, letter)


def seat_waiting(happening: Happening) -> Iterable[Message]:
    registration = found(happening, RegistrationStatus.WAITING)
    if registration is None:
        return
    letter = Letter(
        subject=subject(_("Sur liste d’attente : %(title)s, %(when)s"), registration),
        name=person_of(registration).name,
        paragraphs=[
            _("Toutes les places sont prises."),
            said_position(position(registration)),
            _("Dès qu’une place vous revient, nous vous l’écrivons : il suffira de l’accepter."),
        ],
        facts=facts_of(registration),
        action=own_page(registration),
        why=why(registration),
    )
    yield Message(person_of(registration), Topic.EVENT, key(happening.notice, registration), letter)


def said_position(position: int) -> str:
    if position == 1:
        return _("Vous êtes en tête de la liste d’attente.")
    return _("Vous êtes en position %(position)s sur la liste d’attente.") % {"position": position}


def seat_offered(happening: Happening) -> Iterable[Message]:
    registration = found(happening, RegistrationStatus.OFFERED)
    if registration is None:
        return
    until = registration.offered_until
    answer = _("jusqu’au %(day)s, %(time)s") % {"day": say_day(until), "time": say_time(until)}
    letter = Letter(
        subject=subject(_("Une place pour vous : %(title)s, %(when)s"), registration),
        name=person_of(registration).name,
        paragraphs=[
            _("Une place s’est libérée, et elle vous attend."),
            _("Sans réponse à temps, elle passe à la personne suivante."),
        ],
        facts=[*facts_of(registration), (_("Réponse"), answer)],
        action=(_("Prendre cette place"), link("accept_seat", registration.token)),
        links=[(_("Je n’en ai plus besoin"), link("cancel_registration", registration.token))],
        why=why(registration),
    )
    yield Message(person_of(registration), Topic.EVENT, key(happening.notice, registration), letter)


def seat_lost(happening: Happening) -> Iterable[Message]:
    registration = found(happening, RegistrationStatus.LAPSED)
    if registration is None:
        return
    letter = Letter(
        subject=subject(_("La place est passée : %(title)s, %(when)s"), registration),
        name=person_of(registration).name,
        paragraphs=[_("Sans réponse à temps, la place qui vous attendait a été proposée à la personne suivante.")],
        facts=facts_of(registration),
        action=(_("M’inscrire de nouveau"), absolute(registration.event.get_absolute_url())),
        why=why(registration),
    )
    yield Message(person_of(registration), Topic.EVENT, key(happening.notice, registration), letter)


def registration_cancelled(happening: Happening) -> Iterable[Message]:
    """Who gave the seat back is told only when their calendar holds it."""
    registration = found(happening, RegistrationStatus.CANCELLED)
    if registration is None:
        return
    is_doer = happening.by is None or happening.by == registration.user
    if is_doer and not was_invited(registration):
        return
    said = _("Votre inscription est annulée. La place servira à quelqu’un d’autre.")
    if not is_doer:
        said = _("%(who)s a annulé votre inscription.") % {"who": doer(happening, registration)}
    letter = Letter(
        subject=subject(_("Inscription annulée : %(title)s, %(when)s"), registration),
        name=person_of(registration).name,
        paragraphs=[said],
        facts=facts_of(registration),
        action=(_("Voir le rendez-vous"), absolute(registration.event.get_absolute_url())),
        why=why(registration),
    )
    yield dismissed(key(happening.notice, registration), registration, letter)


def why(registration: Registration) -> str:
    if registration.user:
        return _("Vous recevez ce message parce que vous vous êtes inscrit·e à ce rendez-vous.")
    return _(
        "Vous recevez ce message parce que vous vous êtes inscrit·e à ce rendez-vous. "
        "Votre nom et votre adresse sont effacés %(days)s jours après."
    ) % {"days": AgendaSettings.load().guest_kept_days}


def doer(happening: Happening, registration: Registration) -> str:
    """The names of those of the house stay inside it."""
    return who(happening.by) if registration.user and happening.by else _("La maison")


def was_invited(registration: Registration) -> bool:
    """Their calendar may hold it: who never waited had a seat; who waited was told when they got one."""
    if registration.status == RegistrationStatus.REGISTERED or registration.queued_at is None:
        return True
    return told(person_of(registration), INVITES, registration.pk).filter(method="REQUEST").exists()


def invited(key: str, registration: Registration, letter: Letter) -> Message:
    """The seat is theirs, and the meeting goes into their calendar."""
    person = person_of(registration)
    calendar = itip.request(registration, person.email, person.full_name)
    return Message(person, Topic.EVENT, key, letter, calendar, "REQUEST")


def dismissed(key: str, registration: Registration, letter: Letter) -> Message:
    """The seat is theirs no more, and the meeting leaves their calendar if we put it there."""
    person = person_of(registration)
    if not was_invited(registration):
        return Message(person, Topic.EVENT, key, letter)
    calendar = itip.cancel(registration, person.email, person.full_name)
    return Message(person, Topic.EVENT, key, letter, calendar, "CANCEL")
