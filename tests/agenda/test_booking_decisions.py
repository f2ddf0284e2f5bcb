"""Cancelling, deciding, excusing, marking an absence: what each does, and each of its refusals."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agenda.actions.bookings import approve, book, cancel, decline, mark_no_show, waive
from agenda.enums import BookingAction, Reason
from agenda.models import Booking, BookingChange, Occupation
from tests.agenda.wishes import CANCELLED, CONFIRMED, DECLINED, REQUESTED, history, latest, refused, spans, wish
from tests.factories import BookingFactory, SpaceFactory

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


# Cancelling


def test_cancel_frees_the_space_at_once(member):
    booking = book(**wish(member))
    cancel(booking=booking, by=member, word="Reporté")
    booking.refresh_from_db()
    assert (booking.status, booking.cancelled_by, booking.cancellation_word) == (CANCELLED, member, "Reporté")
    assert (booking.is_late, booking.sequence, spans(booking)) == (False, 1, [])
    assert (latest(booking).action, latest(booking).word) == (BookingAction.CANCELLED, "Reporté")
    assert book(**wish(member, booking.space)).status == CONFIRMED


def test_cancel_twice_is_once(member, house_manager):
    booking = book(**wish(member))
    cancel(booking=Booking.objects.get(), by=house_manager, word="La maison")
    cancel(booking=booking, by=member, word="Encore")
    assert (booking.cancelled_by, booking.cancellation_word, booking.sequence) == (house_manager, "La maison", 1)


@pytest.mark.parametrize(("hours", "is_late"), [(2, True), (0, False)])
def test_cancel_past_the_spaces_deadline_is_late(member, hours, is_late):
    booking = BookingFactory(space__cancellation_hours=hours, starts_at=timezone.now() + HOUR)
    cancel(booking=booking, by=member)
    assert (booking.status, booking.is_late) == (CANCELLED, is_late)


def test_cancel_by_the_house_manager_and_of_a_request_is_never_late(member, house_manager):
    soon_enough = {"starts_at": timezone.now() + HOUR}
    by_house, request = BookingFactory(**soon_enough), BookingFactory(status=REQUESTED, **soon_enough)
    cancel(booking=by_house, by=house_manager)
    cancel(booking=request, by=member)
    assert (by_house.is_late, request.is_late) == (False, False)


def test_cancel_what_has_begun_is_late_and_forgets_the_no_show(member, house_manager):
    booking = BookingFactory(starts_at=timezone.now() - HOUR)
    mark_no_show(booking=booking, by=house_manager)
    cancel(booking=booking, by=member)
    assert (booking.status, booking.is_late, booking.is_no_show) == (CANCELLED, True, False)


def test_cancel_what_is_over_or_declined_changes_nothing(member):
    over = BookingFactory(starts_at=timezone.now() - HOUR * 3)
    declined = BookingFactory(status=DECLINED)
    for booking in (over, declined):
        cancel(booking=booking, by=member)
    assert (over.status, declined.status, BookingChange.objects.count()) == (CONFIRMED, DECLINED, 0)


# Deciding


def test_approve_confirms_what_it_holds_already(member, house_manager):
    booking = book(**wish(member, SpaceFactory(always_decided=True)))
    held = spans(booking)
    approve(booking=booking, by=house_manager, word="Avec plaisir")
    booking.refresh_from_db()
    assert (booking.status, booking.decided_by, booking.decision_word) == (CONFIRMED, house_manager, "Avec plaisir")
    assert (booking.sequence, spans(booking), booking.reasons) == (1, held, [Reason.APPROVAL])
    assert (latest(booking).before, latest(booking).after) == ({"status": REQUESTED}, {"status": CONFIRMED})


def test_decline_frees_the_space_and_keeps_the_history(member, house_manager):
    booking = book(**wish(member, SpaceFactory(always_decided=True)))
    decline(booking=booking, by=house_manager, word="Complet")
    assert (booking.status, spans(booking), booking.decision_word) == (DECLINED, [], "Complet")
    assert history(booking) == [BookingAction.REQUESTED, BookingAction.DECLINED]
    assert book(**wish(member, booking.space)).status == REQUESTED


@pytest.mark.parametrize("second", [approve, decline])
@pytest.mark.parametrize("first", [approve, decline, cancel])
def test_deciding_what_is_decided_is_overtaken(member, house_manager, first, second):
    booking = book(**wish(member, SpaceFactory(always_decided=True)))
    first(booking=Booking.objects.get(), by=house_manager)
    refused(second, "overtaken", booking=booking, by=house_manager)
    assert BookingChange.objects.count() == 2


@pytest.mark.parametrize("verb", [approve, decline, waive, mark_no_show])
def test_deciding_is_the_house_managers(member, verb):
    booking = BookingFactory(status=REQUESTED, created_by=member)
    with pytest.raises(PermissionDenied):
        verb(booking=booking, by=member)


def test_waive_excuses_a_late_cancellation_once(member, house_manager):
    booking = BookingFactory(starts_at=timezone.now() + HOUR)
    cancel(booking=booking, by=member)
    for _n in range(2):
        waive(booking=booking, by=house_manager, word="Grève des trains")
    assert (booking.is_late, booking.is_waived) == (True, True)
    assert history(booking) == [BookingAction.CANCELLED, BookingAction.WAIVED]
    assert latest(booking).word == "Grève des trains"


def test_waive_what_was_not_late_is_refused(house_manager):
    booking = BookingFactory()
    cancel(booking=booking, by=house_manager)
    refused(waive, "not_late", booking=booking, by=house_manager)


def test_mark_no_show_and_take_it_back(house_manager):
    booking = BookingFactory(starts_at=timezone.now() - HOUR)
    for is_no_show in (True, True, False):
        mark_no_show(booking=booking, by=house_manager, is_no_show=is_no_show)
        assert booking.is_no_show == is_no_show
    assert history(booking) == [BookingAction.NO_SHOW, BookingAction.SHOWED]


def test_mark_no_show_before_it_starts_or_of_a_request_is_refused(house_manager):
    refused(mark_no_show, "too_early", booking=BookingFactory(), by=house_manager)
    request = BookingFactory(status=REQUESTED, starts_at=timezone.now() - HOUR)
    refused(mark_no_show, "not_confirmed", booking=request, by=house_manager)


def test_occupations_are_those_of_holding_bookings(member, house_manager):
    space = SpaceFactory(always_decided=True)
    approved, declined, cancelled = (
        book(**wish(member, space, start, end))
        for start, end in [("08:00", "09:00"), ("09:00", "10:00"), ("10:00", "11:00")]
    )
    approve(booking=approved, by=house_manager)
    decline(booking=declined, by=house_manager)
    cancel(booking=cancelled, by=member)
    assert list(Occupation.objects.values_list("booking", flat=True)) == [approved.pk]
