"""Somebody else's calendar, read: the dates that an .ics file holds (as Google exports it), and what of it is broken.

Each entry is read apart, so that a broken one stops no other and its line is known. Nothing is written here
(actions/imports.py).
"""

import datetime
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from django.utils.translation import gettext as _

from agenda.calendars.ics import UNREADABLE, Block, Broken, Entry, Fault, Found, Zones
from agenda.times import midnight
from residents.forms.fields import one_line

MOST_OCTETS = 5 * 1024 * 1024
MOST_ENTRIES = 5_000
# A date further back or ahead stays out.
DAYS_BACK, DAYS_AHEAD = 366, 731
LONGEST_UID = 300
# A rule that never comes (31 February) is looked for up to the year 9999: two seconds each.
MOST_SECONDS = 10


class ImportRefused(ValueError):
    """The whole file cannot be read; says why, in French."""


@dataclass
class Calendar:
    """What was read of a file. `outside` counts dates too old or too far; `uids` are all those of the file."""

    name: str = ""
    found: list[Found] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    uids: set[str] = field(default_factory=set)
    outside: int = 0


def read(data: bytes, today: datetime.date, *, seconds: float = MOST_SECONDS) -> Calendar:
    """The calendar in `data`, seen from `today` (in Paris). Raises ImportRefused."""
    deadline = time.monotonic() + seconds
    lines = lines_of(data)
    calendar = Calendar(name=name_of(lines))
    zones = Zones(blocks(lines, "VTIMEZONE"))
    series = defaultdict(list)
    for number, block in enumerate(blocks(lines, "VEVENT")):
        if number == MOST_ENTRIES:
            raise ImportRefused(_("Ce calendrier a plus de %(most)s entrées.") % {"most": MOST_ENTRIES})
        entry = Entry(block, zones)
        try:
            entry.check()
            series[entry.uid].append(entry)
        except UNREADABLE as error:
            calendar.faults.append(entry.fault(error))
        calendar.uids.add(entry.uid)
    window = midnight(today - datetime.timedelta(DAYS_BACK)), midnight(today + datetime.timedelta(DAYS_AHEAD))
    for entries in series.values():
        if time.monotonic() > deadline:
            raise ImportRefused(_("Ce calendrier a trop de répétitions qui ne tombent aucun jour."))
        add_dates(calendar, entries, window)
    calendar.found.sort(key=lambda found: (found.starts_at, found.source_uid))
    calendar.faults.sort(key=lambda fault: fault.line)
    if len(calendar.found) > MOST_ENTRIES:
        raise ImportRefused(_("Ce calendrier a plus de %(most)s dates.") % {"most": MOST_ENTRIES})
    return calendar


def lines_of(data: bytes) -> list[str]:
    if not data.strip():
        raise ImportRefused(_("Ce fichier est vide."))
    if len(data) > MOST_OCTETS:
        raise ImportRefused(_("Ce fichier est trop lourd : 5 Mo au plus."))
    if data.startswith(b"PK"):
        raise ImportRefused(_("C’est une archive (.zip), comme Google en donne : ouvrez-la, et choisissez un .ics."))
    try:
        lines = re.split("\r\n|\n|\r", data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ImportRefused(_("Ce fichier n’est pas un calendrier .ics lisible (il n’est pas en UTF-8).")) from error
    if not any(line.strip().upper() == "BEGIN:VCALENDAR" for line in lines):
        raise ImportRefused(_("Ce fichier n’est pas un calendrier .ics."))
    return lines


def name_of(lines: list[str]) -> str:
    named = (line.partition(":")[2] for line in lines if line.upper().startswith("X-WR-CALNAME:"))
    return one_line(next(named, "").replace("\0", "").replace("\\", ""))[:120]


def blocks(lines: list[str], kind: str) -> Iterator[Block]:
    """Each component of that kind; one without its end stops where the next begins."""
    begin, end, first = f"BEGIN:{kind}", f"END:{kind}", None
    for number, line in enumerate([*lines, begin]):
        mark = line.strip().upper()
        if mark == begin:
            if first is not None:
                yield Block(first + 1, "", is_whole=False)
            first = number
        elif mark == end and first is not None:
            yield Block(first + 1, "\r\n".join(lines[first : number + 1]) + "\r\n", is_whole=True)
            first = None


def named(uid: str, key: str = "") -> str:
    """What a meeting keeps of where it comes from."""
    uid = uid if len(uid) <= LONGEST_UID else f"sha256:{sha256(uid.encode()).hexdigest()}"
    return f"{uid}#{key}" if key else uid


def add_dates(calendar: Calendar, entries: list[Entry], window: tuple[datetime.datetime, datetime.datetime]) -> None:
    """Add to `calendar` the dates of the entries that share a UID: a rule, and what some of its dates became."""
    found = {}
    for entry in sorted(entries, key=lambda entry: bool(entry.replaces)):
        try:
            dates = list(dates_of(entry, window))
        except UNREADABLE as error:
            calendar.faults.append(entry.fault(error))
            continue
        if not entry.replaces and found:
            calendar.faults.append(entry.fault(Broken(_("une autre entrée a le même identifiant"))))
            continue
        found |= {place(date, found): date for date in dates}
    inside = [date for date in found.values() if date.ends_at > window[0] and date.starts_at < window[1]]
    calendar.outside += len(found) - len(inside)
    calendar.found += inside


def place(date: Found, found: dict[str, Found]) -> str:
    """The name in `found` of what `date` replaces: some say only the day that they change."""
    if re.search(r"#\d{8}$", date.source_uid) and date.source_uid not in found:
        return next((name for name in found if name.startswith(f"{date.source_uid}T")), date.source_uid)
    return date.source_uid


def dates_of(entry: Entry, window: tuple[datetime.datetime, datetime.datetime]) -> Iterator[Found]:
    if entry.replaces:
        yield entry.at(entry.start, named(entry.uid, entry.replaces))
    elif entry.recurs:
        for wall in entry.walls(*window):
            yield entry.at(wall, named(entry.uid, entry.key(wall, entry.zone)))
    else:
        yield entry.at(entry.start, named(entry.uid))
