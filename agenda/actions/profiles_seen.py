"""Looking at what structures changed on their profiles."""

import datetime

from django.db import transaction

from agenda.models import ProfilesSeen
from residents.models import User


@transaction.atomic
def mark_seen(*, by: User, until: datetime.datetime) -> None:
    """`by` has looked at everything up to `until`; what came after stays to be seen, and no look is ever undone."""
    seen, created = ProfilesSeen.objects.select_for_update().get_or_create(user=by, defaults={"until": until})
    if not created and until > seen.until:
        seen.until = until
        seen.save(update_fields=["until"])
