"""What the parts of an import hand over to one another."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.crypto import salted_hmac


@dataclass(frozen=True)
class Column:
    """A column of a kind of sheet: `heading` is what exports write, `aliases` what people write besides.

    Headings are compared by `words.plain`: neither case, accents nor signs count. A required column must be there;
    whether a cell may be empty is for the kind to say. What it `holds` says how a spreadsheet shows it: an export gives
    days as 2026-03-01 and numbers as 0.5, and the XLSX file has true dates and numbers.
    """

    key: str
    heading: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    help: str = ""
    holds: Literal["text", "day", "number"] = "text"


@dataclass(frozen=True)
class Row:
    """A line of a sheet, as its reader numbers it (the headings are a line too): {column key: trimmed text}.

    A column that the sheet lacks has no key here: what it says is left as it is. An empty cell is "".
    """

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """What was read of a file: the keys of the columns that it has, and its lines, the empty ones left out."""

    name: str
    columns: list[str]
    rows: list[Row]
    # {key: the heading as the sheet writes it}, so that faults say what its maker reads.
    headings: dict[str, str] = field(default_factory=dict)
    # Headings that are none of ours: told, then left alone.
    ignored: list[str] = field(default_factory=list)

    def heading(self, column: Column) -> str:
        return self.headings.get(column.key) or str(column.heading)


@dataclass(frozen=True, order=True)
class Fault:
    """Something wrong, said to whoever made the sheet; `line` 0 is the file as a whole, `column` "" the whole line."""

    line: int
    column: str
    message: str


class Unreadable(Exception):
    """The file is no sheet that can be read; `faults` says why."""

    def __init__(self, faults: list[Fault]):
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@dataclass(frozen=True)
class Change:
    """What a line would do: `verb` is one of `importing.VERBS`; `what` is (heading, before, after), in words."""

    line: int
    verb: str
    label: str
    what: list[tuple[str, str, str]]
    # Does it, called as do(by=user) within the import's transaction; the kind's actions keep the journal.
    do: Callable[..., Any] = field(compare=False, repr=False)


@dataclass(frozen=True)
class Plan:
    """All that a sheet would change, or all that is wrong with it: with a fault, nothing is carried out."""

    changes: list[Change]
    faults: list[Fault]
    unchanged: int
    # Headings of the file that were left alone (Table.ignored): the preview tells them.
    ignored: list[str] = field(default_factory=list)
    # Does all the changes in a few queries, called as at_once(by=user), where a kind knows how; without it, each change
    # does its own. When the database refuses, the changes are done one by one to find the line.
    at_once: Callable[..., Any] | None = field(default=None, compare=False, repr=False)

    @property
    def mark(self) -> str:
        """A short mark of what would change: a confirmation carries the mark of the plan that was previewed."""
        told = [[change.line, change.verb, change.label, change.what] for change in self.changes]
        return salted_hmac("residents.spreadsheets", json.dumps(told, default=str)).hexdigest()[:24]
