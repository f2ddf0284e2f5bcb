"""Where the map's nodes stand."""


def refresh_layout() -> None:
    """Compute and store the positions of the map as declared now."""
