"""The journal: everything that was done, by whom, found again."""

import csv
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from agenda.actions import registrations
from agenda.actions.bookings import cancel
from chaudronneries.portability.leaving import close
from residents.actions.declarations import declare
from residents.actions.journal import entry, note, note_all
from residents.actions.profiles import change_section
from residents.actions.visibility import choose
from residents.enums import Trace
from residents.pages.visibility import LISTED, NO, TRACE
from residents.profile import Section
from tests.factories import (
    BookingFactory,
    EventFactory,
    KnowledgeItemFactory,
    PartnerFactory,
    PostFactory,
    RegistrationFactory,
    ResidentFactory,
    UserFactory,
)

JOURNAL = "/gestion/journal/"


def lines(client, **query) -> list[tuple]:
    """(who, what, on what), the latest first, as the file says them; without what was planted by nobody."""
    page = client.get(JOURNAL, query | {"export": "csv"})
    rows = list(csv.reader(StringIO(b"".join(page.streaming_content).decode())))
    return [(row[1], row[2], row[3]) for row in rows[1:] if row[1] != "système"]


def test_journal_is_the_house_managers(client, member):
    assert client.get(JOURNAL).status_code == 302
    client.force_login(member)
    assert client.get(JOURNAL).status_code == 403


def test_whatever_is_done_is_there_once(manager, house_manager):
    booking = BookingFactory(title="Forger", resident=ResidentFactory(name="Atelier"))
    cancel(booking=booking, by=house_manager, word="Travaux.")
    declare(resident=booking.resident, item=KnowledgeItemFactory(label="Forge"), by=house_manager)
    PostFactory(title="La porte").save_revision(user=house_manager, log_action=True)
    who = house_manager.get_full_name()
    assert lines(manager) == [
        (who, "Brouillon enregistré", "La porte"),
        (who, "« Forge » déclaré", "Atelier"),
        (who, "Annulée, pour Atelier", "Forger"),
    ]


def test_registrations_say_who_acted_and_for_whom_but_no_guest(manager, house_manager):
    event, person = EventFactory(title="Soirée", with_seats=True), UserFactory()
    registrations.register(event=event, by=person)
    registrations.add_participant(event=event, by=house_manager, name="Dominique", email="d@ailleurs.example")
    told = [(who, what) for who, what, label in lines(manager) if label == "Soirée"]
    assert told == [
        (house_manager.get_full_name(), "Inscription ajoutée par l’organisation"),
        (person.get_full_name(), "Inscription"),
    ]
    assert "Dominique" not in str(list(ModelLogEntry.objects.values()))


def test_attendance_that_the_house_notes_says_of_whom(manager, house_manager):
    registration = RegistrationFactory()
    registrations.mark_attendance(registration=registration, attended=True, by=house_manager)
    assert lines(manager)[0][1] == f"Présence notée, pour {registration.user}"


def test_what_is_deleted_keeps_its_line(manager, house_manager):
    partner = PartnerFactory(name="Le quartier")
    manager.post(reverse("partenaires:delete", args=[partner.pk]))
    booking = BookingFactory(title="Forger")
    cancel(booking=booking, by=house_manager)
    booking.delete()
    assert [(what.split(",")[0], label) for _who, what, label in lines(manager)] == [
        ("Annulée", "Forger"),
        ("Supprimée", "Le quartier"),
    ]


def test_choices_of_a_structure_that_is_gone_keep_their_lines_and_not_what_was_chosen(manager, house_manager):
    resident = ResidentFactory(name="Atelier", in_residence=False)
    choose(resident=resident, part=LISTED, to=NO, by=house_manager)
    choose(resident=resident, part=TRACE, to=Trace.NAME, by=house_manager)
    change_section(resident=resident, section=Section.TAGLINE, to={"tagline": "Du fer"}, by=house_manager)
    close(resident=resident, by=house_manager)
    assert sorted(what for _who, what, _label in lines(manager)) == [
        "Choix changé : ce qui se lit après le départ",
        "Choix changé : figurer dans l’annuaire public",
        "Profil modifié : En une phrase",
        "Structure supprimée, avec ses données",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "ELUS"}, ["Élus locaux"]),
        ({"q": "!!!"}, ["La porte", "Élus locaux"]),
        ({"action": "residents.declaration"}, ["Élus locaux"]),
        ({"timestamp_from": "2999-01-01"}, []),
        ({"timestamp_to": "pas une date", "user": "99999999999999999999"}, ["La porte", "Élus locaux"]),
    ],
)
def test_journal_is_searched_and_filtered(manager, house_manager, query, found):
    declare(resident=ResidentFactory(name="Élus locaux"), item=KnowledgeItemFactory(), by=house_manager)
    PostFactory(title="La porte").save_revision(user=UserFactory(), log_action=True)
    page = manager.get(JOURNAL, query)
    assert page.status_code == 200
    if "99999" not in str(query):
        assert [label for _who, _what, label in lines(manager, **query)] == found


def test_journal_is_filtered_by_person(manager, house_manager):
    other = UserFactory()
    note(PartnerFactory(name="Un"), "wagtail.edit", by=house_manager)
    note(PartnerFactory(name="Deux"), "wagtail.edit", by=other)
    assert [label for _who, _what, label in lines(manager, user=other.pk)] == ["Deux"]


def test_export_runs_nothing(manager, house_manager):
    note(PartnerFactory(name="=1+1"), "wagtail.edit", by=house_manager)
    assert lines(manager)[0][2] == "'=1+1"
    file = manager.get(JOURNAL, {"export": "xlsx"})
    sheet = load_workbook(BytesIO(b"".join(file.streaming_content))).active
    assert (sheet["D2"].value, sheet["D2"].data_type) == ("=1+1", "s")


def test_journal_keeps_its_queries(manager, house_manager, django_assert_num_queries):
    note(PartnerFactory(), "wagtail.edit", by=house_manager)
    manager.get(JOURNAL)
    with CaptureQueriesContext(connection) as one:
        manager.get(JOURNAL)
    note(PartnerFactory(), "wagtail.edit", by=house_manager)
    note(PartnerFactory(), "wagtail.edit", by=UserFactory())
    with django_assert_num_queries(len(one)):
        manager.get(JOURNAL)


def test_lines_of_a_whole_series_are_one_query(house_manager, django_assert_num_queries):
    entries = [entry(partner, "wagtail.edit", by=house_manager) for partner in PartnerFactory.create_batch(3)]
    with django_assert_num_queries(1):
        note_all(entries)
