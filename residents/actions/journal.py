"""What is done outside the back office, in the same journal as what Wagtail notes of the back office.

Names at most are kept there: who did it, the object's title, for whom. The rest is in the object's own history.
"""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import ModelLogEntry

from residents.models import User


def note(instance, action: str, *, by: User | None, label: str = "", **data) -> None:
    """One line in the journal, in one query: `wagtail.log_actions.log` makes two more, to check what we know."""
    note_all([entry(instance, action, by=by, label=label, **data)])


def entry(instance, action: str, *, by: User | None, label: str = "", **data) -> ModelLogEntry:
    """A line to keep with `note_all`.

    `action` is registered by the app's `register_log_actions`; `label` stands for the object when it is gone; `data`
    is what the sentence says, as JSON.
    """
    return ModelLogEntry(
        content_type=ContentType.objects.get_for_model(instance, for_concrete_model=False),
        object_id=str(instance.pk),
        label=label or str(instance),
        action=action,
        user=by,
        timestamp=timezone.now(),
        data=data,
    )


def note_all(entries: Iterable[ModelLogEntry]) -> None:
    ModelLogEntry.objects.bulk_create(entries)
