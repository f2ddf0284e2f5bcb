"""Booking, changing, cancelling, deciding: what each verb does, and each of its refusals."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from agenda.actions.bookings import (
    Clash,
    Overtaken,
    approve,
    book,
    cancel,
    change,
    decline,
    mark_no_show,
    waive,
)
from agenda.enums import Approval, BookableBy, BookingAction, BookingStatus, Notice, Reason
from agenda.models import Booking, BookingChange, Closure, Occupation
from agenda.notices import TELL
from agenda.times import instant
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
HOUR = datetime.timedelta(hours=1)
CONFIRMED, REQUESTED, DECLINED, CANCELLED = (
    BookingStatus.CONFIRMED,
    BookingStatus.REQUESTED,
    BookingStatus.DECLINED,
    BookingStatus.CANCELLED,
)


def ours(user):
    return user.memberships_list[0].resident


def wish(user, space=None, start="10:00", end="12:00", **fields):
    """What `book` takes for a two-hour meeting of the person's structure, next Monday."""
    return {
        "space": space or SpaceFactory(),
        "starts_at": soon(start),
        "ends_at": soon(end),
        "title": "Atelier",
        "by": user,
        "resident": ours(user) if user.memberships_list else None,
    } | fields


def history(booking):
    return list(BookingChange.objects.filter(booking=booking).order_by("pk").values_list("action", flat=True))


def latest(booking):
    return BookingChange.objects.filter(booking=booking).first()


def refused(call, code, **arguments):
    with pytest.raises(ValidationError) as caught:
        call(**arguments)
    assert caught.value.code == code
    return caught.value


def spans(booking):
    return [(one.space, one.during.lower, one.during.upper) for one in booking.occupations.order_by("space")]


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
    assert error.messages == [f"« {space} » se réserve pour 4\u202fh au plus."]
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
        assert error.messages == ["Fermé à ces dates : Pont de mai."]


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


# Changing


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
