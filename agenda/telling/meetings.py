"""What is told of a meeting as a whole: moved, cancelled, to each who counts on it and to those who hold it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from agenda.enums import EventStatus, RegistrationStatus
from agenda.models import Event, Registration
from agenda.telling.messages import Happening, Message, Person
from agenda.telling.seats import dismissed, doer, invited, may_see, own_page, person_of, why
from agenda.telling.words import Fact, facts_of_event, link, what_is, what_was, when, where
from mailing.enums import Topic
from mailing.letters import Letter
from mailing.outbox import absolute, one_line

# Those who count on a meeting: they have a seat, are offered one or wait for one.
COUNTING = [RegistrationStatus.REGISTERED, RegistrationStatus.OFFERED, RegistrationStatus.WAITING]


def found(happening: Happening, status: EventStatus) -> Event | None:
    """The meeting, while it is still what the notice says and not over."""
    event = Event.objects.with_names().filter(pk=happening.pk, status=status).first()
    return event if event and not event.is_past else None


def moved(happening: Happening) -> Iterable[Message]:
    """From what to what; nothing when it is back in its place."""
    event = found(happening, EventStatus.PUBLISHED)
    if event is None:
        return
    was, now = what_was(happening.before, all_day=event.is_all_day), what_is(where(event), event)
    if was == now:
        return
    facts = [(_("Rendez-vous"), one_line(event.title)), (_("Avant"), was), (_("Maintenant"), now)]
    for registration in counting(event):
        letter = Letter(
            subject=_("Déplacé : %(title)s, %(when)s") % {"title": one_line(event.title), "when": when(registration)},
            name=person_of(registration).name,
            paragraphs=[_("Ce rendez-vous a changé de moment ou de lieu.")],
            facts=[*facts, *slot_of(registration)],
            action=own_page(registration),
            after=[_("Cela ne vous convient plus ? Rendez votre place depuis cette page.")],
            why=why(registration),
        )
        if registration.status == RegistrationStatus.REGISTERED:
            yield invited(key(happening, registration.pk, event), registration, letter)
        else:
            yield Message(person_of(registration), Topic.EVENT, key(happening, registration.pk, event), letter)
    yield from to_hosts(happening, event, _("Déplacé : %(title)s, %(when)s"), facts)


def cancelled(happening: Happening) -> Iterable[Message]:
    event = found(happening, EventStatus.CANCELLED)
    if event is None:
        return
    for registration in counting(event):
        letter = Letter(
            subject=_("Annulé : %(title)s, %(when)s") % {"title": one_line(event.title), "when": when(registration)},
            name=person_of(registration).name,
            paragraphs=[_("Ce rendez-vous n’aura pas lieu.")],
            facts=facts_of_event(event, when(registration)),
            word=event.cancellation_word,
            word_by=doer(happening, registration),
            action=(_("Voir l’agenda"), link("agenda")),
            why=why(registration),
        )
        yield dismissed(key(happening, registration.pk, event), registration, letter)
    facts = facts_of_event(event, when(event))
    yield from to_hosts(happening, event, _("Annulé : %(title)s, %(when)s"), facts, word=event.cancellation_word)


def counting(event: Event) -> Iterable[Registration]:
    """Of those who may still see it."""
    for registration in event.registrations.filter(status__in=COUNTING).select_related("user"):
        registration.event = event
        if may_see(registration):
            yield registration


def slot_of(registration: Registration) -> list[Fact]:
    return [(_("Votre créneau"), when(registration))] if registration.slot_starts_at else []


def to_hosts(happening: Happening, event: Event, subject: str, facts: list[Fact], word: str = "") -> Iterable[Message]:
    """Those who hold it, less who did it and those who have been told as registered."""
    registered = event.registrations.filter(status__in=COUNTING, user__isnull=False).values("user")
    for host in event.hosts.exclude(pk__in=registered):
        if host == happening.by:
            continue
        letter = Letter(
            subject=subject % {"title": one_line(event.title), "when": when(event)},
            name=host.first_name,
            paragraphs=[_("Un rendez-vous que vous tenez a changé.")],
            facts=facts,
            word=word,
            action=(_("Voir le rendez-vous"), absolute(event.get_absolute_url())),
            why=_("Vous recevez ce message parce que vous tenez ce rendez-vous."),
        )
        yield Message(Person.of(host), Topic.EVENT, f"{happening.notice}:tenu-{event.pk}:{event.sequence}", letter)


def key(happening: Happening, pk: int, event: Event) -> str:
    """Of each registration, at each change of its meeting."""
    return f"{happening.notice}:{pk}:{event.sequence}"
