"""What people write in a cell, read: choices, yes and no, days, numbers, addresses; what cannot be is `Misread`.

Every function takes the trimmed text of a cell that is not empty, unless it says otherwise.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from residents.forms.fields import CONTROL, INVISIBLE, one_line
from residents.spreadsheets.plans import Column, Fault, Row, Table

MONTHS = {
    month: number
    for number, months in enumerate(
        [
            "janvier janv jan",
            "fevrier fevr fev",
            "mars mar",
            "avril avr",
            "mai",
            "juin",
            "juillet juil",
            "aout",
            "septembre sept sep",
            "octobre oct",
            "novembre nov",
            "decembre dec",
        ],
        start=1,
    )
    for month in months.split()
}
DAY_NAMES = {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"}
# A day of a house: what a mistyped century is known by.
FIRST_YEAR, LAST_YEAR = 1900, 2199
YES = {"oui", "o", "vrai", "true", "yes", "y", "x", "1", "ok", "✓", "✔"}
NO = {"non", "n", "faux", "false", "no", "0"}
# Two words are one mistyped, for a proposal that somebody reads.
CLOSE = 0.75
# Where what looks like another one may well be its own: « Agriculture » is not « Culture ».
MISTYPED = 0.88
ACCENTS, SIGNS = re.compile("[\u0300-\u036f]"), re.compile(r"[^\w]|_")
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})


class Misread(ValueError):
    """What a cell says cannot be; its text is said to whoever made the sheet."""


@dataclass
class Cells:
    """The cells of a line, read one by one: what cannot be read joins `faults`, with its line and its heading.

    `reader` takes the text of a cell that is not empty, and raises Misread.
    """

    table: Table
    row: Row
    columns: dict[str, Column]
    faults: list[Fault] = field(default_factory=list)

    def __contains__(self, key: str) -> bool:
        return key in self.row.cells

    def text(self, key: str) -> str:
        return self.row.cells.get(key, "")

    def read(self, key: str, reader: Callable[[str], Any], empty: Any = None, missing: str = "") -> Any:
        """What the cell says; `empty` when it says nothing, which is a fault where `missing` says so, or is misread."""
        if not (text := self.text(key)):
            if missing:
                self.fault(key, missing)
            return empty
        try:
            return reader(text)
        except Misread as misread:
            self.fault(key, str(misread))
            return empty

    def fault(self, key: str, message: str) -> None:
        """`key` "" is the whole line."""
        self.faults.append(Fault(self.row.line, self.table.heading(self.columns[key]) if key else "", message))


def repeated(lines: Iterable[Any], said: Callable[[Any], Hashable]) -> Iterator[tuple[Any, int]]:
    """Each of `lines` of which `said` is that of a line before it, with the number of the first one to say so."""
    first = {}
    for one in lines:
        line = first.setdefault(said(one), one.line)
        if line != one.line:
            yield one, line


def plain(text: str) -> str:
    """`text` without case, accents or signs: « Clés  partagées* » is "cles partagees"."""
    spelled = unicodedata.normalize("NFKD", text).casefold().translate(LIGATURES)
    return " ".join(SIGNS.sub(" ", ACCENTS.sub("", spelled)).split())


def lines(text: str) -> str:
    """A text of several lines as it can be seen, line ends made one sort: what a form would keep of it."""
    composed = unicodedata.normalize("NFC", text.replace("\0", " ")).splitlines()
    return "\n".join(INVISIBLE.sub("", CONTROL.sub(" ", line)).rstrip() for line in composed).strip()


def line_of(most: int) -> Callable[[str], str]:
    """A reader of a text on one line, of at most `most` signs."""
    return lambda text: not_longer(one_line(text), most)


def lines_of(most: int) -> Callable[[str], str]:
    """A reader of a text on several lines, of at most `most` signs."""
    return lambda text: not_longer(lines(text), most)


def not_longer(text: str, most: int) -> str:
    if len(text) > most:
        raise Misread(
            _("Ce texte fait %(length)d signes ; il en tient %(most)d.") % {"length": len(text), "most": most}
        )
    return text


def closest(text: str, among: Iterable[str], cutoff: float = CLOSE) -> str:
    """The one of `among` that `text` most likely means, "" if none looks like it; plurals do not count."""
    spelled = {singular(one): one for one in among}
    found = get_close_matches(singular(text), spelled, n=1, cutoff=cutoff)
    return spelled[found[0]] if found else ""


def singular(text: str) -> str:
    return " ".join(word.rstrip("sx") if len(word) > 3 else word for word in plain(text).split())


def choice_of(choices, others: Mapping[str, str] = MappingProxyType({})) -> Callable[[str], str]:
    """A reader of the value of one of `choices` (a TextChoices), written as its value or its label, or the label's
    first words (« coopérative » for « coopérative (Scop, Scic, CAE) »), or as one of the `others`, {plain word: value}.

    To be kept: what is said of each choice is made out once for all that a reader reads.
    """

    @cache
    def meant() -> dict[str, str]:
        """{what is said of it: value}; labels are not translated before the first line is read."""
        labels = {one.value: str(one.label) for one in choices}
        ways = [(lambda value: value), labels.get, (lambda value: labels[value].partition("(")[0])]
        said = {plain(way(value)): value for way in ways for value in labels}
        return said | {word: str(value) for word, value in others.items()}

    def read(text: str) -> str:
        return meant().get(plain(text)) or refuse_choice(text, [str(one.label) for one in choices])

    return read


def refuse_choice(text: str, labels: list[str]):
    if near := closest(text, labels):
        raise Misread(_("« %(text)s » n’existe pas ; vouliez-vous dire « %(near)s » ?") % {"text": text, "near": near})
    proposed = ", ".join(f"« {label} »" for label in labels)
    raise Misread(_("« %(text)s » n’existe pas ; écrivez %(proposed)s.") % {"text": text, "proposed": proposed})


def yes_no(text: str) -> bool:
    said = plain(text) or text.strip()
    if said not in YES | NO:
        raise Misread(_("« %(text)s » ne se lit pas ; écrivez oui ou non.") % {"text": text})
    return said in YES


def email(text: str) -> str:
    """An address, in lower case; `mailto:` and angle brackets, as they are pasted, do not count."""
    address = re.sub(r"^mailto:|^<|>$", "", text.strip(), flags=re.IGNORECASE).lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Misread(
            _("« %(text)s » n’est pas une adresse e-mail ; écrivez-la comme bonjour@exemple.fr.") % {"text": text}
        ) from None
    return address


def number(text: str) -> Decimal:
    """« 0,5 », « 0.5 », « 50 % », « 1/2 », « ½ », « 1 200 »."""
    said = unicodedata.normalize("NFKC", text.strip()).replace("⁄", "/").replace("−", "-")
    found = re.fullmatch(r"(-?\d[\d ]{0,15}(?:[.,]\d{1,20})?|\.\d{1,20})\s*(%)?", said, re.ASCII)
    if found:
        value = Decimal(found[1].replace(" ", "").replace(",", "."))
        return value / 100 if found[2] else value
    if (parts := re.fullmatch(r"(\d{1,6})\s*/\s*(\d{1,6})", said)) and int(parts[2]):
        share = Fraction(int(parts[1]), int(parts[2]))
        return Decimal(share.numerator) / Decimal(share.denominator)
    raise Misread(_("« %(text)s » n’est pas un nombre ; écrivez-le comme 0,5.") % {"text": text})


def hundredths(value: Decimal) -> Decimal:
    """A third is kept as 0.33."""
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def day(text: str) -> datetime.date:
    """« 2026-03-01 », « 01/03/2026 », « 1.3.26 », « dimanche 1er mars 2026 »: the day comes before the month.

    A month alone is no day: guessing its first would be wrong for a departure.
    """
    year_month_day = read_iso(text) or read_figures(text) or read_french(text)
    if not year_month_day:
        refuse_day(text)
    try:
        found = datetime.date(*year_month_day)
    except ValueError:
        raise Misread(_("« %(text)s » n’existe pas dans le calendrier.") % {"text": text}) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Misread(_("« %(text)s » est hors de toute époque vraisemblable.") % {"text": text})
    return found


def read_iso(text: str) -> tuple[int, int, int] | None:
    found = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?", text)
    return tuple(map(int, found.groups())) if found else None


def read_figures(text: str) -> tuple[int, int, int] | None:
    found = re.fullmatch(r"(\d{1,2})\s?[/.\- ]\s?(\d{1,2})\s?[/.\- ]\s?(\d{2}|\d{4})(?: 00:00(?::00)?)?", text)
    return (full_year(found[3]), int(found[2]), int(found[1])) if found else None


def read_french(text: str) -> tuple[int, int, int] | None:
    words = [word for word in plain(text).split() if word not in DAY_NAMES | {"le"}]
    if len(words) != 3 or words[1] not in MONTHS:
        return None
    first, month, year = words
    if not re.fullmatch(r"\d{1,2}|1er", first) or not re.fullmatch(r"\d{2}|\d{4}", year):
        return None
    return full_year(year), MONTHS[month], int(first.removesuffix("er"))


def full_year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def refuse_day(text: str):
    words = plain(text).split()
    if (len(words) == 2 and words[0] in MONTHS) or re.fullmatch(r"\d{1,2}[/.-]\d{4}|\d{4}-\d{1,2}", text):
        raise Misread(_("« %(text)s » ne dit pas quel jour ; écrivez-le comme 01/03/2026.") % {"text": text})
    if (len(words) == 2 and words[1] in MONTHS) or re.fullmatch(r"\d{1,2}[/.]\d{1,2}", text):
        raise Misread(_("« %(text)s » ne dit pas quelle année ; écrivez-la comme 01/03/2026.") % {"text": text})
    raise Misread(_("« %(text)s » n’est pas une date ; écrivez-la comme 01/03/2026.") % {"text": text})
