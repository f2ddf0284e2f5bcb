"""Keeping the house: one archive holds its database and its files, and gives them back (docs/decisions/0013)."""


class KeepingError(Exception):
    """What keeps a backup or a restoration from being done, as a French sentence for who keeps the house."""
