"""Anybody's declarations and ties, read from CSV files."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from knowledge_map.suggestions import Network
from residents.enums import KnowledgeKind, Stance

DECLARATIONS = ("structure", "kind", "item", "stance")
TIES = ("structure_a", "structure_b")


class MalformedTable(ValueError):
    """A file cannot be read as told; the message names the file, the line and the column."""


@dataclass(frozen=True)
class Row:
    """A row of a table, and where it begins; `names` are the columns of the file, in its order."""

    path: Path
    line: int
    names: list[str]
    cells: list[str]

    def __getitem__(self, column: str) -> str:
        """The cell, spaces tidied. Raises MalformedTable when it is missing or holds a null character."""
        position = self.names.index(column)
        if position >= len(self.cells):
            raise self.fault(column, _("cette case manque"))
        if "\0" in self.cells[position]:
            raise self.fault(column, _("cette case contient un caractère nul"))
        return " ".join(self.cells[position].split())

    def filled(self, column: str) -> str:
        """The cell. Raises MalformedTable when it is empty too."""
        if not self[column]:
            raise self.fault(column, _("cette case est vide"))
        return self[column]

    def chosen(self, column: str, choices, default: str = "") -> str:
        """The cell, one of the values of `choices`. Raises MalformedTable when it is not."""
        value = self[column] or default
        if value not in choices:
            told = _("« %(value)s » n’est pas l’une des valeurs admises (%(choices)s)")
            raise self.fault(column, told % {"value": value, "choices": ", ".join(choices.values)})
        return value

    def fault(self, column: str, told: str) -> MalformedTable:
        """ "d.csv, ligne 3, colonne 2 (kind) : cette case est vide." """
        number = self.names.index(column) + 1 if column in self.names else len(self.names) + 1
        return MalformedTable(
            _("%(file)s, ligne %(line)d, colonne %(number)d (%(column)s) : %(told)s.")
            % {"file": self.path, "line": self.line, "number": number, "column": column, "told": told}
        )


def read_network(declarations: Path, ties: Path | None) -> Network:
    """The network of `structure,kind,item,stance` and, if given, of `structure_a,structure_b`.

    An item is known by its kind and its words, whatever their case and spaces; it keeps its first spelling. A tie may
    name somebody who declares nothing: a third party. Raises MalformedTable.
    """
    offers, needs, milieux, spelling = [], [], set(), {}
    for structure, kind, label, stance in declared(declarations):
        item = spelling.setdefault((kind, label.casefold()), label)
        # The same words may be a savoir and a milieu: two items.
        key = (kind, item)
        (needs if stance == Stance.SEEK else offers).append((structure, key))
        if kind == KnowledgeKind.MILIEU:
            milieux.add(key)
    return Network.build(offers=offers, needs=needs, milieux=milieux, ties=tied(ties) if ties else ())


def declared(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """`(structure, kind, item, stance)`, checked."""
    for row in rows(path, DECLARATIONS):
        yield (
            row.filled("structure"),
            row.chosen("kind", KnowledgeKind),
            row.filled("item"),
            row.chosen("stance", Stance, default=Stance.OFFER),
        )


def tied(path: Path) -> Iterator[tuple[str, str]]:
    """`(structure_a, structure_b)`, checked."""
    for row in rows(path, TIES):
        a, b = row.filled("structure_a"), row.filled("structure_b")
        if a == b:
            raise row.fault("structure_b", _("une structure n’est pas liée à elle-même"))
        yield a, b


def rows(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """The rows under the header, empty lines left out.

    Comma or semicolon, as the header has it; with or without a byte order mark. Other columns are ignored.
    """
    content = text(path)
    header = content.split("\n", 1)[0]
    delimiter = ";" if ";" in header and "," not in header else ","
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    line, names = 1, []
    try:
        for cells in reader:
            row = Row(path, line, names or list(columns), cells)
            line = reader.line_num + 1
            if not names:
                names = header_of(row, columns)
            elif any(cell.strip() for cell in cells):
                yield whole(row)
    except csv.Error as error:
        told = _("guillemets mal fermés (%(error)s)") % {"error": error}
        raise Row(path, line, names or list(columns), []).fault(columns[0], told) from error
    if not names:
        raise Row(path, 1, list(columns), []).fault(columns[0], _("le fichier est vide"))


def header_of(row: Row, columns: tuple[str, ...]) -> list[str]:
    """The names of the columns. Raises MalformedTable when one of `columns` is not there."""
    names = [cell.strip().lower() for cell in row.cells]
    for column in columns:
        if column not in names:
            raise row.fault(column, _("l’en-tête doit être « %(header)s »") % {"header": ",".join(columns)})
    return names


def whole(row: Row) -> Row:
    """The row. Raises MalformedTable when it has not as many cells as the header."""
    if len(row.cells) < len(row.names):
        raise row.fault(row.names[len(row.cells)], _("cette case manque"))
    if len(row.cells) > len(row.names):
        told = _("%(found)d cases pour %(expected)d colonnes")
        raise row.fault(row.names[-1], told % {"found": len(row.cells), "expected": len(row.names)})
    return row


def text(path: Path) -> str:
    """The content of the file. Raises MalformedTable when it is not there or not in UTF-8."""
    try:
        content = path.read_bytes()
    except OSError as error:
        told = _("%(file)s ne se lit pas : %(error)s.") % {"file": path, "error": error.strerror}
        raise MalformedTable(told) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, start = content.count(b"\n", 0, error.start) + 1, content.rfind(b"\n", 0, error.start) + 1
        column = content[start : error.start].decode("utf-8-sig").count(",") + 1
        told = _("%(file)s, ligne %(line)d, colonne %(column)d : ce texte n’est pas en UTF-8.")
        raise MalformedTable(told % {"file": path, "line": line, "column": column}) from error
