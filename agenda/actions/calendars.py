"""The secret address of a person's calendars: made, replaced, revoked."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from agenda.models import CalendarKey
from residents.models import User
from residents.rules import is_resident


@transaction.atomic
def renew(*, by: User) -> CalendarKey:
    """A new secret address; the former one, if any, answers no more. Raises PermissionDenied but for residents."""
    if not is_resident(by):
        raise PermissionDenied
    revoke(by=by)
    return CalendarKey.objects.create(user=by)


@transaction.atomic
def revoke(*, by: User) -> bool:
    """The address answers no more; says whether there was one. Two at once wait for each other."""
    User.objects.select_for_update().get(pk=by.pk)
    return bool(CalendarKey.objects.filter(user=by, revoked_at=None).update(revoked_at=timezone.now()))
