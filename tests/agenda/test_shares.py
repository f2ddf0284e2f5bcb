"""The share of the month: what counts in it, and what a wish beyond it becomes."""

import datetime

import pytest
from django.utils import timezone

from agenda.actions.bookings import cancel, waive
from agenda.availability import hours_used, judging
from agenda.enums import BookingStatus, Reason
from agenda.models import AgendaSettings
from agenda.situation import DAY
from agenda.times import PARIS, midnight
from tests.agenda.wishes import ours, reasons, share
from tests.factories import BookingFactory, EventFactory, ResidentFactory, SpaceFactory, next_monday, soon

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def test_judge_over_the_share_of_the_month(member):
    share(5)
    booked = BookingFactory(resident=ours(member))
    hour = {"resident": ours(member)}
    later = (booked.starts_at.date().replace(day=28) + DAY * 7 - next_monday()).days
    assert reasons(member, SpaceFactory(), "14:00", "17:00", **hour) == []
    assert reasons(member, SpaceFactory(), "14:00", "17:15", **hour) == [Reason.OVER_SHARE]
    assert reasons(member, SpaceFactory(), "14:00", "17:15", ignoring=[booked], **hour) == []
    assert reasons(member, SpaceFactory(), "14:00", "17:15", days=later, **hour) == []
    assert reasons(member, SpaceFactory(), "14:00", "17:15") == []
    assert reasons(member, SpaceFactory(), "14:00", "17:15", with_event=True, **hour) == []


def test_judge_without_a_share_has_no_limit(member):
    share(None)
    BookingFactory.create_batch(3, resident=ours(member), ends_at=soon("22:00"))
    assert reasons(member, SpaceFactory(), resident=ours(member)) == []


def test_judging_counts_what_was_granted_before(member):
    share(3)
    wishes = judging(space=SpaceFactory(), starts_at=soon(), ends_at=soon("20:00"), by=member, resident=ours(member))
    found = []
    for start, end in [("10:00", "11:00"), ("12:00", "14:00"), ("15:00", "16:00")]:
        found.append(wishes.judge(soon(start), soon(end)).reasons)
        wishes.count(soon(start), soon(end))
    assert found == [[], [], [Reason.OVER_SHARE]]


def test_judging_many_wishes_asks_nothing_more(member, django_assert_num_queries):
    space, resident = SpaceFactory(), ours(member)
    BookingFactory(space=space, resident=resident, starts_at=soon("15:00"))
    AgendaSettings.load()
    with django_assert_num_queries(7):
        wishes = judging(space=space, starts_at=soon(), ends_at=soon(days=300), by=member, resident=resident)
        for day in range(100):
            wishes.judge(soon(days=day), soon("12:00", days=day))


def test_hours_used_counts_holding_bookings_of_structures(resident):
    month = next_monday().replace(day=1)
    other = ResidentFactory()
    BookingFactory(resident=resident)
    BookingFactory(resident=resident, status=BookingStatus.REQUESTED)
    BookingFactory(resident=other, ends_at=soon("10:45"))
    BookingFactory(resident=other, status=BookingStatus.DECLINED)
    BookingFactory(resident=other, event=EventFactory())
    BookingFactory(resident=None)
    assert hours_used(next_monday()) == {resident.pk: 4.0, other.pk: 0.75}
    assert hours_used(month - DAY) == {}


def test_hours_used_cuts_at_the_local_month(resident):
    first = (next_monday().replace(day=28) + DAY * 7).replace(day=1)
    BookingFactory(resident=resident, starts_at=midnight(first) - HOUR, ends_at=midnight(first) + HOUR * 3)
    assert hours_used(first) == {resident.pk: 3.0}
    assert hours_used(first - DAY) == {resident.pk: 1.0}


def test_hours_used_counts_late_cancellations_until_they_are_excused(member, house_manager):
    start = timezone.now() + HOUR
    booking = BookingFactory(resident=ours(member), created_by=member, starts_at=start)
    month = start.astimezone(PARIS).date()
    cancel(booking=booking, by=member)
    assert sum(hours_used(month).values()) > 0
    waive(booking=booking, by=house_manager)
    assert hours_used(month) == {}
