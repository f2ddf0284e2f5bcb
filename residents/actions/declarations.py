"""What a structure declares: offered, sought, withdrawn, undone. Each verb keeps who changed it, from what to what.

A declaration's state is `{"stance", "note", "evidence"}`, or None when the item is not declared.
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from residents import tasks
from residents.actions import journal
from residents.enums import Evidence, Scheme, Stance
from residents.models import Declaration, DeclarationChange, KnowledgeItem, Resident, User
from residents.vocabulary.settling import settle

# The action in the journal; its data is {"item", "done"}.
DECLARATION = "residents.declaration"
# Held by whoever declares, and by a merge alone.
MERGING = 7_406_227


@transaction.atomic
def declare(
    *, resident: Resident, item: KnowledgeItem, by: User, stance: str | None = None, note: str | None = None
) -> DeclarationChange | None:
    """Say that `resident` offers or seeks `item`: an offer without a note, unless said otherwise.

    Said again, it changes what is given and keeps the rest. Returns None when nothing changed. A term that was merged
    away meanwhile is declared by the one that says it now.
    """
    take_turns(resident)
    item = now_standing(item)
    before = current_state(resident, item)
    new = {"stance": Stance.OFFER.value, "note": "", "evidence": Evidence.DECLARED.value}
    return put(resident, item, before, given(before or new, stance=stance, note=note), by=by)


@transaction.atomic
def revise(
    *,
    resident: Resident,
    item: KnowledgeItem,
    by: User,
    stance: str | None = None,
    note: str | None = None,
    seen_note: str | None = None,
) -> DeclarationChange | None:
    """Change a declaration that is there; returns None when nothing changed.

    Raises ValidationError, code "withdrawn", when it was taken back meanwhile; code "overtaken" when `seen_note`, the
    note that the person had before their eyes, is no longer the one kept (its `params["note"]`).
    """
    take_turns(resident)
    before = current_state(resident, item)
    if before is None:
        raise ValidationError(_("« %(item)s » a été retiré entre-temps."), "withdrawn", {"item": item})
    if seen_note is not None and before["note"] not in (seen_note, note):
        raise ValidationError(
            _("Cette précision a changé entre-temps : « %(note)s ». Enregistrez à nouveau pour garder la vôtre."),
            "overtaken",
            {"note": before["note"]},
        )
    return put(resident, item, before, given(before, stance=stance, note=note), by=by)


@transaction.atomic
def withdraw(*, resident: Resident, item: KnowledgeItem, by: User) -> DeclarationChange | None:
    """Take a declaration back; `undo` of what is returned puts it back as it was. None if there was none."""
    take_turns(resident)
    return put(resident, item, current_state(resident, item), None, by=by)


@transaction.atomic
def undo(change: DeclarationChange, *, by: User) -> DeclarationChange:
    """Put back what `change` replaced.

    Raises ValidationError when the declaration was changed again since, or its term merged with another.
    """
    resident, item = change.resident, change.item
    take_turns(resident)
    if (standing := now_standing(item)) != item:
        words = _("« %(item)s » est fusionné avec « %(into)s » depuis : rien n’a été annulé.")
        raise ValidationError(words, "overtaken", {"item": item, "into": standing})
    before = current_state(resident, item)
    latest = DeclarationChange.objects.filter(resident=resident, item=item).order_by("-pk").first()
    if latest != change or before != change.after:
        raise ValidationError(_("Cette déclaration a été modifiée depuis : rien n'a été annulé."), "overtaken")
    return put(resident, item, before, change.before, by=by)


def free_term(*, label: str, kind: str, by: User) -> KnowledgeItem:
    """The item of that label and kind, written anew when no source knows it.

    Raises ValidationError on a label without a letter or too long.
    """
    item = KnowledgeItem(label=" ".join(label.split()), kind=kind, scheme=Scheme.RESIDENT, created_by=by)
    item.clean_fields(exclude=["created_by"])
    if known := KnowledgeItem.objects.labelled(item.label, kind):
        return known
    item.validate_constraints(exclude=["code"])
    try:
        with transaction.atomic():
            item.save()
            settle(item)
    except IntegrityError:
        # Somebody else wrote the same term in the same instant: it is theirs that both declare.
        return KnowledgeItem.objects.labelled(item.label, kind)
    return item


def take_turns(resident: Resident) -> None:
    """Those who change what one structure declares wait for one another, until the transaction ends.

    Taken before anything is read, so that `before` is what was really there. Nobody changes what is declared while two
    terms are being merged (actions/merges.py).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [MERGING])
    Resident.objects.select_for_update(no_key=True).values_list("pk").get(pk=resident.pk)


def now_standing(item: KnowledgeItem) -> KnowledgeItem:
    """`item`, read again in one's turn, or what it was merged into."""
    return KnowledgeItem.objects.get(pk=item.pk).standing()


def current_state(resident: Resident, item: KnowledgeItem) -> dict | None:
    return Declaration.objects.filter(resident=resident, item=item).values("stance", "note", "evidence").first()


def given(state: dict, **values: str | None) -> dict:
    """`state` with the values that are given; a given None leaves what was."""
    return state | {field: str(value) for field, value in values.items() if value is not None}


def put(
    resident: Resident, item: KnowledgeItem, before: dict | None, after: dict | None, *, by: User
) -> DeclarationChange | None:
    """Make the declaration be `after`, and keep who changed it; None when it is so already (a double submit)."""
    if after == before:
        return None
    if after is None:
        Declaration.objects.filter(resident=resident, item=item).delete()
    else:
        declaration = Declaration.objects.filter(resident=resident, item=item).first()
        declaration = declaration or Declaration(resident=resident, item=item, created_by=by)
        for field, value in after.items():
            setattr(declaration, field, value)
        declaration.clean_fields(exclude=["resident", "item", "created_by"])
        declaration.save()
    tasks.declarations_changed()
    change = DeclarationChange.objects.create(resident=resident, item=item, by=by, before=before, after=after)
    done = "withdrawn" if after is None else "changed" if before else "declared"
    journal.note(resident, DECLARATION, by=by, item=item.label, done=done)
    return change
