"""Meetings put on the agenda, changed, cancelled, with the spaces that they are held in: all of it or nothing.

What `to` holds is as the form gives it: fields of Event (FIELDS), and lists "spaces", "organisers", "hosts".
"""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.log_actions import log
from wagtail.models import Collection

from agenda import notices, rules
from agenda.actions import bookings, registrations
from agenda.actions.meeting_spaces import Obstacle, hold_spaces, lock, refuse
from agenda.actions.series import Scope
from agenda.enums import EventStatus, Notice
from agenda.models import Event, EventQuestion, Series
from agenda.recurrence import Occurrence, Rule
from agenda.times import ImpossibleTime, instant, local
from residents.models import User

WHEN = ["starts_at", "ends_at", "is_all_day"]
REGISTRATION_TIMES = ["registration_opens_at", "registration_closes_at"]
FIELDS = [
    *WHEN,
    *REGISTRATION_TIMES,
    "title",
    "kind",
    "summary",
    "text",
    "picture_alt",
    "audience",
    "status",
    "place",
    "link",
    "takes_registrations",
    "capacity",
    "slot_minutes",
]
LISTS = ["spaces", "organisers", "hosts"]
# Addresses that are pages of their own.
TAKEN_SLUGS = {"nouveau"}
COLLECTION = "Rendez-vous"


class EventOvertaken(ValidationError):
    """Somebody changed the meeting since the form was opened: `event` is as it is now."""

    def __init__(self, event: Event):
        super().__init__(_("Ce rendez-vous a été modifié pendant que vous écriviez."), "overtaken")
        self.event = event


# Creating


@transaction.atomic
def create(
    *, to: dict, by: User, picture: File | None = None, questions: list[dict] = (), despite_closure: bool = False
) -> Event:
    """Put a meeting on the agenda, or keep it as a draft, which holds no space. Raises SpacesRefused, PermissionDenied.

    `questions` are dicts of the fields of EventQuestion, in their order.
    """
    event = created(to, by, store_picture(to["title"], picture, by), questions)
    refuse(hold_spaces(event, by=by, despite_closure=despite_closure))
    return event


@transaction.atomic
def create_series(
    *,
    to: dict,
    rule: Rule,
    dates: list[Occurrence],
    by: User,
    picture: File | None = None,
    questions: list[dict] = (),
    despite_closure: bool = False,
) -> list[Event]:
    """One meeting a date, each with its spaces; when a space is refused on one date nothing is written."""
    series = Series.objects.create(
        frequency=rule.frequency,
        interval=rule.interval,
        weekdays=rule.weekdays,
        monthday=rule.monthday,
        nth=rule.nth,
        starts_on=rule.starts_on,
        until=rule.until,
        count=rule.count,
        start_time=local(to["starts_at"]).time(),
        end_time=local(to["ends_at"]).time(),
        created_by=by,
    )
    image = store_picture(to["title"], picture, by)
    events, obstacles = [], []
    for date in dates:
        event = created(on_date(to, date), by, image, questions, series=series, occurrence_on=date.day)
        obstacles += hold_spaces(event, by=by, despite_closure=despite_closure)
        events.append(event)
    refuse(obstacles)
    return events


def on_date(to: dict, date: Occurrence) -> dict:
    """`to` moved to a date of its series; registration opens and closes as long before."""
    days = (date.day - local(to["starts_at"]).date()).days
    times = {name: moved(to[name], days) for name in REGISTRATION_TIMES if to.get(name)}
    return to | times | {"starts_at": date.starts_at, "ends_at": date.ends_at}


def moved(moment: datetime.datetime, days: int) -> datetime.datetime:
    """`days` later, at the same time on the house's clock; an hour later when the clock jumps over it."""
    day, time = local(moment).date() + datetime.timedelta(days=days), local(moment).time()
    try:
        return instant(day, time)
    except ImpossibleTime:
        return instant(day, time.replace(hour=time.hour + 1))


def created(to: dict, by: User, image, questions, **more) -> Event:
    if not rules.can_edit_events(by):
        raise PermissionDenied
    event = Event(**{name: to[name] for name in FIELDS if name in to}, picture=image, created_by=by, **more)
    save_with_slug(event)
    for name in LISTS:
        getattr(event, name).set(to.get(name, []))
    EventQuestion.objects.bulk_create(
        EventQuestion(event=event, **{**question, "position": position}) for position, question in enumerate(questions)
    )
    log(instance=event, action="wagtail.create", user=by, content_changed=True)
    return event


def save_with_slug(event: Event) -> None:
    """At the address that its title makes; with its date, then with letters, when that one is taken."""
    base = slugify(event.title)[:120].strip("-") or "rendez-vous"
    dated = f"{base}-{local(event.starts_at):%Y-%m-%d}"
    taken = {*Event.objects.filter(slug__in=[base, dated]).values_list("slug", flat=True), *TAKEN_SLUGS}
    choices = [dated, base] if event.series_id else [base, dated]
    event.slug = next((slug for slug in choices if slug not in taken), "") or spare(dated)
    try:
        with transaction.atomic():
            event.save()
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name.startswith("agenda_event_slug") is False:
            raise
        event.slug = spare(dated)
        event.save()


def spare(slug: str) -> str:
    return f"{slug}-{get_random_string(5, 'abcdefghijkmnpqrstuvwxyz')}"


def store_picture(title: str, picture: File | None, by: User):
    """The picture (residents/pictures.py), kept with those of the other meetings; None without."""
    if picture is None:
        return None
    root = Collection.get_first_root_node()
    collection = root.get_children().filter(name=COLLECTION).first() or root.add_child(name=COLLECTION)
    image = get_image_model()(title=title, file=picture, collection=collection, uploaded_by_user=by)
    image._set_image_file_metadata()
    image.save()
    return image


# Changing


@transaction.atomic
def change(
    *,
    event: Event,
    to: dict,
    by: User,
    seen: int | None = None,
    scope: Scope = Scope.THIS,
    picture: File | None = None,
    remove_picture: bool = False,
    questions: list[dict] | None = None,
    despite_closure: bool = False,
) -> list[Event]:
    """Make the meeting be `to`, and what changes be changed likewise in those of its series that `scope` is for.

    `seen` is the `sequence` that the person had before their eyes. `questions` have their "pk" when they are known
    ones (None: left as they are). Those registered are told what moved. Returns the meetings changed. Raises
    EventOvertaken, SpacesRefused, ValidationError, PermissionDenied.
    """
    event = held(event, by, scope)
    if seen is not None and seen != event.sequence:
        raise EventOvertaken(event)
    changed = changes(event, to)
    if event.has_started and {*WHEN, "spaces"} & changed.keys():
        raise ValidationError(_("Ce rendez-vous a commencé : son moment et ses espaces ne changent plus."), "past")
    siblings = affected(event, scope)
    image = store_picture(to.get("title", event.title), picture, by)
    if image or remove_picture:
        changed["picture"] = image
    obstacles = []
    # Dates of a series pass one another: the last goes first when they go later.
    later = "starts_at" in changed and changed["starts_at"] > event.starts_at
    rows = sorted([event, *siblings], key=lambda row: row.starts_at, reverse=later)
    plan = {row.pk: changed if row == event else likewise(changed, event, row, obstacles) for row in rows}
    # Of one series, all are moved before any space is asked for again.
    before = {row.pk: state(row) for row in rows}
    former = {row.picture_id: row.picture for row in rows if "picture" in changed and row.picture_id}
    for row in rows:
        was = {"was_at": row.starts_at, "was_minutes": row.slot_minutes}
        apply(row, plan[row.pk], by)
        registrations.keep_slots(row, **was)
        put_questions(row, questions, is_chosen=row == event)
    lock(rows)
    for row in rows:
        if not row.has_started:
            obstacles += hold_spaces(row, by=by, despite_closure=despite_closure)
    refuse(obstacles)
    for row in rows:
        registrations.offer_free_seats(row)
        tell_moved(row, before[row.pk], by)
    forget_pictures(former)
    return sorted(rows, key=lambda row: row.starts_at)


def held(event: Event, by: User, scope: Scope) -> Event:
    """The meeting as it stands, its row held, for who may edit it.

    When others of its series change too, those who change any of them wait for one another, in the order of their keys.
    """
    if scope != Scope.THIS:
        series = Event.objects.filter(pk=event.pk, series__isnull=False).values("series")
        dates = Event.objects.filter(series__in=series).order_by("pk")
        list(dates.select_for_update(no_key=True).values_list("pk"))
    event = registrations.locked(event.pk)
    if not rules.can_edit_event(by, event):
        raise PermissionDenied
    if event.is_cancelled:
        raise ValidationError(_("Ce rendez-vous est annulé : il ne change plus."), "cancelled")
    return event


def affected(event: Event, scope: Scope) -> list[Event]:
    """The others of its series that a change of that scope is for: to come, standing, their rows held."""
    if scope == Scope.THIS or event.series_id is None:
        return []
    rows = Event.objects.filter(series=event.series_id).exclude(status=EventStatus.CANCELLED).exclude(pk=event.pk)
    if scope == Scope.FROM_HERE:
        rows = rows.filter(starts_at__gt=event.starts_at)
    rows = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    return [row for row in rows if not row.has_started]


def changes(event: Event, to: dict) -> dict:
    """What `to` says otherwise than the meeting."""
    found = {name: to[name] for name in FIELDS if name in to and getattr(event, name) != to[name]}
    for name in LISTS:
        if name in to and {one.pk for one in to[name]} != {one.pk for one in getattr(event, name).all()}:
            found[name] = list(to[name])
    return found


def likewise(changed: dict, event: Event, row: Event, obstacles: list[Obstacle]) -> dict:
    """`changed`, of `event`, for another date of its series: moved by as many days, to the same hours."""
    found = {name: value for name, value in changed.items() if name not in {"starts_at", "ends_at"}}
    apart = (local(row.starts_at).date() - local(event.starts_at).date()).days
    for name in REGISTRATION_TIMES:
        if found.get(name):
            found[name] = moved(found[name], apart)
    if {"starts_at", "ends_at"} & changed.keys():
        ends = {name: changed.get(name, getattr(event, name)) for name in ("starts_at", "ends_at")}
        try:
            for name, moment in ends.items():
                day = local(moment).date() + datetime.timedelta(days=apart)
                found[name] = instant(day, local(moment).time())
        except ImpossibleTime as error:
            obstacles.append(Obstacle(row, None, _("Cette heure n’existe pas : %(when)s.") % {"when": error}))
            return {name: value for name, value in found.items() if name not in ends}
    return found


def apply(event: Event, changed: dict, by: User) -> None:
    for name, value in changed.items():
        if name in LISTS:
            getattr(event, name).set(value)
        else:
            setattr(event, name, value)
    event.sequence += 1
    event.save()
    log(instance=event, action="wagtail.edit", user=by, content_changed=True, data={"fields": sorted(changed)})


def put_questions(event: Event, questions: list[dict] | None, *, is_chosen: bool) -> None:
    """The questions become these. In the other dates of a series, only while nobody has answered them."""
    if questions is None or (not is_chosen and event.registrations.exists()):
        return
    kept = [question["pk"] for question in questions if is_chosen and question.get("pk")]
    event.questions.exclude(pk__in=kept).delete()
    for position, question in enumerate(questions):
        values = {name: value for name, value in question.items() if name != "pk"} | {"position": position}
        known = event.questions.filter(pk=question.get("pk") if is_chosen else None)
        if not known.update(**values):
            EventQuestion.objects.create(event=event, **values)


def state(event: Event) -> dict:
    """When and where, as a notice says it was."""
    return {
        "starts_at": event.starts_at.astimezone(datetime.UTC).isoformat(),
        "ends_at": event.ends_at.astimezone(datetime.UTC).isoformat(),
        "space": ", ".join([*(space.name for space in event.spaces.all()), *filter(None, [event.place])]),
        "status": event.status,
    }


def tell_moved(event: Event, before: dict, by: User) -> None:
    was_seen = before.pop("status") == EventStatus.PUBLISHED == event.status
    now = {name: value for name, value in state(event).items() if name != "status"}
    if was_seen and not event.is_past and now != before:
        notices.tell(Notice.EVENT_MOVED, event.pk, by=by, before=before)


def forget_pictures(former: dict) -> None:
    """Delete pictures that no meeting shows any more, files included."""
    for image in former.values():
        if not Event.objects.filter(picture=image).exists():
            image.delete()


# Cancelling


@transaction.atomic
def cancel(*, event: Event, by: User, scope: Scope = Scope.THIS, word: str = "") -> list[Event]:
    """The meeting stays on the agenda as cancelled, its spaces are free at once, those registered are told.

    A draft is deleted: nobody was told of it. Returns those cancelled. Raises ValidationError once it has ended, and
    PermissionDenied.
    """
    event = held(event, by, scope)
    if event.is_past:
        raise ValidationError(_("Ce rendez-vous est passé : il ne s’annule plus."), "past")
    rows = [event, *affected(event, scope)]
    lock(rows)
    for row in rows:
        for booking in row.bookings.holding():
            bookings.cancel(booking=booking, by=by, word=word, tell=False)
        if row.status == EventStatus.DRAFT:
            log(instance=row, action="wagtail.delete", user=by, deleted=True)
            row.delete()
            continue
        row.status, row.cancellation_word = EventStatus.CANCELLED, word
        row.sequence += 1
        row.save()
        log(instance=row, action="wagtail.edit", user=by, content_changed=True, data={"fields": ["status"]})
        notices.tell(Notice.EVENT_CANCELLED, row.pk, by=by, word=word)
    return rows
