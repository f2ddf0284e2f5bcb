"""What is done outside the back office, in the same journal as what Wagtail notes of the back office.

Names at most are kept there: who did it, the object's title, for whom. The rest is in the object's own history.
"""

import re
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Func, JSONField, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry, PageLogEntry

from residents.models import Application, Declaration, Invitation, Membership, Resident, Stay, TeamRole, User

# Their labels name a person, or a structure.
SAY_PEOPLE = (Membership, Invitation, TeamRole, Application)


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
    # A sheet of thousands of lines leaves tens of thousands here: no statement may last long.
    ModelLogEntry.objects.bulk_create(entries, batch_size=1000)


def last(instance, action: str, **data) -> ModelLogEntry | None:
    """The last time that `action` was done to `instance` with this `data`, its `user` with it."""
    told = {f"data__{name}": value for name, value in data.items()}
    entries = ModelLogEntry.objects.for_instance(instance).filter(action=action, **told)
    return entries.select_related("user").order_by("-timestamp", "-pk").first()


def forget_person(user: User, *, name: str, structures: Iterable[Resident]) -> None:
    """What was done stays in the journal; neither who did it, nor a label that names them, nor what they had typed.

    `name` is how it says them; `structures` are those whose pages may have named them.
    """
    for entries in (ModelLogEntry, PageLogEntry):
        entries.objects.filter(user=user).update(user=None)
    of_their_pages = of_models(Resident).filter(object_id__in=[str(structure.pk) for structure in structures])
    for said in {name, user.email} - {""}:
        rename(said, _("une personne partie"), of_models(User, *SAY_PEOPLE))
        forget_values(of_their_pages.alias(said=Cast("data", TextField())).filter(said__icontains=said))


def forget_structure(resident: Resident) -> None:
    """That its page was made, changed, deleted, by whom and when stays; not what it said, nor how it was called."""
    forget_values(ModelLogEntry.objects.for_instance(resident))
    rename(resident.name, _("une structure partie"), of_models(Resident, Stay, Declaration, *SAY_PEOPLE))


def of_models(*models) -> QuerySet[ModelLogEntry]:
    return ModelLogEntry.objects.filter(content_type__in=ContentType.objects.get_for_models(*models).values())


def rename(said: str, instead: str, entries: QuerySet[ModelLogEntry]) -> None:
    """Write `instead` where a label of `entries` says `said`, and wherever something was done for whom it names."""
    # Whole words: « Ana » who leaves is not in « Anaïs Rivet ».
    whole = re.compile(rf"(?<!\w){re.escape(said)}(?!\w)", re.IGNORECASE)
    for entry in entries.filter(label__icontains=said):
        label = whole.sub(lambda found: instead, entry.label)
        ModelLogEntry.objects.filter(pk=entry.pk).update(label=label)
    whom = Func(F("data"), Value("{whom}"), Value(instead, JSONField()), function="jsonb_set")
    ModelLogEntry.objects.filter(data__whom=said).update(data=whom)


def forget_values(entries: QuerySet[ModelLogEntry]) -> None:
    """Of a change of a profile, keep which section it was."""
    lesser = Func(F("data"), Value("before"), Value("after"), template="%(expressions)s", arg_joiner=" - ")
    entries.update(data=lesser)
