"""Terms that may say the same thing: queued, decided, undone."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from wagtail.models import ModelLogEntry

from residents import tasks
from residents.actions import declarations, duplicates, merges
from residents.actions.duplicates import KEPT_APART, REOPENED
from residents.duplicates import finding, queue
from residents.enums import KnowledgeKind, NearDuplicateState
from residents.models import Declaration, KnowledgeItem, Merge, NearDuplicate
from tests.at_once import elsewhere, until_it_waits
from tests.factories import DeclarationFactory, ResidentFactory, UserFactory
from tests.residents.terms import official, proposed, synonyms
from tests.worker import work

WAITING, MERGED, DIFFERENT = NearDuplicateState.WAITING, NearDuplicateState.MERGED, NearDuplicateState.DIFFERENT


# The queue


def test_found_again_changes_nothing(pair):
    assert queue.look_again() == 1
    assert queue.look_at([pair.other_id, pair.item_id]) == 1
    again = NearDuplicate.objects.get()
    assert (again.pk, again.state, again.reasons, again.score) == (pair.pk, WAITING, ["mots"], 1.0)


def test_what_is_found_no_more_leaves_the_queue(pair):
    pair.other.label = "Histoire des vélos"
    pair.other.save()
    queue.look_again()
    assert not NearDuplicate.objects.exists()


def test_what_was_decided_is_proposed_no_more(pair, house_manager):
    duplicates.keep_apart(pair=pair, by=house_manager)
    queue.look_again()
    queue.look_at([pair.other_id])
    kept = NearDuplicate.objects.get()
    assert (kept.pk, kept.state, kept.decided_by) == (pair.pk, DIFFERENT, house_manager)
    assert not NearDuplicate.objects.waiting().exists()


def test_queue_follows_terms_that_go(pair):
    KnowledgeItem.objects.filter(pk=pair.item_id).update(retired=True)
    assert not NearDuplicate.objects.waiting().exists()
    KnowledgeItem.objects.filter(pk=pair.item_id).update(retired=False)
    assert NearDuplicate.objects.waiting().get() == pair
    pair.other.delete()
    assert not NearDuplicate.objects.exists()


def test_term_that_goes_while_it_is_compared_is_left_out(pair):
    found = finding.find([pair.other_id], by_meaning=False)
    NearDuplicate.objects.all().delete()
    pair.other.delete()
    with transaction.atomic():
        assert queue.keep(found) == []


def test_merged_elsewhere_is_decided_and_undone_waits_again(pair, house_manager):
    merge = merges.merge(item=pair.other, into=pair.item, by=house_manager)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == (MERGED, house_manager)
    queue.look_again()
    assert NearDuplicate.objects.get().state == MERGED
    merges.undo(merge=merge, by=house_manager)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by, pair.decided_at) == (WAITING, None, None)


def test_two_workers_at_once_keep_a_pair_once(transactional_db):
    official("Réparation de vélos")
    mine = proposed("Vélos : réparation")
    with transaction.atomic():
        assert queue.look_at([mine.pk]) == 1
        other = elsewhere(lambda: queue.look_again())
        until_it_waits(other)
    other.join()
    assert other.outcome == 1
    assert NearDuplicate.objects.count() == 1


def test_term_just_proposed_is_compared_by_the_worker(transactional_db):
    official("Réparation de vélos")
    by = UserFactory()
    declarations.free_term(label="Vélos : réparation", kind=KnowledgeKind.SAVOIR, by=by)
    declarations.free_terms([(KnowledgeKind.SAVOIR, "Réparations de vélo")], by=by)
    work()
    assert NearDuplicate.objects.count() == 3


def test_term_that_is_not_kept_is_not_compared(transactional_db):
    official("Réparation de vélos")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        declarations.free_term(label="Vélos : réparation", kind=KnowledgeKind.SAVOIR, by=UserFactory())
        raise ZeroDivisionError
    work()
    assert not NearDuplicate.objects.exists()


def test_night_compares_all(pair):
    NearDuplicate.objects.all().delete()
    tasks.find_all_near_terms(timestamp=0)
    assert NearDuplicate.objects.count() == 1


# What the house decides


def test_only_the_house_decides(pair, member):
    for gesture in (
        lambda: duplicates.merge(pair=pair, keep=pair.item, by=member),
        lambda: duplicates.keep_apart(pair=pair, by=member),
        lambda: duplicates.undo(pair=pair, by=member),
    ):
        with pytest.raises(PermissionDenied):
            gesture()
    assert NearDuplicate.objects.get().state == WAITING


@pytest.mark.parametrize("kept", ["item", "other"])
def test_pair_that_one_structure_declares_twice_is_merged_and_all_is_restored(pair, house_manager, kept):
    keep = getattr(pair, kept)
    away = pair.other if kept == "item" else pair.item
    both = ResidentFactory()
    DeclarationFactory(resident=both, item=away, note="À l’atelier")
    DeclarationFactory(resident=both, item=keep, note="Le samedi", seeks=True)
    alone = DeclarationFactory(item=away).resident
    before = sorted(Declaration.objects.values_list("resident", "item", "stance", "note", "evidence", "created_at"))
    assert duplicates.both_declare(pair) is True

    merge = duplicates.merge(pair=pair, keep=keep, by=house_manager)
    assert (merge.item, merge.into) == (away, keep)
    assert sorted(Declaration.objects.values_list("resident", "item", "stance", "note")) == sorted(
        [(both.pk, keep.pk, "offre", "Le samedi ; À l’atelier"), (alone.pk, keep.pk, "offre", "")]
    )
    assert synonyms(keep) == [away.label]
    assert KnowledgeItem.objects.labelled(away.label, away.kind) == keep

    pair.refresh_from_db()
    assert duplicates.undo(pair=pair, by=house_manager) == []
    pair.refresh_from_db()
    assert (pair.state, synonyms(keep)) == (WAITING, [])
    after = sorted(Declaration.objects.values_list("resident", "item", "stance", "note", "evidence", "created_at"))
    assert after == before


def test_two_things_are_told_in_the_journal_and_put_back(pair, house_manager):
    duplicates.keep_apart(pair=pair, by=house_manager)
    with pytest.raises(ValidationError) as said:
        duplicates.merge(pair=pair, keep=pair.item, by=house_manager)
    assert said.value.messages == ["Ces deux termes ont déjà été départagés."]
    assert duplicates.undo(pair=pair, by=house_manager) == []
    with pytest.raises(ValidationError) as said:
        duplicates.undo(pair=pair, by=house_manager)
    assert said.value.messages == ["Cette décision est déjà annulée."]
    told = ModelLogEntry.objects.filter(action__in=[KEPT_APART, REOPENED]).order_by("pk")
    assert [(one.action, one.user, one.message) for one in told] == [
        (KEPT_APART, house_manager, "« Réparation de vélos » et « Vélos : réparation » sont deux choses"),
        (REOPENED, house_manager, "« Réparation de vélos » et « Vélos : réparation » à nouveau à départager"),
    ]


def test_decided_twice_at_once_is_decided_once(transactional_db):
    official("Réparation de vélos")
    proposed("Vélos : réparation")
    queue.look_again()
    pair, by = NearDuplicate.objects.select_related("item", "other").get(), UserFactory(house_manager=True)
    with transaction.atomic():
        duplicates.keep_apart(pair=pair, by=by)
        other = elsewhere(lambda: duplicates.merge(pair=pair, keep=pair.item, by=by))
        until_it_waits(other)
    other.join()
    assert other.outcome.messages == ["Ces deux termes ont déjà été départagés."]
    assert not Merge.objects.exists()
