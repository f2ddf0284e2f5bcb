"""The people of a structure: pasted, reminded, named, taken off; the last lead does not vanish silently."""

import datetime

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from mailing.models import Mail
from residents.actions import invitations, members
from residents.actions.invitations import Guest
from residents.enums import MembershipRole
from residents.forms.invitations import read_guests
from residents.models import Invitation, Membership, User
from residents.tasks import write_invitations
from tests.factories import MembershipFactory, ResidentFactory, StayFactory, UserFactory

pytestmark = pytest.mark.django_db
AWA = Guest("awa@ici.example", "Awa", "Delcombe")
LONG_AGO = datetime.timedelta(days=4)


def ask(resident, by, email) -> Invitation:
    return invitations.invite(resident=resident, email=email, role=MembershipRole.MEMBER, by=by)


def written_long_ago(*asked):
    Invitation.objects.filter(pk__in=[one.pk for one in asked]).update(sent_at=timezone.now() - LONG_AGO)


# What is pasted


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Awa Delcombe <awa@ici.example>", [AWA]),
        ("awa delcombe <AWA@ici.example>", [Guest("awa@ici.example", "awa", "delcombe")]),
        ('"Delcombe, Awa" <awa@ici.example>', [AWA]),
        ("Delcombe, Awa <awa@ici.example>; bob@ici.example", [AWA, Guest("bob@ici.example")]),
        (
            "Awa Delcombe <awa@ici.example>, Bob Le Fort <bob@ici.example>",
            [AWA, Guest("bob@ici.example", "Bob", "Le Fort")],
        ),
        ("Awa\tDelcombe\tawa@ici.example\r\n\tBob\t\tbob@ici.example", [AWA, Guest("bob@ici.example", "Bob", "")]),
        ("Awa Delcombe awa@ici.example", [AWA]),
        ("\u202eAwa\u200b Delcombe <awa@ici.example>", [AWA]),
        ("awa@ici.example <awa@ici.example>", [Guest("awa@ici.example")]),
        ("<awa@ici.example>,", [Guest("awa@ici.example")]),
        ("Awa Delcombe <awa@ici.example>\nawa@ici.example; AWA@ici.example", [AWA]),
        ("a@ici.example b@ici.example\n\n;;,c@ici.example", [Guest(f"{n}@ici.example") for n in "abc"]),
        ("", []),
    ],
)
def test_people_are_read_as_they_are_pasted(typed, found):
    assert read_guests(typed) == (found, [])


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        ("bob ici.example, awa@ici.example", ["bob ici.example"]),
        ("awa@ici.example\nBob Le Fort", ["Bob Le Fort"]),
        ("Bob <bob>", ["bob"]),
        ("a@ici.example et b@ici.example", ["et"]),
        ("awa@@ici.example; a@b", ["awa@@ici.example", "a@b"]),
        ("<>", [""]),
    ],
)
def test_piece_that_names_nobody_is_a_fault(typed, faults):
    assert read_guests(typed)[1] == faults


def test_fault_names_its_piece_beside_the_field_and_keeps_all(client, lead, atelier):
    client.force_login(lead)
    typed = "Awa Delcombe <awa@ici.example>\nBob Le Fort"
    answer = client.post(reverse("residents:people", args=[atelier.slug]), {"addresses": typed, "role": "membre"})
    errors = answer.context["form"].errors["addresses"]
    assert (answer.status_code, errors) == (422, ["« Bob Le Fort » n’est pas une adresse e-mail."])
    assert (answer.context["form"]["addresses"].value(), Invitation.objects.count()) == (typed, 0)


def test_name_that_was_pasted_is_proposed(client, lead, atelier):
    client.force_login(lead)
    typed = {"addresses": "Awa Delcombe <awa@ici.example>", "role": "membre"}
    client.post(reverse("residents:people", args=[atelier.slug]), typed)
    client.logout()
    form = client.get(Invitation.objects.get().opening_path).context["form"]
    assert (form["first_name"].value(), form["last_name"].value()) == ("Awa", "Delcombe")


# Reminding all who have not answered


def test_all_are_reminded_but_those_just_written_to(lead, atelier):
    old, _recent, gone = (ask(atelier, lead, f"{n}@ici.example") for n in "abc")
    other = ask(ResidentFactory(), UserFactory(house_manager=True), "d@ici.example")
    invitations.withdraw(invitation=gone, by=lead)
    written_long_ago(old, gone, other)
    assert invitations.remind_all(resident=atelier, by=lead) == (1, 1)
    again = Invitation.objects.get(pk=old.pk)
    assert (again.times_sent, again.token != old.token, again.expires_at > old.expires_at) == (2, True, True)
    write_invitations(invitation_ids=[one.pk for one in (old, gone)])
    assert list(Mail.objects.order_by("pk").values_list("to", flat=True))[4:] == ["a@ici.example"]
    assert list(Invitation.objects.exclude(pk=old.pk).values_list("times_sent", flat=True)) == [1, 1, 1]
    assert ModelLogEntry.objects.filter(object_id=str(old.pk), action="wagtail.edit", user=lead).exists()


def test_house_reminds_everybody_and_once(house_manager, lead, atelier):
    asked = ask(atelier, lead, "a@ici.example"), ask(ResidentFactory(), house_manager, "b@ici.example")
    written_long_ago(*asked)
    assert invitations.remind_all(by=house_manager) == (2, 0)
    assert invitations.remind_all(by=house_manager) == (0, 2)


@pytest.mark.parametrize("count", [1, 60])
def test_page_waits_for_no_letter_whoever_is_reminded(house_manager, django_assert_num_queries, count):
    resident = ResidentFactory()
    asked = [Invitation(resident=resident, email=f"p{n}@ici.example") for n in range(count)]
    written_long_ago(*Invitation.objects.bulk_create(asked))
    with django_assert_num_queries(6 + -(-count // invitations.LETTERS)):
        invitations.remind_all(by=house_manager)
    assert Mail.objects.count() == 0


@pytest.mark.parametrize("of_the_house", [True, False])
def test_only_leads_remind_theirs_and_the_house_everybody(member, lead, atelier, of_the_house):
    with pytest.raises(PermissionDenied):
        invitations.remind_all(by=lead if of_the_house else member, resident=None if of_the_house else atelier)


def test_reminding_says_how_many_were_left_alone(client, lead, atelier):
    written_long_ago(ask(atelier, lead, "a@ici.example"))
    ask(atelier, lead, "b@ici.example")
    client.force_login(lead)
    answer = client.post(reverse("residents:remind", args=[atelier.slug]), follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "Une personne est relancée.",
        "Une personne laissée tranquille : nous lui avons écrit il y a moins de 3 jours.",
    ]


def test_house_reminds_from_the_list(client, house_manager, lead, atelier):
    written_long_ago(ask(atelier, lead, "a@ici.example"))
    client.force_login(house_manager)
    shown = client.get(reverse("invitations:index"))
    done = client.post(reverse("residents:remind_everybody"))
    assert (shown.context["waiting"], shown.context["spared"], done.url) == (1, 0, reverse("invitations:index"))
    assert Invitation.objects.get().times_sent == 2


def test_lead_reminds_no_other_house(client, lead):
    client.force_login(lead)
    assert client.post(reverse("residents:remind_everybody")).status_code == 403


def test_house_invites_into_any_structure_from_its_list(client, house_manager, atelier):
    client.force_login(house_manager)
    page = reverse("invitations:invite")
    assert f'href="{page}"' in client.get(reverse("invitations:index")).content.decode()
    assert f'href="{page}"' in client.get(reverse("wagtailusers_users:index")).content.decode()
    data = {"structure": atelier.pk, "addresses": "awa@ici.example\nbob@ici.example", "role": MembershipRole.LEAD}
    answer = client.post(page, data)
    assert answer.url == reverse("invitations:index")
    assert set(Invitation.objects.values_list("email", "resident", "role")) == {
        ("awa@ici.example", atelier.pk, MembershipRole.LEAD),
        ("bob@ici.example", atelier.pk, MembershipRole.LEAD),
    }


@pytest.mark.parametrize("structure", ["", "0", "abc", "99999999999999999999", "\0"])
def test_invitation_into_no_structure_keeps_what_was_typed(client, house_manager, structure):
    client.force_login(house_manager)
    data = {"structure": structure, "addresses": "awa@ici.example", "role": MembershipRole.MEMBER}
    answer = client.post(reverse("invitations:invite"), data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["structure"])
    assert "awa@ici.example" in answer.content.decode()
    assert Invitation.objects.count() == 0


def test_lead_invites_from_the_page_of_the_structure_alone(client, lead):
    client.force_login(lead)
    assert client.get(reverse("invitations:invite")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_reminding_lists_keep_their_queries(client, house_manager, lead, atelier, django_assert_max_num_queries, count):
    for n in range(count):
        ask(ResidentFactory(), house_manager, f"{n}@ici.example")
    client.force_login(house_manager)
    with django_assert_max_num_queries(14):
        client.get(reverse("invitations:index"))


# Roles and removals


def rows(resident) -> list[tuple]:
    return list(resident.memberships.order_by("pk").values_list("user", "role"))


def test_lead_names_another(client, lead, atelier):
    other = MembershipFactory(resident=atelier)
    client.force_login(lead)
    address = reverse("residents:member", args=[atelier.slug, other.pk])
    answer = client.post(address, {"role": "referent"})
    assert (answer.url, rows(atelier)) == (
        reverse("residents:people", args=[atelier.slug]),
        [(lead.pk, "referent"), (other.user.pk, "referent")],
    )
    assert "Vous parlez désormais pour" in Mail.objects.get(user=other.user).text
    assert ModelLogEntry.objects.filter(object_id=str(other.pk), action="wagtail.edit", user=lead).count() == 1


def test_same_role_changes_nothing(lead, atelier):
    other = MembershipFactory(resident=atelier)
    assert members.change_role(membership=other, role=MembershipRole.MEMBER, by=lead) is False
    assert (Mail.objects.count(), ModelLogEntry.objects.filter(object_id=str(other.pk)).count()) == (0, 0)


def test_lead_takes_somebody_off(client, lead, atelier):
    other = MembershipFactory(resident=atelier)
    client.force_login(lead)
    client.post(reverse("residents:remove_member", args=[atelier.slug, other.pk]))
    assert rows(atelier) == [(lead.pk, "referent")]
    assert User.objects.filter(pk=other.user.pk, is_active=True).exists()
    assert Mail.objects.get(user=other.user).subject == f"Votre place dans {atelier}"
    assert ModelLogEntry.objects.filter(object_id=str(other.pk), action="wagtail.delete", user=lead).count() == 1


@pytest.mark.parametrize("verb", ["change_role", "remove"])
def test_last_lead_does_not_vanish(lead, atelier, verb):
    MembershipFactory(resident=atelier)
    mine = Membership.objects.get(user=lead)
    role = {"role": MembershipRole.MEMBER} if verb == "change_role" else {}
    with pytest.raises(ValidationError) as error:
        getattr(members, verb)(membership=mine, by=lead, without_lead=True, **role)
    assert (error.value.code, (lead.pk, "referent") in rows(atelier)) == ("last_lead", True)


def test_last_lead_is_told_so(client, lead, atelier):
    client.force_login(lead)
    mine = Membership.objects.get(user=lead)
    left = client.post(reverse("residents:remove_member", args=[atelier.slug, mine.pk]), {"without_lead": "on"})
    changed = client.post(reverse("residents:member", args=[atelier.slug, mine.pk]), {"role": "membre"})
    said = "Plus personne ne parlerait pour la structure"
    assert (left.status_code, said in left.content.decode()) == (422, True)
    assert (changed.status_code, list(changed.context["form"].errors)) == (422, ["role"])


def test_house_is_asked_before_a_structure_loses_its_last_lead(client, house_manager, lead, atelier):
    client.force_login(house_manager)
    address = reverse("residents:remove_member", args=[atelier.slug, Membership.objects.get(user=lead).pk])
    asked = client.post(address)
    before = rows(atelier)
    done = client.post(address, {"without_lead": "on"})
    assert (asked.status_code, before, done.status_code, rows(atelier)) == (422, [(lead.pk, "referent")], 302, [])


def test_lead_with_another_leaves(client, lead, atelier):
    MembershipFactory(resident=atelier, lead=True)
    client.force_login(lead)
    mine = Membership.objects.get(user=lead)
    answer = client.post(reverse("residents:remove_member", args=[atelier.slug, mine.pk]), follow=True)
    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, reverse("home"))
    assert (len(rows(atelier)), Mail.objects.count()) == (1, 0)


@pytest.mark.parametrize("has_left", [False, True])
def test_member_leaves_by_themselves(client, lead, has_left):
    atelier = ResidentFactory(in_residence=not has_left)
    if has_left:
        StayFactory(resident=atelier, ends_on=timezone.localdate() - LONG_AGO)
    mine = MembershipFactory(resident=atelier)
    MembershipFactory(resident=atelier, lead=True)
    client.force_login(mine.user)
    page = reverse("residents:member", args=[atelier.slug, mine.pk])
    way = reverse("residents:remove_member", args=[atelier.slug, mine.pk])
    assert f'href="{page}"' in client.get(reverse("my_data")).content.decode()
    asked = client.get(page).content.decode()
    assert (f'action="{way}"' in asked, 'name="role"' in asked) == (True, False)
    answer = client.post(way, follow=True)
    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, reverse("home"))
    assert (Membership.objects.filter(pk=mine.pk).exists(), Mail.objects.count()) == (False, 0)
    assert ModelLogEntry.objects.filter(object_id=str(mine.pk), action="wagtail.delete", user=mine.user).count() == 1


def test_member_changes_no_role_of_their_own(client, atelier):
    mine = MembershipFactory(resident=atelier)
    client.force_login(mine.user)
    answer = client.post(reverse("residents:member", args=[atelier.slug, mine.pk]), {"role": "referent"})
    assert (answer.status_code, rows(atelier)[-1]) == (403, (mine.user.pk, "membre"))
    with pytest.raises(PermissionDenied):
        members.change_role(membership=mine, role=MembershipRole.LEAD, by=mine.user)


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_nobody_else_changes_the_people(client, atelier, who):
    other = MembershipFactory(resident=atelier)
    person = MembershipFactory(resident=atelier if who == "member" else ResidentFactory(), lead=who != "member").user
    client.force_login(person)
    addresses = [reverse(f"residents:{name}", args=[atelier.slug, other.pk]) for name in ("member", "remove_member")]
    assert [client.post(address, {"role": "referent"}).status_code for address in addresses] == [403, 403]


def test_person_of_another_structure_is_not_found_here(client, lead, atelier):
    client.force_login(lead)
    elsewhere = MembershipFactory()
    addresses = [
        reverse(f"residents:{name}", args=[atelier.slug, elsewhere.pk]) for name in ("member", "remove_member")
    ]
    assert [client.post(address, {"role": "membre"}).status_code for address in addresses] == [404, 404]


@pytest.mark.parametrize("role", ["", "roi", "\0"])
def test_wrong_role_is_said(client, lead, atelier, role):
    other = MembershipFactory(resident=atelier)
    client.force_login(lead)
    answer = client.post(reverse("residents:member", args=[atelier.slug, other.pk]), {"role": role})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["role"])


def test_removed_twice_is_gone(client, lead, atelier):
    other = MembershipFactory(resident=atelier)
    members.remove(membership=other, by=lead)
    with pytest.raises(ValidationError) as error:
        members.remove(membership=Membership(pk=other.pk, user=other.user, resident=atelier), by=lead)
    assert error.value.code == "gone"


def test_nobody_is_written_to_without_end(client, lead, atelier, monkeypatch):
    """A lead whose session somebody else holds is no way to flood an address."""
    cache.clear()
    monkeypatch.setattr(invitations, "AT_ONCE", datetime.timedelta(0))
    asked = invitations.invite(resident=atelier, email="awa@ici.example", role=MembershipRole.MEMBER, by=lead)
    client.force_login(lead)
    for _again in range(42):
        client.post(reverse("residents:renew_invitation", args=[atelier.slug, asked.pk]))
    assert Mail.objects.filter(to="awa@ici.example").count() == 41
    cache.clear()
