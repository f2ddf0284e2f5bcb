"""The demonstration's bulletin comes and goes with it."""

import pytest

from bulletin.models import BulletinPage
from chaudronneries.demo import bulletin
from tests.factories import BulletinFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(house_manager=True, email="gestion@chaudronneries.example")


def test_issue_and_draft_are_loaded_once_and_taken_out(manager):
    assert (bulletin.load(), bulletin.load()) == (2, 0)
    assert list(BulletinPage.objects.order_by("number").values_list("number", "live")) == [(1, True), (2, False)]
    bulletin.clear()
    assert not BulletinPage.objects.exists()


def test_house_that_has_an_issue_is_left_alone(manager):
    mine = BulletinFactory(number=8)
    assert bulletin.load() == 0
    bulletin.clear()
    assert list(BulletinPage.objects.all()) == [mine]
