"""What the house decides of two terms that are near: one of them is kept, or they are two things."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from residents.actions import journal, merges
from residents.enums import NearDuplicateState
from residents.models import Declaration, KnowledgeItem, Merge, NearDuplicate, User

# The actions in the journal; their data is {"item", "other"}.
KEPT_APART, REOPENED = "residents.kept_apart", "residents.kept_apart_undone"


@transaction.atomic
def merge(*, pair: NearDuplicate, keep: KnowledgeItem, by: User) -> Merge:
    """Merge the other term of `pair` into `keep`, as `merges.merge` does.

    Raises PermissionDenied, or ValidationError when it was decided already or when these two do not merge.
    """
    pair = in_turn(pair, by)
    refuse_decided(pair)
    away = pair.other if keep == pair.item else pair.item
    return merges.merge(item=away, into=keep, by=by)


@transaction.atomic
def keep_apart(*, pair: NearDuplicate, by: User) -> None:
    """They are two things, proposed together no more. Raises PermissionDenied, or ValidationError once decided."""
    pair = in_turn(pair, by)
    refuse_decided(pair)
    pair.state, pair.decided_by, pair.decided_at = NearDuplicateState.DIFFERENT, by, timezone.now()
    pair.save(update_fields=["state", "decided_by", "decided_at"])
    journal.note(pair.item, KEPT_APART, by=by, item=pair.item.label, other=pair.other.label)


@transaction.atomic
def undo(*, pair: NearDuplicate, by: User) -> list[str]:
    """Put the pair back in the queue, its merge undone; returns in words what the merge could not put back.

    Raises PermissionDenied, or ValidationError when nothing was decided, or when the merge cannot be undone.
    """
    pair = in_turn(pair, by)
    if pair.state == NearDuplicateState.WAITING:
        raise ValidationError(_("Cette décision est déjà annulée."))
    if pair.state == NearDuplicateState.MERGED and (done := merge_of(pair)):
        return merges.undo(merge=done, by=by)
    pair.state, pair.decided_by, pair.decided_at = NearDuplicateState.WAITING, None, None
    pair.save(update_fields=["state", "decided_by", "decided_at"])
    journal.note(pair.item, REOPENED, by=by, item=pair.item.label, other=pair.other.label)
    return []


def merge_of(pair: NearDuplicate) -> Merge | None:
    """The merge in force of the two terms, whichever was kept."""
    both = [pair.item_id, pair.other_id]
    return Merge.objects.in_force().filter(item__in=both, into__in=both).first()


def both_declare(pair: NearDuplicate) -> bool:
    """A structure declares both terms: what stays of its two declarations is to be read before."""
    ones = Declaration.objects.filter(item=pair.item).values("resident")
    return Declaration.objects.filter(item=pair.other, resident__in=ones).exists()


def in_turn(pair: NearDuplicate, by: User) -> NearDuplicate:
    """`pair` as it is now, which nobody else decides meanwhile: whoever does, or merges, waits."""
    merges.guard(by)
    return NearDuplicate.objects.select_related("item", "other").get(pk=pair.pk)


def refuse_decided(pair: NearDuplicate) -> None:
    if pair.state != NearDuplicateState.WAITING:
        raise ValidationError(_("Ces deux termes ont déjà été départagés."))
