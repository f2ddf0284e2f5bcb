"""The kinds of sheets: each module holds `COLUMNS`, `export()` and `plan(table)`.

- `COLUMNS: list[Column]`, in the order of exports;
- `export() -> Iterator[dict[str, str]]`: every row of the house, {column key: text}, always in the same order;
- `plan(table: Table) -> Plan`: every fault of every line, in a number of queries that does not grow with the lines.
"""

from importlib import import_module
from types import ModuleType

from residents.enums import SheetKind

MODULES = {
    SheetKind.STRUCTURES: "structures",
    SheetKind.PEOPLE: "people",
    SheetKind.DECLARATIONS: "declarations",
    SheetKind.STAYS: "stays",
}


def kind_of(kind: str) -> ModuleType:
    """The module of a SheetKind."""
    return import_module(f"{__name__}.{MODULES[SheetKind(kind)]}")
