"""Whatever is sent to an address of the bulletin, whoever sends it, is answered: never by an error of the server."""

import pytest
from django.urls import reverse

from bulletin.models import BulletinPage
from tests.bulletin.issues import full_issue
from tests.factories import BulletinFactory, SubscriberFactory, UserFactory

pytestmark = pytest.mark.django_db
NASTY = [
    "\0",
    "9" * 25,
    "-1",
    "🔥 \u202e",
    "é" * 200,
    "<script>alert(1)</script>",
    "a@b.fr\nBcc: c@d.fr",
    f"{'a' * 300}@b.fr",
]
NAMES = ["page", "email", "website", "opened", "facts", "dit", "number", "dated", "title", "do"]
OFFICE = [
    "bulletin_office",
    "bulletin_new",
    "bulletin_add_facts",
    "bulletin_sending",
    "bulletin_sending_preview",
    "bulletin_sending_test",
    "bulletin_sending_start",
    "bulletin_sending_pause",
    "bulletin_sending_resume",
    "bulletin_sending_try_again",
]


def public_addresses() -> list[str]:
    subscriber, issue = SubscriberFactory(), full_issue()
    return [
        reverse("bulletin:index"),
        reverse("bulletin:subscribe"),
        reverse("bulletin:confirm", args=[subscriber.token]),
        reverse("bulletin:leave", args=[subscriber.token]),
        reverse("bulletin:issue", args=[issue.slug]),
        reverse("bulletin:pdf", args=[issue.slug]),
    ]


def office_addresses() -> list[str]:
    issue = BulletinPage.objects.first() or BulletinFactory()
    single = {"bulletin_office", "bulletin_new"}
    return [reverse(name, args=[] if name in single else [issue.pk]) for name in OFFICE]


@pytest.mark.parametrize("value", NASTY)
@pytest.mark.parametrize("role", ["anonymous", "manager"])
def test_nasty_values_are_answered(client, role, value):
    addresses = public_addresses()
    if role == "manager":
        client.force_login(UserFactory(house_manager=True))
        addresses += office_addresses()
    given = dict.fromkeys(NAMES, value)
    for address in addresses:
        for answer in (client.get(address, given), client.post(address, given)):
            assert answer.status_code < 500, address


@pytest.mark.parametrize(
    "path",
    [
        "/sur-le-feu/%00/",
        f"/sur-le-feu/{'a' * 300}/sur-le-feu.pdf",
        "/sur-le-feu/confirmer/%00/",
        "/sur-le-feu/quitter/%00/",
        f"/sur-le-feu/quitter/{'a' * 300}/",
        "/carton/sur-le-feu/rien.png",
        "/gestion/bulletin/99999999999999999999/envoi/",
        "/gestion/bulletin/99999999999999999999/faits/",
    ],
)
def test_nasty_addresses_are_answered(client, path):
    client.force_login(UserFactory(house_manager=True))
    assert client.get(path).status_code < 500
    assert client.post(path).status_code < 500
