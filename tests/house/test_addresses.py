"""Every address answers each role as it should, and none is forgotten."""

import datetime

import pytest
from django.urls import reverse

from residents.enums import MembershipRole
from tests.conftest import just_signed_in
from tests.factories import MembershipFactory, StayFactory
from tests.house.addresses import ADDRESSES, ROLES, published
from tests.house.world import make_world


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


# What somebody of another structure may send: what is their own, what everybody is asked, what a secret address opens.
THEIRS_TO_SEND = {
    *("delete_account", "blog:propose", "blog:preview_text", "residents:apply", "residents:invitation"),
    *("residents:declare", "residents:declaration", "residents:withdraw", "mailing:preferences", "mailing:refuse"),
    *("agenda:new_event", "agenda:register", "agenda:confirm_registration", "agenda:accept_seat"),
    *("agenda:cancel_registration", "agenda:book", "agenda:renew_key", "agenda:revoke_key"),
    *("bulletin:subscribe", "bulletin:confirm", "bulletin:leave", "residents:my_name"),
}
OF_ANYBODY = {name for name in THEIRS_TO_SEND if name.startswith(("bulletin:", "mailing:refuse"))} | {
    *("residents:apply", "residents:invitation", "agenda:register", "agenda:confirm_registration"),
    *("agenda:accept_seat", "agenda:cancel_registration"),
}
# Where a structure that left the house has nothing to send any more.
OF_THE_HOUSE = {"blog:propose", "blog:preview_text", "agenda:new_event", "agenda:book", "agenda:renew_key"}
OF_ALLAUTH = ("account_", "mfa_", "usersessions_")


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["anonymous", "member", "former lead"])
def test_nothing_is_sent_to_what_is_others(client, role):
    """Whatever a form holds, it is refused before it is read: of their own, people find their own pages."""
    world = make_world()
    if role == "former lead":
        gone = StayFactory(
            starts_on=datetime.date(2020, 1, 1), ends_on=datetime.date(2021, 1, 1), resident__in_residence=False
        )
        world.people[role] = MembershipFactory(resident=gone.resident, lead=True).user
    sent = {
        "typed": "Atelier",
        "done": "oui",
        "role": MembershipRole.LEAD,
        "addresses": "x@y.example",
        "without_lead": "on",
    }
    taken = set()
    for name in ADDRESSES:
        client.logout()
        if person := world.people[role]:
            just_signed_in(client, person)
        answer = client.post(world.address(name), sent)
        to_sign_in = answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))
        if answer.status_code not in {403, 404, 405} and not to_sign_in and not name.startswith(OF_ALLAUTH):
            taken.add(name)
    assert (
        taken
        == {
            "anonymous": {*OF_ANYBODY, "residents:invitation_key"},
            "member": THEIRS_TO_SEND,
            "former lead": THEIRS_TO_SEND - OF_THE_HOUSE,
        }[role]
    )
    assert [membership.is_lead for membership in world.atelier.memberships.all()] == [True]
