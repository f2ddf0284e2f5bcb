"""Who may delete an account; residents.rules says who takes a structure's data away."""

from residents.models import User
from residents.rules import is_administrator, is_house_manager


def can_delete_account(by: User | None, user: User) -> bool:
    """One's own; a house manager's hand, for those who ask, but an administrator's is an administrator's.

    None is the night's forgetting.
    """
    if by is None or by == user:
        return True
    return is_administrator(by) if user.is_superuser else is_house_manager(by)
