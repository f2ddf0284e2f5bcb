"""What was changed in what a structure declares: in words, and whether it can still be undone."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from residents.enums import Evidence, Stance
from residents.models import DeclarationChange, Resident


@dataclass(frozen=True)
class Undoable:
    """A change, and whether nothing happened to the declaration since."""

    change: DeclarationChange
    can_undo: bool

    @property
    def words(self) -> str:
        return in_words(self.change)


def in_words(change: DeclarationChange) -> str:
    """« Maraîchage » ajouté à ce que vous offrez..., one sentence without its full stop."""
    item = _("« %(label)s »") % {"label": change.item.label}
    return f"{item} {what_happened(change.before, change.after)}"


def what_happened(before: dict | None, after: dict | None) -> str:
    if before is None and after is None:
        return _("inchangé")
    if before is None:
        return (
            _("ajouté à ce que vous cherchez") if after["stance"] == Stance.SEEK else _("ajouté à ce que vous offrez")
        )
    if after is None:
        return _("retiré")
    return ", ".join(differences(before, after)) or _("inchangé")


def differences(before: dict, after: dict) -> list[str]:
    words = []
    if before["stance"] != after["stance"]:
        words.append(_("passé en %(stance)s") % {"stance": Stance(after["stance"]).label})
    if before["note"] != after["note"]:
        words.append(_("précisé : « %(note)s »") % {"note": after["note"]} if after["note"] else _("sans précision"))
    if before["evidence"] != after["evidence"]:
        words.append(Evidence(after["evidence"]).label)
    return words


def changes_of(resident: Resident):
    """The structure's changes, the newest first, with `overtaken`: the same item was changed again since."""
    later = DeclarationChange.objects.filter(resident=resident, item=OuterRef("item"), pk__gt=OuterRef("pk"))
    changes = resident.declaration_changes.select_related("item", "by").annotate(overtaken=Exists(later))
    return changes.order_by("-pk")


def undoable(resident: Resident, changes) -> list[Undoable]:
    """`changes` (some of `changes_of`) with whether each can be undone."""
    now = states(resident.declarations.filter(item__in={change.item_id for change in changes}))
    return [Undoable(change, not change.overtaken and change.after == now.get(change.item_id)) for change in changes]


def latest_change(resident: Resident) -> Undoable | None:
    """The last thing that somebody changed."""
    return next(iter(undoable(resident, changes_of(resident)[:1])), None)


def states(declarations) -> dict[int, dict]:
    """`{item id: state}` as the changes keep it."""
    return {
        declaration.item_id: {
            "stance": declaration.stance,
            "note": declaration.note,
            "evidence": declaration.evidence,
        }
        for declaration in declarations
    }
