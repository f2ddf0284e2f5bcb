"""Merging while the vocabulary comes anew, or while somebody declares; races are proved with two real connections."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from residents.actions import declarations, merges
from residents.models import KnowledgeItem, Merge
from residents.vocabulary.loading import LOCK as LOADING
from residents.vocabulary.loading import load
from residents.vocabulary.terms import Term, Vocabulary
from tests.at_once import elsewhere, until_it_waits
from tests.factories import ResidentFactory, UserFactory
from tests.residents.terms import DOING, OFFERED, fresh, states, synonyms, term

# The vocabulary comes anew


def release(*terms):
    return Vocabulary(domains=[], occupations=[], terms=list(terms), links=[])


def from_source(item, label=None, synonyms=()):
    return Term(kind=item.kind, label=label or item.label, scheme=item.scheme, code=item.code, synonyms=list(synonyms))


def test_vocabulary_does_not_bring_a_merged_term_back(old, kept, by):
    merge = merges.merge(item=old, into=kept, by=by)
    outcome = load(release(from_source(old, "Conduite d’entretiens", ["Entretien d’embauche"]), from_source(kept)))
    assert (outcome.total, outcome.created, outcome.deleted) == (1, 0, 0)
    assert (fresh(old).retired, fresh(old).label) == (True, "Conduite d’entretiens")
    assert Merge.objects.in_force().get() == merge
    assert synonyms(kept) == ["Conduite d’entretien", "Conduite d’entretiens", "Entretien d’embauche"]
    merges.undo(merge=merge, by=by)
    assert (synonyms(kept), fresh(old).retired) == ([], False)


def test_vocabulary_without_merged_terms_keeps_them_and_their_merge(old, kept, by):
    merges.merge(item=old, into=kept, by=by)
    load(release())
    assert (fresh(old).retired, fresh(kept).retired) == (True, True)
    assert KnowledgeItem.objects.labelled("conduite d'entretien", DOING) == kept


def test_synonym_that_the_source_gives_stays_when_the_merge_is_undone(old, kept, by):
    merge = merges.merge(item=old, into=kept, by=by)
    load(release(from_source(old), from_source(kept, synonyms=["Conduite d’entretien"])))
    merges.undo(merge=merge, by=by)
    assert synonyms(kept) == ["Conduite d’entretien"]


# Two people at once: the other one has a connection of their own.


@pytest.fixture
def house(transactional_db):
    old, kept = term("Conduite d’entretien"), term("Conduire un entretien")
    return old, kept, UserFactory(house_manager=True), ResidentFactory()


def test_merged_at_once_happens_once(house):
    old, kept, by, _resident = house
    with transaction.atomic():
        merge = merges.merge(item=old, into=kept, by=by)
        other = elsewhere(lambda: merges.merge(item=kept, into=old, by=by))
        until_it_waits(other)
    other.join()
    assert isinstance(other.outcome, ValidationError)
    assert Merge.objects.get() == merge


def test_declared_while_merged_goes_to_the_other_term(house):
    old, kept, by, resident = house
    with transaction.atomic():
        merges.merge(item=old, into=kept, by=by)
        other = elsewhere(lambda: declarations.declare(resident=resident, item=old, by=by))
        until_it_waits(other)
    other.join()
    assert states(resident, old, kept) == [None, OFFERED]


def test_merged_while_declared_takes_the_declaration_along(house):
    old, kept, by, resident = house
    with transaction.atomic():
        declarations.declare(resident=resident, item=old, by=by)
        other = elsewhere(lambda: merges.merge(item=old, into=kept, by=by))
        until_it_waits(other)
    other.join()
    assert [moved["resident"] for moved in other.outcome.moved] == [resident.pk]
    assert states(resident, old, kept) == [None, OFFERED]


def test_merge_does_not_wait_for_a_load(house):
    old, kept, by, _resident = house
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADING])
        other = elsewhere(lambda: merges.merge(item=old, into=kept, by=by))
        other.join()
    assert other.outcome.messages == ["Le vocabulaire change en ce moment même : réessayez dans une minute."]
