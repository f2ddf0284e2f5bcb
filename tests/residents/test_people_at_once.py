"""Two people at once do what is done once: leaving with a key of the house, coming in, importing, departing terms."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from chaudronneries.portability.leaving import leave
from residents.actions import duplicates, invitations, members, sheets
from residents.enums import MembershipRole, NearDuplicateState, SheetKind
from residents.models import Invitation, Membership, Merge, NearDuplicate, Resident, User
from residents.spreadsheets import importing
from tests.at_once import elsewhere, until_it_waits
from tests.factories import KnowledgeItemFactory, MembershipFactory, ResidentFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def again(user: User) -> User:
    """As another request knows the person."""
    return User.objects.with_roles().get(pk=user.pk)


@pytest.mark.parametrize("trait", ["administrator", "house_manager"])
def test_last_two_keys_of_the_house_do_not_leave_at_once(trait):
    one, other = UserFactory(**{trait: True}), UserFactory(**{trait: True})
    with transaction.atomic():
        leave(user=one, by=one)
        thread = elsewhere(lambda: leave(user=again(other), by=again(other)))
        until_it_waits(thread)
    thread.join()
    assert thread.outcome.code == "last_key"
    assert list(User.objects.filter(pk__in=[one.pk, other.pk])) == [other]


@pytest.mark.parametrize("gesture", ["remove", "change_role"])
def test_last_two_leads_do_not_put_each_other_out(gesture):
    resident = ResidentFactory()
    one, other = MembershipFactory(resident=resident, lead=True), MembershipFactory(resident=resident, lead=True)
    by_other = again(other.user)
    list(by_other.memberships_list)
    act = {
        "remove": lambda membership, by: members.remove(membership=membership, by=by),
        "change_role": lambda membership, by: members.change_role(
            membership=membership, role=MembershipRole.MEMBER, by=by
        ),
    }[gesture]
    with transaction.atomic():
        act(other, again(one.user))
        thread = elsewhere(lambda: act(Membership.objects.get(pk=one.pk), by_other))
        until_it_waits(thread)
    thread.join()
    assert isinstance(thread.outcome, ValidationError)
    assert list(Membership.objects.filter(role=MembershipRole.LEAD)) == [one]


def test_invitation_opens_one_account():
    invitation = Invitation.objects.create(resident=ResidentFactory(), email="awa@ici.example")

    def accept():
        return invitations.accept(token=invitation.token, first_name="Awa", last_name="Delcombe")

    with transaction.atomic():
        user = accept()
        thread = elsewhere(accept)
        until_it_waits(thread)
    thread.join()
    assert thread.outcome.code == "lapsed"
    assert [one.user for one in Membership.objects.all()] == [user]


def test_sheet_confirmed_twice_is_imported_once():
    by = UserFactory(house_manager=True)
    content = b"Nom;Forme\nZinc;association\n"
    upload = sheets.keep(kind=SheetKind.STRUCTURES, name="x.csv", content=content, by=by)
    mark = importing.plan(upload.kind, upload.name, content).mark
    with transaction.atomic():
        sheets.carry_out(upload=upload, expected=mark, by=by)
        thread = elsewhere(lambda: importing.carry_out(upload.kind, upload.name, content, by=again(by), expected=mark))
        thread.join()
    assert isinstance(thread.outcome, importing.Busy)
    with pytest.raises(importing.Moved):
        importing.carry_out(SheetKind.STRUCTURES, "x.csv", content, by=by, expected=mark)
    assert Resident.objects.get().name == "Zinc"


def test_pair_is_decided_once():
    by = UserFactory(house_manager=True)
    item, other = KnowledgeItemFactory(label="Soudure"), KnowledgeItemFactory(label="Soudage")
    pair = NearDuplicate.objects.create(item=item, other=other, score=0.9)
    with transaction.atomic():
        merged = duplicates.merge(pair=pair, keep=item, by=by)
        thread = elsewhere(lambda: duplicates.keep_apart(pair=pair, by=again(by)))
        until_it_waits(thread)
    thread.join()
    assert isinstance(thread.outcome, ValidationError)
    pair.refresh_from_db()
    assert (pair.state, Merge.objects.get()) == (NearDuplicateState.MERGED, merged)
