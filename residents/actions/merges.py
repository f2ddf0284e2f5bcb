"""Two terms of the map say the same thing: one is merged into the other, and the merge can be undone.

A declaration's state is that of `actions/declarations.py`.
"""

import datetime
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from residents import rules, tasks
from residents.actions import journal
from residents.actions.declarations import MERGING, current_state, put, take_turns
from residents.duplicates import queue
from residents.enums import Evidence, Stance
from residents.models import Declaration, KnowledgeItem, Merge, Resident, User
from residents.pages.history import states
from residents.vocabulary.loading import LOCK as LOADING
from residents.vocabulary.merging import leave_all_words, leave_words

# The actions in the journal; their data is {"item", "into"}.
MERGED, UNMERGED = "residents.merge", "residents.unmerge"

LONGEST_NOTE = Declaration._meta.get_field("note").max_length


@dataclass(frozen=True)
class Move:
    """What merging does to one structure that declares `item`: both states before, and that of `into` after."""

    resident: Resident
    item: dict
    into: dict | None
    since: datetime.datetime

    @property
    def after(self) -> dict:
        return together(self.item, self.into)

    def kept(self) -> dict:
        """As `Merge.moved` holds it."""
        return {
            "resident": self.resident.pk,
            "item": self.item,
            "into": self.into,
            "after": self.after,
            "since": self.since.isoformat(),
        }


@transaction.atomic
def merge(*, item: KnowledgeItem, into: KnowledgeItem, by: User) -> Merge:
    """Merge `item` away: its declarations and its words go to `into`, and it is proposed no more.

    Where a structure declares both, the stronger of each stays: an offer over a search, confirmed over declared, both
    notes. Raises PermissionDenied, or ValidationError that says in words why these two do not merge.
    """
    guard(by)
    item, into = (KnowledgeItem.objects.get(pk=one.pk) for one in (item, into))
    if why_not := refusal(item, into):
        raise ValidationError(why_not)
    found = moves(item, into)
    for move in found:
        carry(move, item, into, by=by)
    merged = Merge.objects.create(
        item=item, into=into, by=by, was_retired=item.retired, moved=[move.kept() for move in found]
    )
    leave_words(merged)
    queue.follow(merged, by=by)
    item.retired = True
    item.save(update_fields=["retired"])
    tasks.declarations_changed()
    journal.note(item, MERGED, by=by, item=item.label, into=into.label)
    return merged


@transaction.atomic
def undo(*, merge: Merge, by: User) -> list[str]:
    """Put back what `merge` replaced, structure by structure, but for what was changed since; returns these, in words.

    Raises PermissionDenied, or ValidationError when it was undone already, or when `into` was itself merged since.
    """
    guard(by)
    merge = Merge.objects.select_related("item", "into").get(pk=merge.pk)
    if why_not := refusal_to_undo(merge):
        raise ValidationError(why_not)
    residents = Resident.objects.in_bulk([kept["resident"] for kept in merge.moved])
    spared = []
    for kept in merge.moved:
        # A structure that was deleted since has nothing to put back.
        if (resident := residents.get(kept["resident"])) and (why := put_back(merge, resident, kept, by=by)):
            spared.append(why)
    merge.item.retired = merge.was_retired
    merge.item.save(update_fields=["retired"])
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    merge.synonyms.all().delete()
    # Another merge may have the same words to leave.
    leave_all_words(into=merge.into)
    queue.follow_undone(merge)
    tasks.declarations_changed()
    journal.note(merge.item, UNMERGED, by=by, item=merge.item.label, into=merge.into.label)
    return spared


def guard(by: User) -> None:
    """Who may, then alone: those who declare, or merge, wait; a load of the vocabulary is not waited for."""
    if not rules.can_merge_terms(by):
        raise PermissionDenied
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [LOADING])
        if not cursor.fetchone()[0]:
            raise ValidationError(_("Le vocabulaire change en ce moment même : réessayez dans une minute."), "busy")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MERGING])


def refusal(item: KnowledgeItem, into: KnowledgeItem) -> str:
    """Why `item` does not merge into `into`; "" if it does."""
    if item == into:
        return _("Un terme ne fusionne pas avec lui-même.")
    if item.kind != into.kind:
        return _("« %(item)s » et « %(into)s » ne sont pas de la même nature.") % {"item": item, "into": into}
    away = Merge.objects.in_force().filter(item__in=[item, into]).select_related("item", "into").first()
    if away:
        return _("« %(item)s » est déjà fusionné avec « %(into)s ».") % {"item": away.item, "into": away.into}
    if into.retired:
        return _("« %(into)s » n’est plus proposé : gardez un terme qui l’est.") % {"into": into}
    return ""


def refusal_to_undo(merge: Merge) -> str:
    """Why `merge` cannot be undone; "" if it can."""
    if merge.undone_at:
        return _("Cette fusion est déjà annulée.")
    later = Merge.objects.in_force().filter(item=merge.into).select_related("into").first()
    if later:
        return _("« %(item)s » est fusionné avec « %(into)s » depuis : annulez d’abord cette fusion-là.") % {
            "item": merge.into,
            "into": later.into,
        }
    return ""


def moves(item: KnowledgeItem, into: KnowledgeItem) -> list[Move]:
    """What merging would do, by structure, always in the same order; two queries."""
    declared = list(item.declarations.select_related("resident").order_by("resident_id"))
    both = {one.resident_id: one for one in into.declarations.filter(resident__in=[d.resident_id for d in declared])}
    return [
        Move(
            resident=one.resident,
            item=state_of(one),
            into=state_of(both[one.resident_id]) if one.resident_id in both else None,
            since=one.created_at,
        )
        for one in declared
    ]


def state_of(declaration: Declaration) -> dict:
    return states([declaration])[declaration.item_id]


def together(one: dict, other: dict | None) -> dict:
    """The stronger of two states: what it is to declare both at once."""
    if other is None:
        return one
    both = (one, other)
    offers = any(state["stance"] == Stance.OFFER for state in both)
    confirmed = any(state["evidence"] == Evidence.CONFIRMED for state in both)
    return {
        "stance": (Stance.OFFER if offers else Stance.SEEK).value,
        "note": joined(other["note"], one["note"]),
        "evidence": (Evidence.CONFIRMED if confirmed else Evidence.DECLARED).value,
    }


def joined(first: str, second: str) -> str:
    """Both notes, once if they say the same, cut where a note ends."""
    notes = list(dict.fromkeys(filter(None, (first.strip(), second.strip()))))
    whole = " ; ".join(notes)
    return whole if len(whole) <= LONGEST_NOTE else f"{whole[: LONGEST_NOTE - 1].rstrip()}…"


def carry(move: Move, item: KnowledgeItem, into: KnowledgeItem, *, by: User) -> None:
    """The declaration goes from `item` to `into`; it was there before the merge, which did not make it."""
    resident = move.resident
    take_turns(resident)
    made = item.declarations.filter(resident=resident).values("created_at", "created_by").get()
    put(resident, item, move.item, None, by=by)
    put(resident, into, move.into, move.after, by=by)
    if move.into is None:
        into.declarations.filter(resident=resident).update(**made)


def put_back(merge: Merge, resident: Resident, kept: dict, *, by: User) -> str:
    """Both declarations as they were; why not, with nothing changed, when one of them was changed since."""
    take_turns(resident)
    item, into = merge.item, merge.into
    if why := changed_since(merge, resident, kept, current_state(resident, item), current_state(resident, into)):
        return why
    made = {"created_at": datetime.datetime.fromisoformat(kept["since"])}
    if kept["into"] is None:
        made |= into.declarations.filter(resident=resident).values("created_by").get()
    put(resident, into, kept["after"], kept["into"], by=by)
    put(resident, item, None, kept["item"], by=by)
    item.declarations.filter(resident=resident).update(**made)
    return ""


def changed_since(merge: Merge, resident: Resident, kept: dict, item: dict | None, into: dict | None) -> str:
    """What the structure changed since the merge, given both states now; "" when nothing."""
    if item is None and into == kept["after"]:
        return ""
    words = (
        _("%(resident)s a retiré « %(into)s » depuis la fusion : rien n’y est remis.")
        if into is None
        else _("%(resident)s a changé « %(into)s » depuis la fusion : sa déclaration reste ainsi.")
    )
    return words % {"resident": resident, "into": merge.into}
