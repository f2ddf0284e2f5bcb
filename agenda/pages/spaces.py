"""The spaces of the house as their list and their own page show them: what they hold, and whether they are free."""

import datetime
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.images.models import Rendition

from agenda.forms.calendar import query
from agenda.models import Space
from agenda.pages.columns import choosing, say_minutes_of, stretch_query
from agenda.pages.daylist import say_span
from agenda.pages.planning import Held, Planning
from agenda.times import local, say_day, say_time

# How far the next free time is looked for.
DAYS_AHEAD = 7
PICTURE = "fill-640x400|format-webp"


@dataclass
class SpaceCard:
    """A space and how it is right now: `state` is libre, occupe or ferme; `now` says it, `next` what comes then.

    `book_url` is that of its next free time, in the words `book`; both empty when there is none, or not for them.
    """

    space: Space
    picture: Rendition | None
    state: str
    now: str
    next: str
    book: str
    book_url: str
    week_url: str


def space_cards(planning: Planning) -> list[SpaceCard]:
    """One for each space of `planning`, which goes from today to some days later."""
    pictures = pictures_of(planning.spaces)
    return [_card(planning, space, pictures.get(space.pk)) for space in planning.spaces]


def pictures_of(spaces: list[Space]) -> dict[int, Rendition]:
    """{space's pk: its picture as drawn}, in one query once they have been drawn."""
    with_picture = [space for space in spaces if space.picture]
    kept = Rendition.objects.filter(filter_spec=PICTURE)
    prefetch_related_objects(
        [space.picture for space in with_picture], Prefetch("renditions", kept, to_attr="prefetched_renditions")
    )
    return {space.pk: space.picture.get_rendition(PICTURE) for space in with_picture}


def _card(planning: Planning, space: Space, picture: Rendition | None) -> SpaceCard:
    state, now = _now(planning, space)
    book, book_url = _next_free(planning, space)
    return SpaceCard(
        space=space,
        picture=picture,
        state=state,
        now=now,
        next=_next(planning, space),
        book=book,
        book_url=book_url,
        week_url=f"{reverse('agenda:week')}?{query(planning.today, [space.slug])}",
    )


def _now(planning: Planning, space: Space) -> tuple[str, str]:
    today, minute = planning.today, _minute(planning)
    if closure := planning.closure_on(today, space):
        return "ferme", _("Fermé aujourd’hui : %(reason)s") % {"reason": closure.reason}
    for held in planning.held_on(today, space):
        # By instants: an hour that comes twice has its minutes twice.
        if held.booking.starts_at <= planning.now < held.booking.ends_at:
            until = {"until": _say_end(held), "words": held.booking.words}
            return "occupe", _("Occupé jusqu’à %(until)s : %(words)s") % until
        if held.booking.ends_at <= planning.now < held.booking.tidied_at:
            return "occupe", _("Rangement jusqu’à %(until)s") % {"until": say_time(held.booking.tidied_at)}
    opened = next((span for span in planning.opened_on(today, space) if span[0] <= minute < span[1]), None)
    if opened is None:
        return "ferme", _("Fermé à cette heure")
    until = min([opened[1], *(h.span[0] for h in planning.held_on(today, space) if h.span[0] > minute)])
    return "libre", _("Libre jusqu’à %(until)s") % {"until": _("minuit") if until == 1440 else say_minutes_of(until)}


def _minute(planning: Planning) -> int:
    now = local(planning.now)
    return now.hour * 60 + now.minute


def _say_end(held: Held) -> str:
    end = local(held.booking.ends_at)
    # On another day, its day is said too.
    return say_time(end) if held.span[1] < 1440 else f"{say_day(end)}, {say_time(end)}"


def _next(planning: Planning, space: Space) -> str:
    """The next booking, today or on the days that follow."""
    for day in planning.days:
        for held in planning.held_on(day, space):
            if held.booking.starts_at > planning.now:
                when = _when(planning, day, say_span(held.span))
                return _("Ensuite : %(when)s, %(words)s") % {"when": when, "words": held.booking.words}
    return ""


def _when(planning: Planning, day: datetime.date, hours: str) -> str:
    return hours if day == planning.today else f"{say_day(day, today=planning.today)}, {hours}"


def _next_free(planning: Planning, space: Space) -> tuple[str, str]:
    """(words, address) of the next free time that can be booked: an hour of it, or less if it is shorter."""
    for day in planning.days:
        for start, end in planning.bookable_on(day, space):
            wished = (start, min(end, start + max(60, space.least_minutes)))
            address = f"{choosing(planning, day, space)}&{stretch_query(day, *wished, space)}"
            return _when(planning, day, _("dès %(time)s") % {"time": say_minutes_of(start)}), address
    return "", ""
