"""Booking: what becomes of a wish, each of its refusals, and what is asked to be told."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from procrastinate.contrib.django.models import ProcrastinateJob

from agenda.actions.bookings import Clash, approve, book, cancel, change, decline
from agenda.enums import Approval, BookableBy, BookingAction, Notice, Reason
from agenda.models import Booking, Closure
from agenda.notices import TELL
from tests.agenda.wishes import CONFIRMED, REQUESTED, history, latest, ours, refused, spans, wish
from tests.factories import (
    BookingFactory,
    EventFactory,
    MembershipFactory,
    ResidentFactory,
    SpaceFactory,
    UserFactory,
    next_monday,
    soon,
)

pytestmark = pytest.mark.django_db


# Booking


def test_book_within_the_rules_is_confirmed(member):
    space = SpaceFactory(buffer_minutes=15)
    booking = book(**wish(member, space, title="  Atelier  "))
    booking.refresh_from_db()
    assert (booking.title, booking.status, booking.reasons, booking.sequence) == ("Atelier", CONFIRMED, [], 0)
    assert (booking.created_by, booking.resident, booking.buffer_minutes) == (member, ours(member), 15)
    assert spans(booking) == [(space, soon(), soon("12:15"))]
    assert history(booking) == [BookingAction.BOOKED]


def test_book_beyond_the_rules_is_requested_with_its_reasons(member):
    space = SpaceFactory(capacity=4)
    booking = book(**wish(member, space, "10:00", "18:00", attendees=9, request_word="Une fête"))
    assert (booking.status, booking.reasons) == (REQUESTED, [Reason.TOO_LONG, Reason.TOO_MANY])
    assert (latest(booking).action, latest(booking).word) == (BookingAction.REQUESTED, "Une fête")
    assert spans(booking) == [(space, soon(), soon("18:00"))]


def test_book_always_decided_is_requested(member):
    booking = book(**wish(member, SpaceFactory(always_decided=True)))
    assert (booking.status, booking.reasons) == (REQUESTED, [Reason.APPROVAL])


def test_book_beyond_the_rules_is_refused_where_nothing_is_decided(member):
    space = SpaceFactory(approval=Approval.NEVER)
    error = refused(book, "refused", **wish(member, space, "10:00", "18:00"))
    assert error.messages == [f"« {space} » se réserve pour 4\u202fh au plus."]
    assert Booking.objects.count() == 0


def test_book_a_divisible_space_occupies_each_part(member):
    left, right = SpaceFactory(), SpaceFactory()
    whole = SpaceFactory(parts=[left, right], buffer_minutes=15)
    booking = book(**wish(member, whole))
    assert spans(booking) == [(left, soon(), soon("12:15")), (right, soon(), soon("12:15"))]
    for space in (left, right, whole):
        with pytest.raises(Clash):
            book(**wish(member, space))


def test_book_what_somebody_holds_is_a_clash_that_reveals_nothing(member):
    held = BookingFactory(title="Secret")
    error = refused(book, "clash", **wish(member, held.space))
    assert error.verdict.clashes == [held]
    assert (error.messages, error.params) == (["Cet espace est déjà réservé sur ce créneau."], None)


def test_book_during_a_request_is_a_clash(member):
    held = BookingFactory(status=REQUESTED)
    refused(book, "clash", **wish(member, held.space))


def test_book_during_the_tidying_is_a_clash(member):
    held = BookingFactory(buffer_minutes=30)
    refused(book, "clash", **wish(member, held.space, "12:15", "13:00"))
    assert book(**wish(member, held.space, "12:30", "13:00")).status == CONFIRMED


def test_book_that_would_tidy_up_into_the_next_is_a_clash(member):
    held = BookingFactory()
    held.space.buffer_minutes = 30
    refused(book, "clash", **wish(member, held.space, "08:00", "09:45"))
    assert book(**wish(member, held.space, "08:00", "09:30")).status == CONFIRMED


def test_book_during_a_closure_is_refused(member):
    Closure.objects.create(starts_on=next_monday(), ends_on=next_monday(), reason="Pont de mai")
    for knowingly in (False, True):
        error = refused(book, "closed", **wish(member, despite_closure=knowingly))
        assert error.messages == ["Fermé à ces dates : Pont de mai."]


def test_book_during_a_closure_is_the_house_managers_knowingly(house_manager):
    Closure.objects.create(starts_on=next_monday(), ends_on=next_monday(), reason="Pont")
    refused(book, "closed", **wish(house_manager))
    assert book(**wish(house_manager, despite_closure=True)).status == CONFIRMED


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (soon("12:00"), soon("10:00"), "La fin vient avant le début."),
        (soon(days=-14), soon("12:00", days=-14), "Ce moment est passé."),
        (soon(), soon(days=40), "Une réservation dure au plus 31 jours."),
        (datetime.datetime.max.replace(tzinfo=datetime.UTC),) * 2 + ("Cette date est trop lointaine.",),
    ],
)
def test_book_a_wrong_time_is_refused_to_all(member, house_manager, start, end, words):
    for user in (member, house_manager):
        error = refused(book, "refused", **wish(user) | {"starts_at": start, "ends_at": end})
        assert error.messages == [words]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"title_audience": "personne"}, "title_audience"),
        ({"attendees": -1}, "attendees"),
        ({"guest_email": "pas une adresse", "guest_name": "Dominique"}, "guest_email"),
        ({"guest_email": "d@ailleurs.example"}, "guest_name"),
    ],
)
def test_book_with_wrong_fields_names_them(house_manager, fields, named):
    with pytest.raises(ValidationError) as caught:
        book(**wish(house_manager, **fields))
    assert list(caught.value.message_dict) == [named]


def test_book_for_a_structure_and_an_outside_person_is_refused(house_manager):
    with pytest.raises(ValidationError) as caught:
        book(**wish(house_manager, resident=ResidentFactory(), guest_name="Dominique"))
    assert list(caught.value.message_dict) == ["guest_name"]


def test_book_on_behalf_is_the_house_managers(member, house_manager):
    outside = {"resident": None, "guest_name": "Dominique", "guest_email": "d@ailleurs.example"}
    for fields in (outside, {"resident": ResidentFactory()}, {"resident": None}, {"guest_name": "Dominique"}):
        with pytest.raises(PermissionDenied):
            book(**wish(member, **fields))
    booking = book(**wish(house_manager, **outside))
    assert (booking.holder, booking.created_by) == ("Dominique", house_manager)


def test_book_for_a_colleague_of_the_structure_only(member):
    colleague = MembershipFactory(resident=ours(member)).user
    assert book(**wish(member, booked_for=colleague)).booked_for == colleague
    with pytest.raises(PermissionDenied):
        book(**wish(member, booked_for=UserFactory()))


@pytest.mark.parametrize("fields", [{"bookable_by": BookableBy.HOUSE}, {"is_retired": True}])
def test_book_what_one_may_not_book_is_denied(member, fields):
    with pytest.raises(PermissionDenied):
        book(**wish(member, SpaceFactory(**fields)))


def test_book_with_a_meeting_is_not_of_the_share(member):
    event = EventFactory(created_by=member)
    for start in range(8, 22, 2):
        space = SpaceFactory()
        for day in range(2):
            times = {"starts_at": soon(f"{start:02}:00", days=day), "ends_at": soon(f"{start + 1:02}:59", days=day)}
            assert book(**wish(member, space, event=event) | times).status == CONFIRMED


# What is asked to be told


def told():
    """[(notice, what was before)] asked of the queue, in order."""
    jobs = ProcrastinateJob.objects.filter(task_name=TELL).order_by("pk").values_list("args", flat=True)
    return [(args["notice"], args["before"]) for args in jobs]


def test_each_verb_asks_for_its_mail(member, house_manager):
    booking = book(**wish(member))
    change(booking=booking, to={"title": "Autre"}, by=member)
    change(booking=booking, to={"ends_at": soon("13:00")}, by=member)
    cancel(booking=booking, by=member)
    before = {
        "space": booking.space.name,
        "starts_at": soon().astimezone(datetime.UTC).isoformat(),
        "ends_at": soon("12:00").astimezone(datetime.UTC).isoformat(),
    }
    assert told() == [
        (Notice.BOOKING_CONFIRMED, {}),
        (Notice.BOOKING_MOVED, before),
        (Notice.BOOKING_CANCELLED, {}),
    ]


def test_requests_and_decisions_ask_for_their_mails(member, house_manager):
    space = SpaceFactory(always_decided=True)
    approved, declined = book(**wish(member, space)), book(**wish(member, space, "14:00", "15:00"))
    approve(booking=approved, by=house_manager)
    decline(booking=declined, by=house_manager)
    change(booking=approved, to={"ends_at": soon("11:00")}, by=member)
    assert [notice for notice, _before in told()] == [
        Notice.BOOKING_TO_DECIDE,
        Notice.BOOKING_TO_DECIDE,
        Notice.BOOKING_APPROVED,
        Notice.BOOKING_DECLINED,
        Notice.BOOKING_TO_DECIDE,
    ]


def test_nothing_is_told_of_what_was_refused_or_silent(member, house_manager):
    held = BookingFactory()
    refused(book, "clash", **wish(member, held.space))
    quiet = book(**wish(member, tell=False))
    change(booking=quiet, to={"ends_at": soon("13:00")}, by=member, tell=False)
    cancel(booking=quiet, by=member, tell=False)
    assert told() == []
