"""The team as the house keeps it: its list, its constraint, who leaves it."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from residents.models import TeamRole
from tests.factories import PictureFactory, TeamRoleFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def form_of(**changes) -> dict:
    fields = {
        "name": "Djamila Orsenne",
        "role": "maîtresse d’établissement",
        "about": "",
        "picture": "",
        "email": "",
        "user": "",
        "starts_on": "2024-03-15",
        "ends_on": "",
        "position": "1",
        "is_shown": "on",
    }
    return {**fields, **changes}


def test_role_is_added_and_noted(manager, house_manager):
    picture = PictureFactory()
    response = manager.post(reverse("equipe:add"), form_of(picture=picture.pk, user=house_manager.pk))
    role = TeamRole.objects.get()
    assert (response.status_code, str(role), role.picture, role.user) == (
        302,
        "Djamila Orsenne, maîtresse d’établissement",
        picture,
        house_manager,
    )
    assert ModelLogEntry.objects.get(action="wagtail.create").user == house_manager


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ends_on", "2024-03-14"),
        ("starts_on", "hier"),
        ("name", "\0"),
        ("name", "x" * 121),
        ("email", "nulle part"),
        ("position", "99999999999999999999"),
        ("picture", "999999"),
    ],
)
def test_wrong_role_is_refused_with_words(manager, field, value):
    response = manager.post(reverse("equipe:add"), form_of(**{field: value}))
    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])


def test_role_ends_after_it_began():
    with pytest.raises(IntegrityError, match="team_role_ends_after_start"), transaction.atomic():
        TeamRoleFactory(ends_on=datetime.date(2001, 1, 1))


def test_list_is_filtered_by_when_roles_are_held(manager):
    today = timezone.localdate()
    TeamRoleFactory(name="Ancienne", ends_on=today - DAY)
    TeamRoleFactory(name="Présente", ends_on=today)
    TeamRoleFactory(name="Prochaine", starts_on=today + DAY)

    def names(**query):
        return [role.name for role in manager.get(reverse("equipe:index"), query).context["object_list"]]

    assert {when: names(tenu=when) for when in ("avant", "aujourd-hui", "bientot")} == {
        "avant": ["Ancienne"],
        "aujourd-hui": ["Présente"],
        "bientot": ["Prochaine"],
    }
    assert sorted(names(tenu="inconnu")) == ["Ancienne", "Prochaine", "Présente"]


def test_name_leaves_with_the_account(client):
    person = UserFactory()
    role = TeamRoleFactory(
        user=person, name="Djamila Orsenne", about="La porte.", email="d@exemple.fr", picture=PictureFactory()
    )
    other = TeamRoleFactory(name="Lison Harfang")
    person.delete()
    role.refresh_from_db()
    other.refresh_from_db()
    assert (role.name, role.about, role.email, role.picture, role.user, role.is_shown) == (
        "Personne partie",
        "",
        "",
        None,
        None,
        False,
    )
    assert (role.role, other.name) == ("maîtresse d’établissement", "Lison Harfang")


@pytest.mark.parametrize(("name", "initials"), [("Djamila Orsenne", "DO"), ("rita", "R"), ("a b c", "AC")])
def test_plate_bears_initials(name, initials):
    assert TeamRole(name=name).initials == initials
