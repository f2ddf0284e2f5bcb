"""Who has arrived, who is foreseen, who leaves, who has left: what the house manager follows."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from residents.enums import StepMoment
from residents.models import Resident, User
from residents.pages.welcome import Checklist, Line, checklist, with_presences, with_steps
from residents.places import A_YEAR_AHEAD, Places, say_places


@dataclass(frozen=True)
class Movement:
    """A structure that arrives or leaves on `day` (None: not foreseen yet), and where its list stands."""

    resident: Resident
    day: datetime.date | None
    share: Decimal | None
    checklist: Checklist

    @property
    def share_words(self) -> str:
        """ "une place à mi-temps"; "" before a stay is foreseen."""
        return say_places(self.share) if self.share else ""

    @property
    def to_tick(self) -> list[Line]:
        """What waits for the house."""
        return [line for line in self.checklist.left_to_the_house if line.may_tick]


@dataclass(frozen=True)
class Movements:
    """`since` is a date; each list in the order of what is nearest to today; `undated` have no stay at all."""

    since: datetime.date
    arrived: list[Movement]
    foreseen: list[Movement]
    undated: list[Movement]
    leaving: list[Movement]
    left: list[Movement]
    places: Places


def movements(since: datetime.date, user: User, today: datetime.date | None = None) -> Movements:
    """In three queries."""
    today = today or timezone.localdate()
    found = list(concerned(since, today))
    arrives = [movement(one, StepMoment.ARRIVAL, user) for one in found if one.arrives_on is not None]
    leaves = [movement(one, StepMoment.DEPARTURE, user) for one in found if one.departs_on is not None]
    leaves = [one for one in leaves if one.resident.arrives_on <= today]
    return Movements(
        since=since,
        arrived=latest(one for one in arrives if since <= one.day <= today),
        foreseen=soonest(one for one in arrives if one.day > today),
        undated=[movement(one, StepMoment.ARRIVAL, user) for one in found if one.arrives_on is None],
        leaving=soonest(one for one in leaves if one.day >= today),
        left=latest(one for one in leaves if since <= one.day < today),
        places=Places.on(today, months=A_YEAR_AHEAD),
    )


def concerned(since: datetime.date, today: datetime.date):
    """Those that have moved since, or will, with their steps."""
    moves = Q(arrives_on=None) | Q(arrives_on__gte=min(since, today)) | Q(departs_on__gte=min(since, today))
    # Found first: the steps are then read of these alone.
    here = with_presences(Resident.objects.all()).filter(moves).values("pk")
    return with_steps(Resident.objects.with_counts()).filter(pk__in=here).order_by("sort_name", "pk")


def movement(resident: Resident, moment: StepMoment, user: User) -> Movement:
    day = resident.arrives_on if moment == StepMoment.ARRIVAL else resident.departs_on
    return Movement(resident, day, resident.share, checklist(resident, user, moment))


def soonest(found) -> list[Movement]:
    return sorted(found, key=lambda one: one.day)


def latest(found) -> list[Movement]:
    return sorted(found, key=lambda one: one.day, reverse=True)
