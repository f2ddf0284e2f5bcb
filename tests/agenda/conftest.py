"""Who is signed in, what is asked of the house, and who is written to."""

import pytest

from tests.agenda.series_of_mondays import NOON, TEN, weekly
from tests.agenda.wishes import ours
from tests.factories import EventFactory, MembershipFactory, ResidentFactory, SpaceFactory, UserFactory


@pytest.fixture
def signed(client, member):
    """A client signed in as a member of one structure."""
    client.force_login(member)
    return client


@pytest.fixture
def managing(client, house_manager):
    client.force_login(house_manager)
    return client


@pytest.fixture
def space(db):
    """Booked as far ahead as one wants."""
    return SpaceFactory(name="Forge", slug="forge", ahead_days=None)


@pytest.fixture
def wish(space, member):
    """What a member asks: four Mondays, 10:00 to 12:00."""
    return {
        "rule": weekly(),
        "start_time": TEN,
        "end_time": NOON,
        "space": space,
        "by": member,
        "resident": ours(member),
    }


@pytest.fixture
def event(db):
    """Two seats, open to all."""
    return EventFactory(with_seats=True)


@pytest.fixture
def hall(db):
    return SpaceFactory(name="Grande salle")


@pytest.fixture
def camille(db):
    atelier = ResidentFactory(name="Atelier du Zinc")
    user = UserFactory(first_name="Camille", last_name="Rivet")
    return MembershipFactory(user=user, resident=atelier, lead=True).user


@pytest.fixture
def manager(db):
    return UserFactory(first_name="Maud", last_name="Braise", house_manager=True)
