"""The places of the house in figures and in words: taken, left, and what is foreseen."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from residents.models import HouseSettings, Stay

# What the public is told of, and what the house follows.
MONTHS_AHEAD, A_YEAR_AHEAD = 6, 12
DAYS_A_MONTH = 30
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Foreseen:
    """From `day` on, `left` places are free; `freed` more than the day before, fewer when it is negative."""

    day: datetime.date
    left: Decimal
    freed: Decimal

    @property
    def words(self) -> str:
        """ "Le 1er avril 2027, une place à temps plein se libère." """
        day, what = say_date(self.day), say_places(abs(self.freed))
        if self.freed > 0:
            template = ngettext(
                "Le %(day)s, %(what)s se libère.", "Le %(day)s, %(what)s se libèrent.", things(abs(self.freed))
            )
        else:
            template = ngettext(
                "Le %(day)s, %(what)s est déjà promise.",
                "Le %(day)s, %(what)s sont déjà promises.",
                things(abs(self.freed)),
            )
        return template % {"day": day, "what": what}


@dataclass(frozen=True)
class Places:
    """The places on `day`: `total` of the house, `taken`, and what changes in the months ahead.

    1 is a full-time place; `settings` are those of the house.
    """

    day: datetime.date
    total: Decimal
    taken: Decimal
    foreseen: list[Foreseen]
    settings: HouseSettings

    @classmethod
    def on(cls, day: datetime.date | None = None, *, months: int = MONTHS_AHEAD) -> "Places":
        """As they stand on `day` (today on the house's clock), in two queries."""
        day = day or timezone.localdate()
        settings = HouseSettings.load()
        stays = list(Stay.objects.not_ended(day).order_by().values_list("starts_on", "ends_on", "share"))
        taken = sum((share for starts_on, _ends_on, share in stays if starts_on <= day), Decimal(0))
        until = day + datetime.timedelta(days=DAYS_A_MONTH * months)
        return cls(day, settings.places, taken, foreseen(settings.places, taken, changes(stays, day, until)), settings)

    @property
    def is_told(self) -> bool:
        """Has the house said how many places it has?"""
        return self.total > 0

    @property
    def left(self) -> Decimal:
        return max(self.total - self.taken, Decimal(0))

    @property
    def words(self) -> str:
        """ "Il reste 4 places à temps plein."; "" when the house has not said how many it has."""
        if not self.is_told:
            return ""
        if not self.left:
            return _("Toutes les places sont prises.")
        return _("Il reste %(places)s.") % {"places": say_places(self.left)}


def changes(stays, day: datetime.date, until: datetime.date) -> dict[datetime.date, Decimal]:
    """{day: share freed that day, negative when taken} after `day` and up to `until`, of (from, to, share) `stays`.

    A place is free on the day after the last one of a stay.
    """
    found = defaultdict(Decimal)
    for starts_on, ends_on, share in stays:
        if day < starts_on <= until:
            found[starts_on] -= share
        if ends_on and day < ends_on + ONE_DAY <= until:
            found[ends_on + ONE_DAY] += share
    return {day: freed for day, freed in sorted(found.items()) if freed}


def foreseen(total: Decimal, taken: Decimal, changes: dict[datetime.date, Decimal]) -> list[Foreseen]:
    """What really changes for who looks for a place: a house with more stays than places frees none at first."""
    steps, left = [], max(total - taken, Decimal(0))
    for day, freed in changes.items():
        taken -= freed
        now = max(total - taken, Decimal(0))
        if now != left:
            steps.append(Foreseen(day, now, now - left))
        left = now
    return steps


# A part of a place: alone, after whole ones, and whether it is one thing or several.
PARTS = {
    Decimal("0.5"): (gettext_noop("une place à mi-temps"), gettext_noop("une à mi-temps"), 1),
    Decimal("0.25"): (gettext_noop("un quart de place"), gettext_noop("un quart"), 1),
    Decimal("0.75"): (gettext_noop("trois quarts de place"), gettext_noop("trois quarts"), 2),
}


def things(places: Decimal) -> int:
    """How many things `say_places` names: what a verb agrees with."""
    whole, part = divmod(places, 1)
    if part and part not in PARTS:
        return 1
    return int(whole) + (PARTS[part][2] if part else 0)


def say_places(places: Decimal) -> str:
    """A number of places, more than 0: "4 places à temps plein et une à mi-temps"."""
    whole, part = divmod(places, 1)
    if part and part not in PARTS:
        number = number_format(places.normalize())
        words = ngettext(
            "l’équivalent de %(number)s place à temps plein",
            "l’équivalent de %(number)s places à temps plein",
            int(whole),
        )
        return words % {"number": number}
    full = ngettext("une place à temps plein", "%(number)d places à temps plein", int(whole)) % {"number": int(whole)}
    if not part:
        return full
    alone, added, _things = PARTS[part]
    return _("%(places)s et %(part)s") % {"places": full, "part": _(added)} if whole else _(alone)


def say_date(day: datetime.date) -> str:
    """1er avril 2027"""
    words = date_format(day, "j F Y")
    return f"1er{words[1:]}" if day.day == 1 else words
