"""What a spreadsheet would compute: every file that leaves the house keeps it a text."""

# Also as Asian keyboards write them: spreadsheets take both.
SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# Where whoever pastes the cell elsewhere would begin another one.
BREAKS = ("\t", "\r", "\n")


def is_formula(text: str) -> bool:
    """Would a spreadsheet compute it, once it has dropped the tabs, breaks and spaces before it?"""
    return text.lstrip().startswith(SIGNS)


def guarded(text: str) -> str:
    """With an apostrophe before what a spreadsheet would compute; importing takes it away again."""
    return f"'{text}" if is_formula(text.lstrip("'")) or text.startswith(BREAKS) else text
