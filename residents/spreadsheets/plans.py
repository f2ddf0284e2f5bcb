"""What the parts of an import hand over to one another."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Column:
    """A column of a kind of sheet: `heading` is what exports write, `aliases` what people write besides.

    Headings are compared as `searchable_text`: neither case, accents nor signs count. A required column must be there;
    whether a cell may be empty is for the kind to say.
    """

    key: str
    heading: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    help: str = ""


@dataclass(frozen=True)
class Row:
    """A line of a sheet, as its reader numbers it (the headings are a line too): {column key: trimmed text}.

    A column that the sheet lacks has no key here: what it says is left as it is. An empty cell is "".
    """

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    name: str
    columns: list[str]
    rows: list[Row]


@dataclass(frozen=True, order=True)
class Fault:
    """Something wrong, said to whoever made the sheet; `line` 0 is the file as a whole, `column` "" the whole line."""

    line: int
    column: str
    message: str


class Unreadable(Exception):
    """The file is no sheet that can be read; `faults` says why."""

    def __init__(self, faults: list[Fault]):
        super().__init__(faults)
        self.faults = faults


@dataclass(frozen=True)
class Change:
    """What a line would do: `verb` is "create", "change" or "invite"; `what` is (heading, before, after), in words."""

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
