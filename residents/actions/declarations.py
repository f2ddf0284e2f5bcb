"""What a structure declares: offered, sought, withdrawn, undone."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from residents import tasks
from residents.enums import Evidence, Scheme, Stance
from residents.models import Declaration, DeclarationChange, KnowledgeItem, Resident, User


@transaction.atomic
def declare(
    *, resident: Resident, item: KnowledgeItem, by: User, stance: str = Stance.OFFER, note: str = ""
) -> DeclarationChange:
    """Say that `resident` offers or seeks `item`; said again, it changes the stance and the note."""
    state = {"stance": stance, "note": note}
    existing = current_state(resident, item)
    evidence = existing["evidence"] if existing else Evidence.DECLARED
    return put(resident, item, {**state, "evidence": evidence}, by=by)


@transaction.atomic
def withdraw(*, resident: Resident, item: KnowledgeItem, by: User) -> DeclarationChange:
    """Take a declaration back; `undo` of what is returned puts it back as it was."""
    return put(resident, item, None, by=by)


@transaction.atomic
def undo(change: DeclarationChange, *, by: User) -> DeclarationChange:
    """Put back what `change` replaced.

    Raises ValidationError when the declaration was changed again since.
    """
    if current_state(change.resident, change.item) != change.after:
        raise ValidationError(_("Cette déclaration a été modifiée depuis : rien n'a été annulé."))
    return put(change.resident, change.item, change.before, by=by)


def current_state(resident: Resident, item: KnowledgeItem) -> dict | None:
    """`{"stance", "note", "evidence"}` as declared, the row locked until the transaction ends; None if undeclared."""
    return (
        Declaration.objects.select_for_update()
        .filter(resident=resident, item=item)
        .values("stance", "note", "evidence")
        .first()
    )


def put(resident: Resident, item: KnowledgeItem, after: dict | None, *, by: User) -> DeclarationChange:
    """Make the declaration be `after`, and keep who changed it from what."""
    # Two people declaring for one structure wait for each other, so that `before` is what was really there.
    Resident.objects.select_for_update(of=("self",), no_key=True).get(pk=resident.pk)
    before = current_state(resident, item)
    if after is None:
        Declaration.objects.filter(resident=resident, item=item).delete()
    else:
        declaration = Declaration.objects.filter(resident=resident, item=item).first() or Declaration(
            resident=resident, item=item, created_by=by
        )
        for field, value in after.items():
            setattr(declaration, field, value)
        declaration.full_clean()
        declaration.save()
    tasks.declarations_changed()
    return DeclarationChange.objects.create(resident=resident, item=item, by=by, before=before, after=after)


def free_term(*, label: str, kind: str, by: User) -> KnowledgeItem:
    """The item of that label and kind, written anew when no source knows it.

    Raises ValidationError on a label without a letter or too long.
    """
    item = KnowledgeItem(label=" ".join(label.split()), kind=kind, scheme=Scheme.RESIDENT, created_by=by)
    item.clean_fields()
    known = KnowledgeItem.objects.labelled(item.label, kind)
    if known:
        return known
    item.full_clean()
    item.save()
    return item
