"""The verbs on declarations, without HTTP; races are proved with two real connections."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from residents.actions.declarations import declare, free_term, revise, undo, withdraw
from residents.enums import KnowledgeKind, Scheme, Stance
from residents.models import Declaration, DeclarationChange, KnowledgeItem, Synonym
from tests.at_once import elsewhere, until_it_waits
from tests.factories import DeclarationFactory, KnowledgeItemFactory, ResidentFactory, UserFactory

OFFERED = {"stance": "offre", "note": "", "evidence": "declare"}


@pytest.fixture
def by(db):
    return UserFactory()


def state(resident, item):
    return Declaration.objects.filter(resident=resident, item=item).values("stance", "note", "evidence").first()


def test_declare_is_an_offer_without_a_note_and_keeps_who(resident, item, by):
    change = declare(resident=resident, item=item, by=by)
    assert state(resident, item) == OFFERED
    assert (change.resident, change.item, change.by) == (resident, item, by)
    assert (change.before, change.after) == (None, OFFERED)
    assert Declaration.objects.get().created_by == by


def test_declare_again_changes_what_is_said_and_keeps_the_rest(resident, item, by):
    DeclarationFactory(resident=resident, item=item, note="Sous serre", evidence="confirme")
    change = declare(resident=resident, item=item, by=by, stance=Stance.SEEK)
    assert state(resident, item) == {"stance": "recherche", "note": "Sous serre", "evidence": "confirme"}
    assert change.before == {"stance": "offre", "note": "Sous serre", "evidence": "confirme"}


def test_declare_twice_changes_nothing_the_second_time(resident, item, by):
    declare(resident=resident, item=item, by=by)
    assert declare(resident=resident, item=item, by=by) is None
    assert DeclarationChange.objects.count() == Declaration.objects.count() == 1


def test_declare_refuses_a_stance_that_is_none(resident, item, by):
    with pytest.raises(ValidationError):
        declare(resident=resident, item=item, by=by, stance="vend")


def test_declare_asks_for_a_new_map_once_committed(resident, item, by, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as asked:
        declare(resident=resident, item=item, by=by)
        declare(resident=resident, item=item, by=by)
    assert len(asked) == 1


def test_revise_changes_the_note(resident, item, by):
    DeclarationFactory(resident=resident, item=item)
    change = revise(resident=resident, item=item, by=by, note="Sous serre", seen_note="")
    assert state(resident, item)["note"] == "Sous serre"
    assert (change.before["note"], change.after["note"]) == ("", "Sous serre")


def test_revise_what_was_withdrawn_is_refused(resident, item, by):
    with pytest.raises(ValidationError) as refused:
        revise(resident=resident, item=item, by=by, note="Sous serre")
    assert refused.value.code == "withdrawn"
    assert Declaration.objects.count() == 0


def test_revise_shows_a_colleagues_note_rather_than_losing_it(resident, item, by):
    DeclarationFactory(resident=resident, item=item, note="Celle d'une collègue")
    with pytest.raises(ValidationError) as refused:
        revise(resident=resident, item=item, by=by, note="La mienne", seen_note="")
    assert refused.value.code == "overtaken"
    assert "Celle d'une collègue" in refused.value.messages[0]
    assert state(resident, item)["note"] == "Celle d'une collègue"


def test_revise_sent_twice_is_not_a_conflict(resident, item, by):
    DeclarationFactory(resident=resident, item=item)
    revise(resident=resident, item=item, by=by, note="Sous serre", seen_note="")
    assert revise(resident=resident, item=item, by=by, note="Sous serre", seen_note="") is None


def test_withdraw_then_undo_puts_it_back_as_it_was(resident, item, by):
    DeclarationFactory(resident=resident, item=item, note="Sous serre", stance=Stance.SEEK, evidence="confirme")
    before = state(resident, item)
    change = withdraw(resident=resident, item=item, by=by)
    assert state(resident, item) is None
    undo(change, by=by)
    assert state(resident, item) == before


def test_withdraw_twice_changes_nothing_the_second_time(resident, item, by):
    declare(resident=resident, item=item, by=by)
    assert withdraw(resident=resident, item=item, by=by) is not None
    assert withdraw(resident=resident, item=item, by=by) is None


def test_undo_can_itself_be_undone(resident, item, by):
    undone = undo(declare(resident=resident, item=item, by=by), by=by)
    assert state(resident, item) is None
    undo(undone, by=by)
    assert state(resident, item) == OFFERED


def test_undo_is_refused_once_the_declaration_changed_again(resident, item, by):
    first = declare(resident=resident, item=item, by=by)
    declare(resident=resident, item=item, by=by, note="Sous serre")
    with pytest.raises(ValidationError) as refused:
        undo(first, by=by)
    assert refused.value.messages == ["Cette déclaration a été modifiée depuis : rien n’a été annulé."]
    assert state(resident, item)["note"] == "Sous serre"


def test_undo_is_refused_when_the_same_state_came_back(resident, item, by):
    """Undone then done again by a colleague: a stale tab does not take theirs back."""
    first = declare(resident=resident, item=item, by=by)
    undo(undo(first, by=by), by=UserFactory())
    with pytest.raises(ValidationError):
        undo(first, by=by)
    assert state(resident, item) == OFFERED


def test_undo_is_refused_when_something_else_changed_the_declaration(resident, item, by):
    change = declare(resident=resident, item=item, by=by)
    Declaration.objects.update(evidence="confirme")
    with pytest.raises(ValidationError):
        undo(change, by=by)


def test_free_term_is_written_with_its_author(by):
    term = free_term(label="  Fête   de l'aubergine ", kind=KnowledgeKind.MILIEU, by=by)
    assert (term.label, term.kind, term.scheme, term.created_by) == (
        "Fête de l'aubergine",
        KnowledgeKind.MILIEU,
        Scheme.RESIDENT,
        by,
    )


@pytest.mark.parametrize("label", ["maraichage", "MARAÎCHAGE", "Culture maraîchère"])
def test_free_term_reuses_a_label_or_a_synonym(item, by, label):
    Synonym.objects.create(item=item, label="Culture maraîchère")
    assert free_term(label=label, kind=item.kind, by=by) == item
    assert KnowledgeItem.objects.count() == 1


def test_free_term_of_another_kind_is_another_term(item, by):
    assert free_term(label="Maraîchage", kind=KnowledgeKind.SAVOIR_FAIRE, by=by) != item


@pytest.mark.parametrize(
    "label, reason",
    [
        ("", "Ce champ ne peut pas être vide."),
        ("🎉🎉", "Le terme doit contenir au moins une lettre ou un chiffre."),
        ("… — !", "Le terme doit contenir au moins une lettre ou un chiffre."),
        ("a" * 301, "Assurez-vous que cette valeur comporte au plus 300 caractères (actuellement 301)."),
    ],
)
def test_free_term_refuses_what_cannot_be_read(by, label, reason):
    with pytest.raises(ValidationError) as refused:
        free_term(label=label, kind=KnowledgeKind.SAVOIR, by=by)
    assert refused.value.messages == [reason]
    assert KnowledgeItem.objects.count() == 0


# Two people at once: the other one has a connection of their own.


@pytest.fixture
def two_people(transactional_db):
    return ResidentFactory(), KnowledgeItemFactory(), UserFactory(), UserFactory()


def test_two_declaring_at_once_without_taking_turns_would_collide(two_people):
    """The control: reading first and writing then, as without the lock, sees nothing and breaks on the constraint."""
    resident, item, camille, _sasha = two_people

    def without_the_lock():
        with transaction.atomic():
            assert state(resident, item) is None
            Declaration.objects.create(resident=resident, item=item)

    with transaction.atomic():
        declare(resident=resident, item=item, by=camille)
        other = elsewhere(without_the_lock)
        until_it_waits(other)
    other.join()
    assert isinstance(other.outcome, IntegrityError)


def test_two_declaring_at_once_take_turns(two_people):
    resident, item, camille, sasha = two_people
    with transaction.atomic():
        declare(resident=resident, item=item, by=camille, note="Celle de Camille")
        other = elsewhere(lambda: declare(resident=resident, item=item, by=sasha, stance=Stance.SEEK))
        until_it_waits(other)
    other.join()
    assert other.outcome.before == {"stance": "offre", "note": "Celle de Camille", "evidence": "declare"}
    assert state(resident, item) == {"stance": "recherche", "note": "Celle de Camille", "evidence": "declare"}


def test_undoing_at_once_happens_once(two_people):
    resident, item, camille, sasha = two_people
    change = declare(resident=resident, item=item, by=camille)
    with transaction.atomic():
        undo(change, by=camille)
        other = elsewhere(lambda: undo(change, by=sasha))
        until_it_waits(other)
    other.join()
    assert isinstance(other.outcome, ValidationError)
    assert DeclarationChange.objects.count() == 2


def test_the_same_free_term_written_at_once_is_one_term(two_people):
    _resident, _item, camille, sasha = two_people
    with transaction.atomic():
        first = free_term(label="Fête de l'aubergine", kind=KnowledgeKind.SAVOIR, by=camille)
        other = elsewhere(lambda: free_term(label="fete de l aubergine", kind=KnowledgeKind.SAVOIR, by=sasha))
        until_it_waits(other)
    other.join()
    assert other.outcome == first
