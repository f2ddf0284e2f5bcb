"""What calendars are given: read back by `icalendar`, and compared byte for byte with what a person has read."""

import datetime
import gzip
from pathlib import Path

import icalendar
import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from agenda.actions import calendars as actions
from agenda.calendars.entries import entry_of_event, with_places
from agenda.calendars.ical import written
from agenda.calendars.subscriptions import busy_token
from agenda.enums import BookingStatus, EventAudience, EventStatus, RegistrationStatus, TitleAudience
from agenda.models import Booking, CalendarKey, Event
from tests.factories import (
    BookingFactory,
    EventFactory,
    EventKindFactory,
    MembershipFactory,
    RegistrationFactory,
    ResidentFactory,
    SpaceFactory,
    StayFactory,
    UserFactory,
    at,
    soon,
)

GOLDEN = Path(__file__).parent / "golden"
PARIS = "Europe/Paris"
# Who it is, what changed, the kept body and its keeping, then bookings, seats, duties and what goes with them.
QUERIES_OF_MINE = 22

pytestmark = pytest.mark.django_db


def key_of(user) -> CalendarKey:
    return actions.renew(by=user)


def mine(key) -> str:
    return reverse("agenda:my_feed", args=[key.token])


def busy(key) -> str:
    return reverse("agenda:my_busy_feed", args=[busy_token(key)])


def residents(key) -> str:
    return reverse("agenda:residents_feed", args=[key.token])


def of_space(key, space) -> str:
    return reverse("agenda:space_feed", args=[key.token, space.slug])


def fetch(client, address) -> dict:
    """{UID: VEVENT} of a feed, well formed."""
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return parsed(response.content)


def parsed(body: bytes) -> dict:
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert max(map(len, body.split(b"\r\n"))) <= 75
    calendar = icalendar.Calendar.from_ical(body)
    events = calendar.walk("VEVENT")
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == [PARIS]
    assert not any(event.errors for event in events)
    return {str(event["UID"]): event for event in events}


def uid(thing) -> str:
    return f"{thing.uid}@agenda.chaudronneries.example"


def titles(client, address) -> list[str]:
    return sorted(str(event["SUMMARY"]) for event in fetch(client, address).values())


# The public's


def test_public_feed_holds_public_meetings_only(client):
    EventFactory(title="Portes ouvertes")
    EventFactory(title="Entre nous", audience=EventAudience.RESIDENTS)
    EventFactory(title="Sur invitation", audience=EventAudience.PARTICIPANTS)
    EventFactory(title="Pas encore", status=EventStatus.DRAFT)
    BookingFactory(title="Une réservation", title_audience=TitleAudience.PUBLIC)
    assert titles(client, "/agenda/public.ics") == ["Portes ouvertes"]


def golden_rows() -> list[dict]:
    second = datetime.datetime(2026, 10, 25, 1, 0, tzinfo=datetime.UTC)
    return [
        {"title": "Simple"},
        {"title": "Ligne une\nEND:VEVENT\r\nBEGIN:VEVENT; et, deux\\ 🫕\u202egauche", "place": "Cour, au fond"},
        {"title": "Trois jours", "is_all_day": True, **hours("2026-07-03 00:00", "2026-07-06 00:00")},
        {"title": "Fournée", "status": EventStatus.CANCELLED, "cancellation_word": "Trop froid.", "sequence": 4},
        {"title": "Nuit d’octobre", **hours("2026-10-25 01:30", "2026-10-25 04:00")},
        {"title": "Depuis la seconde 2 h", "starts_at": second, "ends_at": at("2026-10-25", "05:00")},
        {"title": "Nuit de mars", **hours("2027-03-28 01:00", "2027-03-28 03:30")},
        {"title": "Long", "summary": "É" * 150, "text": "Premier paragraphe.\n\nSecond\tparagraphe : 100 % ; fini."},
    ]


def hours(start: str, end: str) -> dict:
    return {"starts_at": at(*start.split()), "ends_at": at(*end.split())}


def test_meetings_are_written_as_they_were_read():
    """Folding, escaping, accents, emoji, a zone of its own, all day, cancelled, both changes of the clock."""
    kind = EventKindFactory(name="Portes ouvertes, fêtes; ateliers")
    stamp = datetime.datetime(2026, 6, 1, 8, tzinfo=datetime.UTC)
    for number, fields in enumerate(golden_rows()):
        event = EventFactory(
            **{**hours("2026-06-20 18:00", "2026-06-20 20:00"), **fields},
            kind=kind,
            slug=f"rencontre-{number}",
            uid=f"00000000-0000-4000-8000-00000000000{number}",
        )
        event.spaces.set([SpaceFactory(name=f"Forge {number}")])
        Event.objects.filter(pk=event.pk).update(created_at=stamp, updated_at=stamp)
    events = with_places(Event.objects.order_by("slug"))
    entries = [entry_of_event(event, base="https://chaudronneries.example") for event in events]
    body = written(entries, name="Les Chaudronneries", description="Les rendez-vous publics de la maison.")
    parsed(body)
    # Read by a person; to be read again when it changes.
    assert body.decode() == (GOLDEN / "meetings.ics").read_bytes().decode()


# Times


def clock_change(month: int) -> datetime.date:
    """The next last Sunday of that month, when the clock goes forward (March) or back (October)."""
    today = timezone.localdate()
    last_days = (datetime.date(year, month, 31) for year in (today.year, today.year + 1))
    sundays = (day - datetime.timedelta(days=(day.weekday() + 1) % 7) for day in last_days)
    return next(day for day in sundays if day > today)


def test_october_night_that_comes_twice_is_told_in_utc(client):
    """The second 02:30: a local time would be taken for the first."""
    sunday = clock_change(10)
    second = datetime.datetime.combine(sunday, datetime.time(1, 30), datetime.UTC)
    event = EventFactory(starts_at=second, ends_at=second + datetime.timedelta(hours=2))
    read = fetch(client, "/agenda/public.ics")[uid(event)]
    assert read["DTSTART"].to_ical() == f"{sunday:%Y%m%d}T013000Z".encode()
    assert (read["DTSTART"].dt, read["DTEND"].dt) == (event.starts_at, event.ends_at)


@pytest.mark.parametrize(("month", "days", "lasts"), [(10, 0, 4), (3, 0, 2), (3, 1, 3), (10, -1, 3)])
def test_local_times_hold_across_summer_time(client, month, days, lasts):
    """From 01:00 to 04:00 on the clock, whatever the night lasts."""
    day = str(clock_change(month) + datetime.timedelta(days=days))
    event = EventFactory(starts_at=at(day, "01:00"), ends_at=at(day, "04:00"))
    read = fetch(client, "/agenda/public.ics")[uid(event)]
    times = [read[key].dt for key in ("DTSTART", "DTEND")]
    assert read["DTSTART"].params["TZID"] == PARIS
    assert [f"{time:%Y-%m-%d %H:%M}" for time in times] == [f"{day} 01:00", f"{day} 04:00"]
    start, end = (time.astimezone(datetime.UTC) for time in times)
    assert end - start == datetime.timedelta(hours=lasts)


def test_all_day_is_dates_with_the_end_excluded(client):
    event = EventFactory(is_all_day=True, starts_at=soon("00:00"), ends_at=soon("00:00", days=2))
    read = fetch(client, "/agenda/public.ics")[uid(event)]
    monday = soon().date()
    assert (read["DTSTART"].dt, read["DTEND"].dt) == (monday, monday + datetime.timedelta(days=2))
    assert (read["DTSTART"].params["VALUE"], read["DTEND"].params["VALUE"]) == ("DATE", "DATE")


def test_a_year_back_and_no_more(client):
    now = timezone.now()
    EventFactory(title="Il y a onze mois", starts_at=now - datetime.timedelta(days=335))
    EventFactory(title="Il y a deux ans", starts_at=now - datetime.timedelta(days=730))
    EventFactory(title="An 9999", starts_at=at("9999-12-31", "20:00"))
    assert titles(client, "/agenda/public.ics") == ["Il y a onze mois"]


# What changes


def test_change_raises_the_sequence_and_keeps_the_uid(client):
    event = EventFactory()
    before = fetch(client, "/agenda/public.ics")
    event.title, event.sequence = "Autrement", 1
    event.save()
    after = fetch(client, "/agenda/public.ics")
    assert before.keys() == after.keys() == {uid(event)}
    assert (after[uid(event)]["SEQUENCE"], str(after[uid(event)]["SUMMARY"])) == (1, "Autrement")
    assert after[uid(event)]["DTSTAMP"].dt == event.updated_at.replace(microsecond=0)


def test_cancelled_meeting_stays_as_cancelled(client):
    event = EventFactory(title="Fournée", status=EventStatus.CANCELLED)
    read = fetch(client, "/agenda/public.ics")[uid(event)]
    assert (read["STATUS"], read["TRANSP"], str(read["SUMMARY"])) == ("CANCELLED", "TRANSPARENT", "Annulé : Fournée")


def test_304_until_something_changes(client):
    event = EventFactory()
    etag = client.get("/agenda/public.ics")["ETag"]
    unchanged = client.get("/agenda/public.ics", headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", etag)
    event.save()
    assert client.get("/agenda/public.ics", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("change", ["space", "kind", "deleted"])
def test_etag_follows_what_entries_show(client, change):
    event = EventFactory()
    event.spaces.set([SpaceFactory()])
    etag = client.get("/agenda/public.ics")["ETag"]
    if change == "deleted":
        event.delete()
    else:
        row = event.spaces.get() if change == "space" else event.kind
        row.name = "Autre nom"
        row.save()
    assert client.get("/agenda/public.ics")["ETag"] != etag


def test_body_is_kept_while_nothing_changes(client, django_assert_num_queries):
    EventFactory()
    first = client.get("/agenda/public.ics").content
    # The day's facts, the names, the kept body.
    with django_assert_num_queries(3):
        assert client.get("/agenda/public.ics").content == first


def test_answer_is_compressed_for_those_who_take_it_so(client):
    EventFactory()
    plain = client.get("/agenda/public.ics")
    packed = client.get("/agenda/public.ics", headers={"Accept-Encoding": "gzip, deflate"})
    assert (plain.has_header("Content-Encoding"), packed["Content-Encoding"]) == (False, "gzip")
    assert gzip.decompress(packed.content) == plain.content
    assert "Accept-Encoding" in packed["Vary"]


def test_head_answers_as_get_without_body(client):
    EventFactory()
    response = client.head("/agenda/public.ics")
    assert (response.status_code, response.content) == (200, b"")
    assert response["ETag"] == client.get("/agenda/public.ics")["ETag"]


# The secret


@pytest.mark.parametrize("feed", [mine, busy, residents])
def test_secret_address_needs_no_session_and_makes_none(client, member, feed):
    response = client.get(feed(key_of(member)))
    assert response.status_code == 200
    assert not response.cookies
    assert response["Cache-Control"] == "private, no-cache"
    assert not Session.objects.exists()


@pytest.mark.parametrize("feed", [mine, busy, residents])
def test_revoked_address_answers_no_more(client, member, feed):
    key = key_of(member)
    address = feed(key)
    assert client.get(address).status_code == 200
    actions.revoke(by=member)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("feed", [mine, busy, residents])
def test_renewed_address_replaces_the_former(client, member, feed):
    former = feed(key_of(member))
    assert client.get(feed(key_of(member))).status_code == 200
    assert client.get(former).status_code == 404


@pytest.mark.parametrize("feed", [mine, busy, residents])
def test_inactive_person_has_no_calendar_left(client, member, feed):
    address = feed(key_of(member))
    member.is_active = False
    member.save()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("token", ["inconnu", "x" * 32, "%00" * 32, "é" * 32, "1-" + "0" * 32, "999999999-" + "0" * 32])
@pytest.mark.parametrize("name", ["moi", "occupe", "residents"])
def test_unknown_secret_is_not_found(client, member, token, name):
    key_of(member)
    assert client.get(f"/agenda/flux/{token}/{name}.ics").status_code == 404


def test_busy_address_opens_no_other_calendar(client, member):
    token = busy_token(key_of(member))
    assert [client.get(f"/agenda/flux/{token}/{name}.ics").status_code for name in ("moi", "residents")] == [404, 404]


def test_who_left_the_house_keeps_only_their_own(client):
    """Their structure's past stays theirs to read; the house's agenda is no more."""
    resident = ResidentFactory(in_residence=False)
    stay = StayFactory(resident=resident)
    member = MembershipFactory(resident=resident).user
    space = SpaceFactory()
    BookingFactory(space=space, resident=resident, title="La nôtre")
    EventFactory(title="Entre nous", audience=EventAudience.RESIDENTS, organisers=[resident])
    key = key_of(member)
    assert titles(client, mine(key)) == ["Entre nous", "La nôtre"]
    stay.ends_on = timezone.localdate() - datetime.timedelta(days=1)
    stay.save()
    assert titles(client, mine(key)) == ["La nôtre"]
    assert client.get(residents(key)).status_code == 404
    assert client.get(of_space(key, space)).status_code == 404


# The house's


def test_residents_feed_adds_what_is_among_residents(client, member):
    EventFactory(title="Portes ouvertes")
    EventFactory(title="Entre nous", audience=EventAudience.RESIDENTS)
    EventFactory(title="Sur invitation", audience=EventAudience.PARTICIPANTS, hosts=[member])
    EventFactory(title="Pas encore", status=EventStatus.DRAFT, hosts=[member])
    assert titles(client, residents(key_of(member))) == ["Entre nous", "Portes ouvertes"]


def test_space_feed_says_what_may_be_read(client, member):
    space = SpaceFactory(name="Forge")
    BookingFactory(space=space, title="Ouverte", starts_at=soon("08:00"))
    closed = BookingFactory(
        space=space,
        title="Licenciement",
        setup="Mouchoirs",
        title_audience=TitleAudience.OURS,
        starts_at=soon("12:00"),
        resident=ResidentFactory(name="Discrète"),
    )
    key = key_of(member)
    read = fetch(client, of_space(key, space))
    assert sorted(str(event["SUMMARY"]) for event in read.values()) == ["Occupé", "Ouverte"]
    assert str(read[uid(closed)]["LOCATION"]) == "Forge, Les Chaudronneries"
    body = client.get(of_space(key, space)).content.decode()
    assert [word for word in ("Licenciement", "Mouchoirs", "Discrète") if word in body] == []


def test_space_feed_hides_a_meeting_by_invitation_until_one_registers(client, member):
    space = SpaceFactory()
    event = EventFactory(title="Conseil", audience=EventAudience.PARTICIPANTS, with_seats=True)
    BookingFactory(space=space, event=event, title="Conseil", resident=None)
    key = key_of(member)
    assert titles(client, of_space(key, space)) == ["Occupé"]
    RegistrationFactory(event=event, user=member)
    assert titles(client, of_space(key, space)) == ["Conseil"]


def test_space_feed_holds_its_parts_and_its_wholes(client, member):
    part, other = SpaceFactory(), SpaceFactory()
    whole = SpaceFactory(parts=[part, other])
    BookingFactory(space=part, title="Partie", starts_at=soon("08:00"))
    BookingFactory(space=other, title="Autre partie", starts_at=soon("08:00"))
    BookingFactory(space=whole, title="Tout", starts_at=soon("12:00"))
    key = key_of(member)
    assert titles(client, of_space(key, part)) == ["Partie", "Tout"]
    assert titles(client, of_space(key, whole)) == ["Autre partie", "Partie", "Tout"]


@pytest.mark.parametrize(
    ("status", "said", "title"),
    [
        (BookingStatus.REQUESTED, "TENTATIVE", "À décider : Essai"),
        (BookingStatus.CONFIRMED, "CONFIRMED", "Essai"),
        (BookingStatus.DECLINED, "CANCELLED", "Refusé : Essai"),
        (BookingStatus.CANCELLED, "CANCELLED", "Annulé : Essai"),
    ],
)
def test_booking_says_its_status(client, member, status, said, title):
    cancelled_at = timezone.now() if status == BookingStatus.CANCELLED else None
    booking = BookingFactory(title="Essai", status=status, cancelled_at=cancelled_at, created_by=member)
    read = fetch(client, mine(key_of(member)))[uid(booking)]
    assert (str(read["STATUS"]), str(read["SUMMARY"])) == (said, title)


# Mine


def test_my_feed_holds_what_concerns_me(client, member):
    ours = member.memberships_list[0].resident
    BookingFactory(title="De ma structure", resident=ours)
    BookingFactory(title="Pour moi", booked_for=member)
    BookingFactory(title="D’une autre")
    RegistrationFactory(event__title="J’y vais", user=member)
    RegistrationFactory(event__title="Une autre y va")
    EventFactory(title="Je la tiens", hosts=[member])
    EventFactory(title="Nous l’organisons", organisers=[ours])
    EventFactory(title="On m’y attend pas")
    BookingFactory(title="La salle de Je la tiens", resident=ours, event=Event.objects.get(title="Je la tiens"))
    assert titles(client, mine(key_of(member))) == [
        "De ma structure",
        "Je la tiens",
        "J’y vais",
        "Nous l’organisons",
        "Pour moi",
    ]


def test_my_feed_leaves_out_what_the_manager_books_for_others(client, house_manager):
    BookingFactory(title="Pour une structure", created_by=house_manager)
    BookingFactory(title="Pour un passant", created_by=house_manager, resident=None, guest_name="Dominique")
    BookingFactory(title="Pour la maison", created_by=house_manager, resident=None)
    assert titles(client, mine(key_of(house_manager))) == ["Pour la maison"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (RegistrationStatus.REGISTERED, ("CONFIRMED", "OPAQUE", "Forge")),
        (RegistrationStatus.WAITING, ("TENTATIVE", "TRANSPARENT", "Forge")),
        (RegistrationStatus.OFFERED, ("TENTATIVE", "TRANSPARENT", "Forge")),
        (RegistrationStatus.CANCELLED, ("CANCELLED", "TRANSPARENT", "Annulé : Forge")),
        (RegistrationStatus.LAPSED, ("CANCELLED", "TRANSPARENT", "Annulé : Forge")),
    ],
)
def test_my_feed_says_where_i_stand(client, member, status, said):
    now = timezone.now()
    offered = {"offered_until": now + datetime.timedelta(hours=2)} if status == RegistrationStatus.OFFERED else {}
    seat = RegistrationFactory(event__title="Forge", user=member, status=status, queued_at=now, **offered)
    read = fetch(client, mine(key_of(member)))[uid(seat.event)]
    assert (str(read["STATUS"]), str(read["TRANSP"]), str(read["SUMMARY"])) == said


def test_sequence_rises_when_one_cancels_and_comes_back(client, member):
    key = key_of(member)
    seat = RegistrationFactory(user=member)

    def sequence():
        return fetch(client, mine(key))[uid(seat.event)]["SEQUENCE"]

    sequences = [sequence()]
    seat.status = RegistrationStatus.CANCELLED
    seat.save()
    sequences.append(sequence())
    again = RegistrationFactory(user=member, event=seat.event)
    sequences.append(sequence())
    again.event.hosts.add(member)
    sequences.append(sequence())
    assert sequences[:3] == sorted(set(sequences[:3]))
    assert sequences[3] == sequences[2]


def test_slot_of_a_permanence_stands_alone(client, member):
    event = EventFactory(takes_registrations=True, slot_minutes=20, starts_at=soon("14:00"), ends_at=soon("16:00"))
    seat = RegistrationFactory(event=event, user=member, slot_starts_at=soon("14:40"))
    (read,) = fetch(client, mine(key_of(member))).values()
    assert (read["DTSTART"].dt, read["DTEND"].dt) == (soon("14:40"), soon("15:00"))
    assert str(read["UID"]) == f"{event.uid}-{seat.pk}@agenda.chaudronneries.example"


def test_what_one_may_no_longer_read_leaves_without_a_word(client, member):
    seat = RegistrationFactory(
        event__title="Conseil",
        event__audience=EventAudience.PARTICIPANTS,
        user=member,
        status=RegistrationStatus.CANCELLED,
    )
    read = fetch(client, mine(key_of(member)))[uid(seat.event)]
    assert (str(read["STATUS"]), str(read["SUMMARY"]), "LOCATION" in read) == ("CANCELLED", "Annulé", False)


def test_busy_feed_says_the_hours_and_nothing_else(client, member):
    ours = member.memberships_list[0].resident
    booking = BookingFactory(title="Secret de fonderie", resident=ours, setup="Bâche", starts_at=soon("08:00"))
    event = EventFactory(title="Confidences", hosts=[member], text="Ne pas dire", link="https://visio.example/x")
    key = key_of(member)
    read = fetch(client, busy(key))
    assert sorted((str(e["SUMMARY"]), e["DTSTART"].dt, e["DTEND"].dt) for e in read.values()) == [
        ("Occupé", booking.starts_at, booking.ends_at),
        ("Occupé", event.starts_at, event.ends_at),
    ]
    said = {"UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "STATUS", "SUMMARY", "CLASS", "TRANSP"}
    assert {name for event in read.values() for name in event} == said
    # Nor can it be compared with a calendar that says more.
    assert read.keys() & fetch(client, mine(key)).keys() == set()
    body = client.get(busy(key)).content.decode()
    words = [
        booking.space.name,
        ours.name,
        str(booking.uid),
        event.uid,
        "Secret",
        "Confidences",
        "visio",
        "reservations",
    ]
    assert [word for word in words if str(word) in body] == []


def test_busy_feed_names_stay_the_same(client, member):
    BookingFactory(created_by=member)
    key = key_of(member)
    before = fetch(client, busy(key)).keys()
    Booking.objects.update(sequence=7)
    assert fetch(client, busy(key)).keys() == before


@pytest.mark.parametrize("feed", [mine, busy])
def test_304_of_a_secret_feed_follows_the_person(client, member, feed):
    key = key_of(member)
    etag = client.get(feed(key))["ETag"]
    assert client.get(feed(key), headers={"If-None-Match": etag}).status_code == 304
    seat = RegistrationFactory(user=member)
    later = client.get(feed(key), headers={"If-None-Match": etag})
    assert later.status_code == 200
    seat.event.title = "Autrement"
    seat.event.save()
    assert client.get(feed(key), headers={"If-None-Match": later["ETag"]}).status_code == 200
    another = MembershipFactory().user
    assert client.get(feed(key_of(another)))["ETag"] != client.get(feed(key))["ETag"]


@pytest.mark.parametrize("many", [1, 3])
def test_my_feed_asks_as_much_for_one_as_for_three(client, member, django_assert_num_queries, many):
    key = key_of(member)
    for _n in range(many):
        BookingFactory(created_by=member)
        RegistrationFactory(user=member)
        EventFactory(hosts=[member])
    with django_assert_num_queries(QUERIES_OF_MINE):
        client.get(mine(key))


# One at a time


def test_public_meeting_is_given_to_anybody(client):
    event = EventFactory(title="Portes ouvertes")
    response = client.get(reverse("agenda:event_ics", args=[event.slug]))
    assert response["Content-Disposition"] == 'attachment; filename="portes-ouvertes.ics"'
    assert parsed(response.content).keys() == {uid(event)}


def test_meeting_of_the_house_is_given_to_residents(client, member):
    event = EventFactory(audience=EventAudience.RESIDENTS)
    address = reverse("agenda:event_ics", args=[event.slug])
    assert client.get(address).status_code == 302
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404
    client.force_login(member)
    assert parsed(client.get(address).content).keys() == {uid(event)}


def test_booking_is_given_to_those_who_read_it(client, member):
    booking = BookingFactory(title="Essai", title_audience=TitleAudience.OURS)
    address = reverse("agenda:booking_ics", args=[booking.pk])
    assert client.get(address).status_code == 302
    client.force_login(member)
    assert client.get(address).status_code == 403
    client.force_login(MembershipFactory(resident=booking.resident).user)
    assert parsed(client.get(address).content).keys() == {uid(booking)}
