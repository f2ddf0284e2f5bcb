"""What each person reads of a booking."""

from django.contrib.auth.models import AnonymousUser

from agenda.enums import BookingStatus, EventAudience, EventStatus, TitleAudience
from agenda.models import Booking
from agenda.reading import as_read_by, read_all
from residents.models import User
from tests.factories import BookingFactory, EventFactory, MembershipFactory, ResidentFactory


def read(user, booking):
    reading = as_read_by(user, booking)
    return reading.title, reading.holder, reading.url, reading.is_busy


def test_title_for_residents_is_read_by_a_resident(member):
    booking = BookingFactory(title="Comité", resident=ResidentFactory(name="Forge"))
    assert read(member, booking) == ("Comité", "Forge", booking.get_absolute_url(), False)


def test_title_for_residents_is_busy_for_the_public(db):
    booking = BookingFactory(title="Comité")
    assert read(AnonymousUser(), booking) == ("occupé", "", "", True)
    assert as_read_by(AnonymousUser(), booking).words == "occupé"


def test_title_of_a_structure_is_read_by_its_members_and_the_house(member, house_manager):
    ours = MembershipFactory()
    booking = BookingFactory(title="Paie", resident=ours.resident, title_audience=TitleAudience.OURS)
    assert [as_read_by(user, booking).is_busy for user in (member, ours.user, house_manager)] == [True, False, False]
    assert as_read_by(ours.user, booking).words == f"«\u00a0Paie\u00a0», {ours.resident.name}"


def test_public_title_hides_the_outside_person_from_the_public(db, member):
    booking = BookingFactory(
        title="Tournage", guest_name="Dominique Passant", resident=None, title_audience=TitleAudience.PUBLIC
    )
    assert (as_read_by(AnonymousUser(), booking).holder, as_read_by(member, booking).holder) == (
        "",
        "Dominique Passant",
    )


def test_only_owners_are_given_what_moves_a_booking(member, lead, house_manager):
    booking = BookingFactory(resident=lead.residents_list[0])
    assert [as_read_by(user, booking).can_move for user in (member, lead, house_manager)] == [False, True, True]
    assert (as_read_by(lead, booking).sequence, as_read_by(member, booking).sequence) == (0, None)


def test_request_is_told_from_a_confirmed_booking(member):
    asked = [BookingFactory(status=status) for status in (BookingStatus.REQUESTED, BookingStatus.CONFIRMED)]
    assert [as_read_by(member, booking).is_requested for booking in asked] == [True, False]


def test_booking_of_a_meeting_leads_to_it(member):
    event = EventFactory(title="Chaudron")
    booking = BookingFactory(event=event, title="autre")
    assert read(member, booking)[::2] == ("Chaudron", event.get_absolute_url())


def test_booking_of_a_meeting_that_one_may_not_see_is_busy(member, house_manager):
    for event in (EventFactory(audience=EventAudience.PARTICIPANTS), EventFactory(status=EventStatus.DRAFT)):
        BookingFactory(event=event)
    readings = {user: read_all(user, Booking.objects.all()) for user in (member, house_manager)}
    assert [one.is_busy for one in readings[member]] == [True, True]
    assert [one.is_meeting for one in readings[member]] == [False, False]
    assert [one.is_busy for one in readings[house_manager]] == [False, False]
    assert [as_read_by(member, booking).is_busy for booking in Booking.objects.all()] == [True, True]


def test_reading_many_takes_one_query(member, django_assert_num_queries):
    for _ in range(3):
        BookingFactory(event=EventFactory())
        BookingFactory(resident=member.residents_list[0])
    reader = User.objects.with_roles().get(pk=member.pk)
    with django_assert_num_queries(1):
        assert len(read_all(reader, Booking.objects.all())) == 6
