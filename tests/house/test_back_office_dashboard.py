"""The dashboard: what waits, one click away; and nothing that is done every week more than three clicks away."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agenda.enums import BookingStatus
from bulletin.enums import SubscriberState
from chaudronneries.office.dashboard import waiting
from residents.actions.invitations import CALM
from residents.models import Invitation, Resident
from tests.factories import (
    ApplicationFactory,
    BookingFactory,
    BulletinFactory,
    EventFactory,
    PostFactory,
    RegistrationFactory,
    ResidentFactory,
    SubscriberFactory,
    UserFactory,
)
from tests.house.test_back_office_menu import sidebar

# What is done every week: what to open, one after the other, from the dashboard. docs/weekly-gestures.md says it in
# French, with the same number of clicks.
GESTURES = {
    "décider une réservation": ["agenda:my_day"],
    "relire un article": ["/gestion/articles/?etat=a-relire", "post"],
    "répondre à une candidature": ["/gestion/candidatures/?state=recue", "application"],
    "réserver un espace": ["agenda:book"],
    "proposer un rendez-vous": ["agenda:new_event"],
    "écrire un article": ["articles:index", "articles:choose_parent"],
    "préparer le bulletin": ["bulletin_office"],
    "changer une présence": ["presences:index", "stay"],
    "inviter une personne": ["invitations:index", "invitations:invite"],
    "fermer la maison un jour": ["fermetures:index", "fermetures:add"],
    "voir les inscriptions à un rendez-vous": ["rendez-vous:index", "event"],
    "retrouver qui a fait quoi": ["journal:index"],
}


@pytest.fixture
def world(db):
    """Something of each that waits; returns where each is opened."""
    post = PostFactory(title="À relire", live=False)
    post.save_revision()
    post.save_revision()
    post.get_workflow().start(post, UserFactory())
    booking = BookingFactory(status=BookingStatus.REQUESTED)
    Resident.objects.update(tagline="Du fer", presentation="Nous forgeons.")
    start = timezone.now() + datetime.timedelta(days=1)
    event = EventFactory(title="Soirée", with_seats=True, starts_at=start)
    RegistrationFactory.create_batch(2, event=event)
    application = ApplicationFactory()
    SubscriberFactory(state=SubscriberState.BOUNCED)
    BulletinFactory(title="Sur le feu n° 9", number=9, live=False)
    return {
        "post": reverse("wagtailadmin_pages:edit", args=[post.pk]),
        "application": reverse("candidatures:edit", args=[application.pk]),
        "stay": reverse("presences:edit", args=[booking.resident.stays.get().pk]),
        "event": event.get_absolute_url(),
    }


def test_what_waits_is_said_and_opens(manager, world):
    lines = waiting()
    assert [line.words.split(",")[0] for line in lines] == [
        "1 réservation à décider",
        "1 article à relire",
        "1 candidature à lire",
        "« Soirée »",
        "« Sur le feu n° 9 » en préparation",
        "1 adresse d’abonnement ne répond plus",
    ]
    page = manager.get("/gestion/").content.decode()
    for line in lines:
        assert f'href="{line.address.replace("&", "&amp;")}"' in page
        assert manager.get(line.address).status_code == 200


def test_nothing_waits(manager):
    assert waiting() == []
    assert "Rien ne vous attend." in manager.get("/gestion/").content.decode()


def test_structures_that_say_nothing_are_counted(manager):
    BookingFactory()
    assert [line.words for line in waiting()] == ["1 structure ne se présente pas"]


def test_invitations_are_recalled_once_their_message_is_old(manager):
    resident = ResidentFactory(in_residence=False)
    lately = Invitation.objects.create(resident=resident, email="awa@ici.example")
    assert "1 invitation sans réponse" not in [line.words for line in waiting()]
    Invitation.objects.filter(pk=lately.pk).update(sent_at=timezone.now() - CALM)
    found = [line for line in waiting() if "sans réponse" in line.words]
    assert [(line.words, line.address) for line in found] == [("1 invitation sans réponse", "/gestion/invitations/")]


def clicks_to(address: str, page: str, menu: list[dict]) -> int:
    """1 for a link of the page or of the menu, 2 when its chapter is opened first; 99 when nothing leads there."""
    if f'href="{address}' in page.replace("&amp;", "&"):
        return 1
    if any(entry["url"] == address for entry in menu):
        return 1
    if any(item["url"] == address for entry in menu for item in entry["items"]):
        return 2
    return 99


@pytest.mark.parametrize("gesture", GESTURES)
def test_weekly_gesture_is_three_clicks_away_at_most(manager, world, gesture):
    menu, clicks = sidebar(manager), 0
    page = manager.get("/gestion/").content.decode()
    for step in GESTURES[gesture]:
        address = world.get(step) or (step if step.startswith("/") else reverse(step))
        clicks += clicks_to(address, page, menu)
        answer = manager.get(address, follow=True)
        assert answer.status_code == 200
        page = answer.content.decode()
    assert clicks <= 3


def test_dashboard_keeps_its_queries(manager, world):
    manager.get("/gestion/")
    with CaptureQueriesContext(connection) as one:
        manager.get("/gestion/")
    BookingFactory(status=BookingStatus.REQUESTED)
    ApplicationFactory.create_batch(2)
    SubscriberFactory.create_batch(2, state=SubscriberState.BOUNCED)
    with CaptureQueriesContext(connection) as more:
        manager.get("/gestion/")
    assert len(more) == len(one)
