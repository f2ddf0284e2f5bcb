"""Who may take away, or delete, the data of a person or of a structure."""

from residents.models import Resident, User
from residents.models.people import HOUSE_MANAGERS
from residents.rules import is_administrator, is_house_manager, is_lead

__all__ = ["HOUSE_MANAGERS", "can_delete_account", "can_take_away"]


def can_delete_account(by: User | None, user: User) -> bool:
    """One's own; a house manager's hand, for those who ask, but an administrator's is an administrator's.

    None is the night's forgetting.
    """
    if by is None or by == user:
        return True
    return is_administrator(by) if user.is_superuser else is_house_manager(by)


def can_take_away(user: User, resident: Resident) -> bool:
    """Its leads, once it has left the house too, and the house."""
    return is_lead(user, resident) or is_house_manager(user)
