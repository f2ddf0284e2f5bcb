"""The agenda's page, a meeting's, its form, the list of those who come: what each reader sees, and what is refused."""

import csv
import io
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture
from procrastinate.contrib.django.models import ProcrastinateJob

from agenda.enums import EventAudience, EventStatus, QuestionKind, RegistrationStatus
from agenda.models import Event, EventQuestion, Registration
from agenda.times import local
from residents.models import Picture as Image
from tests.browser import settled
from tests.factories import (
    BookingFactory,
    EventFactory,
    EventKindFactory,
    MembershipFactory,
    RegistrationFactory,
    ResidentFactory,
    SpaceFactory,
    UserFactory,
    at,
    next_monday,
    soon,
)

HTMX = {"HX-Request": "true"}


def titles(client, address="/agenda/"):
    page = client.get(address).content.decode()
    return re.findall(r'event-line__title"><a href="[^"]+">([^<]+)</a>', page)


def data_of(client, address):
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', client.get(address).content.decode(), re.S)
    return json.loads(found[1]) if found else None


# The agenda


@pytest.fixture
def meetings(db):
    return {
        audience: EventFactory(title=f"Rencontre {audience}", audience=audience) for audience in EventAudience.values
    }


def test_agenda_lists_what_its_reader_may_see(client, meetings, member, house_manager):
    EventFactory(title="Brouillon", status=EventStatus.DRAFT)
    assert titles(client) == ["Rencontre public"]
    client.force_login(member)
    assert titles(client) == ["Rencontre public", "Rencontre residents"]
    RegistrationFactory(event=meetings["participants"], user=member)
    assert titles(client) == ["Rencontre public", "Rencontre residents", "Rencontre participants"]
    client.force_login(house_manager)
    assert len(titles(client)) == 4
    client.force_login(UserFactory())
    assert titles(client) == ["Rencontre public"]


def test_meeting_is_listed_once_whatever_joins_it_to_its_reader(client, lead):
    event = EventFactory(organisers=[lead.memberships_list[0].resident], hosts=[lead, UserFactory()], created_by=lead)
    RegistrationFactory.create_batch(2, event=event)
    client.force_login(lead)
    assert titles(client) == [event.title]


def test_agenda_is_filtered_by_kind_and_by_month(client, db):
    other = EventKindFactory(name="Permanence", slug="permanence")
    EventFactory(title="À venir")
    EventFactory(title="Permanence à venir", kind=other)
    EventFactory(title="Passée", starts_at=at("2025-02-28", "18:00"))
    EventFactory(title="Permanence passée", starts_at=at("2025-02-01", "00:00"), kind=other)
    EventFactory(title="Un autre mois", starts_at=at("2025-03-01", "00:00"))
    assert titles(client) == ["À venir", "Permanence à venir"]
    assert titles(client, "/agenda/?sorte=permanence") == ["Permanence à venir"]
    assert titles(client, "/agenda/?mois=2025-02") == ["Permanence passée", "Passée"]
    assert titles(client, "/agenda/?mois=2025-02&sorte=permanence") == ["Permanence passée"]
    page = client.get("/agenda/").content.decode()
    assert re.findall(r'href="\?(mois=[\d-]+)"', page) == ["mois=2025-03", "mois=2025-02"]


@pytest.mark.parametrize(
    "query", ["mois=9999-99", "mois=0001-01", "mois=%00", "sorte=%00", "page=0", "page=99999999999999999999", "page=x"]
)
def test_wrong_filter_is_left_aside(client, meetings, query):
    response = client.get(f"/agenda/?{query}")
    assert response.status_code == 200
    assert "Rencontre public" in response.content.decode()


def test_agenda_continues_on_other_pages(client, db):
    kind = EventKindFactory()
    EventFactory.create_batch(31, kind=kind)
    assert len(titles(client)) == 30
    assert len(titles(client, "/agenda/?page=2")) == 1
    assert titles(client, "/agenda/?page=3") == []


def test_empty_agenda_says_what_to_do(client, member):
    assert "Voir les résidents" in client.get("/agenda/").content.decode()
    client.force_login(member)
    assert client.get("/agenda/").content.decode().count("Proposer un rendez-vous") == 2


def fill(number):
    for _ in range(number):
        event = EventFactory(with_seats=True, organisers=[ResidentFactory(), ResidentFactory()])
        event.spaces.add(SpaceFactory(), SpaceFactory())
        RegistrationFactory(event=event)


@pytest.mark.parametrize("number", [1, 3, 40])
def test_agenda_costs_five_queries_to_the_public(client, db, django_assert_num_queries, number):
    fill(number)
    with django_assert_num_queries(4):
        client.get("/agenda/")


@pytest.mark.parametrize("number", [1, 3])
def test_agenda_costs_eight_queries_signed_in(client, member, django_assert_num_queries, number):
    fill(number)
    client.force_login(member)
    with django_assert_num_queries(7):
        client.get("/agenda/")


def test_agenda_gives_search_engines_public_meetings_only(client, meetings, house_manager):
    client.force_login(house_manager)
    data = data_of(client, "/agenda/")
    event = meetings["public"]
    assert data["@context"] == "https://schema.org"
    assert [one["name"] for one in data["@graph"]] == ["Rencontre public"]
    assert data["@graph"][0]["startDate"] == local(event.starts_at).isoformat()
    assert data["@graph"][0]["url"] == f"http://testserver{event.get_absolute_url()}"


def test_data_cannot_leave_its_script(client, db):
    event = EventFactory(title="</script><script>alert(1)</script>", slug="mechant", summary="<!-- & \u2028")
    page = client.get(event.get_absolute_url()).content.decode()
    assert page.count("</script>") == page.count("<script")
    assert data_of(client, event.get_absolute_url())["@graph"][0]["name"] == event.title


def test_all_day_meeting_gives_dates_the_last_included(client, db):
    event = EventFactory(all_day=True, starts_at=at("2027-03-27", "00:00"), ends_at=at("2027-03-29", "00:00"))
    found = data_of(client, event.get_absolute_url())["@graph"][0]
    assert (found["startDate"], found["endDate"]) == ("2027-03-27", "2027-03-28")


def test_cancelled_meeting_says_so_everywhere(client, db):
    event = EventFactory(with_seats=True, status=EventStatus.CANCELLED, cancellation_word="Trop de neige")
    page = client.get(event.get_absolute_url()).content.decode()
    assert "Trop de neige" in page
    assert "M’inscrire" not in page
    assert data_of(client, "/agenda/")["@graph"][0]["eventStatus"] == "https://schema.org/EventCancelled"


# One meeting


@pytest.mark.parametrize(
    ("fields", "answers"),
    [
        ({}, {"public": 200, "outsider": 200, "member": 200, "manager": 200}),
        ({"audience": EventAudience.RESIDENTS}, {"public": 302, "outsider": 404, "member": 200, "manager": 200}),
        ({"audience": EventAudience.PARTICIPANTS}, {"public": 302, "outsider": 404, "member": 404, "manager": 200}),
        ({"status": EventStatus.DRAFT}, {"public": 302, "outsider": 404, "member": 404, "manager": 200}),
    ],
)
@pytest.mark.django_db
def test_meeting_is_seen_by_its_audience(client, fields, answers):
    people = {
        "public": None,
        "outsider": UserFactory(),
        "member": MembershipFactory().user,
        "manager": UserFactory(house_manager=True),
    }
    event = EventFactory(**fields)
    found = {}
    for who, person in people.items():
        client.logout()
        if person:
            client.force_login(person)
        found[who] = client.get(event.get_absolute_url()).status_code
    assert found == answers


def test_absent_meeting_answers_as_one_that_may_not_be_seen(client, db):
    hidden = EventFactory(audience=EventAudience.RESIDENTS)
    absent = client.get("/agenda/rendez-vous/nulle-part/")
    assert absent.status_code == client.get(hidden.get_absolute_url()).status_code == 302


def test_meeting_s_page_names_hosts_inside_the_house_only(client, member):
    event = EventFactory(hosts=[UserFactory(first_name="Maëlle", last_name="Torrigny")])
    assert "Torrigny" not in client.get(event.get_absolute_url()).content.decode()
    client.force_login(member)
    assert "Torrigny" in client.get(event.get_absolute_url()).content.decode()


def test_words_of_a_meeting_are_never_markup(client, db):
    event = EventFactory(
        title="<b>Titre</b>", slug="t", text="<script>alert(1)</script>\n\nhttps://exemple.fr", place="<i>"
    )
    page = client.get(event.get_absolute_url()).content.decode()
    assert "<b>Titre" not in page
    assert "<script>alert" not in page
    assert "<i>" not in page
    assert 'href="https://exemple.fr"' in page


def test_meeting_costs_five_queries_to_the_public(client, db, django_assert_num_queries):
    fill(1)
    address = Event.objects.get().get_absolute_url()
    with django_assert_num_queries(3):
        client.get(address)


def test_meeting_costs_eight_queries_signed_in(client, member, django_assert_num_queries):
    fill(1)
    event = Event.objects.get()
    RegistrationFactory(event=event, waiting=True, user=member)
    client.force_login(member)
    with django_assert_num_queries(8):
        client.get(event.get_absolute_url())


# Its form


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
        {"questions-0-label": "Lequel ?", "questions-0-kind": "choix"},
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


# Registering


def test_person_of_the_house_registers_in_one_click(client, member):
    event = EventFactory(with_seats=True)
    client.force_login(member)
    address = f"{event.get_absolute_url()}inscription/"
    assert f'action="{address}"' in client.get(event.get_absolute_url()).content.decode()
    client.post(address)
    client.post(address)
    assert Registration.objects.values_list("user", "resident", "status").get() == (
        member.pk,
        member.memberships_list[0].resident_id,
        RegistrationStatus.REGISTERED,
    )


def test_registration_asks_what_the_meeting_asks(client, member):
    event = EventFactory(with_seats=True)
    question = EventQuestion.objects.create(
        event=event, label="Quel repas ?", kind=QuestionKind.CHOICE, choices="midi\nsoir", is_required=True
    )
    second = MembershipFactory(user=member).resident
    client.force_login(member)
    address = f"{event.get_absolute_url()}inscription/"
    assert client.post(address).status_code == 422
    sent = {f"question_{question.pk}": "soir", "structure": second.slug}
    assert client.post(address, sent | {"structure": "inconnue"}).status_code == 422
    assert client.post(address, sent | {f"question_{question.pk}": "jamais"}).status_code == 422
    assert client.post(address, sent).status_code == 302
    assert Registration.objects.values_list("resident", "answers").get() == (second.pk, {str(question.pk): "soir"})


def test_guest_registers_and_confirms(client, db):
    event = EventFactory(with_seats=True)
    page = client.post(
        f"{event.get_absolute_url()}inscription/", {"name": "Dominique", "email": "d@ailleurs.example"}
    ).content.decode()
    assert "Regardez vos mails" in page
    made = Registration.objects.get()
    assert made.status == RegistrationStatus.PENDING
    confirm = f"/agenda/inscriptions/{made.token}/confirmer/"
    assert "Confirmer mon inscription" in client.get(confirm).content.decode()
    assert client.post(confirm)["Location"] == f"/agenda/inscriptions/{made.token}/"
    assert "Inscription confirmée" in client.get(f"/agenda/inscriptions/{made.token}/").content.decode()


def test_same_words_for_a_known_and_an_unknown_address(client, db):
    event = EventFactory(with_seats=True)
    RegistrationFactory(event=event, guest=True, email="connue@ailleurs.example")
    pages = [
        client.post(f"{event.get_absolute_url()}inscription/", {"name": "D", "email": f"{who}@ailleurs.example"})
        for who in ("connue", "autres")
    ]
    bodies = [page.content.decode().replace("autres@", "connue@") for page in pages]
    assert bodies[0] == bodies[1]


def test_robot_reads_the_same_words_and_registers_nobody(client, db):
    event = EventFactory(with_seats=True)
    sent = {"name": "Robot", "email": "r@ailleurs.example", "website": "https://achetez.example"}
    response = client.post(f"{event.get_absolute_url()}inscription/", sent)
    assert (response.status_code, Registration.objects.count()) == (200, 0)
    assert "Regardez vos mails" in response.content.decode()


def test_nobody_is_drowned_in_mails(client, db):
    """Beyond a few asks for one address nothing leaves, in the same words; beyond many from one place, a pause."""
    event = EventFactory(with_seats=True)
    statuses = [
        client.post(f"{event.get_absolute_url()}inscription/", {"name": "D", "email": "d@ailleurs.example"}).status_code
        for _ in range(31)
    ]
    assert statuses == [200] * 30 + [429]
    assert ProcrastinateJob.objects.filter(args__notice="inscription-a-confirmer").count() == 4


def test_guest_is_told_how_long_the_data_is_kept(client, db):
    event = EventFactory(with_seats=True)
    assert "60 jours" in client.get(f"{event.get_absolute_url()}inscription/").content.decode()


def test_registration_is_closed_to_guests_of_inside_meetings(client, db):
    event = EventFactory(with_seats=True, audience=EventAudience.RESIDENTS)
    assert client.get(f"{event.get_absolute_url()}inscription/").status_code == 302
    assert (
        client.post(f"{event.get_absolute_url()}inscription/", {"name": "D", "email": "d@a.example"}).status_code == 302
    )
    assert Registration.objects.count() == 0


def test_permanence_offers_its_free_slots(client, member):
    event = EventFactory(takes_registrations=True, slot_minutes=60, audience=EventAudience.RESIDENTS)
    RegistrationFactory(event=event, slot_starts_at=event.starts_at)
    client.force_login(member)
    address = f"{event.get_absolute_url()}inscription/"
    keys = re.findall(r'name="slot" value="(\w+)"', client.get(address).content.decode())
    assert len(keys) == 1
    assert client.post(address, {"slot": "20200101T0000Z"}).status_code == 422
    client.post(address, {"slot": keys[0]})
    assert Registration.objects.get(user=member).slot_starts_at == soon("19:00")


# Who comes


@pytest.fixture
def held(house_manager, client):
    """A meeting of two people, read by the house manager."""
    event = EventFactory(with_seats=True)
    RegistrationFactory(event=event, user__first_name="Ada", user__last_name="Forge")
    RegistrationFactory(event=event, guest=True, name='=cmd|"/C calc"!A0')
    client.force_login(house_manager)
    return event


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_presence_is_marked_and_taken_back(client, held, headers):
    one = held.registrations.first()
    for sent, kept in [("oui", True), ("non", False), ("", None)]:
        response = client.post(f"/agenda/inscriptions/{one.pk}/presence/", {"attended": sent}, headers=headers)
        assert response.status_code == (200 if headers else 302)
        one.refresh_from_db()
        assert one.attended is kept


def test_presence_is_not_marked_by_others(client, held, member):
    client.force_login(member)
    address = f"/agenda/inscriptions/{held.registrations.first().pk}/presence/"
    assert client.post(address, {"attended": "oui"}).status_code == 403


def test_table_of_registrations_runs_nothing(client, held):
    question = EventQuestion.objects.create(event=held, label="+1 ?")
    held.registrations.filter(user=None).update(answers={str(question.pk): "@SUM(A1)"})
    text = client.get(f"{held.get_absolute_url()[:-1]}/inscriptions.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0][-1] == "'+1 ?"
    assert [row[0] for row in rows[1:]] == ['\'=cmd|"/C calc"!A0', "Ada Forge"]
    assert rows[1][-1] == "'@SUM(A1)"


def test_organiser_adds_somebody(client, held):
    address = f"{held.get_absolute_url()}inscriptions/"
    assert client.post(address, {"name": "Sans adresse"}).status_code == 422
    assert client.post(address, {"name": "Zoé", "email": "zoe@ailleurs.example"}).status_code == 302
    assert client.post(address, {"name": "Zoé", "email": "zoe@ailleurs.example"}).status_code == 422
    assert Registration.objects.get(name="Zoé").status == RegistrationStatus.WAITING


@pytest.mark.parametrize("number", [1, 3])
def test_list_of_registrations_costs_the_same_whatever_its_length(
    client, house_manager, django_assert_num_queries, number
):
    event = EventFactory(takes_registrations=True)
    RegistrationFactory.create_batch(number, event=event)
    EventQuestion.objects.create(event=event, label="Un régime ?")
    client.force_login(house_manager)
    # The people that may be added are two of them.
    with django_assert_num_queries(10):
        client.get(f"{event.get_absolute_url()}inscriptions/")


# In a browser


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_presence_is_toggled_on_a_phone(page, sign_in):
    event = EventFactory(with_seats=True)
    RegistrationFactory(event=event, user__first_name="Ada", user__last_name="Forge")
    sign_in(page, UserFactory(house_manager=True))
    page.goto(f"{event.get_absolute_url()}inscriptions/")
    page.get_by_role("button", name="Présent·e Ada Forge").click()
    page.get_by_text("1 présence notée").wait_for()
    settled(page)
    assert page.get_by_role("button", name="Présent·e Ada Forge").get_attribute("aria-pressed") == "true"
    assert page.evaluate("document.activeElement.id").startswith("present-")
    assert Registration.objects.get().attended is True


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
    page.get_by_label("On s'y inscrit").check()
    page.get_by_role("button", name="Une autre question").click()
    page.locator("#id_questions-2-label").fill("Un régime ?")
    page.get_by_role("button", name="Mettre à l’agenda").click()
    page.get_by_role("heading", name="Bien manger").wait_for()
    assert Event.objects.get().questions.get().label == "Un régime ?"
