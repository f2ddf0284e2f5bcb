"""The forms of the back office: what they keep, what they refuse in words."""

from io import BytesIO

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.models import Collection, ModelLogEntry

from mailing.models import Mail
from residents.actions import members
from residents.actions.invitations import invite
from residents.enums import ApplicationState, MembershipRole
from residents.models import KnowledgeItem, Membership, Picture, Resident, Sector, Stay, User
from residents.models.people import HOUSE_MANAGERS
from tests.factories import (
    ApplicationFactory,
    KnowledgeItemFactory,
    MembershipFactory,
    ResidentFactory,
    SectorFactory,
    StayFactory,
    UserFactory,
)

# What the forms do


def test_structure_is_opened(manager):
    SectorFactory()
    audiences = {f"{field}_audience": "residents" for field in Resident.GUARDED_FIELDS}
    data = {"name": "Atelier du Zinc", "slug": "atelier-du-zinc", "kind": "association", **audiences}
    manager.post(reverse("structures:add"), data)
    assert Resident.objects.get().name == "Atelier du Zinc"


@pytest.mark.parametrize(
    ("viewset", "data", "words"),
    [
        ("secteurs", {"name": "metal", "slug": "autre"}, "Ce secteur existe déjà."),
        ("termes", {"label": "SOUDURE", "kind": "savoir", "scheme": "maison"}, "Ce terme existe déjà."),
        (
            "termes",
            {"label": "!!!", "kind": "savoir", "scheme": "maison"},
            "Le terme doit contenir au moins une lettre ou un chiffre.",
        ),
    ],
)
def test_constraint_on_a_generated_column_is_told_in_words(manager, viewset, data, words):
    SectorFactory(name="Métal")
    KnowledgeItemFactory(label="Soudure")
    response = manager.post(reverse(f"{viewset}:add"), data)
    assert response.context["form"].non_field_errors() == [words]
    assert (Sector.objects.count(), KnowledgeItem.objects.count()) == (1, 1)


def test_stay_over_another_is_told_in_words(manager):
    stay = StayFactory()
    data = {"resident": stay.resident_id, "starts_on": "2026-01-05", "share": "1"}
    response = manager.post(reverse("presences:add"), data)
    assert response.context["form"].non_field_errors() == ["Cette structure est déjà présente à ces dates."]
    data |= {"ends_on": "2025-01-05"}
    response = manager.post(reverse("presences:add"), data)
    assert response.context["form"].errors["ends_on"] == ["La présence finit avant d’avoir commencé."]
    assert Stay.objects.count() == 1


@pytest.mark.parametrize(
    "viewset", ["structures", "secteurs", "partenaires", "espaces", "sortes-de-rendez-vous", "rubriques"]
)
def test_name_has_its_label(manager, viewset):
    page = manager.get(reverse(f"{viewset}:add")).content.decode()
    assert page.count('<label for="id_name"') == 1


def test_dates_have_the_browsers_own_field(manager):
    stay = StayFactory()
    page = manager.get(reverse("presences:edit", args=[stay.pk])).content.decode()
    assert '<input type="date" name="starts_on" value="2024-01-08"' in page


def person(**changed):
    return {"email": "Nouvelle@Chaudronneries.Example", "first_name": "Nour", "last_name": "Velle", **changed}


def test_person_is_added_without_a_password_and_signs_in_by_code(manager):
    manager.post(reverse("wagtailusers_users:add"), person())
    added = User.objects.get(first_name="Nour")
    assert (added.email, added.has_usable_password(), added.is_superuser) == (
        "nouvelle@chaudronneries.example",
        False,
        False,
    )
    assert list(EmailAddress.objects.filter(user=added).values_list("email", "primary", "verified")) == [
        (added.email, True, False)
    ]


def test_person_whose_account_is_opened_is_told(manager, house_manager):
    manager.post(reverse("wagtailusers_users:add"), person())
    mail = Mail.objects.get()
    assert mail.to == "nouvelle@chaudronneries.example"
    assert f"{house_manager} vous a ouvert un compte" in mail.text
    assert f"http://localhost:8000{reverse('account_request_login_code')}" in mail.text


def test_name_is_cleaned_as_an_invitation_takes_it(manager):
    manager.post(reverse("wagtailusers_users:add"), person(first_name="Nour\u202e  Anne", last_name="Vel\u00adle\tBi"))
    added = User.objects.get(email="nouvelle@chaudronneries.example")
    assert (added.first_name, added.last_name) == ("Nour Anne", "Velle Bi")


def test_name_that_nobody_sees_is_none(manager):
    response = manager.post(reverse("wagtailusers_users:add"), person(first_name="\u200b"))
    assert response.context["form"].errors == {"first_name": ["Champ requis."]}


def test_who_is_made_a_member_is_told_and_asked_no_more(manager, house_manager):
    user, resident = UserFactory(), ResidentFactory()
    asked = invite(resident=resident, email=user.email, role=MembershipRole.MEMBER, by=house_manager)
    Mail.objects.all().delete()
    manager.post(reverse("appartenances:add"), {"user": user.pk, "resident": resident.pk, "role": "membre"})
    membership = Membership.objects.get()
    mail = Mail.objects.get()
    assert (membership.user, membership.resident, mail.to) == (user, resident, user.email)
    assert f"Vous êtes désormais des personnes de {resident}" in mail.text
    asked.refresh_from_db()
    assert asked.withdrawn_at is not None
    told = ModelLogEntry.objects.for_instance(membership)
    assert list(told.values_list("action", "user")) == [("wagtail.create", house_manager.pk)]


def test_address_of_somebody_else_is_refused(manager):
    UserFactory(email="nouvelle@chaudronneries.example")
    response = manager.post(reverse("wagtailusers_users:add"), person())
    assert list(response.context["form"].errors) == ["email"]


def edited(client, user, **changed):
    data = {"email": user.email, "first_name": user.first_name, "last_name": user.last_name, "is_active": "on"}
    return client.post(reverse("wagtailusers_users:edit", args=[user.pk]), data | changed)


def test_changed_address_is_confirmed_anew(manager):
    user = UserFactory()
    edited(manager, user, email="autre@chaudronneries.example")
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "verified")) == [
        ("autre@chaudronneries.example", False)
    ]


def test_role_is_given(manager):
    user = UserFactory()
    edited(manager, user, groups=[Group.objects.get(name=HOUSE_MANAGERS).pk])
    assert list(User.objects.house_managers().filter(pk=user.pk)) == [user]


def test_house_manager_makes_no_administrator(manager):
    user = UserFactory()
    edited(manager, user, is_superuser="on")
    manager.post(reverse("wagtailusers_users:add"), person(is_superuser="on"))
    assert User.objects.filter(is_superuser=True).count() == 0


def test_house_manager_touches_no_administrator(manager, administrator):
    address = administrator.email
    edited(manager, administrator, email="prise@chaudronneries.example")
    ids = f"?id={administrator.pk}"
    manager.post(f"/gestion/bulk/residents/user/set_active_state/{ids}", {"mark_as_active": "False"})
    manager.post(f"/gestion/bulk/residents/user/delete/{ids}")
    manager.post(reverse("wagtailusers_users:delete", args=[administrator.pk]))
    administrator.refresh_from_db()
    assert (administrator.email, administrator.is_active) == (address, True)


def test_administrator_names_another(client, administrator):
    client.force_login(administrator)
    user = UserFactory()
    edited(client, user, is_superuser="on")
    user.refresh_from_db()
    assert user.is_superuser


def test_last_manager_keeps_the_house(manager, house_manager):
    answer = edited(manager, house_manager, groups=[])
    assert answer.context["form"].errors == {
        "groups": ["Plus personne ne tiendrait la maison : donnez d’abord ce rôle à quelqu’un."]
    }
    UserFactory(house_manager=True)
    edited(manager, house_manager, groups=[])
    assert not User.objects.house_managers().filter(pk=house_manager.pk).exists()


def test_last_administrator_keeps_the_keys(client, administrator):
    client.force_login(administrator)
    edited(client, administrator, is_active="", is_superuser="")
    administrator.refresh_from_db()
    assert (administrator.is_active, administrator.is_superuser) == (True, True)
    other = UserFactory(administrator=True)
    edited(client, other)
    other.refresh_from_db()
    assert not other.is_superuser


@pytest.mark.parametrize("name", ["edit", "delete"])
def test_roles_are_changed_on_the_page_of_the_structure(manager, name):
    membership = MembershipFactory(lead=True)
    data = {"user": membership.user_id, "resident": membership.resident_id, "role": "membre"}
    answer = manager.post(reverse(f"appartenances:{name}", args=[membership.pk]), data)
    assert (answer.status_code, answer.url) == (302, f"/residents/{membership.resident.slug}/personnes/")
    assert Membership.objects.get().is_lead


def test_what_is_changed_is_in_the_history(manager, house_manager):
    membership = MembershipFactory()
    members.change_role(membership=membership, role="referent", by=house_manager)
    page = manager.get(reverse("appartenances:history", args=[membership.pk])).content.decode()
    assert house_manager.get_full_name() in page


# Pictures


def test_picture_sent_by_the_library_is_written_anew(manager):
    exif = Image.Exif()
    exif[0x010F] = "Appareil"
    sent = BytesIO()
    Image.new("RGB", (3000, 30)).save(sent, "JPEG", exif=exif)
    upload = SimpleUploadedFile("photo.jpg", sent.getvalue(), content_type="image/jpeg")
    answer = manager.post(
        reverse("wagtailimages:add_multiple"),
        {"files[]": upload, "title": "Photo", "collection": Collection.get_first_root_node().pk},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert answer.json()["success"], answer.json()
    stored = Picture.objects.get()
    content = stored.file.read()
    assert (stored.width, stored.height, content[:4]) == (2560, 26, b"RIFF")
    assert b"Appareil" not in content


# The dashboard


def test_application_is_answered_without_being_rewritten(manager):
    application = ApplicationFactory(name="Claude")
    data = {"name": "Autre", "state": ApplicationState.MET, "note": "Mardi à 10 h."}
    manager.post(reverse("candidatures:edit", args=[application.pk]), data)
    application.refresh_from_db()
    assert (application.name, application.state, application.note) == ("Claude", ApplicationState.MET, "Mardi à 10 h.")


@pytest.mark.parametrize("chosen", ["défaut", "0", "999999", "9" * 30, "\0", "-1"])
@pytest.mark.parametrize(
    ("page", "field"), [("equipe", "picture"), ("conventions", "partner"), ("presences", "resident")]
)
def test_choice_that_does_not_exist_is_said(client, house_manager, page, field, chosen):
    client.force_login(house_manager)
    answer = client.post(reverse(f"{page}:add"), {field: chosen})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
