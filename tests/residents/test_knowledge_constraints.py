"""Each constraint of the vocabulary and of declarations is violated, in the database and on a form's side."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from residents.enums import KnowledgeKind, Scheme
from residents.models import Declaration, Domain, KnowledgeItem, Occupation, Synonym
from tests.factories import (
    DeclarationFactory,
    DomainFactory,
    KnowledgeItemFactory,
    OccupationFactory,
    ResidentFactory,
)

pytestmark = pytest.mark.django_db


def refused(row) -> tuple[str, list[str]]:
    """The constraint that the database names, and what a form would say."""
    with pytest.raises(ValidationError) as said:
        row.validate_constraints()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        row.save()
    return error.value.__cause__.diag.constraint_name, said.value.messages


def test_term_once_in_its_kind():
    KnowledgeItemFactory(label="Médiation culturelle")
    same = KnowledgeItem(kind=KnowledgeKind.SAVOIR, label="mediation  CULTURELLE", scheme=Scheme.RESIDENT)
    assert refused(same) == ("item_unique", ["Ce terme existe déjà."])
    same.kind = KnowledgeKind.SAVOIR_FAIRE
    same.save()


def test_code_once_in_its_source():
    KnowledgeItemFactory(scheme=Scheme.ROME, code="100")
    again = KnowledgeItem(kind=KnowledgeKind.SAVOIR, label="Autre", scheme=Scheme.ROME, code="100")
    assert refused(again) == ("item_code_unique", ["Ce code existe déjà dans cette source."])
    again.scheme = Scheme.ESCO
    again.save()


def test_terms_without_a_code_may_be_many():
    KnowledgeItemFactory(scheme=Scheme.RESIDENT, code="")
    KnowledgeItemFactory(scheme=Scheme.RESIDENT, code="")
    assert KnowledgeItem.objects.filter(code="").count() == 2


def test_unknown_kind():
    item = KnowledgeItem(kind="science", label="Astrologie", scheme=Scheme.RESIDENT)
    assert refused(item) == ("item_kind_known", ["Cette nature n’existe pas."])


def test_unknown_source():
    item = KnowledgeItem(kind=KnowledgeKind.SAVOIR, label="Astrologie", scheme="zodiaque")
    assert refused(item) == ("item_scheme_known", ["Cette source n’existe pas."])


def test_label_without_a_letter():
    item = KnowledgeItem(kind=KnowledgeKind.SAVOIR, label="!? …", scheme=Scheme.RESIDENT)
    assert refused(item) == (
        "item_label_readable",
        ["Le terme doit contenir au moins une lettre ou un chiffre."],
    )


def test_synonym_once_for_an_item():
    first, second = KnowledgeItemFactory(), KnowledgeItemFactory()
    Synonym.objects.create(item=first, label="Tiers-lieu")
    Synonym.objects.create(item=second, label="Tiers-lieu")
    assert refused(Synonym(item=first, label="tiers lieu")) == ("synonym_once", ["Ce synonyme figure déjà."])


def test_item_declared_once_by_a_structure():
    declaration = DeclarationFactory()
    again = Declaration(resident=declaration.resident, item=declaration.item, created_by=None)
    assert refused(again) == ("declaration_once", ["Votre structure a déjà déclaré cet élément."])


def test_unknown_stance():
    declaration = Declaration(resident=ResidentFactory(), item=KnowledgeItemFactory(), stance="jamais")
    assert refused(declaration) == ("declaration_stance_known", ["Choisissez « offre » ou « recherche »."])


def test_unknown_evidence():
    declaration = Declaration(resident=ResidentFactory(), item=KnowledgeItemFactory(), evidence="rumeur")
    assert refused(declaration) == ("declaration_evidence_known", ["Cet appui n’existe pas."])


def test_declared_item_cannot_be_deleted():
    declaration = DeclarationFactory()
    with pytest.raises(ProtectedError):
        declaration.item.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        KnowledgeItem.objects.filter(pk=declaration.item_id)._raw_delete("default")
        transaction.get_connection().check_constraints()


@pytest.mark.parametrize(("model", "make"), [(Domain, DomainFactory), (Occupation, OccupationFactory)])
def test_code_once_for_domains_and_metiers(model, make):
    known = make()
    again = model(code=known.code, label="Autre", **({"domain": DomainFactory()} if model is Occupation else {}))
    with pytest.raises(ValidationError):
        again.validate_unique()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
