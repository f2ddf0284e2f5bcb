"""What search engines read of a public meeting: schema.org's Event, as JSON-LD."""

import json

from django.utils.safestring import SafeString, mark_safe

from agenda.enums import EventAudience, EventStatus
from agenda.models import Event
from agenda.times import local

CONTEXT = "https://schema.org"
HOUSE = "Les Chaudronneries"
# What would end the script that holds it, or begin another.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def of_events(events: list[Event], absolute) -> SafeString | str:
    """JSON-LD of those of `events` that everybody may read, ready for components/json_ld.html; "" without any.

    `absolute` makes a whole address of a path. Events come from `programme.with_what_pages_show`.
    """
    public = [event for event in events if is_public(event)]
    if not public:
        return ""
    return dumped({"@context": CONTEXT, "@graph": [as_schema(event, absolute) for event in public]})


def is_public(event: Event) -> bool:
    return event.audience == EventAudience.PUBLIC and event.status != EventStatus.DRAFT


def as_schema(event: Event, absolute) -> dict:
    found = {
        "@type": "Event",
        "name": event.title,
        "url": absolute(event.get_absolute_url()),
        **times(event),
        "eventStatus": f"{CONTEXT}/{'EventCancelled' if event.is_cancelled else 'EventScheduled'}",
        "eventAttendanceMode": f"{CONTEXT}/OfflineEventAttendanceMode",
        "location": location(event),
        "organizer": organisers(event, absolute),
        "description": event.summary or event.text[:300],
    }
    if event.picture:
        found["image"] = [absolute(event.picture.file.url)]
    if event.capacity:
        found["maximumAttendeeCapacity"] = event.capacity
        found["remainingAttendeeCapacity"] = max(0, event.capacity - event.taken)
    return {name: value for name, value in found.items() if value != ""}


def times(event: Event) -> dict:
    """Instants with their offset; all-day ones are dates, the last included, as schema.org has them."""
    start, end = local(event.starts_at), local(event.ends_at)
    if not event.is_all_day:
        return {"startDate": start.isoformat(), "endDate": end.isoformat()}
    # The end is excluded: the day before midnight.
    last = start.date() if end.date() <= start.date() else end.date().fromordinal(end.date().toordinal() - 1)
    return {"startDate": start.date().isoformat(), "endDate": last.isoformat()}


def location(event: Event) -> dict:
    rooms = ", ".join(place["name"] for place in event.places)
    address = event.place if event.place and not rooms else HOUSE
    return {"@type": "Place", "name": rooms or event.place or HOUSE, "address": address}


def organisers(event: Event, absolute) -> list[dict]:
    structures = [
        {"@type": "Organization", "name": one.name, "url": absolute(one.get_absolute_url())}
        for one in event.organisers.all()
    ]
    return structures or [{"@type": "Organization", "name": HOUSE, "url": absolute("/")}]


def dumped(data: dict) -> SafeString:
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(ESCAPES))
