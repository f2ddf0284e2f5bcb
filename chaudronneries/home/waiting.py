"""What waits for me, and what was answered: the first thing that one's own place says."""

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.enums import BookingStatus, RegistrationStatus
from agenda.models import Booking, Event
from agenda.times import say_day, say_stretch, say_time
from chaudronneries.home.told import Sort, Told
from residents.models import Resident, User
from residents.pages.welcome import Checklist

DECIDED = datetime.timedelta(days=14)


@dataclass(frozen=True)
class Wait:
    """`words` lead to `url`; `more` says what to do, or what was said. `is_mine`: it waits for me, not I for it."""

    words: str
    url: str
    more: str = ""
    is_mine: bool = True


def waits(
    user: User,
    bookings: list[Booking],
    meetings: list[Event],
    told: list[Told],
    structures: list,
    has_suggestions: bool,
):
    """What waits for me first; `structures` are the Mine of place.py."""
    found = [
        *(seat(event) for event in meetings if is_offered(event)),
        *(to_revise(one) for one in told if one.sort == Sort.TO_REVISE),
        *for_the_house(told),
        *(steps_left(mine.resident, one) for mine in structures for one in mine.checklists if one.left),
        *suggested(has_suggestions),
        *(in_review(one) for one in told if one.sort == Sort.IN_REVIEW),
        *(requested(booking) for booking in bookings if booking.status == BookingStatus.REQUESTED),
        *(decided(booking) for booking in bookings if is_decided(booking, user)),
    ]
    return sorted(found, key=lambda wait: not wait.is_mine)


def is_offered(event: Event) -> bool:
    return event.my_status == RegistrationStatus.OFFERED and bool(event.my_offer) and event.my_offer > timezone.now()


def seat(event: Event) -> Wait:
    until = _("%(day)s à %(time)s") % {"day": say_day(event.my_offer), "time": say_time(event.my_offer)}
    return Wait(
        words=_("Une place se libère pour vous : %(title)s") % {"title": event.title},
        url=event.get_absolute_url(),
        more=_("À accepter avant %(until)s.") % {"until": until},
    )


def to_revise(one: Told) -> Wait:
    return Wait(
        words=_("Votre article « %(title)s » est à reprendre") % {"title": one.said},
        url=reverse("blog:write", args=[one.key]),
        more=_("La maison vous dit quoi."),
    )


def steps_left(resident: Resident, checklist: Checklist) -> Wait:
    """One's structure arrives, or leaves."""
    left = checklist.left
    if checklist.is_arrival:
        words = ngettext(
            "Arriver : encore %(number)d étape pour %(name)s",
            "Arriver : encore %(number)d étapes pour %(name)s",
            len(left),
        )
    else:
        words = ngettext(
            "Partir : encore %(number)d étape pour %(name)s",
            "Partir : encore %(number)d étapes pour %(name)s",
            len(left),
        )
    return Wait(
        words=words % {"number": len(left), "name": resident.name},
        url=reverse("residents:steps", args=[resident.slug]),
        more=_("D’abord : %(step)s.") % {"step": left[0].title},
    )


def in_review(one: Told) -> Wait:
    return Wait(
        words=_("Votre article « %(title)s »") % {"title": one.said},
        url=reverse("blog:write", args=[one.key]),
        more=_("La maison le relit."),
        is_mine=False,
    )


def suggested(has_suggestions: bool) -> list[Wait]:
    if not has_suggestions:
        return []
    return [
        Wait(
            words=_("Des coopérations suggérées attendent votre réponse"),
            url=reverse("knowledge_map:cooperations"),
        )
    ]


def requested(booking: Booking) -> Wait:
    return Wait(
        words=_("%(title)s, %(space)s") % {"title": booking.title, "space": booking.space.name},
        url=booking.get_absolute_url(),
        more=_("%(when)s : la maison n’a pas encore décidé.") % {"when": when(booking)},
        is_mine=False,
    )


def is_decided(booking: Booking, user: User) -> bool:
    """By somebody else, lately, for a time to come."""
    return (
        booking.status in {BookingStatus.CONFIRMED, BookingStatus.DECLINED}
        and booking.decided_at is not None
        and booking.decided_at > timezone.now() - DECIDED
        and booking.decided_by_id != user.pk
        and booking.ends_at > timezone.now()
    )


def decided(booking: Booking) -> Wait:
    is_confirmed = booking.status == BookingStatus.CONFIRMED
    said = _("%(when)s : la maison a dit oui.") if is_confirmed else _("%(when)s : la maison a dit non.")
    word = _("« %(word)s »") % {"word": booking.decision_word} if booking.decision_word else ""
    return Wait(
        words=_("%(title)s, %(space)s") % {"title": booking.title, "space": booking.space.name},
        url=booking.get_absolute_url(),
        more=" ".join(filter(None, [said % {"when": when(booking)}, word])),
        is_mine=False,
    )


def when(booking: Booking) -> str:
    words = say_stretch(booking.starts_at, booking.ends_at)
    return words[:1].upper() + words[1:]


def for_the_house(told: list[Told]) -> list[Wait]:
    """What waits for who keeps the house; one line for all the bookings, which are decided on one page."""
    requests = [one for one in told if one.sort == Sort.REQUEST]
    awaited = [one.said for one in told if one.sort == Sort.AWAITED]
    found = [
        Wait(
            words=_("Article à relire : « %(title)s »") % {"title": one.said},
            url=reverse("wagtailadmin_pages:edit", args=[one.key]),
        )
        for one in told
        if one.sort == Sort.POST_TO_READ
    ]
    found += [
        Wait(
            words=_("Candidature à lire : %(name)s") % {"name": one.said},
            url=reverse("candidatures:edit", args=[one.key]),
        )
        for one in told
        if one.sort == Sort.APPLICATION
    ]
    if awaited:
        words = ngettext(
            "%(number)d structure attend la maison pour arriver ou partir",
            "%(number)d structures attendent la maison pour arriver ou partir",
            len(awaited),
        )
        more = ", ".join(awaited[:3])
        found.append(Wait(words=words % {"number": len(awaited)}, url=reverse("residents:arrivals"), more=more))
    if requests:
        number = ngettext("%(number)d réservation à décider", "%(number)d réservations à décider", len(requests)) % {
            "number": len(requests)
        }
        found.insert(
            0, Wait(words=number, url=reverse("agenda:my_day"), more=", ".join(one.said for one in requests[:3]))
        )
    return found
