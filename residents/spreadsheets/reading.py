"""A file as people make them, CSV or XLSX, read into a `Table`: headings found, cells as text, or all that is wrong.

decoding.py and workbooks.py read the file into sheets of plain text; here is found which lines are the headings.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

from django.utils.translation import gettext as _

from residents.spreadsheets import decoding, workbooks
from residents.spreadsheets.formulas import is_formula
from residents.spreadsheets.plans import Column, Fault, Row, Table, Unreadable
from residents.spreadsheets.sheets import Sheet, refuse
from residents.spreadsheets.words import lines, plain

MOST_BYTES = 10 << 20
# Lines above the headings at most: a title, a date, who made it.
FIRST_LINES = 30
# A heading that is this much like one of ours is one of ours mistyped, not a column of the maker's own.
MISTYPED = 0.82


@dataclass
class Headings:
    """The headings of a sheet, on the lines `first` to `last`: as written, and the column of ours that each is."""

    first: int
    last: int
    written: dict[int, str]
    found: dict[int, Column]

    @property
    def score(self) -> int:
        return len({column.key for column in self.found.values()})


def read(name: str, content: bytes, columns: list[Column]) -> Table:
    """The table that the file `name` holds, as much of `columns` as it has; raises Unreadable, which says why not."""
    if len(content) > MOST_BYTES:
        refuse(_("Ce fichier pèse plus de %(most)d Mo.") % {"most": MOST_BYTES >> 20})
    if not content.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        refuse(_("Ce fichier est vide."))
    if workbooks.is_workbook(content):
        sheets = workbooks.sheets(content)
    else:
        sheets = decoding.sheets(content, lambda sheet: score_of(sheet, columns))
    return table(name, *best(sheets, columns), columns)


def best(sheets: list[Sheet], columns: list[Column]) -> tuple[Sheet, Headings]:
    """The sheet that has our headings."""
    found = [(sheet, headings) for sheet in sheets if (headings := find_headings(sheet, columns))]
    if not found:
        wanted = ", ".join(f"« {column.heading} »" for column in columns if column.required)
        refuse(
            _("Les en-têtes n’ont pas été trouvés : une ligne doit porter au moins %(wanted)s.") % {"wanted": wanted}
        )
    found.sort(key=lambda pair: -pair[1].score)
    whole = [pair for pair in found if not missing(pair[1], columns) and max(pair[0].lines) > pair[1].last]
    if len(whole) > 1 and whole[0][1].score == whole[1][1].score:
        names = _("« %(one)s » et « %(other)s »") % {"one": whole[0][0].name, "other": whole[1][0].name}
        refuse(_("Deux feuilles ont ces en-têtes, %(names)s : gardez celle à importer.") % {"names": names})
    return whole[0] if whole and whole[0][1].score == found[0][1].score else found[0]


def score_of(sheet: Sheet, columns: list[Column]) -> int:
    headings = find_headings(sheet, columns)
    return headings.score if headings else 0


def find_headings(sheet: Sheet, columns: list[Column]) -> Headings | None:
    """The line, or the two lines, that hold most of our headings; None if no line holds any."""
    spelled = {word: column for column in columns for word in (*spellings(column), plain(column.key))}
    numbers = list(islice(sheet.lines, FIRST_LINES))
    candidates = []
    for number in numbers:
        upper, lower = spread(sheet, number), sheet.lines.get(number + 1, {})
        candidates.append(Headings(number, number, upper, known(upper, spelled)))
        if lower:
            candidates.append(two_lines(number, upper, spread(sheet, number + 1), spelled))
    # Of equals the first: one line rather than two, the upper one rather than a line that repeats it.
    found = max(candidates, key=lambda headings: headings.score, default=None)
    return found if found and found.score else None


def spellings(column: Column) -> list[str]:
    return [plain(str(word)) for word in (column.heading, *column.aliases)]


def known(written: dict[int, str], spelled: dict[str, Column]) -> dict[int, Column]:
    return {at: spelled[said] for at, text in written.items() if (said := plain(text)) in spelled}


def two_lines(number: int, upper: dict[int, str], lower: dict[int, str], spelled: dict[str, Column]) -> Headings:
    """« Contact » above « Nom » is « Contact Nom » if we know it, else « Nom »; what is above nothing stands alone."""
    written = {}
    for at in sorted(upper.keys() | lower.keys()):
        above, below = upper.get(at, ""), lower.get(at, "")
        both = f"{above} {below}".strip() if plain(above) != plain(below) else below
        written[at] = both if plain(both) in spelled else below or above
    return Headings(number, number + 1, written, known(written, spelled))


def spread(sheet: Sheet, number: int) -> dict[int, str]:
    """The line `number`, where each cell that was made one with others says what the first of them says."""
    cells = dict(sheet.lines.get(number, {}))
    for first, last, left, right in sheet.merged:
        if first <= number <= last and (text := sheet.lines.get(first, {}).get(left)):
            cells |= dict.fromkeys(range(left, right + 1), text)
    return cells


def missing(headings: Headings, columns: list[Column]) -> list[Column]:
    there = {column.key for column in headings.found.values()}
    return [column for column in columns if column.required and column.key not in there]


def table(name: str, sheet: Sheet, headings: Headings, columns: list[Column]) -> Table:
    """The lines below the headings; raises Unreadable with all that is wrong with the headings, or with cells."""
    faults = mistyped(headings, columns) + twins(headings)
    # A mistyped heading says already what is missing.
    if not faults:
        faults = [
            Fault(headings.last, "", _("Il manque la colonne « %(heading)s ».") % {"heading": column.heading})
            for column in missing(headings, columns)
        ]
    faults += [
        Fault(line, headings.written[at], message)
        for (line, at), message in sheet.broken.items()
        if line > headings.last and at in headings.found
    ]
    if faults:
        raise Unreadable(sorted(faults))
    keys = {at: column.key for at, column in headings.found.items()}
    order = [column.key for column in columns if column.key in keys.values()]
    written = {column.key: headings.written[at] for at, column in headings.found.items()}
    return Table(name, order, list(rows(sheet, headings, keys)), written, strangers(sheet, headings))


def rows(sheet: Sheet, headings: Headings, keys: dict[int, str]) -> Iterator[Row]:
    """The lines that say something in a column of ours; headings said again, for whoever prints, are no line."""
    headings_again = {at: plain(headings.written[at]) for at in keys}
    for number, cells in sheet.lines.items():
        if number <= headings.last:
            continue
        said = {key: cell(cells.get(at, "")) for at, key in keys.items()}
        is_again = all(plain(cells.get(at, "")) == text for at, text in headings_again.items())
        if any(said.values()) and not is_again:
            yield Row(number, said)


def cell(text: str) -> str:
    """The text of a cell: trimmed, without what is not seen, nor the apostrophe that exports put before a formula."""
    text = lines(text)
    return text[1:].strip() if text.startswith("'") and is_formula(text.lstrip("'")) else text


def strangers(sheet: Sheet, headings: Headings) -> list[str]:
    """The columns that are none of ours, as the sheet writes them, or by their letter."""
    named = {at: text for at, text in sorted(headings.written.items()) if plain(text)}
    filled = {at for number, cells in sheet.lines.items() if number > headings.last for at in cells}
    strange = [text for at, text in named.items() if at not in headings.found]
    nameless = sorted(filled - named.keys())
    return strange + [_("colonne %(letters)s, sans en-tête") % {"letters": letters(at)} for at in nameless]


def mistyped(headings: Headings, columns: list[Column]) -> list[Fault]:
    """The headings that are none of ours, and read like one of ours that is not there."""
    there = {column.key for column in headings.found.values()}
    absent = {word: column for column in columns if column.key not in there for word in spellings(column)}
    words = _("Cet en-tête n’est pas connu : vouliez-vous dire « %(heading)s » ?")
    return [
        Fault(headings.last, text, words % {"heading": meant.heading})
        for at, text in sorted(headings.written.items())
        if at not in headings.found and (meant := nearest(plain(text), absent))
    ]


def nearest(text: str, absent: dict[str, Column]) -> Column | None:
    found = get_close_matches(text, absent, n=1, cutoff=MISTYPED)
    return absent[found[0]] if found else None


def twins(headings: Headings) -> list[Fault]:
    """Two columns that say the same thing: which one is meant is not ours to guess."""
    at_each = defaultdict(list)
    for at, column in sorted(headings.found.items()):
        at_each[column.key].append(at)
    return [
        Fault(
            headings.last,
            headings.written[second],
            _("Deux colonnes disent la même chose, %(one)s (« %(first)s ») et %(other)s (« %(second)s »).")
            % {
                "one": letters(first),
                "first": headings.written[first],
                "other": letters(second),
                "second": headings.written[second],
            },
        )
        for first, second in (places[:2] for places in at_each.values() if len(places) > 1)
    ]


def letters(at: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    return (letters(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)
