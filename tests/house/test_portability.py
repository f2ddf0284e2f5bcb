"""All that the house keeps of a person or of a structure is said and given, and nothing secret with it."""

import csv
import io
import json
import zipfile

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.files.base import ContentFile
from django.urls import reverse

from chaudronneries.env import BASE_DIR
from chaudronneries.portability import covering, gathering, words
from chaudronneries.portability.words import Fate
from residents.actions import communication
from residents.models import Resident, User
from tests.factories import (
    BookingFactory,
    DeclarationFactory,
    MembershipFactory,
    PostFactory,
    RegistrationFactory,
    ResidentFactory,
    UserFactory,
    drawn,
)

pytestmark = pytest.mark.django_db


def relations(to: type) -> dict:
    """{"app.Model.field": field} of every column that leads to `to`, whoever wrote the model."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            is_column = field.concrete and field.is_relation and not field.many_to_many
            # A page's own columns are Page's.
            if is_column and field.related_model is to and field.model is model:
                found[f"{model._meta.label}.{field.name}"] = field
    return found


@pytest.mark.parametrize(
    ("to", "covered", "left_out"),
    [
        (User, covering.PERSON, covering.PERSON_LEFT_OUT),
        (Resident, covering.STRUCTURE, covering.STRUCTURE_LEFT_OUT),
    ],
)
def test_every_relation_is_exported_or_left_out_for_a_reason(to, covered, left_out):
    assert set(relations(to)) == set(covered) | set(left_out)
    assert set(covered) & set(left_out) == set()


@pytest.mark.parametrize(
    ("to", "covered", "gather"),
    [
        (User, covering.PERSON, gathering.of_person),
        (Resident, covering.STRUCTURE, gathering.of_structure),
    ],
)
def test_the_rows_of_a_key_are_found_by_the_relations_it_covers(to, covered, gather):
    rows = gather(UserFactory() if to is User else ResidentFactory())
    found = relations(to)
    unread = {
        name: key
        for name, key in covered.items()
        if f'"{found[name].model._meta.db_table}"' not in str(rows[key].query)
    }
    assert unread == {}


def test_every_key_is_said_in_words_and_documented(member):
    resident = member.memberships_list[0].resident
    assert (set(gathering.of_person(member)), set(gathering.of_structure(resident))) == (
        set(words.OF_PERSON),
        set(words.OF_STRUCTURE),
    )
    document = (BASE_DIR / "docs" / "portability.md").read_text(encoding="utf-8")
    keys = {*words.OF_PERSON, *words.OF_STRUCTURE}
    assert {key for key in keys if f"`{key}`" not in document} == set()


def test_what_becomes_of_each_relation_is_what_is_said():
    """The database deletes what is said to go, and lets go of what is said to stay; the rest is deleted by hand."""
    by_hand = {"residents.Invitation.accepted_by", "agenda.Event_hosts.user", "blog.PostPage_authors.user"}
    wrong = {}
    for name, field in relations(User).items():
        if name in covering.PERSON_LEFT_OUT or name in by_hand:
            continue
        goes = words.OF_PERSON[covering.PERSON[name]].fate == Fate.GOES
        if goes != (field.remote_field.on_delete.__name__ == "CASCADE"):
            wrong[name] = field.remote_field.on_delete.__name__
    # Files sent to the back office and never kept are deleted with their row.
    assert wrong == {}


def full_person() -> User:
    member = MembershipFactory(lead=True, user__first_name="Awa", user__last_name="Delcombe").user
    resident = member.memberships_list[0].resident
    BookingFactory(created_by=member, resident=resident, title="Forger")
    RegistrationFactory(user=member)
    DeclarationFactory(resident=resident, created_by=member)
    PostFactory(owner=member, authors=[member], title="La porte")
    Authenticator.objects.create(user=member, type="totp", data={"secret": "TRES-SECRET"})
    return member


def test_a_person_takes_everything_away_and_no_secret(client):
    member = full_person()
    client.force_login(member)
    answer = client.get(reverse("my_data_export"))
    text = b"".join(answer.streaming_content).decode()
    data = json.loads(text)
    assert (data["format"], data["version"]) == ("chaudronneries.person", 1)
    assert data["residents"]["account"][0]["email"] == member.email
    assert [one["title"] for one in data["agenda"]["bookings"]] == ["Forger"]
    assert [one["title"] for one in data["blog"]["posts"]] == ["La porte"]
    assert [one["type"] for one in data["house"]["second_factors"]] == ["totp"]
    registration = member.registrations.get()
    assert {secret for secret in ("TRES-SECRET", registration.token, member.password) if secret in text} == set()
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]


def test_another_person_is_not_in_it(client):
    full_person()
    other = MembershipFactory().user
    client.force_login(other)
    text = b"".join(client.get(reverse("my_data_export")).streaming_content).decode()
    assert ("Delcombe" in text, "Forger" in text) == (False, False)


@pytest.mark.parametrize("bookings", [1, 3])
def test_page_of_a_person_costs_the_same_whatever_is_kept(client, django_assert_num_queries, bookings):
    member = full_person()
    for _ in range(bookings):
        BookingFactory(created_by=member)
    client.force_login(member)
    client.get(reverse("my_data"))
    with django_assert_num_queries(4):
        answer = client.get(reverse("my_data"))
    assert "Réservations faites par vous ou pour vous" in answer.content.decode()


def opened(answer) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_a_lead_takes_the_structure_away_with_its_files(client):
    lead = full_person()
    resident = lead.memberships_list[0].resident
    communication.add_picture(resident=resident, file=ContentFile(drawn((40, 30)), "a.png"), title="Étau", by=lead)
    communication.add_document(resident=resident, file=ContentFile(b"Bilan", "b.pdf"), title="Bilan", by=lead)
    client.force_login(lead)
    archive = opened(client.get(reverse("structure_data_export", args=[resident.slug])))
    names = sorted(name for name in archive.namelist() if not name.startswith("tables/"))
    assert names == ["documents/001-bilan.pdf", "donnees.json", "images/001-etau.png"]
    data = json.loads(archive.read("donnees.json"))
    assert data["residents"]["profile"][0]["name"] == resident.name
    rows = list(csv.reader(io.StringIO(archive.read("tables/agenda.bookings.csv").decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows] == ["title", "Forger"]
    assert archive.read("documents/001-bilan.pdf") == b"Bilan"


def test_a_table_runs_nothing_in_a_spreadsheet(client):
    lead = full_person()
    resident = lead.memberships_list[0].resident
    Resident.objects.filter(pk=resident.pk).update(tagline="=1+1")
    client.force_login(lead)
    archive = opened(client.get(reverse("structure_data_export", args=[resident.slug])))
    assert "'=1+1" in archive.read("tables/residents.profile.csv").decode()


def test_a_file_that_storage_lost_is_said_in_its_place(client):
    lead = full_person()
    resident = lead.memberships_list[0].resident
    document = communication.add_document(resident=resident, file=ContentFile(b"B", "b.pdf"), title="Bilan", by=lead)
    document.file.storage.delete(document.file.name)
    client.force_login(lead)
    archive = opened(client.get(reverse("structure_data_export", args=[resident.slug])))
    assert [name for name in archive.namelist() if name.startswith("documents/")] == [
        "documents/001-bilan-introuvable.txt"
    ]


@pytest.mark.parametrize("name", ["structure_data", "structure_data_export", "delete_structure"])
def test_a_member_who_does_not_lead_is_refused(client, member, name):
    client.force_login(member)
    resident = member.memberships_list[0].resident
    assert client.get(reverse(name, args=[resident.slug])).status_code == 403
