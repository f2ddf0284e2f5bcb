"""Suggested cooperations, and what structures answer."""


def refresh_suggestions() -> None:
    """Compute and store every mapped structure's suggestions."""
