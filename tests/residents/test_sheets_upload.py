"""Sheets sent in the back office: who enters, what is taken, and until when it is kept."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from residents.enums import SheetKind
from residents.forms import sheets as forms
from residents.models import Invitation, SheetUpload
from residents.spreadsheets.reading import MOST_BYTES
from residents.tasks import forget_sheets
from tests.factories import UserFactory
from tests.residents.sheets import (
    AWA,
    HEADINGS,
    confirm,
    csv_of,
    preview,
    send,
    sent,
)

pytestmark = pytest.mark.django_db


def addresses(upload) -> dict:
    on_one = {name: reverse(name, args=[upload.pk]) for name in ("sheet", "sheet_abandon", "sheet_faults")}
    on_kind = ("sheets_csv", "sheets_xlsx", "sheets_model", "sheets_example")
    return {"sheets": reverse("sheets"), **on_one, **{name: reverse(name, args=["personnes"]) for name in on_kind}}


@pytest.fixture
def upload(house_manager):
    content = csv_of(AWA).read()
    return SheetUpload.objects.create(
        kind=SheetKind.PEOPLE, name="personnes.csv", content=content, uploaded_by=house_manager
    )


@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_are_the_house_managers_alone(client, zinc, upload, member, lead, house_manager, method):
    refused = {}
    for role, person in {"anonymous": None, "member": member, "lead": lead}.items():
        client.logout()
        if person:
            client.force_login(person)
        refused[role] = {getattr(client, method)(address).status_code for address in addresses(upload).values()}
    assert refused == {"anonymous": {302}, "member": {403}, "lead": {403}}
    assert SheetUpload.objects.count() == 1


def test_pages_open_to_the_house_manager(manager, zinc, upload):
    answers = {name: manager.get(address) for name, address in addresses(upload).items()}
    statuses = {name: answer.status_code for name, answer in answers.items()}
    assert statuses == {**dict.fromkeys(statuses, 200), "sheet_abandon": 405}


def test_another_manager_reads_and_confirms(client, zinc, upload):
    client.force_login(UserFactory(house_manager=True))
    confirm(client, upload)
    assert Invitation.objects.get().email == "awa@ici.example"


def test_forged_post_is_refused(house_manager, upload):
    client = Client(enforce_csrf_checks=True)
    client.force_login(house_manager)
    answers = [send(client, AWA), client.post(reverse("sheet", args=[upload.pk]), {"mark": "x"})]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert SheetUpload.objects.count() == 1


def test_menu_leads_there(manager):
    assert reverse("sheets") in manager.get("/gestion/").content.decode()


def test_sheet_is_kept_until_it_is_confirmed(manager, zinc, house_manager):
    upload = sent(manager, AWA)
    assert (upload.kind, upload.name, upload.uploaded_by) == (SheetKind.PEOPLE, "personnes.csv", house_manager)
    assert Invitation.objects.count() == 0
    page = manager.get(reverse("sheets")).content.decode()
    assert reverse("sheet", args=[upload.pk]) in page


def test_cells_are_pasted(manager, zinc):
    pasted = f"{HEADINGS}\n{AWA}".replace(";", "\t")
    manager.post(reverse("sheets"), {"kind": SheetKind.PEOPLE, "pasted": pasted})
    shown = preview(manager, SheetUpload.objects.get())
    assert [change.label for change in shown.plan.changes] == ["Awa Delcombe (awa@ici.example)"]
    assert shown.pasted == pasted


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({}, "file", "Choisissez un fichier, ou collez des cellules."),
        ({"pasted": "  \n"}, "file", "Choisissez un fichier, ou collez des cellules."),
        ({"file": SimpleUploadedFile("a.csv", b"")}, "file", "Ce fichier est vide."),
        (
            {"file": SimpleUploadedFile("photo.png", b"\x89PNG")},
            "file",
            "Ce fichier n’est ni un CSV ni un XLSX : dans le tableur, « Enregistrer sous », puis XLSX ou CSV.",
        ),
        (
            {"file": csv_of(AWA), "pasted": "Nom"},
            "pasted",
            "Un fichier ou des cellules collées, pas les deux : videz ce champ.",
        ),
        ({"pasted": "a\0b"}, "pasted", None),
        ({"pasted": "a" * (forms.LONGEST_PASTE + 1)}, "pasted", None),
        ({"pasted": "Nom", "kind": "rois"}, "kind", None),
    ],
)
def test_wrong_sending_is_said_beside_the_field(manager, fields, field, words):
    answer = manager.post(reverse("sheets"), {"kind": SheetKind.PEOPLE, **fields})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    assert words is None or errors[field] == [words]
    assert errors[field][0].replace("'", "&#x27;") in answer.content.decode()
    assert SheetUpload.objects.count() == 0


def test_file_too_heavy_is_refused_in_french_beside_the_field(manager):
    file = SimpleUploadedFile("a.csv", b"a" * (MOST_BYTES + 1))
    answer = manager.post(reverse("sheets"), {"kind": SheetKind.PEOPLE, "file": file})
    assert answer.status_code == 422
    words = "Ce fichier pèse 10,0\xa0Mio. Choisissez-en un de moins de 10,0\xa0Mio."
    assert [word.replace("Mio", "Mo") for word in answer.context["form"].errors["file"]] == [words.replace("Mio", "Mo")]


def test_request_too_long_is_refused_before_it_is_read(manager, settings):
    settings.LONGEST_REQUEST = 1_000
    answer = manager.post(
        reverse("sheets"), {"kind": SheetKind.PEOPLE, "file": SimpleUploadedFile("a.csv", b"a" * 5000)}
    )
    assert answer.status_code == 413
    assert SheetUpload.objects.count() == 0


def test_what_was_pasted_is_not_lost(manager):
    answer = manager.post(reverse("sheets"), {"kind": "rois", "pasted": "Adresse e-mail\tStructure\n"})
    assert "Adresse e-mail\tStructure" in answer.content.decode()


def test_strange_names_are_kept_short(manager, zinc):
    upload = sent(manager, file=SimpleUploadedFile("é" * 300 + "\u202e.csv", HEADINGS.encode() + b"\n"))
    assert len(upload.name) == 200
    assert preview(manager, upload).plan.changes == []


@pytest.mark.parametrize("content", [b"\x00" * 50, b"PK\x03\x04 nothing", bytes(range(256)), "🔥;\u202e".encode()])
def test_file_that_is_no_sheet_is_a_fault_in_words(manager, content):
    manager.post(reverse("sheets"), {"kind": SheetKind.PEOPLE, "file": SimpleUploadedFile("a.xlsx", content)})
    shown = preview(manager, SheetUpload.objects.get())
    assert (len(shown.plan.faults), shown.plan.changes) == (1, [])


def test_list_of_what_waits_asks_no_more_for_more(manager, zinc):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            manager.get(reverse("sheets"))
        assert not any('"residents_sheetupload"."content"' in query["sql"] for query in captured)
        return len(captured)

    sent(manager, AWA)
    queries()
    one = queries()
    for _n in range(2):
        sent(manager, AWA)
    assert queries() == one


def test_sheet_that_nobody_confirms_is_forgotten_after_a_day(upload, house_manager):
    fresh = SheetUpload.objects.create(kind=SheetKind.STAYS, name="b", content=b"b", uploaded_by=house_manager)
    SheetUpload.objects.filter(pk=upload.pk).update(created_at=timezone.now() - datetime.timedelta(hours=25))
    forget_sheets()
    assert list(SheetUpload.objects.all()) == [fresh]


def test_sheet_goes_with_the_account_of_who_sent_it(upload, house_manager):
    house_manager.delete()
    assert SheetUpload.objects.count() == 0


def test_database_refuses_an_unknown_kind(house_manager):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        SheetUpload.objects.create(kind="rois", name="a", content=b"a", uploaded_by=house_manager)
    assert error.value.__cause__.diag.constraint_name == "sheet_kind_known"
