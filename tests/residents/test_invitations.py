"""Asking people in: what a link opens, for whom, how often."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from mailing.models import Mail
from residents.actions import invitations
from residents.actions.invitations import Guest
from residents.enums import InvitationState, MembershipRole
from residents.models import Invitation, Membership, User
from residents.tasks import forget_invitations
from tests.factories import MembershipFactory, ResidentFactory, UserFactory

pytestmark = pytest.mark.django_db

EMAIL = "nouvelle@ailleurs.example"


def ask(resident, by, email=EMAIL, role=MembershipRole.MEMBER) -> Invitation:
    return invitations.invite(resident=resident, email=email, role=role, by=by)


def address(invitation) -> str:
    return invitation.opening_path


def test_invitation_is_written_to_the_address(lead, atelier):
    invitation = ask(atelier, lead, email="Nouvelle@Ailleurs.example")
    mail = Mail.objects.get()
    assert (invitation.email, mail.to, mail.is_secret) == (EMAIL, EMAIL, True)
    assert f"http://localhost:8000{address(invitation)}" in mail.text


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"email": "Grande@ailleurs.example"}, "invitation_email_lower_case"),
        ({"email": ""}, "invitation_email_lower_case"),
        ({"role": "roi"}, "invitation_role_known"),
        ({"accepted_at": timezone.now(), "withdrawn_at": timezone.now()}, "invitation_one_end"),
    ],
)
def test_database_refuses(resident, fields, name):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Invitation.objects.create(resident=resident, **{"email": EMAIL, **fields})
    assert error.value.__cause__.diag.constraint_name == name


def test_database_refuses_a_second_open_one(lead, atelier):
    ask(atelier, lead)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Invitation.objects.create(resident=atelier, email=EMAIL)
    assert error.value.__cause__.diag.constraint_name == "invitation_once"


def test_person_is_not_asked_twice_nor_when_already_there(lead, atelier):
    member = MembershipFactory(resident=atelier).user
    guests = [Guest(EMAIL), Guest(EMAIL), Guest(member.email)]
    asked = invitations.invite_all(resident=atelier, guests=guests, role=MembershipRole.MEMBER, by=lead)
    assert [one.email for one in asked] == [EMAIL]
    assert ask(atelier, lead) is None
    assert Mail.objects.count() == 1


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_only_leads_and_the_house_ask(who, atelier):
    person = MembershipFactory(resident=atelier if who == "member" else ResidentFactory(), lead=who != "member").user
    with pytest.raises(PermissionDenied):
        ask(atelier, person)


def test_accepting_opens_a_proved_account(client, lead, atelier):
    invitation = ask(atelier, lead, role=MembershipRole.LEAD)
    answer = client.post(address(invitation), {"first_name": "Romy", "last_name": "Vauquelin", "password": ""})
    user = User.objects.get(email=EMAIL)
    assert answer.url == reverse("residents:steps", args=[atelier.slug])
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (user.get_full_name(), user.has_usable_password()) == ("Romy Vauquelin", False)
    assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [(EMAIL, True, True)]
    assert list(user.memberships.values_list("resident", "role")) == [(atelier.pk, "referent")]
    invitation.refresh_from_db()
    assert (invitation.state, invitation.accepted_by) == (InvitationState.ACCEPTED, user)


def test_reading_the_link_uses_nothing_up(client, lead, atelier):
    invitation = ask(atelier, lead)
    assert [client.get(address(invitation)).status_code for _ in range(3)] == [200, 200, 200]
    assert client.head(address(invitation)).status_code == 200
    invitation.refresh_from_db()
    assert (invitation.state, User.objects.filter(email=EMAIL).count()) == (InvitationState.OPEN, 0)


def test_link_serves_once(client, lead, atelier):
    invitation = ask(atelier, lead)
    client.post(address(invitation), {"first_name": "Romy", "last_name": "Vauquelin"})
    client.logout()
    again = client.post(address(invitation), {"first_name": "Autre", "last_name": "Personne"})
    assert (again.status_code, User.objects.filter(email=EMAIL).count()) == (404, 1)


def test_name_is_one_line_and_hides_nothing(client, lead, atelier):
    client.post(address(ask(atelier, lead)), {"first_name": "Romy\r\nAnne", "last_name": "\u202eVauquelin\u200b"})
    assert str(User.objects.get(email=EMAIL)) == "Romy Anne Vauquelin"


def test_form_sent_twice_leads_on(client, lead, atelier):
    """Or the Back button: who has just come in is not told that the link is dead."""
    invitation = ask(atelier, lead)
    sent = [client.post(address(invitation), {"first_name": "Romy", "last_name": "Vauquelin"}) for _ in range(2)]
    assert [answer.url for answer in sent] == [reverse("residents:steps", args=[atelier.slug])] * 2
    assert client.get(address(invitation)).status_code == 302


def test_lapsed_and_withdrawn_open_nothing(client, lead, atelier):
    lapsed, withdrawn = ask(atelier, lead), ask(atelier, lead, email="autre@ailleurs.example")
    Invitation.objects.filter(pk=lapsed.pk).update(expires_at=timezone.now())
    invitations.withdraw(invitation=withdrawn, by=lead)
    assert [client.get(address(one)).status_code for one in (lapsed, withdrawn)] == [404, 404]
    with pytest.raises(ValidationError):
        invitations.accept(token=lapsed.token, first_name="A", last_name="B")


def test_renewed_link_replaces_the_former(client, lead, atelier):
    invitation = ask(atelier, lead)
    Invitation.objects.update(sent_at=timezone.now() - datetime.timedelta(days=20), expires_at=timezone.now())
    assert invitations.renew(invitation=invitation, by=lead) is True
    former, invitation = invitation, Invitation.objects.get()
    assert [client.get(address(one)).status_code for one in (former, invitation)] == [404, 200]
    assert (invitation.times_sent, Mail.objects.count()) == (2, 2)


def test_person_just_written_to_is_not_pestered(lead, atelier):
    assert invitations.renew(invitation=ask(atelier, lead), by=lead) is False
    assert Mail.objects.count() == 1


def test_answered_invitation_is_neither_renewed_nor_withdrawn(lead, atelier):
    invitation = ask(atelier, lead)
    invitations.accept(token=invitation.token, first_name="Romy", last_name="Vauquelin")
    for verb in (invitations.renew, invitations.withdraw):
        with pytest.raises(ValidationError):
            verb(invitation=invitation, by=lead)


def test_known_person_signs_in_then_joins(client, lead, atelier):
    person = UserFactory(email=EMAIL)
    invitation = ask(atelier, lead)
    refused = client.post(address(invitation), {"first_name": "Voleuse", "last_name": "D’adresse"})
    assert (refused.status_code, Membership.objects.filter(user=person).count()) == (200, 0)
    client.force_login(person)
    client.post(address(invitation))
    assert Membership.objects.get(user=person).resident == atelier


def test_invitation_is_not_for_another_account(client, lead, atelier, member):
    invitation = ask(atelier, lead)
    client.force_login(member)
    assert client.post(address(invitation)).status_code == 200
    assert not Membership.objects.filter(user=member, resident=atelier).exists()


def test_weak_password_is_refused_beside_its_field(client, lead, atelier):
    answer = client.post(address(ask(atelier, lead)), {"first_name": "Romy", "last_name": "V", "password": "12345"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["password"])
    assert answer.context["form"]["first_name"].value() == "Romy"


def test_addresses_are_taken_as_they_are_pasted(client, lead, atelier):
    client.force_login(lead)
    typed = "Awa D. <awa@ici.example>; bob@ici.example\n\nBOB@ici.example, chloe@ici.example"
    client.post(reverse("residents:people", args=[atelier.slug]), {"addresses": typed, "role": "membre"})
    assert sorted(Invitation.objects.values_list("email", flat=True)) == [
        "awa@ici.example",
        "bob@ici.example",
        "chloe@ici.example",
    ]


@pytest.mark.parametrize(
    "typed",
    ["pas une adresse", "", ";;;", "\0", "a@" + "b" * 300, "é@é", ",".join(f"x{n}@y.example" for n in range(51))],
)
def test_wrong_addresses_are_said_and_kept(client, lead, atelier, typed):
    client.force_login(lead)
    answer = client.post(reverse("residents:people", args=[atelier.slug]), {"addresses": typed, "role": "membre"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["addresses"])
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_people_keeps_its_queries(client, lead, atelier, django_assert_num_queries, count):
    for n in range(count):
        MembershipFactory(resident=atelier)
        ask(atelier, lead, email=f"personne{n}@ailleurs.example")
    client.force_login(lead)
    with django_assert_num_queries(6):
        client.get(reverse("residents:people", args=[atelier.slug]))


def test_old_invitations_are_forgotten(lead, atelier):
    old, recent = ask(atelier, lead), ask(atelier, lead, email="autre@ailleurs.example")
    Invitation.objects.filter(pk=old.pk).update(expires_at=timezone.now() - datetime.timedelta(days=181))
    forget_invitations()
    assert list(Invitation.objects.all()) == [recent]


@pytest.mark.browser
def test_newcomer_comes_in_from_a_phone(page, sign_in):
    lead = MembershipFactory(lead=True).user
    atelier = lead.memberships_list[0].resident
    sign_in(page, lead)
    page.goto(reverse("residents:people", args=[atelier.slug]))
    page.get_by_label("Adresses e-mail").fill(EMAIL)
    page.get_by_role("button", name="Envoyer les invitations").click()
    page.get_by_text("Une invitation est partie.").wait_for()
    page.context.clear_cookies()
    page.goto(address(Invitation.objects.get()))
    page.get_by_label("Prénom").fill("Romy")
    page.get_by_label("Nom", exact=True).fill("Vauquelin")
    page.get_by_role("button", name="Ouvrir mon compte sans clé").click()
    page.get_by_text("Bienvenue. Vous êtes de").wait_for()


def test_house_manager_reads_who_has_not_answered(client, house_manager, lead, atelier):
    ask(atelier, lead)
    client.force_login(house_manager)
    answer = client.get(reverse("invitations:index"), {"accepted_at__isnull": "true"})
    people = reverse("residents:people", args=[atelier.slug])
    page = answer.content.decode()
    assert (answer.status_code, EMAIL in page, people in page, "/invitation/" in page) == (200, True, True, False)


def test_lead_of_a_structure_that_left_asks_nobody(lead, atelier):
    atelier.stays.update(starts_on=datetime.date(2024, 1, 1), ends_on=datetime.date(2024, 12, 31))
    with pytest.raises(PermissionDenied):
        ask(atelier, User.objects.get(pk=lead.pk))


def test_link_that_no_mail_ever_held_opens_nothing(client):
    assert client.get("/invitation/%00/").status_code == 404


def test_second_address_of_an_account_opens_no_other(client, lead, atelier):
    UserFactory().emailaddress_set.create(email=EMAIL, primary=False, verified=True)
    answer = client.post(address(ask(atelier, lead)), {"first_name": "Ana", "last_name": "Rivet"})
    assert (answer.status_code, answer.url) == (302, reverse("account_login"))
    assert not User.objects.filter(email=EMAIL).exists()
