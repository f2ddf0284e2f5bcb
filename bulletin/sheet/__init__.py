"""The sheet of an issue: A4, to be pinned on a wall. sheet.typ draws it from data (data.py)."""
