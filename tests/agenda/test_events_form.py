"""The form of a meeting: who may, what is made of it, what is refused and lost by nobody."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture

from agenda.enums import EventStatus
from agenda.models import Event
from agenda.times import local
from residents.models import Picture as Image
from tests.factories import (
    BookingFactory,
    EventFactory,
    EventKindFactory,
    RegistrationFactory,
    SpaceFactory,
    UserFactory,
    next_monday,
    soon,
)


def typed(**fields):
    """What the form of a new meeting sends."""
    kind = EventKindFactory()
    questions = {
        "TOTAL_FORMS": "2",
        "INITIAL_FORMS": "0",
        "0-label": "",
        "0-kind": "texte",
        "1-label": "",
        "1-kind": "texte",
    }
    return {
        "title": "Bien manger",
        "kind": kind.pk,
        "audience": "public",
        "starts_on": f"{next_monday():%Y-%m-%d}",
        "start_time": "18:00",
        "end_time": "20:00",
        "status": "publie",
        **{f"questions-{name}": value for name, value in questions.items()},
    } | fields


def picture():
    written = io.BytesIO()
    Picture.new("RGB", (1600, 900), "#b87333").save(written, "JPEG")
    return SimpleUploadedFile("photo.jpg", written.getvalue(), content_type="image/jpeg")


def test_member_puts_a_meeting_on_the_agenda(client, member):
    space, structure = SpaceFactory(), member.memberships_list[0].resident
    client.force_login(member)
    response = client.post(
        "/agenda/rendez-vous/nouveau/",
        typed(
            spaces=[space.pk],
            organisers=[structure.pk],
            takes_registrations="on",
            capacity="12",
            picture_file=picture(),
            picture_alt="Une longue table",
            **{"questions-0-label": "Un régime ?", "questions-1-label": "Quel repas ?"},
            **{"questions-1-kind": "choix", "questions-1-choices": "midi\nsoir"},
        ),
    )
    event = Event.objects.get()
    assert response["Location"] == event.get_absolute_url()
    assert (event.title, event.starts_at, event.ends_at, event.capacity) == (
        "Bien manger",
        soon("18:00"),
        soon("20:00"),
        12,
    )
    assert list(event.questions.values_list("label", "kind", "choices")) == [
        ("Un régime ?", "texte", ""),
        ("Quel repas ?", "choix", "midi\nsoir"),
    ]
    assert event.bookings.get().space == space
    assert (event.picture.width, event.picture.height, event.picture.file.name.split(".")[-1]) == (960, 540, "webp")
    page = client.get(event.get_absolute_url()).content.decode()
    assert 'alt="Une longue table"' in page


def test_outsider_puts_nothing_on_the_agenda(client, db):
    client.force_login(UserFactory())
    assert client.get("/agenda/rendez-vous/nouveau/").status_code == 403
    assert client.post("/agenda/rendez-vous/nouveau/", typed()).status_code == 403


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"title": "\0"},
        {"starts_on": "0001-01-01"},
        {"starts_on": "9999-12-31"},
        {"starts_on": "31/02/2027"},
        {"start_time": ""},
        {"end_time": "17:00"},
        {"ends_on": "2100-12-31"},
        {"kind": "99999999999999999999"},
        {"spaces": ["x"]},
        {"takes_registrations": "on", "capacity": "0"},
        {"takes_registrations": "on", "capacity": "99999999999999999999"},
        {"takes_registrations": "on", "slot_minutes": "1"},
        {"takes_registrations": "on", "slot_minutes": "30", "is_all_day": "on"},
        {"takes_registrations": "on", "registration_opens_at": "0001-01-01T00:00"},
        {"takes_registrations": "on", "registration_opens_at": "9999-12-31T23:59"},
        {
            "takes_registrations": "on",
            "registration_opens_at": "2027-03-02T10:00",
            "registration_closes_at": "2027-03-02T09:00",
        },
        {"starts_on": "2027-03-28", "start_time": "02:30", "end_time": "04:00"},
        {"link": "javascript:alert(1)"},
        {"questions-0-label": "Lequel ?", "questions-0-kind": "choix"},
        {"questions-TOTAL_FORMS": "99999"},
        {"questions-TOTAL_FORMS": "x"},
        {"repeat-frequency": "semaines"},
        {"repeat-frequency": "semaines", "repeat-count": "3", "repeat-until": "2027-01-01"},
        {"repeat-frequency": "semaines", "repeat-count": "100000"},
        {"picture_file": SimpleUploadedFile("photo.jpg", b"<svg onload=alert(1)>")},
    ],
)
def test_wrong_input_is_said_and_nothing_is_lost(client, house_manager, fields):
    client.force_login(house_manager)
    response = client.post("/agenda/rendez-vous/nouveau/", typed(**({"summary": "Gardez-moi"} | fields)))
    assert response.status_code == 422
    assert 'value="Gardez-moi"' in response.content.decode()
    assert Event.objects.count() == 0


def test_taken_space_is_said_with_what_could_be_had_instead(client, house_manager):
    taken, other = SpaceFactory(name="Forge"), SpaceFactory(name="Cuisine")
    BookingFactory(space=taken, starts_at=soon("18:00"), title="Répétition")
    client.force_login(house_manager)
    sent = typed(spaces=[taken.pk], picture_file=picture())
    response = client.post("/agenda/rendez-vous/nouveau/", sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Répétition" in page
    choices = re.findall(r'name="choice" value="([^"]+)"', page)
    instead = next(choice for choice in choices if f"|{other.slug}|" in choice)
    kept = re.search(r'name="kept_picture" value="(\w+)"', page)[1]

    again = {**sent, "choice": instead, "kept_picture": kept}
    del again["picture_file"]
    page = client.post("/agenda/rendez-vous/nouveau/", again).content.decode()
    assert re.search(rf'name="spaces" value="{other.pk}"[^>]*checked', page)
    assert Event.objects.count() == 0

    del again["choice"]
    client.post("/agenda/rendez-vous/nouveau/", again | {"spaces": [other.pk]})
    event = Event.objects.get()
    assert (event.bookings.get().space, event.picture.width) == (other, 960)


@pytest.mark.parametrize(
    "choice", ["x", "a|b|2027-99-99T10:00|2027-01-01T10:00", "a|b|2027-01-01T10:00|2027-01-01T11:00"]
)
def test_choice_that_is_none_breaks_nothing(client, house_manager, choice):
    client.force_login(house_manager)
    assert client.post("/agenda/rendez-vous/nouveau/", typed(choice=choice)).status_code in {200, 302, 422}


def test_series_is_made_after_its_dates_were_seen(client, house_manager):
    space = SpaceFactory()
    BookingFactory(space=space, starts_at=soon("18:00", days=7))
    client.force_login(house_manager)
    sent = typed(spaces=[space.pk], **{"repeat-frequency": "semaines", "repeat-interval": "1", "repeat-count": "4"})
    page = client.post("/agenda/rendez-vous/nouveau/", sent).content.decode()
    assert Event.objects.count() == 0
    assert "déjà pris" in page
    dates = re.findall(r'name="dates-keep" value="([\d-]+)" checked', page)
    seen = re.search(r'name="dates-seen" value="(\w+)"', page)[1]
    assert len(dates) == 3

    again = sent | {"dates-seen": seen, "dates-keep": dates[:2]}
    assert client.post("/agenda/rendez-vous/nouveau/", again | {"start_time": "17:00"}).status_code == 200
    assert Event.objects.count() == 0
    assert client.post("/agenda/rendez-vous/nouveau/", again).status_code == 302
    assert [f"{local(event.starts_at):%Y-%m-%d}" for event in Event.objects.all()] == dates[:2]
    assert len({event.series for event in Event.objects.all()}) == 1


def test_second_editor_sees_both_versions(client, house_manager):
    event = EventFactory(title="Au début")
    client.force_login(house_manager)
    address = f"{event.get_absolute_url()}modifier/"
    mine = typed(title="La mienne", seen="0", starts_on=f"{local(event.starts_at):%Y-%m-%d}")
    assert client.post(address, mine | {"title": "La première"}).status_code == 302
    response = client.post(address, mine)
    page = response.content.decode()
    assert response.status_code == 422
    assert "La première" in page
    assert 'value="La mienne"' in page
    assert client.post(address, mine | {"seen": re.search(r'name="seen" value="(\d+)"', page)[1]}).status_code == 302
    assert Event.objects.get().title == "La mienne"


def test_new_picture_takes_the_place_of_the_old_one(client, house_manager):
    client.force_login(house_manager)
    client.post("/agenda/rendez-vous/nouveau/", typed(picture_file=picture()))
    event = Event.objects.get()
    first = event.picture
    client.post(f"{event.get_absolute_url()}modifier/", typed(picture_file=picture(), seen="0"))
    event.refresh_from_db()
    assert event.picture != first
    assert Image.objects.count() == 1
    client.post(f"{event.get_absolute_url()}modifier/", typed(remove_picture="on", seen="1"))
    assert Image.objects.count() == 0


@pytest.mark.parametrize("page", ["modifier", "annuler", "inscriptions", "inscriptions.csv"])
def test_page_of_editors_is_refused_to_others(client, member, page):
    event = EventFactory(with_seats=True)
    address = f"{event.get_absolute_url()}{page}/" if "." not in page else f"{event.get_absolute_url()[:-1]}/{page}"
    client.force_login(member)
    assert client.get(address).status_code == 403
    if "csv" not in page:
        assert client.post(address).status_code == 403


def test_cancelling_asks_first(client, house_manager):
    event = EventFactory(with_seats=True)
    RegistrationFactory(event=event)
    client.force_login(house_manager)
    assert "1 personne inscrite est prévenue" in client.get(f"{event.get_absolute_url()}annuler/").content.decode()
    client.post(f"{event.get_absolute_url()}annuler/", {"word": "Trop de neige"})
    assert Event.objects.values_list("status", "cancellation_word").get() == (EventStatus.CANCELLED, "Trop de neige")


# In a browser


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_meeting_with_questions_is_written_on_a_phone(page, sign_in):
    EventKindFactory()
    sign_in(page, UserFactory(house_manager=True))
    page.goto("/agenda/rendez-vous/nouveau/")
    page.get_by_label("Titre").fill("Bien manger")
    page.get_by_label("Sorte").select_option(label="Vies & écologies")
    page.get_by_label("Le", exact=True).fill(f"{next_monday():%Y-%m-%d}")
    page.get_by_label("De", exact=True).fill("18:00")
    page.get_by_label("À", exact=True).fill("20:00")
    page.get_by_label("On s’y inscrit").check()
    page.get_by_role("button", name="Une autre question").click()
    page.locator("#id_questions-2-label").fill("Un régime ?")
    page.get_by_role("button", name="Mettre à l’agenda").click()
    page.get_by_role("heading", name="Bien manger").wait_for()
    assert Event.objects.get().questions.get().label == "Un régime ?"
