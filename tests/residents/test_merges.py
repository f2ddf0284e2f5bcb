"""Merging two terms that say the same thing, and undoing it."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from residents.actions import declarations, merges
from residents.enums import KnowledgeKind
from residents.models import Declaration, DeclarationChange, KnowledgeItem, Merge, Synonym
from residents.pages.terms import find_terms
from tests.factories import DeclarationFactory, ResidentFactory, UserFactory
from tests.residents.terms import DOING, OFFERED, fresh, state, states, synonyms, term

# What the database never holds


def refused(row):
    """The constraint that the database names, and what a form would say."""
    with pytest.raises(ValidationError) as said:
        row.validate_constraints()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        row.save()
    return error.value.__cause__.diag.constraint_name, said.value.messages


def test_term_is_merged_away_once_at_a_time(old, kept):
    first = Merge.objects.create(item=old, into=kept)
    again = Merge(item=old, into=term("Interviewer"))
    assert refused(again) == ("merge_once", ["Ce terme est déjà fusionné avec un autre."])
    first.undone_at = timezone.now()
    first.save()
    again.save()


def test_term_is_not_merged_into_itself(old):
    itself = Merge(item=old, into=old)
    assert refused(itself) == ("merge_two_terms", ["Un terme ne fusionne pas avec lui-même."])


def test_who_undoes_a_merge_does_it_on_a_day(old, kept, by):
    merge = Merge(item=old, into=kept, undone_by=by)
    assert refused(merge) == ("merge_undone_by_somebody", ["Qui annule une fusion l’annule à une date."])


# Merging


def test_merge_moves_what_is_declared_and_keeps_since_when(old, kept, by, resident):
    author = UserFactory()
    DeclarationFactory(resident=resident, item=old, note="Au téléphone", seeks=True, created_by=author)
    since = datetime.datetime(2026, 3, 5, 10, tzinfo=datetime.UTC)
    Declaration.objects.update(created_at=since)
    before = state(resident, old)
    merge = merges.merge(item=old, into=kept, by=by)
    assert states(resident, old, kept) == [None, before]
    moved = Declaration.objects.get()
    assert (moved.created_at, moved.created_by) == (since, author)
    assert merge.moved == [
        {"resident": resident.pk, "item": before, "into": None, "after": before, "since": since.isoformat()}
    ]
    assert (merge.by, merge.undone_at, fresh(old).retired, fresh(kept).retired) == (by, None, True, False)


def test_merge_keeps_who_changed_what(old, kept, by, resident):
    DeclarationFactory(resident=resident, item=old)
    merges.merge(item=old, into=kept, by=by)
    changes = DeclarationChange.objects.order_by("pk").values_list("item", "by", "before", "after")
    assert list(changes) == [(old.pk, by.pk, OFFERED, None), (kept.pk, by.pk, None, OFFERED)]


def test_merge_is_told_in_the_journal(old, kept, by):
    merge = merges.merge(item=old, into=kept, by=by)
    merges.undo(merge=merge, by=by)
    entries = ModelLogEntry.objects.order_by("pk")
    assert [(entry.object_id, entry.user, entry.message) for entry in entries] == [
        (str(old.pk), by, "« Conduite d’entretien » fusionné dans « Conduire un entretien »"),
        (str(old.pk), by, "Fusion de « Conduite d’entretien » dans « Conduire un entretien » annulée"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "after"),
    [
        (("offre", "", "declare"), ("recherche", "", "declare"), ("offre", "", "declare")),
        (("recherche", "", "declare"), ("offre", "", "declare"), ("offre", "", "declare")),
        (("recherche", "", "declare"), ("recherche", "", "confirme"), ("recherche", "", "confirme")),
        (("offre", "", "confirme"), ("offre", "", "declare"), ("offre", "", "confirme")),
        (("offre", "Seul", "declare"), ("offre", "", "declare"), ("offre", "Seul", "declare")),
        (("offre", "Ancien", "declare"), ("offre", "Gardé", "declare"), ("offre", "Gardé ; Ancien", "declare")),
        (("offre", "Pareil", "declare"), ("offre", "Pareil", "declare"), ("offre", "Pareil", "declare")),
        (
            ("offre", "b" * 200, "declare"),
            ("offre", "a" * 200, "declare"),
            ("offre", "a" * 200 + " ; " + "b" * 96 + "…", "declare"),
        ),
    ],
)
def test_stronger_of_both_stays(old, kept, by, resident, one, other, after):
    names = ("stance", "note", "evidence")
    DeclarationFactory(resident=resident, item=old, **dict(zip(names, one, strict=True)))
    DeclarationFactory(resident=resident, item=kept, **dict(zip(names, other, strict=True)))
    merges.merge(item=old, into=kept, by=by)
    assert states(resident, old, kept) == [None, dict(zip(names, after, strict=True))]


def test_words_lead_to_the_other_term(old, kept, by, resident):
    for label in ("Entretien d’embauche", "Conduire un entretien", "Interviewer"):
        Synonym.objects.create(item=old, label=label)
    Synonym.objects.create(item=kept, label="interviewer")
    merges.merge(item=old, into=kept, by=by)
    assert synonyms(kept) == ["Conduite d’entretien", "Entretien d’embauche", "interviewer"]
    for typed in ("conduite d'ENTRETIEN", "Entretien d'embauche"):
        assert KnowledgeItem.objects.labelled(typed, DOING) == kept
        found = find_terms(resident, text=typed, kind="", limit=5)
        assert found.items == [kept]
        assert found.free_kinds == [KnowledgeKind.SAVOIR, KnowledgeKind.MILIEU]
        assert declarations.free_term(label=typed, kind=DOING, by=by) == kept


def test_term_merged_in_turn_leads_to_the_last(old, kept, by):
    last = term("Mener un entretien")
    merges.merge(item=old, into=kept, by=by)
    merges.merge(item=kept, into=last, by=by)
    assert synonyms(last) == ["Conduire un entretien", "Conduite d’entretien"]
    assert KnowledgeItem.objects.labelled("conduite d'entretien", DOING) == last


def test_declaring_a_merged_term_declares_the_other(old, kept, by, resident):
    merges.merge(item=old, into=kept, by=by)
    declarations.declare(resident=resident, item=old, by=by)
    assert states(resident, old, kept) == [None, OFFERED]


def test_page_open_since_before_the_merge_changes_the_other_term(client, lead, old, kept, by):
    resident = lead.memberships_list[0].resident
    DeclarationFactory(resident=resident, item=old)
    merges.merge(item=old, into=kept, by=by)
    client.force_login(lead)
    client.post(reverse("residents:declaration", args=[old.pk]), {"position": "recherche", "precision": ""})
    assert states(resident, old, kept) == [None, OFFERED | {"stance": "recherche"}]


def test_withdrawal_is_not_undone_once_its_term_is_merged(old, kept, by, resident):
    DeclarationFactory(resident=resident, item=old)
    change = declarations.withdraw(resident=resident, item=old, by=by)
    merges.merge(item=old, into=kept, by=by)
    with pytest.raises(ValidationError) as said:
        declarations.undo(change, by=by)
    assert said.value.messages == [
        "« Conduite d’entretien » est fusionné avec « Conduire un entretien » depuis : rien n’a été annulé."
    ]


def test_merge_asks_for_a_new_map(old, kept, by, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as asked:
        merge = merges.merge(item=old, into=kept, by=by)
    assert len(asked) == 1
    with django_capture_on_commit_callbacks() as asked:
        merges.undo(merge=merge, by=by)
    assert len(asked) == 1


def test_only_the_house_manager_merges(old, kept, lead, by):
    with pytest.raises(PermissionDenied):
        merges.merge(item=old, into=kept, by=lead)
    merge = merges.merge(item=old, into=kept, by=by)
    with pytest.raises(PermissionDenied):
        merges.undo(merge=merge, by=lead)


def merge_refused(item, into, by):
    before = sorted(KnowledgeItem.objects.values_list("pk", "retired"))
    with pytest.raises(ValidationError) as said:
        merges.merge(item=item, into=into, by=by)
    assert sorted(KnowledgeItem.objects.values_list("pk", "retired")) == before
    return said.value.messages


def test_terms_that_do_not_merge_are_refused_in_words(old, kept, by):
    assert merge_refused(old, old, by) == ["Un terme ne fusionne pas avec lui-même."]
    savoir = term("Entretien", kind=KnowledgeKind.SAVOIR)
    assert merge_refused(old, savoir, by) == [
        "« Conduite d’entretien » et « Entretien » ne sont pas de la même nature."
    ]
    gone = term("Entretien d’autrefois", retired=True)
    assert merge_refused(old, gone, by) == ["« Entretien d’autrefois » n’est plus proposé : gardez un terme qui l’est."]
    merges.merge(item=old, into=kept, by=by)
    away = ["« Conduite d’entretien » est déjà fusionné avec « Conduire un entretien »."]
    other = term("Interviewer")
    assert merge_refused(old, other, by) == merge_refused(other, old, by) == merge_refused(kept, old, by) == away


# Undoing


def test_undo_puts_back_what_was(old, kept, by):
    alone, both, none = (ResidentFactory() for _ in range(3))
    since = datetime.datetime(2026, 3, 5, 10, tzinfo=datetime.UTC)
    DeclarationFactory(resident=alone, item=old, note="Au téléphone", created_by=by)
    DeclarationFactory(resident=both, item=old, note="Ancien")
    DeclarationFactory(resident=both, item=kept, seeks=True, note="Gardé")
    DeclarationFactory(resident=none, item=kept)
    Declaration.objects.filter(item=old).update(created_at=since)
    Synonym.objects.create(item=kept, label="Interviewer")
    before = [states(resident, old, kept) for resident in (alone, both, none)]
    merge = merges.merge(item=old, into=kept, by=by)
    assert merges.undo(merge=merge, by=by) == []
    assert [states(resident, old, kept) for resident in (alone, both, none)] == before
    assert set(Declaration.objects.filter(item=old).values_list("created_at", flat=True)) == {since}
    assert Declaration.objects.get(item=old, resident=alone).created_by == by
    assert synonyms(kept) == ["Interviewer"]
    merge.refresh_from_db()
    assert (merge.undone_by, merge.undone_at is None, fresh(old).retired) == (by, False, False)
    assert KnowledgeItem.objects.labelled("conduite d'entretien", DOING) == old


def test_undo_spares_what_was_changed_since(old, kept, by):
    changed, withdrawn, same = (ResidentFactory(name=name) for name in ("Atelier", "Brasserie", "Cuisine"))
    for resident in (changed, withdrawn, same):
        DeclarationFactory(resident=resident, item=old)
    merge = merges.merge(item=old, into=kept, by=by)
    declarations.declare(resident=changed, item=kept, by=by, note="En groupe")
    declarations.withdraw(resident=withdrawn, item=kept, by=by)
    assert merges.undo(merge=merge, by=by) == [
        "Atelier a changé « Conduire un entretien » depuis la fusion : sa déclaration reste ainsi.",
        "Brasserie a retiré « Conduire un entretien » depuis la fusion : rien n’y est remis.",
    ]
    assert states(changed, old, kept) == [None, OFFERED | {"note": "En groupe"}]
    assert states(withdrawn, old, kept) == [None, None]
    assert states(same, old, kept) == [OFFERED, None]


def test_undo_forgets_a_structure_that_is_gone(old, kept, by, resident):
    DeclarationFactory(resident=resident, item=old)
    merge = merges.merge(item=old, into=kept, by=by)
    resident.delete()
    assert merges.undo(merge=merge, by=by) == []


def test_undo_leaves_the_words_of_another_merge(old, kept, by):
    other = term("Interviewer")
    Synonym.objects.create(item=other, label="Conduite d’entretien")
    first = merges.merge(item=old, into=kept, by=by)
    second = merges.merge(item=other, into=kept, by=by)
    merges.undo(merge=first, by=by)
    assert synonyms(kept) == ["Conduite d’entretien", "Interviewer"]
    assert set(kept.synonyms.values_list("left_by", flat=True)) == {second.pk}


def test_undo_leaves_retired_what_was(kept, by):
    old = term("Entretien d’autrefois", retired=True)
    merges.undo(merge=merges.merge(item=old, into=kept, by=by), by=by)
    assert fresh(old).retired is True


def test_undo_is_refused_in_words(old, kept, by):
    first = merges.merge(item=old, into=kept, by=by)
    second = merges.merge(item=kept, into=term("Interviewer"), by=by)
    with pytest.raises(ValidationError) as said:
        merges.undo(merge=first, by=by)
    assert said.value.messages == [
        "« Conduire un entretien » est fusionné avec « Interviewer » depuis : annulez d’abord cette fusion-là."
    ]
    merges.undo(merge=second, by=by)
    merges.undo(merge=first, by=by)
    with pytest.raises(ValidationError) as said:
        merges.undo(merge=first, by=by)
    assert said.value.messages == ["Cette fusion est déjà annulée."]
    assert merges.merge(item=old, into=kept, by=by).pk > second.pk
