"""Tables as files that spreadsheets open as they are, and that run nothing there."""

import csv
import io

from residents.spreadsheets.formulas import guarded


def as_csv(rows: list[list]) -> str:
    """Semicolons, a byte order mark, numbers with a comma: what a French spreadsheet expects.

    Text that begins as a formula does is given an apostrophe before it.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([cell(value) for value in row] for row in rows)
    return "\ufeff" + text.getvalue()


def cell(value) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}".replace(".", ",")
    return str(value) if isinstance(value, int) else guarded(str(value))
