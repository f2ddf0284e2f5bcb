"""Registering at a meeting, and the list of those who come: what is asked, said, marked and refused."""

import csv
import io
import re

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from agenda.enums import EventAudience, QuestionKind, RegistrationStatus
from agenda.models import EventQuestion, Registration
from tests.browser import settled
from tests.factories import EventFactory, MembershipFactory, RegistrationFactory, UserFactory, soon

HTMX = {"HX-Request": "true"}


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
        event=event, label="Quel repas ?", kind=QuestionKind.CHOICE, choices="midi\nsoir", is_required=True
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
    question = EventQuestion.objects.create(event=held, label="+1 ?")
    held.registrations.filter(user=None).update(answers={str(question.pk): "@SUM(A1)"})
    text = client.get(f"{held.get_absolute_url()[:-1]}/inscriptions.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0][-1] == "'+1 ?"
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
    EventQuestion.objects.create(event=event, label="Un régime ?")
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
