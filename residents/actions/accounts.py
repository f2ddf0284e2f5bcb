"""What a person changes of their own account; allauth sees to the rest."""

from django.db import transaction

from residents.actions import journal
from residents.models import User


@transaction.atomic
def change_name(*, user: User, first_name: str, last_name: str) -> bool:
    """Whether it changed. The house reads it from now on; what was signed before keeps the name of then."""
    if (user.first_name, user.last_name) == (first_name, last_name):
        return False
    user.first_name, user.last_name = first_name, last_name
    user.save(update_fields=["first_name", "last_name"])
    journal.note(user, "wagtail.edit", by=user)
    return True
