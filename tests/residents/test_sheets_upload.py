"""« Importer et exporter », page by page: who enters, what is sent, what is read before it is done, what leaves."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from mailing.models import Mail
from residents.enums import SheetKind
from residents.forms import sheets as forms
from residents.models import Invitation, Membership, SheetUpload
from residents.spreadsheets.importing import IMPORTED, LOCK
from residents.spreadsheets.kinds import kind_of
from residents.spreadsheets.reading import MOST_BYTES, read
from residents.tasks import forget_sheets, write_invitations
from tests.factories import MembershipFactory, ResidentFactory, UserFactory

pytestmark = pytest.mark.django_db
HEADINGS = "Adresse e-mail;Prénom;Nom;Structure;Rôle"
AWA = "awa@ici.example;Awa;Delcombe;Atelier du Zinc;référente"
WRONG = "awa chez ici;;;Nulle part;roi"


@pytest.fixture
def zinc():
    return ResidentFactory(name="Atelier du Zinc", slug="atelier-du-zinc")


@pytest.fixture
def manager(client, house_manager):
    client.force_login(house_manager)
    return client


def csv_of(*lines: str, name: str = "personnes.csv", encoding: str = "cp1252") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\r\n".join([HEADINGS, *lines]).encode(encoding))


def send(client, *lines: str, **fields):
    return client.post(reverse("sheets"), {"kind": SheetKind.PEOPLE, "file": csv_of(*lines), **fields})


def sent(client, *lines: str, **fields) -> SheetUpload:
    answer = send(client, *lines, **fields)
    upload = SheetUpload.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (302, reverse("sheet", args=[upload.pk]))
    return upload


def preview(client, upload, **asked):
    answer = client.get(reverse("sheet", args=[upload.pk]), asked)
    assert answer.status_code == 200
    return answer.context["preview"]


def confirm(client, upload, mark: str | None = None):
    mark = preview(client, upload).plan.mark if mark is None else mark
    return client.post(reverse("sheet", args=[upload.pk]), {"mark": mark})


def messages_of(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


# Who


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


# Sending


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


# Reading before it is done


def test_sectors_that_come_with_structures_are_no_lines(manager, house_manager):
    content = "Nom;Forme;Secteurs\nUne;asso;Réemploi, culture\nDeux;asso;réemploi\n".encode()
    upload = SheetUpload.objects.create(kind="structures", name="s.csv", content=content, uploaded_by=house_manager)
    shown = preview(manager, upload)
    assert [(figure.verb, figure.count, figure.words) for figure in shown.figures if figure.verb] == [
        ("create", 2, "lignes nouvelles"),
        ("sector", 2, "secteurs nouveaux"),
    ]
    assert shown.lines == 2


def test_preview_says_what_would_change(manager, zinc):
    member = MembershipFactory(resident=zinc).user
    joins = UserFactory()
    settled = MembershipFactory(resident=zinc).user
    upload = sent(
        manager,
        AWA,
        f"{member.email};;;Atelier du Zinc;référente",
        f"{joins.email};;;Atelier du Zinc;",
        f"{settled.email};;;Atelier du Zinc;membre",
    )
    shown = preview(manager, upload)
    assert [(figure.verb, figure.count, figure.words) for figure in shown.figures] == [
        ("create", 1, "ligne nouvelle"),
        ("change", 1, "ligne change"),
        ("invite", 1, "personne invitée"),
        ("", 1, "ligne déjà à jour"),
    ]
    assert [(change.line, change.verb, change.what) for change in shown.changes] == [
        (2, "Invitation", [("Structure", "", "Atelier du Zinc"), ("Rôle", "", "référente ou référent")]),
        (3, "Changement", [("Rôle", "membre", "référente ou référent")]),
        (4, "Nouveau", [("Structure", "", "Atelier du Zinc"), ("Rôle", "", "membre")]),
    ]
    assert [change.line for change in preview(manager, upload, quoi="change").changes] == [3]
    assert Membership.objects.count() == 2


def test_faults_are_shown_all_at_once_and_nothing_can_be_confirmed(manager, zinc):
    upload = sent(manager, AWA, WRONG)
    page = manager.get(reverse("sheet", args=[upload.pk]))
    assert [(fault.line, fault.column) for fault in page.context["preview"].faults] == [
        (3, "Adresse e-mail"),
        (3, "Rôle"),
        (3, "Structure"),
    ]
    assert 'name="mark"' not in page.content.decode()
    answer = confirm(manager, upload)
    assert (answer.status_code, answer.context["warning"]) == (422, "Rien n’a été importé.")
    assert Invitation.objects.count() == 0


def test_faults_leave_as_a_sheet_without_formulas(manager, zinc):
    upload = sent(manager, "=1+1;;;Atelier du Zinc;")
    answer = manager.get(reverse("sheet_faults", args=[upload.pk]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines() == [
        "Ligne;Colonne;Ce qui ne va pas",
        '2;Adresse e-mail;"« =1+1 » n’est pas une adresse e-mail ; écrivez-la comme bonjour@exemple.fr."',
    ]


def test_corrected_sheet_takes_the_place_of_the_wrong_one(manager, zinc):
    wrong = sent(manager, WRONG)
    right = sent(manager, AWA, instead_of=wrong.pk)
    assert list(SheetUpload.objects.all()) == [right]


@pytest.mark.parametrize("key", ["0", "-1", "x", str(2**63), "999999"])
def test_correcting_what_is_no_more_or_never_was(manager, zinc, key):
    assert send(manager, AWA, instead_of=key).status_code == 302


def test_pasted_cells_are_corrected_where_they_were_written(manager, zinc):
    pasted = f"{HEADINGS}\n{WRONG}".replace(";", "\t")
    manager.post(reverse("sheets"), {"kind": SheetKind.PEOPLE, "pasted": pasted})
    upload = SheetUpload.objects.get()
    assert "awa chez ici\t\t\tNulle part" in manager.get(reverse("sheet", args=[upload.pk])).content.decode()


def test_columns_that_are_not_ours_are_told(manager, zinc):
    content = f"{HEADINGS};Casier\n{AWA};12".encode()
    upload = sent(manager, file=SimpleUploadedFile("a.csv", content))
    assert "« Casier »" in manager.get(reverse("sheet", args=[upload.pk])).content.decode()


def test_markup_in_a_cell_is_text(manager, zinc):
    upload = sent(manager, "awa@ici.example;<script>alert(1)</script>;;Atelier du Zinc;")
    page = manager.get(reverse("sheet", args=[upload.pk])).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize("asked", [{"p": "0"}, {"p": "999"}, {"p": "x"}, {"quoi": "rien"}, {"p": "\0"}])
def test_pages_that_are_not_are_the_nearest_ones(manager, zinc, asked):
    assert [change.line for change in preview(manager, sent(manager, AWA), **asked).changes] == [2]


def test_large_preview_is_paginated_and_light(manager, zinc):
    upload = sent(manager, *(f"p{n}@ici.example;Prénom;Nom;Atelier du Zinc;" for n in range(4000)))
    page = manager.get(reverse("sheet", args=[upload.pk]), {"p": 80})
    shown = page.context["preview"]
    assert (shown.changes.number, len(shown.changes), shown.changes.paginator.count) == (80, 50, 4000)
    assert len(page.content) < 150_000


def test_queries_do_not_grow_with_the_lines(manager, zinc):
    def queries(count):
        upload = sent(manager, *(f"p{n}@ici.example;;;Atelier du Zinc;" for n in range(count)))
        with CaptureQueriesContext(connection) as captured:
            manager.get(reverse("sheet", args=[upload.pk]))
        return len(captured)

    queries(1)
    assert queries(1) == queries(3)


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


# Done


def test_confirmed_sheet_is_carried_out_and_forgotten(manager, zinc, house_manager):
    upload = sent(manager, AWA)
    answer = manager.post(reverse("sheet", args=[upload.pk]), {"mark": preview(manager, upload).plan.mark}, follow=True)
    assert "Importé : 1 personne invitée." in messages_of(answer)
    assert Invitation.objects.get().invited_by == house_manager
    assert SheetUpload.objects.count() == 0
    assert Mail.objects.count() == 0
    write_invitations([Invitation.objects.get().pk])
    assert Mail.objects.get().to == "awa@ici.example"
    assert ModelLogEntry.objects.filter(action=IMPORTED, user=house_manager).count() == 1


def test_double_click_imports_once(manager, zinc):
    upload = sent(manager, AWA)
    mark = preview(manager, upload).plan.mark
    assert confirm(manager, upload, mark).status_code == 302
    again = manager.post(reverse("sheet", args=[upload.pk]), {"mark": mark}, follow=True)
    assert "Cette feuille n’attend plus" in messages_of(again)
    assert Invitation.objects.count() == 1


def test_house_that_changed_meanwhile_is_shown_anew(manager, zinc):
    joins = UserFactory(email="awa@ici.example")
    upload = sent(manager, AWA)
    mark = preview(manager, upload).plan.mark
    MembershipFactory(user=joins, resident=zinc)
    answer = confirm(manager, upload, mark)
    assert answer.status_code == 422
    assert answer.context["warning"].startswith("La maison a changé depuis l’aperçu : rien n’a été importé.")
    assert [change.verb for change in answer.context["preview"].plan.changes] == ["change"]
    assert not Membership.objects.get().is_lead
    mark = answer.context["preview"].plan.mark
    assert confirm(manager, upload, mark).status_code == 302
    assert Membership.objects.get().is_lead


def test_import_while_another_goes_on_can_be_confirmed_again(manager, zinc):
    upload = sent(manager, AWA)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    answer = confirm(manager, upload)
    other.close()
    assert answer.status_code == 422
    assert answer.context["warning"] == (
        "Rien n’a été importé. Un autre import est en cours : réessayez dans une minute."
    )
    assert 'name="mark"' in answer.content.decode()
    assert confirm(manager, upload).status_code == 302


@pytest.mark.parametrize("data", [{}, {"mark": ""}, {"mark": "x" * 65}])
def test_confirmation_without_a_preview_is_refused(manager, zinc, data):
    upload = sent(manager, AWA)
    answer = manager.post(reverse("sheet", args=[upload.pk]), data)
    assert (answer.status_code, answer.context["warning"]) == (422, "Relisez l’aperçu avant de confirmer.")
    assert Invitation.objects.count() == 0


def test_sheet_that_changes_nothing_has_nothing_to_confirm(manager, zinc):
    member = MembershipFactory(resident=zinc).user
    upload = sent(manager, f"{member.email};;;Atelier du Zinc;membre")
    page = manager.get(reverse("sheet", args=[upload.pk])).content.decode()
    assert "il n’y a rien à importer" in page
    assert 'name="mark"' not in page


def test_abandoned_sheet_is_forgotten(manager, zinc):
    upload = sent(manager, AWA)
    manager.post(reverse("sheet_abandon", args=[upload.pk]))
    assert (SheetUpload.objects.count(), Invitation.objects.count()) == (0, 0)
    for name, method in (("sheet_abandon", "post"), ("sheet", "get"), ("sheet_faults", "get")):
        answer = getattr(manager, method)(reverse(name, args=[upload.pk]))
        assert answer["Location"] == reverse("sheets")


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


# Out


@pytest.mark.parametrize("kind", SheetKind.values)
def test_export_is_imported_again_without_change(manager, zinc, kind):
    MembershipFactory(resident=zinc)
    for form in ("csv", "xlsx"):
        answer = manager.get(reverse(f"sheets_{form}", args=[kind]))
        content = b"".join(answer.streaming_content)
        assert answer["Content-Disposition"].startswith("attachment; filename=")
        plan = kind_of(kind).plan(read(f"a.{form}", content, kind_of(kind).COLUMNS))
        assert (plan.changes, plan.faults) == ([], [])


def test_export_runs_nothing_in_a_spreadsheet(manager, zinc):
    MembershipFactory(resident=zinc, user=UserFactory(first_name="=1+1", last_name="@SUM(A1)"))
    text = b"".join(manager.get(reverse("sheets_csv", args=["personnes"])).streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1].split(";")[1:3] == ["'=1+1", "'@SUM(A1)"]


@pytest.mark.parametrize("kind", SheetKind.values)
def test_model_has_the_headings_alone(manager, kind, tmp_path):
    file = tmp_path / "model.xlsx"
    file.write_bytes(b"".join(manager.get(reverse("sheets_model", args=[kind])).streaming_content))
    [headings] = load_workbook(file).worksheets[0].iter_rows(values_only=True)
    assert list(headings) == [str(column.heading) for column in kind_of(kind).COLUMNS]


def test_examples_come_in_one_after_the_other(manager):
    """Structures, then their people, what they know, and when they are here."""
    for kind in SheetKind.values:
        content = b"".join(manager.get(reverse("sheets_example", args=[kind])).streaming_content)
        file = SimpleUploadedFile(f"{kind}.csv", content)
        manager.post(reverse("sheets"), {"kind": kind, "file": file})
        upload = SheetUpload.objects.get()
        shown = preview(manager, upload)
        assert (shown.plan.faults, shown.plan.ignored) == ([], [])
        assert len(shown.plan.changes) > 2
        assert confirm(manager, upload).status_code == 302


@pytest.mark.parametrize("kind", ["rois", "STRUCTURES", "personnes-"])
def test_unknown_kind_is_not_found(manager, kind):
    assert manager.get(f"/gestion/feuilles/{kind}.csv", follow=True).status_code == 404
