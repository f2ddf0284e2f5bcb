"""What several modules of these tests begin with."""

import pytest

from residents.duplicates import queue
from residents.models import NearDuplicate
from tests.factories import KnowledgeItemFactory, ResidentFactory
from tests.residents.terms import official, proposed, term


@pytest.fixture
def zinc(db):
    return ResidentFactory(name="Atelier du Zinc", slug="atelier-du-zinc")


# Savoirs


@pytest.fixture
def ours(member):
    return member.residents_list[0]


@pytest.fixture
def theirs(db):
    return ResidentFactory()


@pytest.fixture
def signed_in(client, member):
    client.force_login(member)
    return client


@pytest.fixture
def item(db):
    return KnowledgeItemFactory(label="Maraîchage")


# Terms, and the house who merges them


@pytest.fixture
def by(house_manager):
    return house_manager


@pytest.fixture
def old(db):
    return term("Conduite d’entretien")


@pytest.fixture
def kept(db):
    return term("Conduire un entretien")


@pytest.fixture
def pair(db):
    """Declared by nobody: `.item` is official, `.other` is proposed by a structure."""
    official("Réparation de vélos")
    proposed("Vélos : réparation")
    queue.look_again()
    return NearDuplicate.objects.select_related("item", "other").get()
