"""A structure goes through the house's steps; its members say that what is told of it still holds."""

from django.db import transaction
from django.utils import timezone

from residents.actions.journal import note
from residents.models import Resident, Step, StepDone, User

# The actions in the journal; `data` is {"step": its title, "text": as it was accepted, if it was}.
STEP_DONE = "residents.step_done"
STEP_ACCEPTED = "residents.step_accepted"
STEP_UNDONE = "residents.step_undone"
REVIEWED = "residents.reviewed"
PUT_ASIDE = "residents.steps_put_aside"


@transaction.atomic
def tick(*, step: Step, resident: Resident, by: User) -> StepDone:
    """Done, by `by`, now. Ticked already, it stays as it was; a text that has changed since is accepted anew."""
    known = StepDone.objects.select_for_update().filter(step=step, resident=resident).first()
    if known and step.text in {"", known.text}:
        return known
    if known:
        known.delete()
    done, is_new = StepDone.objects.get_or_create(step=step, resident=resident, defaults={"by": by, "text": step.text})
    if is_new:
        kept = {"text": step.text} if step.text else {}
        note(resident, STEP_ACCEPTED if step.text else STEP_DONE, by=by, step=step.title, **kept)
    return done


@transaction.atomic
def untick(*, step: Step, resident: Resident, by: User) -> None:
    """Not done after all; nothing happens if it was not."""
    deleted, _by_model = StepDone.objects.filter(step=step, resident=resident).delete()
    if deleted:
        note(resident, STEP_UNDONE, by=by, step=step.title)


@transaction.atomic
def review(*, resident: Resident, by: User) -> None:
    """All that is told of the structure still holds."""
    resident.reviewed_at = timezone.now()
    resident.save(update_fields=["reviewed_at"])
    note(resident, REVIEWED, by=by)


@transaction.atomic
def put_aside(*, resident: Resident, by: User) -> None:
    """`by` is reminded no more of what is left to do on arrival (residents.pages.welcome.with_put_aside)."""
    note(resident, PUT_ASIDE, by=by)
