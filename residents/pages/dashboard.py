"""What the house manager reads on opening the back office."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils import timezone

from residents.enums import MembershipRole
from residents.models import Membership, Resident, Stay
from residents.pages.coverage import Coverage, coverage

# Departures are told two months ahead.
AHEAD = datetime.timedelta(days=60)


@dataclass(frozen=True)
class House:
    coverage: Coverage
    without_lead: list[Resident]
    leaving: list[Stay]


def house_today() -> House:
    """The house as it is today, in three queries."""
    today = timezone.localdate()
    leads = Membership.objects.filter(resident=OuterRef("pk"), role=MembershipRole.LEAD)
    return House(
        coverage=coverage(),
        without_lead=list(Resident.objects.in_residence().filter(~Exists(leads))),
        leaving=list(
            Stay.objects.on(today).filter(ends_on__lte=today + AHEAD).select_related("resident").order_by("ends_on")
        ),
    )
