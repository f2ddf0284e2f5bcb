"""What each date of a series meets, before it is booked or moved: read at once for all, in a few queries."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field, replace
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda import situation
from agenda.availability import Judge, Share, Verdict, judging
from agenda.models import Booking, Space
from agenda.recurrence import Occurrence, Rule, RuleError, occurrences, on
from agenda.situation import utc
from agenda.times import instant, local
from residents.models import Resident, User

DAY = datetime.timedelta(days=1)


class Outcome(StrEnum):
    """What a date of a series meets."""

    FREE = "libre"
    CLOSED = "fermee"
    TAKEN = "prise"
    TO_APPROVE = "a-decider"
    REFUSED = "refusee"
    IMPOSSIBLE = "impossible"
    PAST = "passee"


@dataclass(frozen=True)
class Line:
    """A date of a preview: where it would be, what it meets there (`verdict`, none of an impossible date).

    For a change, `booking` is the one that is there, `occurrence` where it would go, and `was_moved` says that it had
    been moved by itself: it stays where it is unless asked.
    """

    occurrence: Occurrence
    outcome: Outcome
    verdict: Verdict | None = None
    booking: Booking | None = None
    was_moved: bool = False
    by_manager: bool = False

    @property
    def day(self) -> datetime.date:
        """Which date of the series it is; two never share it."""
        return day_of(self.booking, self.occurrence)

    @property
    def key(self) -> str:
        """What the form sends back for this date, an ISO date."""
        return self.day.isoformat()

    @property
    def can_be_kept(self) -> bool:
        return self.outcome in {Outcome.FREE, Outcome.TO_APPROVE} or (
            self.by_manager and self.outcome == Outcome.CLOSED
        )

    @property
    def is_kept(self) -> bool:
        """What is proposed, and what the form ticks."""
        return self.outcome in {Outcome.FREE, Outcome.TO_APPROVE} and not self.was_moved


def day_of(booking: Booking | None, occurrence: Occurrence) -> datetime.date:
    """The date of the series that a booking stands for, wherever it goes; of a new or single one, where it would be."""
    return (booking and booking.occurrence_on) or occurrence.day


def dates(rule: Rule, start_time: datetime.time, end_time: datetime.time) -> list[Occurrence]:
    """As `occurrences`; raises ValidationError."""
    try:
        return occurrences(rule, start_time, end_time)
    except RuleError as error:
        raise ValidationError(str(error), "rule") from error


def preview(
    *,
    rule: Rule,
    start_time: datetime.time,
    end_time: datetime.time,
    space: Space,
    by: User,
    resident: Resident | None = None,
    attendees: int | None = None,
    ignoring: list[Booking] = (),
    keep: set[datetime.date] | None = None,
) -> list[Line]:
    """Each date of the rule and what it meets, in a number of queries that does not grow with the dates.

    A structure's share is counted along: by the dates of `keep`, else by all that can be kept. Raises ValidationError
    for a rule that makes no list.
    """
    found = dates(rule, start_time, end_time)
    possible = [one for one in found if one.is_possible]
    if not possible:
        return [Line(one, Outcome.IMPOSSIBLE) for one in found]
    judge = judging(
        space=space,
        starts_at=possible[0].starts_at,
        ends_at=possible[-1].ends_at,
        by=by,
        resident=resident,
        ignoring=ignoring,
    )
    lines, held = [], []
    for one in found:
        line = look(one, judge, attendees, held)
        lines.append(line)
        if line.is_kept if keep is None else line.can_be_kept and line.day in keep:
            judge.count(one.starts_at, one.ends_at)
            held.append(span(one, space))
    return lines


def look(
    occurrence: Occurrence, judge: Judge, attendees: int | None, held: list, moving: set[int] = frozenset()
) -> Line:
    """What one date meets; `held` are the spans of the series' own other dates, `moving` its bookings that leave."""
    if not occurrence.is_possible:
        return Line(occurrence, Outcome.IMPOSSIBLE)
    verdict = judge.judge(occurrence.starts_at, occurrence.ends_at, attendees)
    verdict = replace(verdict, clashes=[clash for clash in verdict.clashes if clash.pk not in moving])
    start, end = span(occurrence, judge.situation.space)
    if any(start < other_end and other_start < end for other_start, other_end in held):
        verdict = replace(verdict, refusal=_("Cette date empiète sur une autre de la série."))
    return Line(occurrence, outcome_of(verdict, occurrence), verdict, by_manager=judge.is_manager)


def span_of(thing: Occurrence | Booking) -> tuple[datetime.datetime, datetime.datetime]:
    """In UTC: an hour that comes twice equals no moment of another zone, not even itself."""
    return utc(thing.starts_at), utc(thing.ends_at)


def span(occurrence: Occurrence, space: Space) -> tuple[datetime.datetime, datetime.datetime]:
    """What a date holds of the space, tidying included, in UTC."""
    start, end = span_of(occurrence)
    return start, end + datetime.timedelta(minutes=space.buffer_minutes)


def outcome_of(verdict: Verdict, occurrence: Occurrence) -> Outcome:
    if verdict.refusal and occurrence.starts_at <= timezone.now():
        return Outcome.PAST
    if verdict.clashes:
        return Outcome.TAKEN
    if verdict.closures:
        return Outcome.CLOSED
    if verdict.refusal:
        return Outcome.REFUSED
    return Outcome.TO_APPROVE if verdict.needs_decision else Outcome.FREE


# A change of dates that are there


@dataclass(frozen=True)
class Move:
    """A booking of a series and where a change would put it; `is_judged` when it asks for anything that could clash."""

    booking: Booking
    occurrence: Occurrence
    space: Space
    resident: Resident | None
    attendees: int | None
    was_moved: bool
    is_judged: bool

    @property
    def day(self) -> datetime.date:
        return day_of(self.booking, self.occurrence)


@dataclass(frozen=True)
class Plan:
    """What a change asks of the dates of a series: `fields` are to be set on each; None as a time leaves the hours."""

    fields: dict
    day_shift: int = 0
    start_time: datetime.time | None = None
    end_time: datetime.time | None = None

    @property
    def is_empty(self) -> bool:
        return not self.fields and not self.moves_time

    @property
    def moves_time(self) -> bool:
        return bool(self.day_shift) or self.start_time is not None

    def move(self, booking: Booking, pivot: Booking) -> Move:
        occurrence = self.where(booking)
        stays = not self.moves_time or (occurrence.is_possible and span_of(occurrence) == span_of(booking))
        return Move(
            booking=booking,
            occurrence=occurrence,
            space=self.fields.get("space", booking.space),
            resident=self.fields.get("resident", booking.resident),
            attendees=self.fields.get("attendees", booking.attendees),
            was_moved=self.moves_time and booking != pivot and is_out_of_line(booking),
            is_judged=not stays or bool(self.fields.keys() & {"space", "resident", "attendees"}),
        )

    def where(self, booking: Booking) -> Occurrence:
        start, end = local(booking.starts_at), local(booking.ends_at)
        try:
            day = start.date() + DAY * self.day_shift
            if self.start_time is not None:
                return on(day, self.start_time, self.end_time)
            if not self.day_shift:
                return Occurrence(day, booking.starts_at, booking.ends_at)
            return shifted(day, start, end)
        except OverflowError as error:
            raise ValidationError(_("Cette date est trop lointaine."), "date") from error


def shifted(day: datetime.date, start: datetime.datetime, end: datetime.datetime) -> Occurrence:
    """The same hours from `day` on, however many days they last."""
    found = on(day, start.time(), end.time())
    if not found.is_possible or end - start <= DAY:
        return found
    last = day + (end.date() - start.date())
    return replace(found, ends_at=instant(last, end.time()))


def plan_of(booking: Booking, to: dict) -> Plan:
    """What `to` changes of the booking that the person had before their eyes; what it leaves is left on all dates."""
    when = {"day_shift", "start_time", "end_time"}
    fields = {name: value for name, value in to.items() if name not in when and value != getattr(booking, name, None)}
    now = local(booking.starts_at).time(), local(booking.ends_at).time()
    asked = to.get("start_time") or now[0], to.get("end_time") or now[1]
    shift = to.get("day_shift") or 0
    return Plan(fields, shift) if asked == now else Plan(fields, shift, *asked)


def is_out_of_line(booking: Booking) -> bool:
    """Whether it was moved by itself: it is no longer where the series' rule has it."""
    start, end, series = local(booking.starts_at), local(booking.ends_at), booking.series
    return (start.date(), start.time(), end.time()) != (booking.occurrence_on, series.start_time, series.end_time)


def preview_plan(
    plan: Plan, pivot: Booking, bookings: list[Booking], *, by: User, keep: set[datetime.date] | None = None
) -> list[Line]:
    """What the plan does to each of `bookings` (with their space, resident and series), `pivot` the one looked at.

    Dates that cannot be kept stay where they are, and stand in the way of the others: looked at until it holds.
    """
    moves = [plan.move(booking, pivot) for booking in bookings]
    court = Court.of(moves, by=by)
    moving = {m.booking.pk for m in moves if (m.day in keep if keep is not None else not m.was_moved)}
    while True:
        lines = court.lines(moves, moving)
        stuck = {line.booking.pk for line in lines if not line.is_kept} & moving
        if not stuck or keep is not None:
            return lines
        moving -= stuck


@dataclass
class Court:
    """Judges moves: one judge a space and structure, most often one in all; reads nothing once made."""

    judges: dict[tuple, Judge] = field(default_factory=dict)
    shares: dict[int | None, Share] = field(default_factory=dict)

    @classmethod
    def of(cls, moves: list[Move], *, by: User) -> "Court":
        court, judged = cls(), [m for m in moves if m.is_judged and m.occurrence.is_possible]
        if not judged:
            return court
        leaving = [m.booking for m in moves]
        instants = [(utc(m.occurrence.starts_at), utc(m.occurrence.ends_at)) for m in judged]
        first, last = min(start for start, _end in instants), max(end for _start, end in instants)
        for move in judged:
            if court.key(move) not in court.judges:
                judge = judging(
                    space=move.space, starts_at=first, ends_at=last, by=by, resident=move.resident, ignoring=leaving
                )
                # The share without the dates that may move; the space with them, for they may stay.
                judge.situation = situation.read([move.space], first, last)[move.space.pk]
                court.judges[court.key(move)] = judge
                court.shares.setdefault(move.resident and move.resident.pk, judge.share)
        return court

    @staticmethod
    def key(move: Move) -> tuple:
        return move.space.pk, move.resident and move.resident.pk

    def lines(self, moves: list[Move], moving: set[int]) -> list[Line]:
        """What each meets once those of `moving` (pks) have gone, each after those before it."""
        self.open_session([m.booking for m in moves if m.booking.pk not in moving])
        lines, held = [], defaultdict(list)
        for move in moves:
            line = self.look(move, held[move.space.pk], moving)
            lines.append(line)
            if move.booking.pk in moving and line.can_be_kept:
                if judge := self.judges.get(self.key(move)):
                    judge.count(move.occurrence.starts_at, move.occurrence.ends_at)
                held[move.space.pk].append(span(move.occurrence, move.space))
        return lines

    def open_session(self, staying: list[Booking]) -> None:
        """Count each structure's share anew, with the dates that stay."""
        shares = {pk: Share(share.limit, share.used.copy()) for pk, share in self.shares.items()}
        for booking in staying:
            if share := shares.get(booking.resident_id):
                share.count(booking.starts_at, booking.ends_at)
        for (_space, resident), judge in self.judges.items():
            judge.share = shares[resident]

    def look(self, move: Move, held: list, moving: set[int]) -> Line:
        if move.is_judged and move.occurrence.is_possible:
            line = look(move.occurrence, self.judges[self.key(move)], move.attendees, held, moving | {move.booking.pk})
        else:
            possible = move.occurrence.is_possible
            line = Line(
                move.occurrence, Outcome.FREE if possible else Outcome.IMPOSSIBLE, Verdict() if possible else None
            )
        return replace(line, booking=move.booking, was_moved=move.was_moved)
