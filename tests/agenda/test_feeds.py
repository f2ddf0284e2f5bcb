"""What calendars are given: read back by `icalendar`, and compared byte for byte with what a person has read."""

import datetime
import gzip
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from agenda.calendars.entries import entry_of_event, with_places
from agenda.calendars.ical import written
from agenda.enums import EventAudience, EventStatus, TitleAudience
from agenda.models import Event
from tests.agenda.feeds import PARIS, fetch, parsed, titles, uid
from tests.factories import (
    BookingFactory,
    EventFactory,
    EventKindFactory,
    MembershipFactory,
    SpaceFactory,
    UserFactory,
    at,
    soon,
)

GOLDEN = Path(__file__).parent / "golden"

pytestmark = pytest.mark.django_db


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
        {"title": "Long", "summary": "É" * 150, "text": "Premier paragraphe.\n\nSecond\tparagraphe : 100 % ; fini."},
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
    assert (read["STATUS"], read["TRANSP"], str(read["SUMMARY"])) == ("CANCELLED", "TRANSPARENT", "Annulé : Fournée")


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
