"""The demonstration's agenda: spaces, who holds them, meetings; its days are counted from the day it is loaded."""

import datetime
import tomllib

from django.db import IntegrityError, transaction
from django.utils import timezone

from agenda.enums import BookingStatus, EventAudience, Frequency, RegistrationStatus
from agenda.models import (
    Booking,
    Closure,
    Equipment,
    Event,
    EventKind,
    EventQuestion,
    OpeningHours,
    Registration,
    Series,
    Space,
)
from agenda.times import instant, midnight, monday_of
from chaudronneries.demo import files
from residents.models import Membership, Resident, User

SPACE_FIELDS = {
    "name",
    "slug",
    "description",
    "capacity",
    "accessibility",
    "colour",
    "pattern",
    "longest_minutes",
    "ahead_days",
    "buffer_minutes",
    "cancellation_hours",
    "approval",
    "bookable_by",
}
BOOKING_FIELDS = {"title", "attendees", "setup", "title_audience", "guest_name", "reasons", "request_word"}
EVENT_FIELDS = {"title", "audience", "summary", "text", "place", "capacity", "slot_minutes"}


def plan() -> dict:
    with (files.HERE / "agenda.toml").open("rb") as file:
        return tomllib.load(file)


def chosen(table: dict, names: set[str]) -> dict:
    return {name: value.strip() if isinstance(value, str) else value for name, value in table.items() if name in names}


def load() -> int:
    """Create the agenda unless one of its spaces is there already; returns how many bookings and meetings were."""
    tables = plan()
    if Space.objects.filter(slug__in=[table["slug"] for table in tables["spaces"]]).exists():
        return 0
    spaces = create_spaces(tables)
    create_closures(tables["closures"], spaces)
    # What is around today first: it is the weekly habit that gives way.
    bookings = sorted(tables["bookings"], key=lambda table: "day" not in table)
    made = sum(create_event(date, spaces) for table in tables["events"] for date in dated(table))
    return made + sum(create_bookings(table, spaces) for table in bookings)


def create_spaces(tables: dict) -> dict[str, Space]:
    equipment = {table["name"]: Equipment.objects.get_or_create(name=table["name"])[0] for table in tables["equipment"]}
    for table in tables["kinds"]:
        EventKind.objects.get_or_create(slug=table["slug"], defaults=table)
    spaces = {}
    for position, table in enumerate(tables["spaces"]):
        space = Space.objects.create(position=position, **chosen(table, SPACE_FIELDS))
        space.equipment.set(equipment[name] for name in table.get("equipment", []))
        space.parts.set(spaces[slug] for slug in table.get("parts", []))
        OpeningHours.objects.bulk_create(
            OpeningHours(space=space, weekday=day, opens_at=opens, closes_at=closes)
            for first, last, opens, closes in table["hours"]
            for day in range(first, last + 1)
        )
        spaces[space.slug] = space
    return spaces


def create_closures(tables: list[dict], spaces: dict[str, Space]) -> None:
    today = timezone.localdate()
    for table in tables:
        if "day" in table:
            first = today + datetime.timedelta(days=table["day"])
            last = first + datetime.timedelta(days=table["days"] - 1)
        else:
            first, last = (datetime.date(today.year, **table[edge]) for edge in ("from", "to"))
        closure = Closure.objects.create(reason=table["reason"], starts_on=first, ends_on=last)
        closure.spaces.set(spaces[slug] for slug in table.get("spaces", []))


def days_of(table: dict) -> list[datetime.date]:
    today = timezone.localdate()
    if "day" in table:
        return [today + datetime.timedelta(days=table["day"])]
    first, last = table["weeks"]
    monday = monday_of(today)
    return [monday + datetime.timedelta(days=7 * week + table["weekday"]) for week in range(first, last + 1)]


def dated(table: dict) -> list[dict]:
    """One table a date; the first keeps the address, the others add their day to it."""
    days = days_of(table)
    return [
        {**table, "on": day, "slug": f"{table['slug']}-{day:%Y-%m-%d}" if n else table["slug"]}
        for n, day in enumerate(days)
    ]


def closed(space: Space, day: datetime.date) -> bool:
    return Closure.objects.of(space).between(day, day).exists()


def account(key: str) -> User:
    return User.objects.get(email=files.accounts()[key].email)


def times(table: dict, day: datetime.date) -> dict:
    return {
        "starts_at": instant(day, datetime.time.fromisoformat(table["from"])),
        "ends_at": instant(day, datetime.time.fromisoformat(table["to"])),
    }


def create_bookings(table: dict, spaces: dict[str, Space]) -> int:
    """One booking a date, the dates that meet another one or a closure left out; returns how many."""
    space = spaces[table["space"]]
    resident = Resident.objects.filter(slug=table.get("structure")).first()
    if "structure" in table and resident is None:
        return 0
    by = account(table["account"]) if "account" in table else first_member(resident)
    days = [day for day in days_of(table) if not closed(space, day)]
    series = create_series(table, days, by) if table.get("series") else None
    status = table.get("status", BookingStatus.CONFIRMED)
    fields = chosen(table, BOOKING_FIELDS)
    if status == BookingStatus.CANCELLED:
        fields |= {"cancelled_at": timezone.now(), "is_late": True, "cancelled_by": by}
        fields |= {"cancellation_word": table["cancellation_word"]}
    made = 0
    for day in days:
        booking = Booking(space=space, resident=resident, created_by=by, status=status, **fields, **times(table, day))
        booking.buffer_minutes = space.buffer_minutes
        booking.series, booking.occurrence_on = (series, day) if series else (None, None)
        made += held(booking)
    return made


def held(booking: Booking) -> bool:
    """Save it unless the space is taken then."""
    try:
        with transaction.atomic():
            booking.save()
    except IntegrityError:
        return False
    return True


def first_member(resident: Resident | None) -> User | None:
    membership = Membership.objects.filter(resident=resident).order_by("-role", "pk").first() if resident else None
    return membership.user if membership else None


def create_series(table: dict, days: list[datetime.date], by: User | None) -> Series:
    return Series.objects.create(
        frequency=Frequency.WEEKLY,
        weekdays=[table["weekday"]],
        starts_on=days[0],
        until=days[-1],
        start_time=table["from"],
        end_time=table["to"],
        created_by=by,
    )


def create_event(table: dict, spaces: dict[str, Space]) -> int:
    day = table["on"]
    if table.get("all_day"):
        when = {"starts_at": midnight(day), "ends_at": midnight(day + datetime.timedelta(days=table["days"]))}
    else:
        when = times(table, day)
    event = Event.objects.create(
        slug=table["slug"],
        kind=EventKind.objects.get(slug=table["kind"]),
        is_all_day=table.get("all_day", False),
        takes_registrations="registrations" in table or "slot_minutes" in table,
        created_by=account("gestion"),
        **chosen(table, EVENT_FIELDS),
        **when,
    )
    event.organisers.set(Resident.objects.filter(slug__in=table.get("organisers", [])))
    event.hosts.set(account(key) for key in table.get("hosts", []))
    for slug in table.get("spaces", []):
        hold(event, spaces[slug])
    for position, question in enumerate(table.get("questions", [])):
        EventQuestion.objects.create(event=event, position=position, **question)
    register(event, table)
    return 1


def hold(event: Event, space: Space) -> None:
    public = "public" if event.audience == EventAudience.PUBLIC else "residents"
    booking = Booking(
        space=space,
        event=event,
        title=event.title,
        title_audience=public,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        buffer_minutes=space.buffer_minutes,
        attendees=event.capacity,
        created_by=event.created_by,
    )
    if held(booking):
        event.spaces.add(space)


def register(event: Event, table: dict) -> None:
    """The first members of the house, in the order of their structures; past the capacity they wait."""
    wanted = table.get("registrations", 0)
    people = Membership.objects.order_by("resident__sort_name", "pk").select_related("user", "resident")
    seen = {}
    for membership in people:
        seen.setdefault(membership.user_id, membership)
    for number, membership in enumerate(list(seen.values())[:wanted]):
        waits = event.capacity is not None and number >= event.capacity
        Registration.objects.create(
            event=event,
            user=membership.user,
            resident=membership.resident,
            status=RegistrationStatus.WAITING if waits else RegistrationStatus.REGISTERED,
            queued_at=timezone.now() if waits else None,
            attended=number % 4 != 3 if table.get("attended") else None,
        )


def clear() -> None:
    """Delete the demonstration's spaces with their bookings, and its meetings."""
    tables = plan()
    spaces = Space.objects.filter(slug__in=[table["slug"] for table in tables["spaces"]])
    for slug in [table["slug"] for table in tables["events"]]:
        Event.objects.filter(slug__startswith=slug).delete()
    Booking.objects.filter(space__in=spaces).delete()
    Series.objects.filter(bookings=None, events=None).delete()
    Closure.objects.filter(reason__in=[table["reason"] for table in tables["closures"]]).delete()
    spaces.filter(parts__isnull=False).delete()
    spaces.delete()
    Equipment.objects.filter(spaces=None, name__in=[table["name"] for table in tables["equipment"]]).delete()
    EventKind.objects.filter(events=None, slug__in=[table["slug"] for table in tables["kinds"]]).delete()
