"""Changing a booking: what is kept of it, what it becomes, and each of its refusals."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agenda.actions.bookings import Overtaken, approve, book, cancel, change
from agenda.enums import Approval, BookableBy, BookingAction, Reason
from agenda.models import Booking, Closure
from agenda.times import instant
from tests.agenda.wishes import CANCELLED, CONFIRMED, REQUESTED, history, latest, ours, refused, spans, wish
from tests.factories import (
    BookingFactory,
    EventFactory,
    MembershipFactory,
    ResidentFactory,
    SpaceFactory,
    next_monday,
    soon,
)

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def test_change_keeps_what_changed(member):
    booking = book(**wish(member))
    kept = change(booking=booking, to={"starts_at": soon("11:00"), "title": "Atelier", "setup": "Chaises"}, by=member)
    kept.refresh_from_db()
    assert (kept.starts_at, kept.setup, kept.sequence, kept.status) == (soon("11:00"), "Chaises", 1, CONFIRMED)
    assert spans(kept) == [(kept.space, soon("11:00"), soon("12:00"))]
    assert latest(kept).before == {"starts_at": soon("10:00").astimezone(datetime.UTC).isoformat(), "setup": ""}
    assert latest(kept).after == {"starts_at": soon("11:00").astimezone(datetime.UTC).isoformat(), "setup": "Chaises"}
    assert history(kept) == [BookingAction.BOOKED, BookingAction.CHANGED]


def test_change_of_nothing_is_nothing(member):
    booking = book(**wish(member))
    assert change(booking=booking, to={"title": "Atelier", "space": booking.space}, by=member).sequence == 0
    assert history(booking) == [BookingAction.BOOKED]


def test_same_time_in_an_hour_that_comes_twice_is_no_change(house_manager):
    october = datetime.date(timezone.localdate().year + 1, 10, 31)
    day = october - datetime.timedelta(days=(october.weekday() + 1) % 7)
    start = instant(day, datetime.time(2, 30))
    booking = BookingFactory(starts_at=start, ends_at=start.astimezone(datetime.UTC) + HOUR)

    assert change(booking=booking, to={"starts_at": start}, by=house_manager).sequence == 0


def test_change_of_space_takes_its_tidying_and_its_name(member):
    booking = book(**wish(member, SpaceFactory(name="Forge")))
    kept = change(booking=booking, to={"space": SpaceFactory(name="Halle", buffer_minutes=45)}, by=member)
    assert spans(kept) == [(kept.space, soon(), soon("12:45"))]
    assert (latest(kept).before, latest(kept).after) == ({"space": "Forge"}, {"space": "Halle"})


def test_change_may_overlap_what_the_booking_held(member):
    booking = book(**wish(member))
    kept = change(booking=booking, to={"starts_at": soon("11:00"), "ends_at": soon("13:00")}, by=member)
    assert (kept.starts_at, kept.ends_at) == (soon("11:00"), soon("13:00"))


def test_change_that_clashes_leaves_the_booking_as_it_was(member):
    held = BookingFactory(starts_at=soon("14:00"))
    booking = book(**wish(member, held.space))
    error = refused(change, "clash", booking=booking, to={"ends_at": soon("14:30"), "title": "Autre"}, by=member)
    booking.refresh_from_db()
    assert (error.verdict.clashes, booking.title, booking.ends_at) == ([held], "Atelier", soon("12:00"))
    assert (booking.sequence, history(booking)) == (0, [BookingAction.BOOKED])


def test_change_into_a_closure_is_refused_and_the_house_managers_knowingly(member, house_manager):
    booking = book(**wish(member))
    tuesday = soon(days=1).date()
    Closure.objects.create(starts_on=tuesday, ends_on=tuesday, reason="Pont")
    to = {"starts_at": soon(days=1), "ends_at": soon("12:00", days=1)}
    refused(change, "closed", booking=booking, to=to, by=member, despite_closure=True)
    refused(change, "closed", booking=booking, to=to, by=house_manager)
    assert change(booking=booking, to=to, by=house_manager, despite_closure=True).starts_at == soon(days=1)


def test_change_of_words_only_asks_nothing_of_a_closure_that_came_since(member):
    booking = book(**wish(member))
    Closure.objects.create(starts_on=next_monday(), ends_on=next_monday(), reason="Pont")
    assert change(booking=booking, to={"title": "Autre"}, by=member).title == "Autre"


def test_change_beyond_the_rules_becomes_a_request_again(member, house_manager):
    booking = book(**wish(member, SpaceFactory(always_decided=True)))
    approve(booking=booking, by=house_manager, word="Oui")
    kept = change(booking=booking, to={"title": "Autre"}, by=member)
    assert (kept.status, kept.decided_by) == (CONFIRMED, house_manager)
    kept = change(booking=booking, to={"starts_at": soon("11:00")}, by=member)
    assert (kept.status, kept.reasons) == (REQUESTED, [Reason.APPROVAL])
    assert (kept.decided_by, kept.decided_at, kept.decision_word) == (None, None, "")
    assert (latest(kept).before["status"], latest(kept).after["status"]) == (CONFIRMED, REQUESTED)


def test_change_back_within_the_rules_is_confirmed(member):
    booking = book(**wish(member, SpaceFactory(), "10:00", "18:00"))
    kept = change(booking=booking, to={"ends_at": soon("12:00")}, by=member)
    assert (booking.status, kept.status, kept.reasons) == (REQUESTED, CONFIRMED, [])


def test_change_of_where_nothing_is_decided_is_refused_beyond_the_rules(member):
    booking = book(**wish(member, SpaceFactory(approval=Approval.NEVER)))
    refused(change, "refused", booking=booking, to={"ends_at": soon("20:00")}, by=member)


def test_change_by_the_house_manager_keeps_it_confirmed(member, house_manager):
    booking = book(**wish(member))
    kept = change(booking=booking, to={"ends_at": soon("21:00"), "attendees": 99}, by=house_manager)
    assert (kept.status, kept.reasons) == (CONFIRMED, [])


def test_change_by_the_house_manager_leaves_a_request_to_decide(member, house_manager):
    booking = book(**wish(member, SpaceFactory(always_decided=True)))
    assert change(booking=booking, to={"ends_at": soon("13:00")}, by=house_manager).status == REQUESTED


def test_change_of_the_share_leaves_the_booking_itself_out(member):
    booking = book(**wish(member, SpaceFactory(longest_minutes=None), "08:00", "22:00"))
    assert booking.status == CONFIRMED
    assert change(booking=booking, to={"starts_at": soon("09:00")}, by=member).status == CONFIRMED


def test_change_by_the_second_person_shows_the_first_ones(member, house_manager):
    booking = book(**wish(member))
    change(booking=booking, to={"title": "Le premier"}, by=house_manager, seen=0)
    error = refused(change, "overtaken", booking=booking, to={"title": "Le second"}, by=member, seen=0)
    assert isinstance(error, Overtaken)
    assert (error.booking.title, error.booking.sequence) == ("Le premier", 1)
    assert change(booking=booking, to={"title": "Le second"}, by=member, seen=1).sequence == 2


def test_change_of_what_was_cancelled_meanwhile_is_overtaken(member, house_manager):
    booking = book(**wish(member))
    cancel(booking=Booking.objects.get(), by=house_manager)
    error = refused(change, "overtaken", booking=booking, to={"title": "Autre"}, by=member, seen=0)
    assert error.booking.status == CANCELLED
    with pytest.raises(PermissionDenied):
        change(booking=booking, to={"title": "Autre"}, by=member)


def test_change_is_the_owners(member):
    booking = book(**wish(member))
    for other in (MembershipFactory(resident=ours(member)).user, MembershipFactory(lead=True).user):
        with pytest.raises(PermissionDenied):
            change(booking=booking, to={"title": "Autre"}, by=other)
    lead = MembershipFactory(resident=ours(member), lead=True).user
    assert change(booking=booking, to={"title": "Autre"}, by=lead).title == "Autre"


def test_change_of_the_past_is_denied(house_manager):
    booking = BookingFactory(starts_at=timezone.now() - HOUR)
    with pytest.raises(PermissionDenied):
        change(booking=booking, to={"title": "Autre"}, by=house_manager)


def test_change_into_the_past_is_refused(member, house_manager):
    booking = book(**wish(member))
    to = {"starts_at": soon(days=-14), "ends_at": soon("12:00", days=-14)}
    for user in (member, house_manager):
        refused(change, "refused", booking=booking, to=to, by=user)


def test_change_to_what_is_not_theirs_is_denied(member):
    booking = book(**wish(member))
    closed = SpaceFactory(bookable_by=BookableBy.HOUSE)
    for to in ({"space": closed}, {"resident": ResidentFactory()}, {"resident": None, "guest_name": "Dominique"}):
        with pytest.raises(PermissionDenied):
            change(booking=booking, to=to, by=member)


def test_change_of_a_meetings_booking_comes_with_the_meeting(house_manager):
    event = EventFactory()
    booking = BookingFactory(event=event)
    with pytest.raises(PermissionDenied):
        change(booking=booking, to={"ends_at": soon("13:00")}, by=house_manager)
    with pytest.raises(PermissionDenied):
        change(booking=booking, to={"ends_at": soon("13:00")}, by=house_manager, event=EventFactory())
    assert change(booking=booking, to={"ends_at": soon("13:00")}, by=house_manager, event=event).sequence == 1
