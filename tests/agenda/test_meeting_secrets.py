"""What a meeting that is not for somebody lets them know by its addresses: nothing, not even that it is there."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from agenda.actions.bookings import decline
from agenda.enums import BookingStatus, EventAudience, EventStatus, Frequency, RegistrationStatus
from agenda.models import Event, Series
from agenda.pages.meeting import Meeting, find
from tests.factories import (
    BookingFactory,
    EventFactory,
    MembershipFactory,
    RegistrationFactory,
    ResidentFactory,
    StayFactory,
    next_monday,
    soon,
)

pytestmark = pytest.mark.django_db
PAGES = ["event", "edit_event", "cancel_event", "registrations", "registrations_csv", "event_ics", "register"]


@pytest.mark.parametrize("page", PAGES)
def test_a_draft_of_others_answers_as_a_meeting_that_is_not_there(client, member, page):
    draft = EventFactory(status=EventStatus.DRAFT, with_seats=True)
    hidden, absent = (reverse(f"agenda:{page}", args=[slug]) for slug in (draft.slug, "absent"))
    answers = [client.get(address) for address in (hidden, absent)]
    assert [one.status_code for one in answers] == [302, 302]
    client.force_login(member)
    assert [client.get(address).status_code for address in (hidden, absent)] == [404, 404]


def test_other_dates_of_a_series_are_those_that_the_reader_may_see(client):
    series = Series.objects.create(
        frequency=Frequency.WEEKLY, weekdays=[0], starts_on=next_monday(), count=3, start_time="18:00", end_time="20:00"
    )
    dates = [
        EventFactory(series=series, occurrence_on=next_monday(), starts_at=soon("18:00", days=7 * n)) for n in range(3)
    ]
    dates[1].audience = EventAudience.RESIDENTS
    dates[1].save()
    assert client.get(dates[0].get_absolute_url()).context["page"].other_dates == [dates[2]]
    resident = MembershipFactory().user
    assert Meeting(find(resident, dates[0].slug), resident).other_dates == dates[1:]


@pytest.mark.parametrize("page", ["registration", "confirm_registration", "accept_seat", "cancel_registration"])
@pytest.mark.parametrize("token", ["\0", "a\0b", "é", "x" * 300])
def test_an_absurd_token_is_not_found(client, page, token):
    address = reverse(f"agenda:{page}", args=[token])
    assert client.get(address).status_code == 404
    assert client.post(address).status_code in {404, 405}


def test_a_guest_confirms_no_seat_at_a_meeting_that_became_the_residents(client):
    pending = RegistrationFactory(guest=True, status=RegistrationStatus.PENDING)
    Event.objects.filter(pk=pending.event_id).update(audience=EventAudience.RESIDENTS)
    answer = client.post(reverse("agenda:confirm_registration", args=[pending.token]))
    pending.refresh_from_db()
    assert (answer.status_code, pending.status) == (422, RegistrationStatus.PENDING)


def left_the_house(**fields):
    """A lead whose structure ended its stay."""
    resident = ResidentFactory(in_residence=False)
    StayFactory(resident=resident, ends_on=timezone.localdate() - datetime.timedelta(days=1))
    return MembershipFactory(resident=resident, lead=True, **fields).user


@pytest.mark.parametrize("page", ["registrations", "registrations_csv", "edit_event", "cancel_event"])
def test_who_left_the_house_reads_no_more_who_comes_to_its_meetings(client, page):
    gone = left_the_house()
    event = EventFactory(with_seats=True, created_by=gone, organisers=gone.residents_list)
    client.force_login(gone)
    assert client.get(reverse(f"agenda:{page}", args=[event.slug])).status_code == 403
    assert client.get(event.get_absolute_url()).status_code == 200


def test_who_left_the_house_sees_what_the_public_sees(client):
    gone = left_the_house()
    EventFactory(status=EventStatus.DRAFT, created_by=gone, organisers=gone.residents_list)
    public = EventFactory()
    client.force_login(gone)
    assert client.get(reverse("agenda:agenda")).context["programme"].events == [public]


def test_who_edits_a_meeting_reads_that_its_space_was_refused(client, house_manager):
    event = EventFactory()
    request = BookingFactory(resident=None, event=event, status=BookingStatus.REQUESTED)
    event.spaces.set([request.space])
    client.force_login(house_manager)
    assert client.get(event.get_absolute_url()).context["page"].lost == []
    decline(booking=request, by=house_manager)
    assert client.get(event.get_absolute_url()).context["page"].lost == [request.space.name]
    client.force_login(MembershipFactory().user)
    assert client.get(event.get_absolute_url()).context["page"].lost == []
