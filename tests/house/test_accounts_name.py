"""A person's own name: changed by them, told in the journal."""

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from residents.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NAME = "/compte/nom/"


@pytest.fixture
def camille(client):
    user = UserFactory(first_name="Camille", last_name="Delcombe")
    client.force_login(user)
    return user


def told(user) -> list[tuple]:
    return list(ModelLogEntry.objects.for_instance(user).values_list("action", "user"))


def test_person_changes_their_name(client, camille):
    assert client.get(NAME).context["form"].initial == {"first_name": "Camille", "last_name": "Delcombe"}
    answer = client.post(NAME, {"first_name": "Camille\r\nAnne", "last_name": "\u202eRivet"}, follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["Votre nom est changé."]
    assert (str(User.objects.get()), told(camille)) == ("Camille Anne Rivet", [("wagtail.edit", camille.pk)])


def test_same_name_is_no_news(client, camille):
    assert client.post(NAME, {"first_name": "Camille", "last_name": "Delcombe"}).url == NAME
    assert told(camille) == []


@pytest.mark.parametrize("sent", ["", "  ", "\u200b", "\0", "a" * 151])
def test_wrong_name_is_said_beside_its_field(client, camille, sent):
    answer = client.post(NAME, {"first_name": "Camille", "last_name": sent})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["last_name"])
    assert (str(User.objects.get()), told(camille)) == ("Camille Delcombe", [])


def test_account_leads_to_it(client, camille):
    assert f'href="{reverse("residents:my_name")}"' in client.get("/compte/email/").content.decode()
