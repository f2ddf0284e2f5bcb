"""What a sheet would change, read in the back office before it is done; then it is done, once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from mailing.models import Mail
from residents.enums import SheetKind
from residents.models import Invitation, Membership, SheetUpload
from residents.spreadsheets.importing import IMPORTED, LOCK
from residents.tasks import write_invitations
from tests.factories import MembershipFactory, UserFactory
from tests.residents.sheets import AWA, HEADINGS, WRONG, confirm, preview, send, sent

pytestmark = pytest.mark.django_db


def messages_of(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


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
