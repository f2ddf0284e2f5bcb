"""A sheet of a file before its headings are known, as decoding.py and workbooks.py give it."""

from dataclasses import dataclass, field

from residents.spreadsheets.plans import Fault, Unreadable

MOST_LINES = 100_000


@dataclass
class Sheet:
    """A sheet: its lines that are not blank, {number from 1: {index of the column from 0: text}}, in order.

    `merged` are the ranges of cells made one, as (first line, last line, first column, last column); `broken` says why
    a cell cannot be read, {(line, column): message}.
    """

    name: str
    lines: dict[int, dict[int, str]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    broken: dict[tuple[int, int], str] = field(default_factory=dict)


def refuse(message: str, line: int = 0, column: str = "") -> None:
    raise Unreadable([Fault(line, column, message)])
