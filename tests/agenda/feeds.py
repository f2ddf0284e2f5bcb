"""The addresses of calendars, and what is read there."""

import icalendar
from django.urls import reverse

from agenda.actions import calendars as actions
from agenda.calendars.subscriptions import busy_token
from agenda.models import CalendarKey

PARIS = "Europe/Paris"


def key_of(user) -> CalendarKey:
    return actions.renew(by=user)


def mine(key) -> str:
    return reverse("agenda:my_feed", args=[key.token])


def busy(key) -> str:
    return reverse("agenda:my_busy_feed", args=[busy_token(key)])


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
