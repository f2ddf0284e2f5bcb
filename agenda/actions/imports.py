"""A calendar that was read becomes meetings: what would change is said first, then done, in one transaction."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agenda import rules
from agenda.actions import events as actions
from agenda.actions import meeting_spaces
from agenda.calendars.ics import Found
from agenda.calendars.importing import DAYS_AHEAD, Calendar, named
from agenda.enums import EventStatus
from agenda.models import Event, EventKind
from agenda.times import local, midnight, say_stretch
from residents.models import User

WHEN = ["starts_at", "ends_at", "is_all_day"]
CONTENT = ["title", "text", "place", "link"]
# Two imports at once wait for each other: the number is nobody else's.
LOCK = 1_967_001


@dataclass(frozen=True)
class Change:
    """A meeting that its calendar now says otherwise: `to` holds the fields that change, `words` say so."""

    event: Event
    to: dict
    words: list[str]


@dataclass
class Plan:
    """What importing `calendar` would do. `gone`: meetings to come that their calendar has no more."""

    calendar: Calendar
    new: list[Found] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    cancelled: list[Event] = field(default_factory=list)
    gone: list[Event] = field(default_factory=list)
    unchanged: int = 0

    @property
    def proposes(self) -> bool:
        """Whether there is anything to apply."""
        return bool(self.new or self.changed or self.cancelled or self.gone)


@dataclass
class Outcome:
    """What was done; `refused` are (meeting, why) that stay as they were."""

    created: int = 0
    changed: int = 0
    cancelled: int = 0
    refused: list[tuple[Event, str]] = field(default_factory=list)


def plan(calendar: Calendar, kind: EventKind | None = None) -> Plan:
    """What applying would do, nothing written. A whole calendar that is gone is known by its `kind` only."""
    result = Plan(calendar)
    names = [found.source_uid for found in calendar.found]
    known = {event.source_uid: event for event in Event.objects.filter(source_uid__in=names)}
    for found in calendar.found:
        event = known.get(found.source_uid)
        if event is None:
            # Cancelled before we heard of it: nobody expects it.
            result.new += [] if found.is_cancelled else [found]
        elif event.is_cancelled or event.is_past:
            result.unchanged += 1
        elif found.is_cancelled:
            result.cancelled.append(event)
        elif to := differences(event, found):
            result.changed.append(Change(event, to, in_words(event, to)))
        else:
            result.unchanged += 1
    result.gone = list(gone(calendar, set(names), kind))
    return result


def differences(event: Event, found: Found) -> dict:
    """The fields that the calendar says otherwise; what has begun keeps its hours."""
    fields = CONTENT if event.has_started else [*WHEN, *CONTENT]
    return {name: getattr(found, name) for name in fields if getattr(event, name) != getattr(found, name)}


def in_words(event: Event, to: dict) -> list[str]:
    words = []
    if to.keys() & set(WHEN):
        start, end, is_all_day = (to.get(name, getattr(event, name)) for name in WHEN)
        before = say_stretch(event.starts_at, event.ends_at, all_day=event.is_all_day)
        after = say_stretch(start, end, all_day=is_all_day)
        words.append(_("%(before)s → %(after)s") % {"before": before, "after": after})
    if "title" in to:
        words.append(_("« %(before)s » → « %(after)s »") % {"before": event.title, "after": to["title"]})
    if "place" in to:
        words.append(_("lieu : %(after)s") % {"after": to["place"] or "–"})
    if "text" in to:
        words.append(_("le texte"))
    if "link" in to:
        words.append(_("le lien"))
    return words


def gone(calendar: Calendar, names: set[str], kind: EventKind | None) -> Iterable[Event]:
    """Imported meetings to come that this calendar had: dates that left a series it holds, and others of `kind`."""
    unreadable = {named(fault.uid) for fault in calendar.faults}
    held = {named(uid) for uid in calendar.uids}
    last = midnight(timezone.localdate() + datetime.timedelta(DAYS_AHEAD))
    rows = Event.objects.filter(source_uid__isnull=False, starts_at__gt=timezone.now(), starts_at__lt=last)
    for event in rows.exclude(status=EventStatus.CANCELLED).exclude(source_uid__in=names):
        uid = event.source_uid.rpartition("#")[0] or event.source_uid
        if uid not in unreadable and (uid in held or event.kind_id == getattr(kind, "pk", None)):
            yield event


@transaction.atomic
def apply(calendar: Calendar, *, kind: EventKind, audience: str, by: User, cancel_gone: bool = False) -> Outcome:
    """Create, change and cancel meetings as `plan` says; `kind` and `audience` are those of the new ones.

    A meeting that cannot follow (a space is taken then) stays as it was, and is told of. Raises PermissionDenied.
    """
    if not rules.can_import(by):
        raise PermissionDenied
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    todo, outcome = plan(calendar, kind), Outcome()
    # In one order, before any is moved: somebody may be deciding one of their bookings.
    meeting_spaces.lock([*(change.event for change in todo.changed), *todo.cancelled, *todo.gone])
    outcome.created = create(todo.new, kind=kind, audience=audience, by=by)
    for change in todo.changed:
        outcome.changed += follows(change.event, outcome, actions.change, to=change.to, by=by)
    word = _("Annulé dans le calendrier d’où il venait.")
    for event in todo.cancelled + (todo.gone if cancel_gone else []):
        outcome.cancelled += follows(event, outcome, actions.cancel, by=by, word=word)
    return outcome


def follows(event: Event, outcome: Outcome, action, **arguments) -> bool:
    try:
        with transaction.atomic():
            action(event=event, **arguments)
    except ValidationError as error:
        outcome.refused.append((event, " ".join(error.messages)))
        return False
    return True


def create(new: list[Found], *, kind: EventKind, audience: str, by: User) -> int:
    """All at once: a calendar holds thousands."""
    taken = set(Event.objects.values_list("slug", flat=True))
    events = []
    for found in new:
        slug = free_slug(found, taken)
        taken.add(slug)
        fields = {name: getattr(found, name) for name in ["source_uid", *WHEN, *CONTENT]}
        events.append(Event(slug=slug, kind=kind, audience=audience, created_by=by, **fields))
    Event.objects.bulk_create(events, batch_size=500)
    return len(events)


def free_slug(found: Found, taken: set[str]) -> str:
    dated = f"{slugify(found.title)[:120].strip('-') or 'rendez-vous'}-{local(found.starts_at):%Y-%m-%d}"
    slug, number = dated, 1
    while slug in taken:
        number += 1
        slug = f"{dated}-{number}"
    return slug
