"""Who may do what with cooperations: pure predicates, `user` possibly anonymous."""

from residents.models import Resident, User
from residents.rules import is_house_manager, is_member


def can_read_cooperations(user: User, resident: Resident) -> bool:
    """What is suggested to a structure is its own business, and the house's."""
    return is_member(user, resident) or is_house_manager(user)


def can_answer(user: User, resident: Resident) -> bool:
    """Nobody answers in the place of a structure, not even the house."""
    return is_member(user, resident)
