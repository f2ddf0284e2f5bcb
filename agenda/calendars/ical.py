"""Calendars as clients read them (RFC 5545), written by `icalendar`: one VEVENT an entry, nothing that recurs.

Plain Python: what an entry says was decided by who made it (entries.py).
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

import icalendar
from icalendar.parser import Contentline
from icalendar.prop import vCalAddress, vCategory, vDate, vDatetime, vDuration, vInt, vRecur, vText, vUri

from agenda.times import local

PRODID = "-//Les Chaudronneries//Agenda//FR"
# A UID never changes, whatever the address that the house answers at.
DOMAIN = "agenda.chaudronneries.example"
# How often clients are asked to look again; some decide otherwise (Google: once or twice a day).
REFRESH = datetime.timedelta(hours=1)
CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"
# What the attendee of a message is taken to answer: they asked for it.
PARTSTAT = {CONFIRMED: "ACCEPTED", TENTATIVE: "TENTATIVE", CANCELLED: "DECLINED"}
# A line of fewer octets than this is written as it is; icalendar folds the others, letter by letter.
FOLDED_FROM = 75
# Lines that most entries of a calendar have in common.
REPEATED = {"BEGIN", "END", "STATUS", "LOCATION", "CATEGORIES", "CLASS", "TRANSP"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What stands at a time in somebody's calendar. Texts are clean (one line, but for `description`).

    `starts_at` and `ends_at` are instants; all day, the days in Paris that they fall in, the end excluded.
    """

    uid: str
    sequence: int
    status: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    updated_at: datetime.datetime
    created_at: datetime.datetime | None = None
    is_all_day: bool = False
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    category: str = ""
    is_public: bool = False
    # Whether whoever has it in their calendar is busy then.
    takes_time: bool = True


@dataclass(frozen=True)
class Parties:
    """Who invites and who is invited, in a message: {"address": e-mail, "name"}."""

    organizer: str
    organizer_name: str
    attendee: str
    attendee_name: str


def written(
    entries: Iterable[Entry],
    *,
    name: str = "",
    description: str = "",
    method: str = "PUBLISH",
    parties: Parties | None = None,
) -> bytes:
    """A whole calendar; `name` and `description` are those of one that is subscribed to."""
    calendar = icalendar.Calendar()
    calendar["PRODID"] = vText(PRODID)
    calendar["VERSION"] = vText("2.0")
    calendar["CALSCALE"] = vText("GREGORIAN")
    calendar["METHOD"] = vText(method)
    if name:
        calendar["NAME"] = calendar["X-WR-CALNAME"] = vText(name)
        calendar["X-WR-CALDESC"] = vText(description)
        calendar["X-WR-TIMEZONE"] = vText("Europe/Paris")
        calendar["REFRESH-INTERVAL"] = vDuration(REFRESH, params={"VALUE": "DURATION"})
        calendar["X-PUBLISHED-TTL"] = vDuration(REFRESH)
    calendar.add_component(paris())
    head, end, nothing = calendar.to_ical(sorted=False).partition(b"END:VCALENDAR\r\n")
    assert end and not nothing
    one = remembered if parties is None else lambda entry: lines_of(vevent(entry, parties))
    return head + b"".join(map(one, entries)) + end


@lru_cache(8192)
def remembered(entry: Entry) -> bytes:
    """An entry's lines: when one changes, the thousands beside it are not written again."""
    return lines_of(vevent(entry))


@cache
def paris() -> icalendar.Timezone:
    """Europe/Paris as it has been since 1996, and will be until the Union decides otherwise."""
    zone = icalendar.Timezone()
    zone["TZID"] = vText("Europe/Paris")
    for part, month, before, after, name in [
        (icalendar.TimezoneDaylight(), 3, 1, 2, "CEST"),
        (icalendar.TimezoneStandard(), 10, 2, 1, "CET"),
    ]:
        part.add("DTSTART", datetime.datetime(1996, month, 31 if month == 3 else 27, 1 + before))
        part["RRULE"] = vRecur(freq="YEARLY", bymonth=month, byday="-1SU")
        part.add("TZOFFSETFROM", datetime.timedelta(hours=before))
        part.add("TZOFFSETTO", datetime.timedelta(hours=after))
        part["TZNAME"] = vText(name)
        zone.add_component(part)
    return zone


def vevent(entry: Entry, parties: Parties | None = None) -> icalendar.Event:
    event = icalendar.Event()
    event["UID"] = vText(entry.uid)
    event["SEQUENCE"] = vInt(entry.sequence)
    event["DTSTAMP"] = event["LAST-MODIFIED"] = vDatetime(utc(entry.updated_at))
    if entry.created_at:
        event["CREATED"] = vDatetime(utc(entry.created_at))
    event["DTSTART"], event["DTEND"] = days(entry) if entry.is_all_day else times(entry)
    event["STATUS"] = shared(entry.status)
    event["SUMMARY"] = vText(entry.summary)
    if entry.description:
        event["DESCRIPTION"] = vText(entry.description)
    if entry.location:
        event["LOCATION"] = shared(entry.location)
    if entry.url:
        event["URL"] = vUri(entry.url)
    if entry.category:
        event["CATEGORIES"] = vCategory([entry.category])
    event["CLASS"] = shared("PUBLIC" if entry.is_public else "PRIVATE")
    event["TRANSP"] = shared("OPAQUE" if entry.takes_time and entry.status != CANCELLED else "TRANSPARENT")
    if parties:
        event["ORGANIZER"] = address(parties.organizer, parties.organizer_name)
        event["ATTENDEE"] = address(
            parties.attendee,
            parties.attendee_name,
            {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": PARTSTAT[entry.status], "RSVP": "FALSE"},
        )
    return event


# Values that most entries have in common are made once.
shared = lru_cache(1024)(vText)


def address(email: str, name: str, params: dict | None = None) -> vCalAddress:
    return vCalAddress(f"mailto:{email}", params={"CN": name or email, **(params or {})})


def utc(moment: datetime.datetime) -> datetime.datetime:
    return moment.astimezone(datetime.UTC)


def times(entry: Entry) -> tuple[vDatetime, vDatetime]:
    """On the clock of Paris, so that clients show and repeat them so; in UTC when that clock shows the time twice."""
    start, end = local(entry.starts_at), local(entry.ends_at)
    if start.fold or end.fold:
        # Clients take a local time that comes twice for the first one.
        start, end = utc(start), utc(end)
    return vDatetime(start), vDatetime(end)


def days(entry: Entry) -> tuple[vDate, vDate]:
    start, end = local(entry.starts_at), local(entry.ends_at)
    last = end.date() if end.time() == datetime.time.min else end.date() + datetime.timedelta(days=1)
    last = max(last, start.date() + datetime.timedelta(days=1))
    return vDate(start.date(), {"VALUE": "DATE"}), vDate(last, {"VALUE": "DATE"})


def lines_of(event: icalendar.Event) -> bytes:
    """`event.to_ical(sorted=False)`, in half the time: common lines are written once, short ones not looked through."""
    lines = []
    for name, value in event.property_items(sorted=False):
        if name in REPEATED:
            lines.append(repeated(name, value if isinstance(value, bytes) else value.to_ical()))
        else:
            lines.append(folded(event.content_line(name, value, sorted=False)))
    return b"\r\n".join(lines) + b"\r\n"


@lru_cache(1024)
def repeated(name: str, value: bytes) -> bytes:
    return folded(Contentline(f"{name}:{value.decode()}"))


def folded(line: Contentline) -> bytes:
    octets = line.encode()
    return octets if len(octets) < FOLDED_FROM else line.to_ical()
