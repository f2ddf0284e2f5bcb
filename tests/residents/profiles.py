"""The addresses and the forms of a profile's sections."""

from residents.models import Resident
from residents.profile import state, token


def address(resident, section):
    return f"/residents/{resident.slug}/modifier/{section}/"


def sent(resident, section, value=None, **more):
    """What the form of a section sends once `value` was typed, `opened` on what stands now."""
    typed = {f"{section}-{section}": value} if value is not None else {}
    named = {f"{section}-{name}": given for name, given in more.items()}
    kept = {f"{section}-opened": token(state(resident, section))}
    if section in Resident.GUARDED_FIELDS:
        kept[f"{section}-audience"] = getattr(resident, f"{section}_audience")
    return kept | typed | named
