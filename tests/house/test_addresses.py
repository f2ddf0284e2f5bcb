"""Every address answers each role as it should, and none is forgotten."""

import pytest

from tests.conftest import just_signed_in
from tests.house.addresses import ADDRESSES, ROLES, make_world, published


def test_no_address_is_untested():
    assert published() == set(ADDRESSES)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ADDRESSES)
def test_address_answers_each_role(name, client):
    world = make_world()
    answers = []
    for role in ROLES:
        client.logout()
        if person := world.people[role]:
            just_signed_in(client, person)
        answers.append(client.get(world.address(name)).status_code)
    assert dict(zip(ROLES, answers, strict=True)) == dict(zip(ROLES, ADDRESSES[name][1], strict=True))
