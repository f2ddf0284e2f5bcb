"""What is free, when, and what a wish meets: read here before asking, kept true by the database (Occupation)."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field, replace

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda import rules, situation
from agenda.enums import HOLDING, Approval, BookableBy, Reason
from agenda.models import AgendaSettings, Booking, Closure, Space
from agenda.situation import Situation, is_sane, utc
from agenda.times import local, midnight, say_minutes
from residents.models import Resident, User

# Who arrives at a free space may still book the quarter of an hour that has begun.
GRACE = datetime.timedelta(minutes=15)
# No booking lasts longer (constraint booking_within_a_month), nor begins later.
LONGEST = datetime.timedelta(days=31)
FARTHEST_YEARS = 5
# How far `nearest_free` looks on either side, and where it lets a stretch begin.
NEARBY = datetime.timedelta(days=14)
QUARTER = datetime.timedelta(minutes=15)


@dataclass(frozen=True)
class Stretch:
    """A span of time of a space: instants."""

    space: Space
    starts_at: datetime.datetime
    ends_at: datetime.datetime

    @property
    def minutes(self) -> int:
        return round((utc(self.ends_at) - utc(self.starts_at)).total_seconds() / 60)


@dataclass(frozen=True)
class Verdict:
    """What a wish meets. `clashes`: bookings in the way, to be shown through reading.py; `closures` likewise.

    `reasons` are the rules that it goes beyond. It is `free` when nothing is in the way; `needs_decision` when it can
    be asked for but not confirmed at once; `refusal` is a French sentence when it cannot even be asked for.
    """

    clashes: list[Booking] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    needs_decision: bool = False
    refusal: str = ""

    @property
    def is_free(self) -> bool:
        return not self.clashes and not self.closures


@dataclass
class Share:
    """Hours that a structure holds in each local month, {its first day: hours}, and the soft limit of the house."""

    limit: int | None
    used: dict[datetime.date, float] = field(default_factory=lambda: defaultdict(float))

    def count(self, starts_at: datetime.datetime, ends_at: datetime.datetime) -> None:
        for month, hours in hours_by_month(starts_at, ends_at).items():
            self.used[month] += hours

    def is_passed_with(self, starts_at: datetime.datetime, ends_at: datetime.datetime) -> bool:
        if self.limit is None:
            return False
        more = hours_by_month(starts_at, ends_at)
        return any(self.used[month] + hours > self.limit for month, hours in more.items())


@dataclass
class Judge:
    """Judges the wishes of one person for one space within a period; once made (`judging`), it reads nothing more."""

    situation: Situation
    is_manager: bool
    may_not: str
    share: Share

    def judge(self, starts_at: datetime.datetime, ends_at: datetime.datetime, attendees: int | None = None) -> Verdict:
        if refusal := refused_time(starts_at, ends_at, is_manager=self.is_manager):
            return Verdict(refusal=refusal)
        starts_at, ends_at = utc(starts_at), utc(ends_at)
        reasons = [] if self.is_manager else self.reasons(starts_at, ends_at, attendees)
        refusal = self.may_not
        if reasons and self.situation.space.approval == Approval.NEVER:
            refusal = refusal or say_limit(reasons[0], self.situation.space, limit=self.share.limit)
        return Verdict(
            clashes=self.situation.clashes(starts_at, ends_at),
            closures=self.situation.closed(starts_at, ends_at),
            reasons=reasons,
            needs_decision=bool(reasons) and not refusal,
            refusal=refusal,
        )

    def reasons(self, starts_at, ends_at, attendees) -> list[Reason]:
        """The rules of the space and of the house that the wish goes beyond."""
        space = self.situation.space
        minutes = (ends_at - starts_at).total_seconds() / 60
        beyond = {
            Reason.APPROVAL: space.approval == Approval.ALWAYS,
            Reason.TOO_SHORT: minutes < space.least_minutes,
            Reason.TOO_LONG: space.longest_minutes is not None and minutes > space.longest_minutes,
            Reason.TOO_FAR: is_too_far(space, starts_at),
            Reason.OUT_OF_HOURS: not self.situation.is_open(starts_at, ends_at),
            Reason.TOO_MANY: attendees is not None and attendees > space.capacity,
            Reason.OVER_SHARE: self.share.is_passed_with(starts_at, ends_at),
        }
        return [reason for reason, is_beyond in beyond.items() if is_beyond]

    def count(self, starts_at: datetime.datetime, ends_at: datetime.datetime) -> None:
        """What is judged next comes after this wish was granted: its hours are of the structure's share."""
        self.share.count(starts_at, ends_at)


def judging(
    *,
    space: Space,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    by: User,
    resident: Resident | None = None,
    ignoring: list[Booking] = (),
    with_event: bool = False,
    named: bool = True,
) -> Judge:
    """What it takes to judge any number of wishes between two instants (years apart if need be): seven queries."""
    starts_at, ends_at = situation.sane(starts_at), situation.sane(ends_at)
    is_manager = rules.is_house_manager(by)
    share = Share(limit=None)
    if resident is not None and not with_event and not is_manager:
        share = share_of(resident, starts_at, ends_at, ignoring)
    return Judge(
        situation=situation.read([space], starts_at, ends_at, ignoring, named=named)[space.pk],
        is_manager=is_manager,
        may_not=refused_person(by, space),
        share=share,
    )


def judge(
    *,
    space: Space,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    by: User,
    resident: Resident | None = None,
    attendees: int | None = None,
    ignoring: list[Booking] = (),
    with_event: bool = False,
) -> Verdict:
    """What `by` meets in wishing for `space` from `starts_at` to `ends_at`; `ignoring` leaves some bookings out.

    What is booked `with_event`, a meeting, is not of a structure's share.
    """
    if refusal := refused_time(starts_at, ends_at, is_manager=rules.is_house_manager(by)):
        return Verdict(refusal=refusal)
    found = judging(
        space=space,
        starts_at=starts_at,
        ends_at=ends_at,
        by=by,
        resident=resident,
        ignoring=ignoring,
        with_event=with_event,
        named=False,
    )
    verdict = found.judge(starts_at, ends_at, attendees)
    if not verdict.clashes:
        return verdict
    # Most wishes meet nothing: who is in the way is read when somebody is.
    in_the_way = Booking.objects.with_names().in_bulk([clash.pk for clash in verdict.clashes])
    return replace(verdict, clashes=[in_the_way[clash.pk] for clash in verdict.clashes if clash.pk in in_the_way])


def refused_time(starts_at: datetime.datetime, ends_at: datetime.datetime, *, is_manager: bool) -> str:
    """Why nobody can ask for that time, or "": the house manager may still book what has begun and not ended."""
    now = timezone.now()
    # Years first: what is nearly the first or the last instant there is cannot be put in another zone.
    if starts_at.year > now.year + FARTHEST_YEARS:
        return _("Cette date est trop lointaine.")
    if starts_at.year < now.year - 1:
        return _("Ce moment est passé.")
    if ends_at.year < starts_at.year or (is_sane(ends_at) and utc(ends_at) <= utc(starts_at)):
        return _("La fin vient avant le début.")
    if not is_sane(ends_at) or utc(ends_at) - utc(starts_at) > LONGEST:
        return _("Une réservation dure au plus 31 jours.")
    if ends_at <= now if is_manager else starts_at <= now - GRACE:
        return _("Ce moment est passé.")
    return ""


def refused_person(by: User, space: Space) -> str:
    """Why `by` cannot ask for `space`, or ""."""
    if space.is_retired:
        return _("« %(space)s » ne se réserve plus.") % {"space": space}
    if rules.can_book(by, space):
        return ""
    return {
        BookableBy.LEADS: _("« %(space)s » est réservable par les référentes et référents."),
        BookableBy.HOUSE: _("« %(space)s » est réservable par la maîtresse d’établissement."),
    }.get(space.bookable_by, _("« %(space)s » est réservable par les résidents.")) % {"space": space}


def say_limit(reason: Reason, space: Space, *, limit: int | None = None) -> str:
    """The rule that a wish goes beyond, in a sentence; `limit` is the share of a structure, in hours."""
    said = {
        Reason.APPROVAL: _("« %(space)s » se réserve sur demande."),
        Reason.TOO_SHORT: _("« %(space)s » se réserve pour %(least)s au moins."),
        Reason.TOO_LONG: _("« %(space)s » se réserve pour %(longest)s au plus."),
        Reason.TOO_FAR: _("« %(space)s » se réserve au plus %(days)s jours à l’avance."),
        Reason.OUT_OF_HOURS: _("« %(space)s » n’est pas ouvert à la réservation à ces heures."),
        Reason.TOO_MANY: _("« %(space)s » accueille %(capacity)s personnes au plus."),
        Reason.OVER_SHARE: _("La structure dépasserait sa part du mois, %(limit)s heures."),
    }[reason]
    return said % {
        "space": space,
        "least": say_minutes(space.least_minutes),
        "longest": say_minutes(space.longest_minutes or 0),
        "days": space.ahead_days,
        "capacity": space.capacity,
        "limit": limit,
    }


def is_too_far(space: Space, starts_at: datetime.datetime) -> bool:
    if space.ahead_days is None:
        return False
    return local(starts_at).date() > timezone.localdate() + datetime.timedelta(days=space.ahead_days)


def free_stretches(space: Space, day: datetime.date) -> list[Stretch]:
    """When `space` can be booked that day: open, not closed, not taken, tidying counted; what is past is left out.

    What is shorter than the space's least duration is left out too; the quarter of an hour that has begun is not.
    """
    if not is_sane(day):
        return []
    first, last = midnight(day), midnight(day + datetime.timedelta(days=1))
    found = situation.read([space], first, last)[space.pk].free(max(utc(first), this_quarter()), utc(last))
    least = datetime.timedelta(minutes=space.least_minutes)
    return [Stretch(space, start, end) for start, end in found if end - start >= least]


def this_quarter() -> datetime.datetime:
    now = timezone.now()
    return now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)


def nearest_free(
    space: Space, starts_at: datetime.datetime, minutes: int, *, most: int = 3, ignoring: list[Booking] = ()
) -> list[Stretch]:
    """The free times of that length there that are nearest to `starts_at`, before or after it, in time's order.

    Two weeks on either side, within the opening hours and as far ahead as the space is booked; one in each gap.
    """
    if not is_sane(starts_at) or not 0 < minutes <= LONGEST.total_seconds() / 60:
        return []
    wish, length = utc(starts_at), datetime.timedelta(minutes=minutes)
    first, last = max(wish - NEARBY, this_quarter()), wish + NEARBY + length
    if first >= last:
        return []
    gaps = situation.read([space], first, last, ignoring)[space.pk].free(first, last)
    starts = [start for gap in gaps if (start := nearest_start(*gap, wish, length)) is not None]
    starts = [start for start in starts if not is_too_far(space, start)]
    nearest = sorted(starts, key=lambda start: (abs(start - wish), start))[:most]
    return [Stretch(space, start, start + length) for start in sorted(nearest)]


def nearest_start(first, last, wish, length) -> datetime.datetime | None:
    """Where a stretch of that length begins in the gap, nearest to `wish`: on a quarter of an hour if there is room."""
    if last - first < length:
        return None
    start = min(max(wish, first), last - length)
    past = start - utc(start).replace(minute=start.minute - start.minute % 15, second=0, microsecond=0)
    if start == wish or not past:
        return start
    rounded = start - past if start < wish else start - past + QUARTER
    return rounded if first <= rounded <= last - length else start


def free_spaces(
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    *,
    attendees: int | None = None,
    equipment: list = (),
    by: User | None = None,
) -> list[Space]:
    """The spaces that can be had then, the smallest that suffices first; only those that `by` may book, if given.

    Open then, not closed, not taken, and not too far ahead for a space that refuses it; `equipment` is all there.
    """
    is_manager = by is not None and rules.is_house_manager(by)
    if refused_time(starts_at, ends_at, is_manager=is_manager):
        return []
    spaces = Space.objects.in_use().order_by("capacity", "position", "sort_name").prefetch_related("equipment")
    if attendees:
        spaces = spaces.filter(capacity__gte=attendees)
    needed = {getattr(thing, "pk", thing) for thing in equipment}
    spaces = [
        space
        for space in spaces
        if (by is None or rules.can_book(by, space)) and needed <= {thing.pk for thing in space.equipment.all()}
    ]
    starts_at, ends_at = utc(starts_at), utc(ends_at)
    found = situation.read(spaces, starts_at, ends_at)
    return [space for space in spaces if can_be_had(found[space.pk], starts_at, ends_at, is_manager)]


def can_be_had(found: Situation, starts_at, ends_at, is_manager: bool) -> bool:
    if found.clashes(starts_at, ends_at) or found.closed(starts_at, ends_at):
        return False
    if is_manager:
        return True
    if not found.is_open(starts_at, ends_at):
        return False
    if found.space.approval != Approval.NEVER:
        return True
    minutes = (ends_at - starts_at).total_seconds() / 60
    longest = found.space.longest_minutes
    return (
        found.space.least_minutes <= minutes
        and (longest is None or minutes <= longest)
        and not is_too_far(found.space, starts_at)
    )


def month_of(moment: datetime.datetime) -> datetime.date:
    return local(moment).date().replace(day=1)


def next_month(month: datetime.date) -> datetime.date:
    return (month.replace(day=1) + datetime.timedelta(days=31)).replace(day=1)


def hours_by_month(starts_at: datetime.datetime, ends_at: datetime.datetime) -> dict[datetime.date, float]:
    """{first of the local month: hours of the stretch that are in it}."""
    hours, start, end = {}, utc(starts_at), utc(ends_at)
    while start < end:
        month = month_of(start)
        until = min(end, utc(midnight(next_month(month))))
        hours[month] = (until - start).total_seconds() / 3600
        start = until
    return hours


def counted(first: datetime.date, last: datetime.date):
    """Bookings of structures, meetings left out, that count in the months from `first` to `last` excluded.

    What was cancelled late counts as if it had been held, until the house manager excuses it.
    """
    held = Q(status__in=HOLDING) | Q(is_late=True, is_waived=False)
    bookings = Booking.objects.between(midnight(first), midnight(last))
    return bookings.filter(held, event=None, resident__isnull=False).order_by()


def hours_used(month: datetime.date) -> dict[int, float]:
    """{resident's pk: hours held in the local month of that date}, meetings of the house not counted.

    Requests count as they hold their space; so does what was cancelled late, until it is excused.
    """
    if not is_sane(month):
        return {}
    first, hours = month.replace(day=1), defaultdict(float)
    for resident, start, end in counted(first, next_month(first)).values_list("resident_id", "starts_at", "ends_at"):
        hours[resident] += hours_by_month(start, end).get(first, 0)
    return dict(hours)


def share_of(resident: Resident, starts_at, ends_at, ignoring: list[Booking] = ()) -> Share:
    """What the structure holds in the months between two instants."""
    share = Share(limit=AgendaSettings.load().fair_share_hours)
    if share.limit is not None:
        held = counted(month_of(starts_at), next_month(month_of(ends_at))).filter(resident=resident)
        for start, end in held.exclude(pk__in=[b.pk for b in ignoring]).values_list("starts_at", "ends_at"):
            share.count(start, end)
    return share
