"""Asking for a place: what is kept, who is told, what robots meet, when all is forgotten."""

import datetime
import time
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from playwright.sync_api import expect

from mailing.models import Mail
from residents.actions import applications
from residents.enums import ApplicationState
from residents.forms import robots
from residents.models import Application, HouseSettings
from residents.tasks import forget_applications
from tests.factories import ApplicationFactory, UserFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/candidater/"


@pytest.fixture(autouse=True)
def empty_cache():
    """Limits are counted in the cache."""
    cache.clear()


def filled(**changed) -> dict:
    return {
        "name": "Dominique Candidat",
        "structure": "L’Établi",
        "email": "dominique@ailleurs.example",
        "phone": "06 00 00 00 00",
        "share": "0.5",
        "message": "Nous réparons des vélos.\n\nNous cherchons un coin d’atelier.",
        "website": "",
        "opened": robots.opened_at(time.time() - 60),
    } | changed


def close_the_door():
    house = HouseSettings.load()
    house.takes_applications = False
    house.save()


def test_application_is_kept_acknowledged_and_told_to_the_house(client, house_manager):
    UserFactory()
    response = client.post(ADDRESS, filled())
    application = Application.objects.get()
    assert (response.status_code, "Votre message est parti" in response.content.decode()) == (200, True)
    assert (application.name, application.share, application.state) == (
        "Dominique Candidat",
        Decimal("0.50"),
        ApplicationState.RECEIVED,
    )
    assert set(Mail.objects.values_list("to", "subject")) == {
        ("dominique@ailleurs.example", "Votre candidature est arrivée aux Chaudronneries"),
        (house_manager.email, "Candidature : L’Établi"),
    }


def test_mail_to_the_house_leads_to_the_application(house_manager):
    application = applications.receive(name="D", email="d@ailleurs.example", message="Bonjour")
    mail = Mail.objects.get(to=house_manager.email)
    assert f"/candidatures/edit/{application.pk}/" in mail.text


def test_application_sent_twice_is_kept_and_told_once(client, house_manager):
    for _ in range(2):
        client.post(ADDRESS, filled())
    assert (Application.objects.count(), Mail.objects.count()) == (1, 2)


def test_page_says_the_places_and_how_it_goes(client):
    house = HouseSettings.load()
    house.places = 4
    house.save()
    page = client.get(ADDRESS).content.decode()
    assert ("Il reste 4 places à temps plein." in page, "Comment cela se passe" in page) == (True, True)


def test_application_with_errors_keeps_what_was_typed(client):
    response = client.post(ADDRESS, filled(email="dominique", name=""))
    page = response.content.decode()
    assert (response.status_code, Application.objects.count()) == (422, 0)
    for written in ("Écrivez une adresse comme bonjour@exemple.fr.", "L’Établi", "Nous réparons des vélos."):
        assert written in page


@pytest.mark.parametrize(
    "nasty",
    [
        {"name": "a\0b"},
        {"message": "\0"},
        {"name": "x" * 200},
        {"email": "é" * 300},
        {"share": "10000000000"},
        {"share": "NaN"},
        {"opened": "\0"},
        {"phone": "0" * 40},
        {"website": "z" * 2000},
    ],
)
def test_nasty_application_is_refused_with_words(client, nasty):
    response = client.post(ADDRESS, filled(**nasty))
    assert (response.status_code, Application.objects.count()) == (422, 0)


def test_application_with_emoji_and_markup_is_kept_as_it_is(client, house_manager):
    client.post(ADDRESS, filled(name="🔥 <b>Zoé</b>", structure="A\nBcc: x@y.example"))
    mail = Mail.objects.get(to=house_manager.email)
    assert Application.objects.get().name == "🔥 <b>Zoé</b>"
    assert ("<b>Zoé</b>" in mail.html, "\n" in mail.subject) == (False, False)


def test_robot_that_fills_the_trap_reads_the_same_words_and_leaves_nothing(client, house_manager):
    response = client.post(ADDRESS, filled(website="https://vite.example"))
    assert "Votre message est parti" in response.content.decode()
    assert (Application.objects.count(), Mail.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        (lambda: robots.opened_at(), "Vous avez été très rapide"),
        (lambda: robots.opened_at(time.time() - 2 * 24 * 3600), "ouvert depuis longtemps"),
        (lambda: "forgée", "ouvert depuis longtemps"),
        (lambda: "", "ouvert depuis longtemps"),
    ],
    ids=["at_once", "too_late", "forged", "none"],
)
def test_form_sent_at_once_or_too_late_is_read_again_with_its_words(client, mark, words):
    response = client.post(ADDRESS, filled(opened=mark()))
    page = response.content.decode()
    assert (response.status_code, words in page, "Nous réparons des vélos." in page) == (422, True, True)
    assert (Application.objects.count(), robots.too_early_or_late(response.context["form"]["opened"].value())) == (
        0,
        "Vous avez été très rapide : relisez-vous, puis envoyez à nouveau.",
    )


def test_too_many_applications_from_one_address_wait_with_their_words(client):
    for number in range(5):
        response = client.post(ADDRESS, filled(message=f"Essai {number}"))
    assert (response.status_code, "Essai 4" in response.content.decode(), Application.objects.count()) == (429, True, 4)


def test_closed_door_has_no_form_and_says_why(client):
    close_the_door()
    page = client.get(ADDRESS).content.decode()
    assert ("La porte est fermée pour le moment" in page, "<textarea" in page) == (True, False)


def test_door_closed_meanwhile_keeps_the_words_and_takes_nothing(client):
    close_the_door()
    response = client.post(ADDRESS, filled())
    page = response.content.decode()
    assert (response.status_code, "Nous réparons des vélos." in page, Application.objects.count()) == (422, True, 0)


def test_house_notes_where_an_application_stands(house_manager):
    application = ApplicationFactory()
    applications.decide(application=application, by=house_manager, state=ApplicationState.MET, note="Mardi à 10 h.")
    application.refresh_from_db()
    assert (application.state, application.note, Mail.objects.count()) == (ApplicationState.MET, "Mardi à 10 h.", 0)


def test_members_decide_no_application(member):
    application = ApplicationFactory()
    with pytest.raises(PermissionDenied):
        applications.decide(application=application, by=member, state=ApplicationState.DECLINED)
    application.refresh_from_db()
    assert application.state == ApplicationState.RECEIVED


def test_applications_are_forgotten_when_the_house_said_and_no_sooner():
    house = HouseSettings.load()
    house.application_kept_months = 2
    house.save()
    old, recent = ApplicationFactory(), ApplicationFactory()
    for application, days in ((old, 61), (recent, 59)):
        moment = timezone.now() - datetime.timedelta(days=days)
        Application.objects.filter(pk=application.pk).update(updated_at=moment)
    forget_applications()
    assert list(Application.objects.all()) == [recent]


def test_page_of_applications_takes_two_queries(client, django_assert_num_queries):
    HouseSettings.load()
    with django_assert_num_queries(2):
        client.get(ADDRESS)


def answer_quietly(route):
    response = route.fetch()
    route.fulfill(response=response, status=200)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_somebody_asks_for_a_place_on_a_phone(page, house_manager, monkeypatch):
    monkeypatch.setattr(robots, "SECONDS_TO_FILL", 0)
    # What is refused by a status is an error to the browser's console, and to the `page` fixture.
    page.route(f"**{ADDRESS}", answer_quietly)
    page.goto(ADDRESS)
    page.get_by_label("Votre nom").fill("Dominique Candidat")
    page.get_by_label("Ce que vous faites").fill("Nous réparons des vélos.")
    page.get_by_role("button", name="Envoyer à la maison").click()
    expect(page.get_by_role("alert")).to_contain_text("Une chose est à corriger")
    page.get_by_label("Votre adresse e-mail").fill("dominique@ailleurs.example")
    page.get_by_role("button", name="Envoyer à la maison").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre message est parti")
    assert Application.objects.get().message == "Nous réparons des vélos."


def test_nobody_writes_to_others_by_way_of_the_house():
    words = "Achetez sur https://ailleurs.example"
    applications.receive(name=words, email="quelquun@ailleurs.example", message=words, structure=words)
    mail = Mail.objects.get(to="quelquun@ailleurs.example")
    assert "Achetez" not in mail.subject + mail.text + mail.html
