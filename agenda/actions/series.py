"""Series of bookings: looked at date by date before they are made, changed from a date on, never in the past."""

import datetime
from enum import StrEnum

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from agenda import notices, rules, series_rows
from agenda.actions import bookings
from agenda.actions.history import note_all, plain
from agenda.actions.promise import NEVER_SHARED, Clash, clash, lock_spaces, promised
from agenda.availability import Verdict
from agenda.enums import BookingAction, BookingStatus, Notice
from agenda.models import Booking, BookingChange, Series, Space
from agenda.recurrence import Rule
from agenda.series_preview import Line, Outcome, Plan, plan_of, preview, preview_plan, span_of
from agenda.times import local, say_day
from residents.models import User

DAY = datetime.timedelta(days=1)
# What a booking takes from the single one that is repeated.
REPEATED = [
    "title",
    "title_audience",
    "attendees",
    "setup",
    "resident",
    "booked_for",
    "guest_name",
    "guest_email",
    "request_word",
]


class Scope(StrEnum):
    """Which dates a change of a series is for; the past never moves."""

    THIS = "celle-ci"
    FROM_HERE = "a-partir"
    ALL = "toutes"


@transaction.atomic
def book_series(
    *,
    rule: Rule,
    start_time: datetime.time,
    end_time: datetime.time,
    space: Space,
    by: User,
    keep: set[datetime.date],
    tell: bool = True,
    **fields,
) -> Series:
    """Book the dates of `keep` (all of them or none); `fields` as `bookings.book` takes them, but `despite_closure`:
    a closed date that the house manager keeps is kept knowingly.

    Raises Clash when one of them was taken meanwhile: the preview is to be shown again; ValidationError (code
    "refused" for a date that cannot be kept, "empty", "unknown", "rule", else keyed by field) and PermissionDenied.
    """
    series = series_rows.series_of(rule, start_time, end_time, by=by)
    made = hold(series, rule, space, keep=keep, by=by, fields=fields)
    if tell:
        tell_series(Notice.SERIES_BOOKED, series, made, by=by)
    return series


@transaction.atomic
def repeat(*, booking: Booking, rule: Rule, by: User, keep: set[datetime.date], tell: bool = True) -> Series:
    """Make a series of a single booking, which becomes its first date; the others are `keep`. Raises as `book_series`.

    Code "long" for a booking of more than a day, which no rule can hold; "repeated" for one that is of a series.
    """
    booking = bookings.locked(booking)
    if not rules.owns(by, booking) or not booking.is_holding or booking.event_id:
        raise PermissionDenied
    if booking.series_id:
        raise ValidationError(_("Cette réservation fait déjà partie d’une série."), "repeated")
    start, end = local(booking.starts_at), local(booking.ends_at)
    if end.replace(tzinfo=None) - start.replace(tzinfo=None) > DAY:
        raise ValidationError(_("Une réservation de plus d’un jour ne se répète pas."), "long")
    series = series_rows.series_of(rule, start.time(), end.time(), by=by)
    fields = {name: getattr(booking, name) for name in REPEATED}
    made = hold(series, rule, booking.space, keep=keep - {start.date()}, by=by, fields=fields)
    booking.series, booking.occurrence_on = series, start.date()
    booking.save()
    if tell:
        tell_series(Notice.SERIES_BOOKED, series, [booking, *made], by=by)
    return series


def hold(
    series: Series, rule: Rule, space: Space, *, keep: set[datetime.date], by: User, fields: dict
) -> list[Booking]:
    """Save the series and its bookings on the dates of `keep`, or nothing."""
    bookings.guard(Booking(space=space, **fields), by=by)
    lock_spaces([space])

    def look() -> list[Line]:
        return preview(
            rule=rule,
            start_time=series.start_time,
            end_time=series.end_time,
            space=space,
            by=by,
            resident=fields.get("resident"),
            attendees=fields.get("attendees"),
            keep=keep,
        )

    lines = kept_of(look(), keep)
    series.save()
    made = [booking_on(line, series, space, by=by, fields=fields) for line in lines]
    bookings.check(made[0])
    with promised(lambda: first_clash(look(), keep)):
        Booking.objects.bulk_create(made)
    changes = [BookingChange(booking=one, by=by, action=BookingAction.BOOKED) for one in made]
    for change in changes:
        if change.booking.status == BookingStatus.REQUESTED:
            change.action, change.word = BookingAction.REQUESTED, change.booking.request_word
    note_all(changes)
    return made


def booking_on(line: Line, series: Series, space: Space, *, by: User, fields: dict) -> Booking:
    trimmed = {name: fields[name].strip() for name in ("title", "guest_name") if name in fields}
    booking = Booking(
        **fields | trimmed,
        space=space,
        buffer_minutes=space.buffer_minutes,
        starts_at=line.occurrence.starts_at,
        ends_at=line.occurrence.ends_at,
        series=series,
        occurrence_on=line.day,
        created_by=by,
    )
    bookings.settle(booking, line.verdict)
    return booking


def kept_of(lines: list[Line], keep: set[datetime.date]) -> list[Line]:
    """The lines that are kept. Raises when there is none, and when one cannot be: a date is never silently lost."""
    kept = [line for line in lines if line.day in keep]
    if not kept:
        raise ValidationError(_("Gardez au moins une date."), "empty")
    if unknown := keep - {line.day for line in kept}:
        raise ValidationError(
            _("%(day)s n’est pas une date de cette série."), "unknown", {"day": say_day(min(unknown))}
        )
    for line in kept:
        if line.outcome == Outcome.TAKEN:
            raise clash(line.verdict)
        if not line.can_be_kept:
            raise ValidationError("%(day)s : %(why)s", "refused", {"day": say_day(line.day), "why": why_not(line)})
    return kept


def why_not(line: Line) -> str:
    if line.outcome == Outcome.IMPOSSIBLE:
        return line.occurrence.problem
    if line.outcome == Outcome.CLOSED:
        return _("fermé (%(reason)s).") % {"reason": line.verdict.closures[0].reason}
    return line.verdict.refusal


def first_clash(lines: list[Line], keep: set[datetime.date]) -> Verdict:
    """What was in the way when the database refused, as far as it can be seen."""
    found = [line.verdict for line in lines if line.day in keep and line.verdict and line.verdict.clashes]
    return found[0] if found else Verdict()


def affected(*, booking: Booking, scope: Scope) -> list[Booking]:
    """The bookings of its series, to come and holding their space, that a change of that scope is for.

    In the series' order: a date moved by itself keeps its turn.
    """
    found = Booking.objects.holding().to_come().filter(event=None).with_names()
    if scope == Scope.THIS or booking.series_id is None:
        return list(found.filter(pk=booking.pk))
    found = found.filter(series=booking.series_id)
    if scope == Scope.FROM_HERE:
        found = found.filter(occurrence_on__gte=booking.occurrence_on)
    return list(found.order_by("occurrence_on", "pk"))


def ours(booking: Booking, scope: Scope, *, by: User) -> list[Booking]:
    """Those of `affected` that the person may change: a date given to somebody else is theirs."""
    if not rules.owns(by, booking):
        raise PermissionDenied
    return [one for one in affected(booking=booking, scope=scope) if rules.can_change(by, one)]


def preview_change(*, booking: Booking, to: dict, scope: Scope, by: User) -> list[Line]:
    """What the change would do to each date; nothing is made.

    `to` is as `bookings.change` takes it, less "starts_at" and "ends_at", and with "day_shift" (days), "start_time",
    "end_time" for when; what it says as `booking` has it is left as it is on each date. A date that was moved by
    itself is proposed to stay where it is when the others move.
    """
    return preview_plan(plan_of(booking, to), booking, ours(booking, scope, by=by), by=by)


@transaction.atomic
def change_series(
    *, booking: Booking, to: dict, scope: Scope, by: User, keep: set[datetime.date], seen: int | None = None
) -> list[Booking]:
    """Change the dates of `keep` (days of the preview's lines), in one go; the others of the scope stay as they are.

    `seen` is the `sequence` of `booking` that the person had before their eyes. FROM_HERE splits the series in two at
    that date. Raises Overtaken, Clash when a date was taken meanwhile, otherwise as `book_series`. Returns the
    bookings of `keep` as they are kept now.
    """
    booking = in_turn(booking)
    if seen is not None and booking.sequence != seen:
        raise bookings.Overtaken(_("Cette réservation a changé entre-temps."), booking)
    plan = plan_of(booking, to)
    mine = ours(booking, scope, by=by)
    lock_spaces([*(one.space for one in mine), plan.fields.get("space", booking.space)])
    lines = kept_of(preview_plan(plan, booking, mine, by=by, keep=keep), keep)
    if plan.is_empty:
        return [line.booking for line in lines]
    if scope == Scope.THIS or booking.series_id is None:
        return [bookings.change(booking=booking, to=asked_of(lines[0], plan), by=by)]
    return carry_out(plan, lines, booking.series, splits=plan.moves_time or scope == Scope.FROM_HERE, by=by)


def in_turn(booking: Booking) -> Booking:
    """As it is kept; those who change dates of its series wait for one another."""
    series = Booking.objects.filter(pk=booking.pk, series__isnull=False).values("series")
    rows = Booking.objects.filter(Q(pk=booking.pk) | Q(series__in=series)).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))
    return Booking.objects.with_names().get(pk=booking.pk)


def asked_of(line: Line, plan: Plan) -> dict:
    """What the plan makes of the line's booking, as `bookings.change` takes it."""
    starts_at, ends_at = span_of(line.occurrence)
    return plan.fields | {"starts_at": starts_at, "ends_at": ends_at}


def carry_out(plan: Plan, lines: list[Line], series: Series, *, splits: bool, by: User) -> list[Booking]:
    """Change the booking of each line, all of them or none."""
    kept, day = [line.booking for line in lines], lines[0].day
    first = {name: plain(getattr(kept[0], name)) for name in bookings.MOVED}
    changes = [put(line, plan, by=by) for line in lines]
    now = series_rows.split(series, kept, plan, by=by) if splits else series
    with promised(lambda: clash_of_one(kept, by=by)):
        save_at_once(kept)
    if splits:
        series_rows.close(series, day)
    note_all([change for change in changes if change.after])
    if any(change.before.keys() & {*bookings.MOVED, "status"} for change in changes):
        tell_series(Notice.SERIES_CHANGED, now, kept, by=by, before=first)
    return kept


def put(line: Line, plan: Plan, *, by: User) -> BookingChange:
    """Set on the line's booking what the plan makes of it, as `bookings.change` does; returns what is to be noted."""
    booking = line.booking
    to = asked_of(line, plan)
    before = {name: getattr(booking, name) for name in to} | {"status": booking.status}
    for name, value in to.items():
        setattr(booking, name, value.strip() if name in {"title", "guest_name"} else value)
    changed = {name for name in to if getattr(booking, name) != before[name]}
    bookings.guard(booking, by=by, changed=changed)
    bookings.check(booking)
    if changed & bookings.JUDGED and not rules.is_house_manager(by):
        bookings.settle(booking, line.verdict)
    if "space" in changed:
        booking.buffer_minutes = booking.space.buffer_minutes
    booking.sequence += bool(changed)
    if booking.status != before["status"]:
        changed.add("status")
    return BookingChange(
        booking=booking,
        action=BookingAction.CHANGED,
        by=by,
        before={name: plain(before[name]) for name in changed},
        after={name: plain(getattr(booking, name)) for name in changed},
        word=plan.fields.get("request_word", ""),
    )


def save_at_once(rows: list[Booking]) -> None:
    """Dates pass one another on their way: the promise is asked for once all have moved."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS {NEVER_SHARED} DEFERRED")
        for booking in rows:
            booking.save()
        cursor.execute(f"SET CONSTRAINTS {NEVER_SHARED} IMMEDIATE")


def clash_of_one(rows: list[Booking], *, by: User) -> Verdict:
    """What was in the way of the first date that the database refused."""
    verdicts = (bookings.judged(booking, by=by, ignoring=rows) for booking in rows)
    return next((verdict for verdict in verdicts if verdict.clashes), Verdict())


@transaction.atomic
def cancel_series(*, booking: Booking, scope: Scope, by: User, word: str = "") -> list[Booking]:
    """Cancel the dates to come of that scope, and tell it once. Returns them."""
    booking = in_turn(booking)
    if not rules.owns(by, booking):
        raise PermissionDenied
    if scope == Scope.THIS or booking.series_id is None:
        if not rules.can_cancel(by, booking):
            return []
        bookings.cancel(booking=booking, by=by, word=word)
        return [booking]
    mine = ours(booking, scope, by=by)
    for one in mine:
        bookings.cancel(booking=one, by=by, word=word, tell=False)
    if mine:
        tell_series(Notice.SERIES_CANCELLED, booking.series, mine, by=by, word=word)
    return mine


def tell_series(
    notice: Notice, series: Series, rows: list[Booking], *, by: User, before: dict | None = None, word: str = ""
) -> None:
    """One message for all; `before["bookings"]` are the pks of the dates that it is about."""
    notices.tell(notice, series.pk, by=by, before={"bookings": [one.pk for one in rows]} | (before or {}), word=word)


__all__ = ["Clash", "Line", "Outcome", "Scope", "preview"]
