"""What structures changed on their profiles since a house manager last looked."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from wagtail.models import ModelLogEntry

from agenda.models import ProfilesSeen
from residents.actions.profiles import PROFILE_CHANGED
from residents.models import Resident, User
from residents.profile import Section
from residents.reading import Reading, as_read_by

# Who never looked begins here.
FIRST_LOOK = datetime.timedelta(days=14)


@dataclass(frozen=True)
class Look:
    """A structure to look at: what changed (labels of sections), by whom (names), until when; whether it is new."""

    reading: Reading
    sections: list[str]
    people: list[str]
    until: datetime.datetime
    is_new: bool
    has_new_picture: bool


def looks(user: User, now: datetime.datetime | None = None) -> list[Look]:
    """What `user` has not looked at yet, the latest first; their own changes are known to them."""
    now = now or timezone.now()
    since = Coalesce(Subquery(ProfilesSeen.objects.filter(user=user).values("until")), Value(now - FIRST_LOOK))
    changes = (
        ModelLogEntry.objects.filter(action=PROFILE_CHANGED, timestamp__gt=since)
        .exclude(user=user)
        .select_related("user")
        .order_by("object_id", "-timestamp", "-pk")
    )
    of_resident = {int(key): list(entries) for key, entries in groupby(changes, key=lambda entry: entry.object_id)}
    residents = Resident.objects.filter(Q(pk__in=of_resident) | Q(created_at__gt=since)).select_related("logo")
    residents = residents.annotate(since=since)
    found = [look_at(resident, of_resident.get(resident.pk, []), user) for resident in residents]
    return sorted(found, key=lambda look: look.until, reverse=True)


def look_at(resident: Resident, changes: list[ModelLogEntry], user: User) -> Look:
    sections = {entry.data.get("section") for entry in changes}
    is_new = resident.created_at > resident.since
    return Look(
        reading=as_read_by(user, resident),
        sections=[section.label for section in Section if section in sections],
        people=sorted({str(entry.user) for entry in changes if entry.user}),
        until=max([entry.timestamp for entry in changes] + [resident.created_at] * is_new),
        is_new=is_new,
        has_new_picture=Section.LOGO in sections and resident.logo_id is not None,
    )
