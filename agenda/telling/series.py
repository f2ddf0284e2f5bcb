"""What is told of a series: once, with its dates."""

import hashlib
from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.calendars import itip
from agenda.enums import HOLDING, BookingStatus, Notice
from agenda.models import Booking
from agenda.telling.bookings import doer, why
from agenda.telling.messages import Happening, Message, Person
from agenda.telling.people import holders, managers
from agenda.telling.words import dates, facts_of, line_of, link, who
from mailing.enums import Topic
from mailing.letters import Letter
from mailing.outbox import one_line


def found(happening: Happening, statuses: list[BookingStatus]) -> list[Booking]:
    """The dates that the notice is about, those that are still so and not over."""
    rows = Booking.objects.with_names().filter(pk__in=happening.before.get("bookings", []), status__in=statuses)
    return [booking for booking in rows if not booking.is_past]


def booked(happening: Happening) -> Iterable[Message]:
    bookings = found(happening, HOLDING)
    yield from to_holders(happening, bookings, _("Série réservée : %(series)s"), said_booked)
    yield from to_managers(happening, bookings)


def changed(happening: Happening) -> Iterable[Message]:
    bookings = found(happening, HOLDING)
    yield from to_holders(happening, bookings, _("Série modifiée : %(series)s"), said_changed)
    yield from to_managers(happening, bookings)


def cancelled(happening: Happening) -> Iterable[Message]:
    bookings = found(happening, [BookingStatus.CANCELLED])
    yield from to_holders(happening, bookings, _("Série annulée : %(series)s"), said_cancelled)


def said_booked(happening: Happening, person: Person, bookings: list[Booking]) -> str:
    if person.user is None:
        return _("La maison a réservé ces dates pour vous aux Chaudronneries.")
    if happening.by not in (None, person.user):
        return _("%(who)s a réservé ces dates pour vous.") % {"who": who(happening.by)}
    if all(one.status == BookingStatus.REQUESTED for one in bookings):
        return _("Vos dates sont demandées : la maison décide.")
    return _("Vos dates sont réservées.")


def said_changed(happening: Happening, person: Person, bookings: list[Booking]) -> str:
    if happening.by in (None, person.user):
        return _("Votre série a changé. Voici ses dates, comme elles sont maintenant.")
    changed = _("%(who)s a changé votre série. Voici ses dates, comme elles sont maintenant.")
    return changed % {"who": doer(happening, person)}


def said_cancelled(happening: Happening, person: Person, bookings: list[Booking]) -> str:
    if happening.by in (None, person.user):
        return _("Ces dates sont annulées.")
    return _("%(who)s a annulé ces dates.") % {"who": doer(happening, person)}


def to_holders(
    happening: Happening, bookings: list[Booking], subject: str, said: Callable[..., str]
) -> Iterable[Message]:
    is_over = happening.notice == Notice.SERIES_CANCELLED
    for person in holders(bookings[0], by=happening.by) if bookings else []:
        letter = Letter(
            subject=subject % {"series": called(bookings)},
            name=person.name,
            paragraphs=[said(happening, person, bookings)],
            facts=facts(bookings),
            lines=dates(bookings),
            word=happening.word,
            word_by=doer(happening, person) if happening.word else "",
            action=(_("Voir mes réservations"), link("my_bookings")) if person.user else None,
            after=[] if is_over else [_("L’invitation jointe met les dates confirmées dans votre calendrier.")],
            why=why(person),
        )
        calendar, method = for_calendar(bookings, person, is_over=is_over)
        yield Message(person, Topic.BOOKING, key(happening, bookings), letter, calendar, method)


def for_calendar(bookings: list[Booking], person: Person, *, is_over: bool) -> tuple[str, str]:
    if is_over:
        return itip.cancel(bookings, person.email, person.full_name), "CANCEL"
    kept = [one for one in bookings if one.status == BookingStatus.CONFIRMED]
    return (itip.request(kept, person.email, person.full_name), "REQUEST") if kept else ("", "")


def to_managers(happening: Happening, bookings: list[Booking]) -> Iterable[Message]:
    """One letter for all the dates to decide."""
    requested = [one for one in bookings if one.status == BookingStatus.REQUESTED]
    for person in managers(but=happening.by) if requested else []:
        first = requested[0]
        letter = Letter(
            subject=_("À décider : %(series)s") % {"series": called(requested)},
            name=person.name,
            paragraphs=[_("%(who)s demande ces dates.") % {"who": who(happening.by or first.created_by)}],
            facts=facts(requested),
            lines=[line_of(one) for one in requested],
            word=first.request_word,
            word_by=who(first.created_by),
            action=(_("Voir les demandes et décider"), link("my_day")),
            why=_("Vous recevez ce message parce que vous décidez des demandes de la maison."),
        )
        yield Message(person, Topic.DECISION, f"a-decider:{key(happening, requested)}", letter)


def called(bookings: list[Booking]) -> str:
    """Grande salle, 12 dates"""
    count = ngettext("%(count)s date", "%(count)s dates", len(bookings)) % {"count": len(bookings)}
    return f"{one_line(bookings[0].space.name)}, {count}"


def facts(bookings: list[Booking]) -> list[tuple[str, str]]:
    """All but when."""
    facts = facts_of(bookings[0])
    return [facts[0], *facts[2:]]


def key(happening: Happening, bookings: list[Booking]) -> str:
    """These dates as they stand: told again, they are the same."""
    stand = ",".join(f"{one.pk}:{one.sequence}" for one in sorted(bookings, key=lambda one: one.pk))
    return f"{happening.notice}:{happening.pk}:{hashlib.sha256(stand.encode()).hexdigest()[:16]}"
