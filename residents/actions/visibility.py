"""Whom a structure meets, and what stays of it: chosen by those who speak for it."""

from django.db import transaction
from wagtail.models import ModelLogEntry

from residents import tasks
from residents.actions import journal
from residents.actions.profiles import change_section
from residents.models import Resident, User
from residents.pages.visibility import LISTED, TRACE, YES, standing
from residents.profile import Section

# The action in the journal; its `data` is `{"part", "before", "after"}`.
VISIBILITY_CHANGED = "residents.visibility"


@transaction.atomic
def choose(*, resident: Resident, part: str, to: str, by: User) -> None:
    """Make the choice `part` (see `residents.pages.visibility.standing`) be `to`, and keep who made it.

    The audience of a field is a part of its section, and is told as such.
    """
    if part not in {LISTED, TRACE}:
        change_section(resident=resident, section=Section(part), to={"audience": to}, by=by)
        return
    before = standing(resident, part)
    if part == LISTED:
        resident.is_listed = to == YES
        # The public's map draws only those that it meets.
        tasks.declarations_changed()
    else:
        resident.trace = to
    resident.save()
    journal.note(resident, VISIBILITY_CHANGED, by=by, part=part, before=before, after=to)


def last_choice(resident: Resident, part: str) -> ModelLogEntry | None:
    """Who made the choice `part` (LISTED or TRACE) last, and when (`.user`, `.timestamp`)."""
    return journal.last(resident, VISIBILITY_CHANGED, part=part)
