"""Fair share: the hours that each structure holds in a month, beside what the house holds fair."""

import datetime
from dataclasses import dataclass

from agenda.availability import hours_used
from agenda.models import AgendaSettings
from agenda.times import say_minutes
from residents.models import Resident, User


@dataclass(slots=True)
class ResidentShare:
    """What a structure holds, in whole minutes; `words` says it."""

    resident: Resident
    minutes: int
    is_ours: bool
    limit: int | None

    @property
    def is_over(self) -> bool:
        return self.limit is not None and self.minutes > self.limit

    @property
    def drawn(self) -> int:
        """How far its gauge goes, which stops when it is full."""
        return self.minutes if self.limit is None else min(self.minutes, self.limit)

    @property
    def words(self) -> str:
        return say_minutes(self.minutes)


@dataclass(slots=True)
class Shares:
    """The shares of a month, the largest first; `limit` is in minutes, None when the house sets none."""

    limit: int | None
    rows: list[ResidentShare]

    @property
    def most(self) -> int:
        """What a full gauge stands for."""
        return self.limit or max((row.minutes for row in self.rows), default=0) or 1

    @property
    def limit_words(self) -> str:
        return say_minutes(self.limit) if self.limit else ""


def shares_of(month: datetime.date, user: User) -> Shares:
    """Of the structures that hold something that month, and of those of `user` even if they hold nothing."""
    used = hours_used(month)
    hours = AgendaSettings.load().fair_share_hours
    limit = None if hours is None else hours * 60
    ours = {resident.pk for resident in user.residents_list}
    residents = Resident.objects.filter(pk__in=used.keys() | ours)
    rows = []
    for resident in residents:
        minutes = round(used.get(resident.pk, 0) * 60)
        rows.append(ResidentShare(resident, minutes, resident.pk in ours, limit))
    rows.sort(key=lambda row: (-row.minutes, row.resident.sort_name))
    return Shares(limit, rows)
