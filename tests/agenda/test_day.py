"""« Ma journée »: what the house manager reads of a day, and what she settles from there."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log

from agenda.actions.profiles_seen import mark_seen
from agenda.enums import BookingStatus, EventStatus
from agenda.models import AgendaSettings, Booking, Closure, ProfilesSeen
from agenda.pages.day import read_day
from agenda.pages.profiles_seen import looks
from residents.actions.profiles import PROFILE_CHANGED, change_section
from residents.models import Resident
from residents.profile import Section
from tests.factories import (
    BookingFactory,
    EventFactory,
    RegistrationFactory,
    ResidentFactory,
    SpaceFactory,
    StayFactory,
    UserFactory,
    at,
)

pytestmark = pytest.mark.django_db

WEDNESDAY = datetime.date(2027, 3, 3)
# In the morning of that day.
NOW = at("2027-03-03", "09:00")
# Session, person and roles; bookings, closures, the house's share, shares, meetings, stays, changes and structures.
QUERIES = 12


def day(manager=None, *, on=WEDNESDAY, now=NOW):
    return read_day(on, by=manager or UserFactory(house_manager=True), now=now)


def settled_structure(**fields):
    """A structure that nobody has to look at any more."""
    resident = ResidentFactory(**fields)
    Resident.objects.filter(pk=resident.pk).update(created_at=at("2026-01-05", "09:00"))
    return Resident.objects.get(pk=resident.pk)


def requested(**fields):
    given = {"status": BookingStatus.REQUESTED, "reasons": ["trop-longue"], "starts_at": at("2027-03-10", "10:00")}
    return BookingFactory(**given | fields)


def cancelled_late(**fields):
    given = {"starts_at": at("2027-03-02", "18:00"), "cancelled_at": at("2027-03-02", "15:30")}
    return BookingFactory(status=BookingStatus.CANCELLED, is_late=True, **given | fields)


# Requests


def test_request_says_why_it_is_beyond_the_rules_and_how_much_the_structure_holds():
    space, resident = SpaceFactory(), ResidentFactory()
    BookingFactory(resident=resident, starts_at=at("2027-03-01", "10:00"), ends_at=at("2027-03-01", "20:30"))
    BookingFactory(resident=resident, starts_at=at("2027-02-28", "10:00"))
    booking = requested(resident=resident, space=space, ends_at=at("2027-03-10", "20:00"))
    [request] = day().requests
    assert (request.booking, request.reasons) == (booking, ["plus longue que la durée prévue"])
    assert (request.share.words, request.share.limit, request.share.is_over) == ("20\u202fh\u202f30", 20, True)
    assert (request.near, request.closures) == ([], [])


def test_share_without_limit_is_never_over():
    settings = AgendaSettings.load()
    settings.fair_share_hours = None
    settings.save()
    requested(ends_at=at("2027-03-10", "20:00"))
    share = day().requests[0].share
    assert (share.hours, share.limit, share.is_over) == (10, None, False)


def test_request_of_an_outside_person_has_no_share():
    requested(resident=None, guest_name="Chorale du quartier")
    assert day().requests[0].share is None


def test_request_meets_what_is_near_in_the_same_space_and_its_parts():
    part, other = SpaceFactory(), SpaceFactory()
    whole = SpaceFactory(parts=[part, other])
    near = BookingFactory(space=part, starts_at=at("2027-03-10", "13:00"))
    BookingFactory(space=part, starts_at=at("2027-03-10", "17:00"))
    BookingFactory(starts_at=at("2027-03-10", "12:30"))
    requested(space=whole)
    assert day().requests[0].near == [near]


def test_request_meets_the_closures_of_its_space_or_of_the_house():
    part = SpaceFactory()
    whole, elsewhere = SpaceFactory(parts=[part]), SpaceFactory()
    dates = {"starts_on": datetime.date(2027, 3, 10), "ends_on": datetime.date(2027, 3, 11)}
    Closure.objects.create(reason="Travaux ailleurs", **dates).spaces.set([elsewhere])
    Closure.objects.create(reason="Peinture", **dates).spaces.set([whole])
    Closure.objects.create(reason="Pont", **dates)
    requested(space=part)
    assert {closure.reason for closure in day().requests[0].closures} == {"Peinture", "Pont"}


def test_request_that_nobody_answered_is_still_told_for_a_week():
    recent = requested(starts_at=at("2027-02-26", "10:00"))
    requested(starts_at=at("2027-02-20", "10:00"))
    assert [request.booking for request in day().requests] == [recent]


# Hour by hour


def test_hours_hold_meetings_with_their_spaces_and_bookings_with_their_heads():
    event = EventFactory(with_seats=True, starts_at=at("2027-03-03", "18:00"), title="Vies & écologies")
    RegistrationFactory(event=event)
    for name in ["Forge nord", "Forge sud"]:
        BookingFactory(
            event=event, space=SpaceFactory(name=name), starts_at=event.starts_at, setup="Chaises", resident=None
        )
    BookingFactory(starts_at=at("2027-03-03", "18:30"), attendees=5, setup="Écran", title="Réunion")
    [hour] = day().hours
    meeting, booking = hour.entries
    assert hour.label == "18\u202fh"
    assert (meeting.title, meeting.places, meeting.heads) == ("Vies & écologies", "Forge nord, Forge sud", 1)
    assert meeting.setups == ["Chaises", "Chaises"]
    assert (booking.title, booking.heads, booking.setups, day().heads) == ("Réunion", 5, ["Écran"], 6)


def test_hours_begin_with_what_lasts_all_day_and_what_began_before():
    EventFactory(
        is_all_day=True, starts_at=at("2027-03-03", "00:00"), ends_at=at("2027-03-04", "00:00"), place="Dehors"
    )
    BookingFactory(starts_at=at("2027-03-02", "22:00"), ends_at=at("2027-03-03", "01:00"))
    BookingFactory(starts_at=at("2027-03-03", "00:30"))
    labels = [hour.label for hour in day().hours]
    assert labels == ["toute la journée", "depuis la veille", "0\u202fh"]


def test_what_is_under_way_is_told():
    BookingFactory(starts_at=at("2027-03-03", "08:00"))
    BookingFactory(starts_at=at("2027-03-03", "09:30"))
    assert [entry.is_under_way for entry in day().entries] == [True, False]


def test_drafts_and_what_holds_nothing_are_left_out():
    EventFactory(status=EventStatus.DRAFT, starts_at=at("2027-03-03", "18:00"))
    BookingFactory(status=BookingStatus.DECLINED, starts_at=at("2027-03-03", "10:00"))
    assert day().entries == []


def test_tomorrow_is_outlined_apart():
    BookingFactory(starts_at=at("2027-03-04", "10:00"), title="Demain")
    BookingFactory(starts_at=at("2027-03-05", "10:00"), title="Plus tard")
    Closure.objects.create(reason="Pont", starts_on=datetime.date(2027, 3, 4), ends_on=datetime.date(2027, 3, 4))
    found = day()
    assert ([entry.title for entry in found.tomorrow], found.hours) == (["Demain"], [])
    assert ([c.reason for c in found.tomorrow_closures], found.closures) == (["Pont"], [])


# Arrivals and departures


def test_moves_are_those_of_the_week_and_of_the_seven_days_to_come():
    stay = {"starts_on": datetime.date(2027, 3, 1), "ends_on": datetime.date(2027, 3, 10)}
    StayFactory(resident=ResidentFactory(name="Passage", in_residence=False), **stay)
    StayFactory(
        resident=ResidentFactory(name="Ancienne", in_residence=False),
        starts_on=datetime.date(2026, 1, 5),
        ends_on=datetime.date(2027, 2, 28),
    )
    moves = [(move.stay.resident.name, move.day.day, move.arrives) for move in day().moves]
    assert moves == [("Passage", 1, True), ("Passage", 10, False)]


def test_stay_that_follows_another_is_no_move():
    resident = ResidentFactory(in_residence=False)
    StayFactory(resident=resident, starts_on=datetime.date(2026, 1, 5), ends_on=datetime.date(2027, 3, 3))
    StayFactory(resident=resident, starts_on=datetime.date(2027, 3, 4))
    assert day().moves == []


# Late cancellations and no-shows


def test_late_cancellation_is_told_until_it_is_excused():
    late = cancelled_late()
    cancelled_late(is_waived=True)
    cancelled_late(cancelled_at=at("2027-02-16", "10:00"), starts_at=at("2027-02-16", "11:00"))
    assert [(one.booking, one.minutes_before) for one in day().late] == [(late, 150)]


def test_no_show_is_asked_of_what_ended_today_or_yesterday():
    yesterday = BookingFactory(starts_at=at("2027-03-02", "10:00"))
    this_morning = BookingFactory(starts_at=at("2027-03-03", "06:00"))
    BookingFactory(starts_at=at("2027-03-03", "08:00"))
    BookingFactory(starts_at=at("2027-03-01", "10:00"))
    BookingFactory(starts_at=at("2027-03-02", "14:00"), resident=None)
    BookingFactory(starts_at=at("2027-03-02", "16:00"), event=EventFactory())
    assert day().unmarked == [yesterday, this_morning]


# Profiles to look at


def test_looks_group_what_others_changed(house_manager, lead):
    resident = lead.memberships_list[0].resident
    change_section(resident=resident, section=Section.TAGLINE, to={"tagline": "Du fer"}, by=lead)
    change_section(resident=resident, section=Section.PHONE, to={"phone": "04 77 00 00 00"}, by=lead)
    own = settled_structure()
    change_section(resident=own, section=Section.TAGLINE, to={"tagline": "Corrigé"}, by=house_manager)
    [look] = looks(house_manager)
    assert (look.reading.pk, look.sections, look.people) == (
        resident.pk,
        ["En une phrase", "Téléphone"],
        [str(lead)],
    )
    assert look.is_new


def test_looks_begin_after_what_was_seen(house_manager, lead):
    resident = lead.memberships_list[0].resident
    log(instance=resident, action=PROFILE_CHANGED, user=lead, data={"section": "phone"})
    mark_seen(by=house_manager, until=timezone.now())
    assert looks(house_manager) == []
    log(instance=resident, action=PROFILE_CHANGED, user=lead, data={"section": "tagline"})
    [look] = looks(house_manager)
    assert (look.sections, look.is_new) == (["En une phrase"], False)
    # Another manager has looked at nothing yet.
    assert looks(UserFactory(house_manager=True))[0].is_new


def test_what_was_seen_is_never_unseen(house_manager):
    mark_seen(by=house_manager, until=at("2027-03-03", "10:00"))
    mark_seen(by=house_manager, until=at("2027-03-01", "10:00"))
    assert ProfilesSeen.objects.get().until == at("2027-03-03", "10:00")


# The page


def test_page_of_an_empty_day_says_so(client, house_manager):
    client.force_login(house_manager)
    text = client.get(reverse("agenda:my_day"), {"jour": "2027-03-03"}).content.decode()
    for words in [
        "Aucune demande n’attend",
        "Rien n’est réservé ce jour-là",
        "Rien de prévu",
        "Rien qui se soit terminé",
        "Aucune depuis quinze jours",
        "Personne n’arrive ni ne part",
        "Rien de nouveau",
    ]:
        assert words in text


def test_page_leads_to_the_attendance_list_and_keeps_where_to_return(client, house_manager):
    today = timezone.localdate()
    event = EventFactory(with_seats=True, starts_at=at(f"{today:%Y-%m-%d}", "18:00"))
    request = requested(starts_at=timezone.now() + datetime.timedelta(days=3))
    client.force_login(house_manager)
    text = client.get(reverse("agenda:my_day")).content.decode()
    assert reverse("agenda:registrations", args=[event.slug]) in text
    assert "0 inscrit sur 2" in text
    assert f'action="{reverse("agenda:decide_booking", args=[request.pk])}"' in text
    assert '<input type="hidden" name="suite" value="/ma-journee/">' in text


@pytest.mark.parametrize("asked", ["demain", "0001-01-01", "9999-12-31", "2027-02-30", "\0", "1" * 5000])
def test_wrong_day_is_said_and_left_aside(client, house_manager, asked):
    client.force_login(house_manager)
    answer = client.get(reverse("agenda:my_day"), {"jour": asked})
    assert (answer.status_code, answer.context["day"].is_today) == (200, True)
    assert "errorlist" in answer.content.decode()


def test_seen_is_kept_up_to_what_was_shown(client, house_manager):
    client.force_login(house_manager)
    shown = "2026-03-03T10:00:00.123456+00:00"
    answer = client.post(reverse("agenda:mark_seen"), {"jusque": shown, "jour": "2027-03-03"})
    assert answer.url == "/ma-journee/?jour=2027-03-03#profils"
    assert ProfilesSeen.objects.get().until == datetime.datetime.fromisoformat(shown)


@pytest.mark.parametrize("moment", ["", "hier", "0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-12:00"])
def test_seen_up_to_a_wrong_moment_hides_nothing_to_come(client, house_manager, moment):
    client.force_login(house_manager)
    assert client.post(reverse("agenda:mark_seen"), {"jusque": moment}).status_code == 302
    assert not ProfilesSeen.objects.filter(until__gt=timezone.now()).exists()


@pytest.mark.parametrize("name", ["my_day", "door_sheets", "usage", "usage_csv"])
def test_only_the_house_manager_reads_it(client, member, lead, name):
    url = reverse(f"agenda:{name}")
    assert client.get(url).status_code == 302
    for person in [member, lead]:
        client.force_login(person)
        assert client.get(url).status_code == 403


def test_only_the_house_manager_marks_profiles_seen(client, lead):
    client.force_login(lead)
    assert client.post(reverse("agenda:mark_seen"), {"jusque": "2027-03-03T10:00:00Z"}).status_code == 403
    assert client.get(reverse("agenda:mark_seen")).status_code == 405
    assert ProfilesSeen.objects.count() == 0


def fill(times):
    """Of each thing that the page shows, `times` of them."""
    now = timezone.now()
    for hour in range(times):
        start = at(f"{timezone.localdate():%Y-%m-%d}", f"{10 + hour}:00")
        event = EventFactory(with_seats=True, starts_at=start)
        RegistrationFactory(event=event)
        BookingFactory(event=event, starts_at=start, resident=None)
        requested(starts_at=now + datetime.timedelta(days=20 * (hour + 1)))
        BookingFactory(starts_at=now - datetime.timedelta(hours=20))
        cancelled_late(starts_at=now, cancelled_at=now)
        closure = Closure.objects.create(reason="Travaux", starts_on=timezone.localdate(), ends_on=timezone.localdate())
        closure.spaces.add(SpaceFactory())
        log(instance=ResidentFactory(), action=PROFILE_CHANGED, user=UserFactory(), data={"section": "logo"})
        StayFactory(starts_on=timezone.localdate())


@pytest.mark.parametrize("times", [1, 3])
def test_page_asks_as_many_queries_whatever_the_day(client, house_manager, django_assert_num_queries, times):
    fill(times)
    client.force_login(house_manager)
    with django_assert_num_queries(QUERIES):
        assert client.get(reverse("agenda:my_day")).status_code == 200
    assert Booking.objects.count() >= 4 * times
