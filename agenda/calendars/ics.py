"""One entry (VEVENT) of somebody else's calendar: what it says, when, and the dates of those that recur.

`icalendar` reads it, `dateutil` makes its dates on the clock of its own zone; what cannot be read is said in French.
"""

import datetime
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import icalendar
from dateutil.rrule import rrulestr
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from agenda.models import Event
from agenda.times import PARIS, midnight
from residents.forms.fields import one_line

DAY, LONGEST = datetime.timedelta(days=1), datetime.timedelta(days=31)
EARLIEST_YEAR, LATEST_YEAR = 1970, 2200
FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
# What an entry cannot do without: an error there breaks it, elsewhere it is passed over.
NEEDED = {"UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", None}
# What icalendar and dateutil raise for what they cannot make sense of.
UNREADABLE = (ValueError, TypeError, OverflowError, AttributeError, KeyError, IndexError)
LONGEST_TITLE, LONGEST_TEXT, LONGEST_PLACE, LONGEST_LINK = (
    Event._meta.get_field(name).max_length for name in ("title", "text", "place", "link")
)
MARKUP = re.compile(r"</?(?:br|p|div|ul|ol|li|a|b|i|u|span|html-blob)\b[^>]*>", re.IGNORECASE)
BREAKS = re.compile(r"<(?:br|/p|/div|/li|/ul|/ol)\b[^>]*>", re.IGNORECASE)


class Broken(ValueError):
    """One entry cannot be read; says why, in French."""


@dataclass(frozen=True)
class Found:
    """A date of the file, as a meeting would have it: instants, texts that fit. `line` is where its entry begins."""

    source_uid: str
    line: int
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    is_all_day: bool
    title: str
    text: str
    place: str
    link: str
    is_cancelled: bool


@dataclass(frozen=True)
class Fault:
    """An entry that stays out, and why."""

    line: int
    uid: str
    title: str
    reason: str


@dataclass(frozen=True)
class Block:
    """A component as it stands in the file."""

    line: int
    text: str
    is_whole: bool


class Zones:
    """The time zones that a file names: ours by their names, Windows', and those that it describes itself."""

    def __init__(self, described: Iterator[Block]):
        self.described = {}
        for block in described:
            try:
                zone = icalendar.Timezone.from_ical(block.text)
                self.described[str(zone["TZID"])] = zone
            except UNREADABLE:
                continue

    def named(self, name: str) -> datetime.tzinfo:
        described = self.described.get(name)
        # Some write /freeassociation.sourceforge.net/Europe/Paris.
        choices = [name, WINDOWS_TO_OLSON.get(name, ""), "/".join(name.split("/")[-2:])]
        if described is not None:
            choices.append(str(described.get("X-LIC-LOCATION", "")))
        for choice in filter(None, choices):
            try:
                return ZoneInfo(choice)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
        if described is not None:
            return described.to_tz()
        raise Broken(_("fuseau horaire inconnu : %(name)s") % {"name": one_line(name)[:60]})


class Entry:
    """A VEVENT: one date, the rule of many, or what one of many became."""

    def __init__(self, block: Block, zones: Zones):
        self.line, self.zones, self.uid, self.event, self.broken = block.line, zones, "", None, ""
        if not block.is_whole:
            self.broken = _("l’entrée ne finit pas (END:VEVENT manque)")
            return
        try:
            self.event = icalendar.Event.from_ical(block.text)
            self.uid = self.text_of("UID")
        except UNREADABLE as error:
            self.broken = _("l’entrée ne se lit pas : %(error)s") % {"error": one_line(str(error))[:120]}

    def check(self) -> None:
        """Read all that its dates come from. Raises Broken, or ValueError and the like for what icalendar let pass."""
        if self.broken:
            raise Broken(self.broken)
        for name, _error in self.event.errors:
            if name in NEEDED:
                raise Broken(_("%(field)s ne se lit pas") % {"field": name or _("une ligne")})
        if not self.uid:
            raise Broken(_("pas d’identifiant (UID)"))
        if self.text_of("CLASS").upper() in {"PRIVATE", "CONFIDENTIAL"}:
            raise Broken(_("marquée privée à la source : elle le reste"))
        if "DTSTART" not in self.event:
            raise Broken(_("pas de début (DTSTART)"))
        self.start, self.zone, self.is_all_day = *self.wall(self.event["DTSTART"]), self.is_day(self.event["DTSTART"])
        if self.start.year < EARLIEST_YEAR or self.start.year > LATEST_YEAR:
            raise Broken(_("commence en l’an %(year)s") % {"year": self.start.year})
        self.length = self.lasts()
        if self.length <= datetime.timedelta():
            raise Broken(_("ne finit pas après avoir commencé"))
        if self.length > LONGEST:
            raise Broken(_("dure plus de 31 jours"))
        self.rules = [bounded(rule) for rule in self.all_of("RRULE")]
        self.replaces = self.key_of(self.event["RECURRENCE-ID"]) if "RECURRENCE-ID" in self.event else ""
        if self.replaces and self.event["RECURRENCE-ID"].params.get("RANGE"):
            raise Broken(_("change toutes les dates suivantes d’une série (RANGE), ce qui ne se lit pas ici"))
        self.left_out = {self.key_of(date) for date in self.dates("EXDATE")}
        self.added = [self.wall(date)[0] for date in self.dates("RDATE")]

    def fault(self, error: Exception) -> Fault:
        reason = str(error) if isinstance(error, Broken) else _("l’entrée ne se lit pas")
        return Fault(self.line, self.uid[:120], self.title if self.event is not None else "", reason)

    # What it says

    def text_of(self, name: str) -> str:
        value = self.event.get(name, "")
        return str(value[0] if isinstance(value, list) else value).replace("\0", "").strip()

    @property
    def title(self) -> str:
        return one_line(self.text_of("SUMMARY"))[:LONGEST_TITLE].rstrip()

    def all_of(self, name: str) -> list:
        value = self.event.get(name, [])
        return value if isinstance(value, list) else [value]

    def dates(self, name: str) -> list:
        """The dates listed under `name`, each as a property with its own zone."""
        return [date for listed in self.all_of(name) for date in listed.dts]

    # When

    def is_day(self, date) -> bool:
        return not isinstance(date.dt, datetime.datetime)

    def wall(self, date) -> tuple[datetime.datetime, datetime.tzinfo]:
        """What the clock shows, and where; midnight in Paris of a whole day; a floating time is the house's."""
        value = date.dt
        if self.is_day(date):
            return datetime.datetime.combine(value, datetime.time.min), PARIS
        wall = value.replace(tzinfo=None, fold=0)
        if name := str(date.params.get("TZID", "")):
            return wall, self.zones.named(name)
        return wall, datetime.UTC if value.tzinfo else PARIS

    def lasts(self) -> datetime.timedelta:
        """How long: days on the clock for whole ones (at least one), real time otherwise."""
        length = datetime.timedelta()
        if "DTEND" in self.event:
            end, zone = self.wall(self.event["DTEND"])
            length = end - self.start
            if not self.is_all_day:
                length = instant_of(end, zone) - instant_of(self.start, self.zone)
        elif "DURATION" in self.event:
            length = self.event["DURATION"].dt
        if not self.is_all_day or length.days < 0:
            return length
        return datetime.timedelta(days=max(1, -(-length // DAY)))

    def key_of(self, date) -> str:
        """What names a date of a series, however it is written: its first moment in UTC, or its day."""
        wall, zone = self.wall(date)
        if self.is_day(date):
            return f"{wall:%Y%m%d}"
        return self.key(wall, zone)

    def key(self, wall: datetime.datetime, zone: datetime.tzinfo) -> str:
        return f"{wall:%Y%m%d}" if self.is_all_day else f"{instant_of(wall, zone):%Y%m%dT%H%M%SZ}"

    @property
    def recurs(self) -> bool:
        return bool(self.rules or self.added)

    def walls(self, first: datetime.datetime, last: datetime.datetime) -> list[datetime.datetime]:
        """The dates of the rule from `first` to `last`, on the clock, without those left out."""
        first, last = naive_in(first, self.zone) - self.length, naive_in(last, self.zone)
        walls = set(self.added) | ({self.start} if self.added and not self.rules else set())
        for rule, count, until in self.rules:
            end = min(last, self.last_wall(until)) if until else last
            walls.update(islice(rrulestr(rule, dtstart=self.start).replace(until=end), count))
        kept = sorted(wall for wall in walls if first <= wall <= last)
        return [wall for wall in kept if not self.left_out & {self.key(wall, self.zone), f"{wall:%Y%m%d}"}]

    def last_wall(self, until: datetime.date) -> datetime.datetime:
        if not isinstance(until, datetime.datetime):
            return datetime.datetime.combine(until, datetime.time.max)
        return naive_in(until, self.zone) if until.tzinfo else until

    def at(self, wall: datetime.datetime, source_uid: str) -> Found:
        """It, begun when the clock shows `wall`."""
        start = midnight(wall.date()) if self.is_all_day else instant_of(wall, self.zone)
        end = midnight((wall + self.length).date()) if self.is_all_day else start + self.length
        return Found(
            source_uid=source_uid,
            line=self.line,
            starts_at=start,
            ends_at=end,
            is_all_day=self.is_all_day,
            title=self.title or _("Sans titre"),
            text=plain(self.text_of("DESCRIPTION"))[:LONGEST_TEXT].rstrip(),
            place=one_line(self.text_of("LOCATION"))[:LONGEST_PLACE].rstrip(),
            link=link_of(self.text_of("URL") or self.text_of("X-GOOGLE-CONFERENCE")),
            is_cancelled=self.text_of("STATUS").upper() == "CANCELLED",
        )


def bounded(rule: icalendar.vRecur) -> tuple[str, int | None, datetime.date | None]:
    """(rule without its end, how many dates or None, last date or None). Raises Broken for a rule of hours or less."""
    parts = {name.upper(): value for name, value in rule.items()}
    if parts.get("FREQ", [""])[0] not in FREQUENCIES or parts.keys() & {"BYHOUR", "BYMINUTE", "BYSECOND"}:
        raise Broken(_("se répète plus d’une fois par jour"))
    if any(int(interval) < 1 for interval in parts.get("INTERVAL", [])):
        raise Broken(_("se répète à un intervalle de zéro"))
    count, until = parts.pop("COUNT", [None])[0], parts.pop("UNTIL", [None])[0]
    return icalendar.vRecur(parts).to_ical().decode(), count, until


def instant_of(wall: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """In UTC; a time that the clock jumps over is counted as before the jump (RFC 5545), one that comes twice is the
    first."""
    return wall.replace(tzinfo=zone).astimezone(datetime.UTC)


def naive_in(moment: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def plain(text: str) -> str:
    """Paragraphs without the markup that Google puts in them."""
    if MARKUP.search(text):
        text = html.unescape(re.sub(r"<[^<>]*>", "", BREAKS.sub("\n", text))).replace("\0", "")
    lines = [one_line(line) for line in text.splitlines()]
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip()


def link_of(text: str) -> str:
    try:
        URLValidator(["http", "https"])(text)
    except ValidationError:
        return ""
    return text if len(text) <= LONGEST_LINK else ""
