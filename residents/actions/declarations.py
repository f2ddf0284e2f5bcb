"""What a structure declares: offered, sought, withdrawn, undone. Each verb keeps who changed it, from what to what.

A declaration's state is `{"stance", "note", "evidence"}`, or None when the item is not declared.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from mailing.queue import ask
from residents import tasks
from residents.actions import journal
from residents.enums import Evidence, Scheme, Stance
from residents.models import Declaration, DeclarationChange, KnowledgeItem, Resident, User
from residents.models.search import searchable_texts
from residents.vocabulary.settling import settle

# The action in the journal; its data is {"item", "done"}.
DECLARATION = "residents.declaration"
# What is declared when nothing more is said.
PLAINLY = {"stance": Stance.OFFER.value, "note": "", "evidence": Evidence.DECLARED.value}
# Held by whoever declares, and by a merge alone.
MERGING = 7_406_227
# Rows written by one query.
BATCH = 2_000


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
    return put(resident, item, before, given(before or PLAINLY, stance=stance, note=note), by=by)


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
        raise ValidationError(_("Cette déclaration a été modifiée depuis : rien n’a été annulé."), "overtaken")
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
            ask(tasks.NEAR, items=[item.pk])
            journal.note(item, "wagtail.create", by=by)
    except IntegrityError:
        # Somebody else wrote the same term in the same instant: it is theirs that both declare.
        return KnowledgeItem.objects.labelled(item.label, kind)
    return item


@dataclass(frozen=True)
class Wanted:
    """That `resident` declares `item`; what is None stays as it is."""

    resident: Resident
    item: KnowledgeItem
    stance: str | None = None
    note: str | None = None
    evidence: str | None = None


@transaction.atomic
def declare_all(wanted: Iterable[Wanted], *, by: User) -> int:
    """Declare many things of many structures, as `declare` does each; in about ten queries, however many there are.

    Returns how many declarations it made or changed. Raises ValidationError when a text is too long.
    """
    wanted = list(wanted)
    take_turns_of(one.resident.pk for one in wanted)
    standing = all_now_standing({one.item for one in wanted})
    residents = {one.resident.pk: one.resident for one in wanted}
    items = {item.pk: item for item in standing.values()}
    known = Declaration.objects.filter(resident__in=residents, item__in=items)
    before = {
        (state.pop("resident"), state.pop("item")): state
        for state in known.values("resident", "item", "stance", "note", "evidence")
    }
    after = dict(before)
    for one in wanted:
        key = one.resident.pk, standing[one.item].pk
        after[key] = given(after.get(key, PLAINLY), stance=one.stance, note=one.note, evidence=one.evidence)
    changed = {key: state for key, state in after.items() if state != before.get(key)}
    if changed:
        keep_all(changed, before, residents, items, by=by)
    return len(changed)


def keep_all(changed: dict, before: dict, residents: dict, items: dict, *, by: User) -> None:
    """Write the declarations `changed`, {(resident's key, item's key): state}, their history and the journal."""
    declarations, changes, entries = [], [], []
    for (resident, item), state in changed.items():
        declaration = Declaration(resident_id=resident, item_id=item, created_by=by, **state)
        declaration.clean_fields(exclude=["resident", "item", "created_by"])
        declarations.append(declaration)
        was = before.get((resident, item))
        changes.append(DeclarationChange(resident_id=resident, item_id=item, by=by, before=was, after=state))
        done = "changed" if was else "declared"
        entries.append(journal.entry(residents[resident], DECLARATION, by=by, item=items[item].label, done=done))
    Declaration.objects.bulk_create(
        declarations,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["resident", "item"],
        update_fields=["stance", "note", "evidence"],
    )
    DeclarationChange.objects.bulk_create(changes, batch_size=BATCH)
    journal.note_all(entries)
    tasks.declarations_changed()


@transaction.atomic
def free_terms(labels: Iterable[tuple[str, str]], *, by: User) -> list[KnowledgeItem]:
    """The items of these (kind, label), none of which was known a moment ago, in the same order; five queries.

    Their home among the domains is looked for in the background (`tasks.settle_terms`).
    """
    wanted = [KnowledgeItem(kind=kind, label=label, scheme=Scheme.RESIDENT, created_by=by) for kind, label in labels]
    for item in wanted:
        item.clean_fields(exclude=["created_by"])
    # Somebody may have written the same term meanwhile: it is theirs that is declared.
    KnowledgeItem.objects.bulk_create(wanted, batch_size=BATCH, ignore_conflicts=True)
    texts = searchable_texts(item.label for item in wanted)
    known = KnowledgeItem.objects.filter(searchable__in=set(texts.values()))
    made = {(item.kind, item.searchable): item for item in known}
    items = [made[item.kind, texts[item.label]] for item in wanted]
    ours = [item for item in items if item.created_by_id == by.pk]
    journal.note_all(journal.entry(item, "wagtail.create", by=by) for item in ours)
    ask(tasks.SETTLE, items=[item.pk for item in ours if item.domain_id is None])
    ask(tasks.NEAR, items=[item.pk for item in items])
    return items


def take_turns_of(residents: Iterable[int]) -> None:
    """As `take_turns`, for the structures of these keys, always in the same order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [MERGING])
    locked = Resident.objects.select_for_update(no_key=True).filter(pk__in=set(residents)).order_by("pk")
    list(locked.values_list("pk"))


def all_now_standing(items: set[KnowledgeItem]) -> dict[KnowledgeItem, KnowledgeItem]:
    """As `now_standing`, for each; a query more for each that was merged away since it was read."""
    read = KnowledgeItem.objects.in_bulk([item.pk for item in items])
    return {item: read[item.pk].standing() for item in items}


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
