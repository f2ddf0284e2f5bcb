"""What mails carry for the reader's calendar."""

import datetime

import icalendar
import pytest

from agenda.calendars import itip
from agenda.enums import BookingStatus, RegistrationStatus
from agenda.models import Booking
from tests.factories import BookingFactory, EventFactory, RegistrationFactory, soon

pytestmark = pytest.mark.django_db


def read(text: str) -> tuple[str, list]:
    calendar = icalendar.Calendar.from_ical(text)
    assert len(calendar.walk("VTIMEZONE")) == 1
    return str(calendar["METHOD"]), calendar.walk("VEVENT")


def test_request_names_who_invites_and_who_is_invited():
    booking = BookingFactory(title="Essai", resident__name="Atelier", sequence=3)
    method, (event,) = read(itip.request(booking, "ada@maison.example", 'Ada "la Forge"\nX-A:1'))
    assert (method, event["SEQUENCE"], str(event["SUMMARY"])) == ("REQUEST", 3, "Essai")
    assert str(event["UID"]) == f"{booking.uid}@agenda.chaudronneries.example"
    assert str(event["ORGANIZER"]) == "mailto:bonjour@chaudronneries.example"
    assert event["ORGANIZER"].params["CN"] == "Les Chaudronneries"
    assert str(event["ATTENDEE"]) == "mailto:ada@maison.example"
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert "X-A" not in event
    assert str(event["DESCRIPTION"]) == "Pour : Atelier"
    assert str(event["URL"]) == f"http://localhost:8000{booking.get_absolute_url()}"


def test_outside_person_gets_no_page_that_needs_an_account():
    booking = BookingFactory(resident=None, guest_name="Dominique", guest_email="dominique@ailleurs.example")

    _, (event,) = read(itip.request(booking, "dominique@ailleurs.example"))

    assert "URL" not in event


def test_request_to_decide_is_tentative():
    booking = BookingFactory(status=BookingStatus.REQUESTED)
    _, (event,) = read(itip.request(booking, "ada@maison.example"))
    assert (str(event["STATUS"]), event["ATTENDEE"].params["PARTSTAT"]) == ("TENTATIVE", "TENTATIVE")
    assert event["ATTENDEE"].params["CN"] == "ada@maison.example"


def test_cancel_takes_out_the_same_thing_with_a_later_word():
    seat = RegistrationFactory()
    _, (asked,) = read(itip.request(seat, seat.address, seat.who))
    seat.status = RegistrationStatus.CANCELLED
    seat.save()
    method, (cancelled,) = read(itip.cancel(seat, seat.address, seat.who))
    assert (method, str(cancelled["STATUS"])) == ("CANCEL", "CANCELLED")
    assert cancelled["UID"] == asked["UID"] == f"{seat.event.uid}@agenda.chaudronneries.example"
    assert cancelled["SEQUENCE"] > asked["SEQUENCE"]


def test_guest_who_comes_back_has_a_later_word():
    seat = RegistrationFactory(guest=True, status=RegistrationStatus.CANCELLED, email="Dominique@ailleurs.example")
    _, (cancelled,) = read(itip.cancel(seat, seat.address))
    again = RegistrationFactory(guest=True, event=seat.event, email="dominique@ailleurs.example")
    RegistrationFactory(guest=True, event=seat.event)
    _, (asked,) = read(itip.request(again, again.address))
    assert asked["SEQUENCE"] == cancelled["SEQUENCE"] + 1


def test_series_has_one_vevent_a_date():
    bookings = [BookingFactory(starts_at=soon("10:00", days=7 * n)) for n in range(3)]
    _, events = read(itip.request(bookings, "ada@maison.example"))
    assert [event["DTSTART"].dt for event in events] == [booking.starts_at for booking in bookings]
    assert len({str(event["UID"]) for event in events}) == 3


def test_meeting_cancelled_is_taken_out():
    event = EventFactory(takes_registrations=True)
    method, (vevent,) = read(itip.cancel(event, "ada@maison.example"))
    assert (method, str(vevent["STATUS"]), str(vevent["TRANSP"])) == ("CANCEL", "CANCELLED", "TRANSPARENT")


def test_message_is_folded_text():
    booking = BookingFactory(title="É" * 110)
    Booking.objects.filter(pk=booking.pk).update(updated_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    text = itip.request(booking, "ada@maison.example")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert "DTSTAMP:20260101T000000Z" in text
