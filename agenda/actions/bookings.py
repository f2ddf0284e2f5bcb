"""Booking, changing, cancelling, deciding: the database refuses what would be held twice, these say it in words."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda import availability, notices, rules
from agenda.actions.history import become, keep, note, plain
from agenda.actions.promise import Clash, clash, lock_spaces, promised, violation
from agenda.availability import Stretch, Verdict, judge
from agenda.enums import BookingAction, BookingStatus, Notice
from agenda.models import Booking, Event, Series, Space
from agenda.situation import is_sane, utc
from residents.models import Resident, User

# What a booking's form gives and `change` takes, all or some of them.
FIELDS = [
    "space",
    "starts_at",
    "ends_at",
    "title",
    "title_audience",
    "attendees",
    "setup",
    "resident",
    "guest_name",
    "guest_email",
    "request_word",
]
# Those that a booking is judged by: changing another one asks for no decision anew.
JUDGED = {"space", "starts_at", "ends_at", "attendees", "resident"}
# Those that those who counted on it are told of.
MOVED = {"space", "starts_at", "ends_at"}


class Overtaken(ValidationError):
    """The booking was changed since the form was opened: `booking` is as it is now."""

    def __init__(self, message, booking: Booking):
        super().__init__(message, "overtaken")
        self.booking = booking


@transaction.atomic
def book(
    *,
    space: Space,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    title: str,
    by: User,
    resident: Resident | None = None,
    booked_for: User | None = None,
    guest_name: str = "",
    guest_email: str = "",
    attendees: int | None = None,
    setup: str = "",
    title_audience: str = "residents",
    request_word: str = "",
    despite_closure: bool = False,
    event: Event | None = None,
    series: Series | None = None,
    occurrence_on: datetime.date | None = None,
    tell: bool = True,
) -> Booking:
    """Hold `space`: confirmed, or requested with its reasons when it goes beyond the rules.

    `despite_closure` is the house manager's, knowingly. Raises Clash, ValidationError (code "closed" for a closure,
    "refused" for a refusal or a wrong time, else keyed by field) and PermissionDenied.
    """
    booking = Booking(
        space=space,
        starts_at=starts_at,
        ends_at=ends_at,
        buffer_minutes=space.buffer_minutes,
        title=title.strip(),
        title_audience=title_audience,
        attendees=attendees,
        setup=setup,
        resident=resident,
        booked_for=booked_for,
        guest_name=guest_name.strip(),
        guest_email=guest_email,
        request_word=request_word,
        event=event,
        series=series,
        occurrence_on=occurrence_on,
        created_by=by,
    )
    guard(booking, by=by)
    check(booking)

    def look():
        return judged(booking, by=by)

    verdict = look()
    refuse(verdict, by=by, despite_closure=despite_closure)
    settle(booking, verdict)
    lock_spaces([space])
    with promised(look):
        booking.save(force_insert=True)
    requested = booking.status == BookingStatus.REQUESTED
    note(booking, BookingAction.REQUESTED if requested else BookingAction.BOOKED, by=by, word=request_word)
    if tell:
        notices.tell(Notice.BOOKING_TO_DECIDE if requested else Notice.BOOKING_CONFIRMED, booking.pk, by=by)
    return booking


@transaction.atomic
def change(
    *,
    booking: Booking,
    to: dict,
    by: User,
    seen: int | None = None,
    despite_closure: bool = False,
    event: Event | None = None,
    tell: bool = True,
) -> Booking:
    """Make the booking's fields be those of `to` (see FIELDS); `seen` is the `sequence` that the person had before
    their eyes, `event` the meeting that the booking moves with. Returns the booking as it is kept now.

    What is judged anew and goes beyond the rules becomes a request again, unless the house manager changes it.
    Raises Overtaken when it is no longer the one seen, Clash, ValidationError (as `book`) and PermissionDenied.
    """
    kept = locked(booking)
    if seen is not None and kept.sequence != seen:
        raise Overtaken(_("Cette réservation a changé entre-temps."), kept)
    guard_change(kept, by=by, event=event)
    to = {name: compared(value) for name, value in to.items()}
    before = {name: getattr(kept, name) for name in FIELDS}
    changed = {name for name in to if name in before and to[name] != before[name]}
    if not changed:
        return kept
    for name in changed:
        setattr(kept, name, to[name].strip() if name in {"title", "guest_name"} else to[name])
    guard(kept, by=by, changed=changed)
    check(kept)
    state = kept.status

    def look():
        return judged(kept, by=by, ignoring=[kept])

    if changed & JUDGED:
        verdict = look()
        refuse(verdict, by=by, despite_closure=despite_closure)
        if not rules.is_house_manager(by):
            settle(kept, verdict)
    if "space" in changed:
        kept.buffer_minutes = kept.space.buffer_minutes
    if changed & MOVED:
        lock_spaces([before["space"], kept.space])
    kept.sequence += 1
    with promised(look):
        kept.save()
    was, is_now = {name: before[name] for name in changed}, {name: getattr(kept, name) for name in changed}
    if kept.status != state:
        was["status"], is_now["status"] = state, kept.status
    note(kept, BookingAction.CHANGED, by=by, before=was, after=is_now, word=to.get("request_word", ""))
    if tell:
        tell_changed(kept, changed, before=before, state=state, by=by)
    return kept


def compared(value):
    """An instant in UTC: in an hour that comes twice, one of the house's clock equals no other."""
    return utc(value) if isinstance(value, datetime.datetime) and is_sane(value) else value


def tell_changed(booking: Booking, changed: set, *, before: dict, state: str, by: User) -> None:
    """Whoever counted on it is told of a move; the house, of what is to be decided. A new title moves nobody."""
    has_moved, has_turned = bool(changed & MOVED), booking.status != state
    if not has_moved and not has_turned:
        return
    notice = Notice.BOOKING_CONFIRMED if has_turned else Notice.BOOKING_MOVED
    if booking.status == BookingStatus.REQUESTED:
        notice = Notice.BOOKING_TO_DECIDE
    notices.tell(notice, booking.pk, by=by, before={name: plain(before[name]) for name in MOVED})


@transaction.atomic
def cancel(*, booking: Booking, by: User, word: str = "", tell: bool = True) -> None:
    """Free the space at once; recorded as late past the space's deadline, unless the house manager cancels.

    Nothing happens to one already cancelled or declined, nor to one that is over. A request is withdrawn, never late.
    """
    booking.refresh_from_db(from_queryset=turns())
    if not booking.is_holding or booking.is_past:
        return
    now = timezone.now()
    deadline = booking.starts_at - datetime.timedelta(hours=booking.space.cancellation_hours)
    was_confirmed = booking.status == BookingStatus.CONFIRMED
    booking.is_late = was_confirmed and now > deadline and not rules.is_house_manager(by)
    booking.is_no_show = False
    booking.cancelled_by, booking.cancelled_at, booking.cancellation_word = by, now, word
    become(booking, BookingStatus.CANCELLED, BookingAction.CANCELLED, by=by, word=word)
    if tell:
        notices.tell(Notice.BOOKING_CANCELLED, booking.pk, by=by, word=word)


def approve(*, booking: Booking, by: User, word: str = "", tell: bool = True) -> None:
    """Raises ValidationError, code "overtaken", when it is no longer to be decided."""
    decide(booking, BookingStatus.CONFIRMED, BookingAction.APPROVED, Notice.BOOKING_APPROVED, by, word, tell)


def decline(*, booking: Booking, by: User, word: str = "", tell: bool = True) -> None:
    """Raises ValidationError, code "overtaken", when it is no longer to be decided."""
    decide(booking, BookingStatus.DECLINED, BookingAction.DECLINED, Notice.BOOKING_DECLINED, by, word, tell)


@transaction.atomic
def decide(booking: Booking, status, action, notice, by: User, word: str, tell: bool) -> None:
    """The first who decides is right; approving takes the space from nobody, for a request holds it already."""
    must_manage(by)
    booking.refresh_from_db(from_queryset=turns())
    if booking.status != BookingStatus.REQUESTED:
        raise ValidationError(
            _("Cette demande n’est plus à décider : elle est %(state)s."),
            "overtaken",
            {"state": booking.get_status_display()},
        )
    booking.decided_by, booking.decided_at, booking.decision_word = by, timezone.now(), word
    # Its occupations are written anew: whoever wants the space in this instant waits.
    lock_spaces([booking.space])
    become(booking, status, action, by=by, word=word)
    if tell:
        notices.tell(notice, booking.pk, by=by, word=word)


@transaction.atomic
def waive(*, booking: Booking, by: User, word: str = "") -> None:
    """Excuse a late cancellation: it counts no more against the structure. Nothing happens to one already excused."""
    must_manage(by)
    booking.refresh_from_db(from_queryset=turns())
    if booking.is_waived:
        return
    if not booking.is_late:
        raise ValidationError(violation(Booking, "booking_waived_was_late"), "not_late")
    booking.is_waived = True
    keep(booking, BookingAction.WAIVED, by=by, before={"is_waived": False}, after={"is_waived": True}, word=word)


@transaction.atomic
def mark_no_show(*, booking: Booking, by: User, is_no_show: bool = True) -> None:
    """Nobody came (or somebody had come, after all). Raises ValidationError before it starts, or if not confirmed."""
    must_manage(by)
    booking.refresh_from_db(from_queryset=turns())
    if booking.is_no_show == is_no_show:
        return
    if booking.status != BookingStatus.CONFIRMED:
        raise ValidationError(violation(Booking, "booking_no_show_confirmed"), "not_confirmed")
    if not booking.has_started:
        raise ValidationError(_("Cette réservation n’a pas encore commencé."), "too_early")
    booking.is_no_show = is_no_show
    action = BookingAction.NO_SHOW if is_no_show else BookingAction.SHOWED
    keep(booking, action, by=by, before={"is_no_show": not is_no_show}, after={"is_no_show": is_no_show})


def alternatives(
    *, space: Space, starts_at, ends_at, by: User, attendees: int | None = None, ignoring: list[Booking] = ()
) -> dict:
    """{"times": [Stretch], "spaces": [Space]}: the nearest free times there, and the spaces free then."""
    if not is_sane(starts_at) or not is_sane(ends_at):
        return {"times": [], "spaces": []}
    minutes = Stretch(space, starts_at, ends_at).minutes
    others = availability.free_spaces(starts_at, ends_at, attendees=attendees, by=by)
    return {
        "times": availability.nearest_free(space, starts_at, minutes, ignoring=ignoring),
        "spaces": [other for other in others if other != space],
    }


def turns():
    """Those who change one booking wait for one another: what is read is what is really there."""
    return Booking.objects.select_for_update(no_key=True)


def locked(booking: Booking) -> Booking:
    named = Booking.objects.select_related("space", "resident")
    return named.select_for_update(no_key=True, of=("self",)).get(pk=booking.pk)


def judged(booking: Booking, *, by: User, ignoring: list[Booking] = ()) -> Verdict:
    return judge(
        space=booking.space,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        by=by,
        resident=booking.resident,
        attendees=booking.attendees,
        ignoring=ignoring,
        with_event=booking.event_id is not None,
    )


def refuse(verdict: Verdict, *, by: User, despite_closure: bool) -> None:
    if verdict.refusal:
        raise ValidationError(verdict.refusal, "refused")
    if verdict.closures and not (despite_closure and rules.is_house_manager(by)):
        raise ValidationError(_("Fermé à ces dates : %(reason)s."), "closed", {"reason": verdict.closures[0].reason})
    if verdict.clashes:
        raise clash(verdict)


def settle(booking: Booking, verdict: Verdict) -> None:
    """Confirmed, or to be decided for the reasons of `verdict`; an earlier decision was about something else."""
    booking.status = BookingStatus.REQUESTED if verdict.needs_decision else BookingStatus.CONFIRMED
    booking.reasons = [str(reason) for reason in verdict.reasons]
    booking.decided_by = booking.decided_at = None
    booking.decision_word = ""


def guard(booking: Booking, *, by: User, changed: set = frozenset(FIELDS)) -> None:
    """For a structure of theirs, and for one of its people; the house manager, for anybody."""
    if "space" in changed and not rules.can_book(by, booking.space):
        raise PermissionDenied
    if rules.is_house_manager(by):
        return
    if "resident" in changed and not rules.can_book_for(by, booking.resident):
        raise PermissionDenied
    if booking.guest_name and "guest_name" in changed:
        raise PermissionDenied
    someone = booking.booked_for
    if someone not in (None, by) and not someone.memberships.filter(resident=booking.resident).exists():
        raise PermissionDenied


def guard_change(booking: Booking, *, by: User, event: Event | None) -> None:
    """A meeting's booking is changed with its meeting, by whoever may edit that: its action has asked."""
    if event is not None and booking.event_id == event.pk and booking.is_holding:
        return
    if not rules.can_change(by, booking):
        raise PermissionDenied


def check(booking: Booking) -> None:
    """Raises ValidationError keyed by field, for what the database would refuse with an error."""
    booking.clean_fields(exclude=["space", "resident", "booked_for", "created_by", "event", "series", "buffer_minutes"])
    if booking.guest_name and booking.resident_id:
        raise ValidationError({"guest_name": violation(Booking, "booking_for_one")})
    if booking.guest_email and not booking.guest_name:
        raise ValidationError({"guest_name": violation(Booking, "booking_guest_named")})


def must_manage(by: User) -> None:
    if not rules.is_house_manager(by):
        raise PermissionDenied


__all__ = ["Clash", "Overtaken", "Stretch", "lock_spaces"]
