"""The kits as archives, one structure's and all of them."""

import os
import tracemalloc
import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from residents import kits
from residents.actions import communication as actions
from residents.communication import kit_of
from residents.enums import Audience
from residents.models import Resident
from tests.factories import PictureFactory, ResidentFactory, drawn
from tests.residents.kits import document_of, photograph

pytestmark = pytest.mark.django_db


@pytest.fixture
def atelier(lead) -> Resident:
    return lead.memberships_list[0].resident


def test_kit_is_one_archive(client, lead, atelier):
    atelier.tagline = "Du fer et du feu"
    atelier.logo = PictureFactory()
    atelier.save()
    actions.add_picture(resident=atelier, file=photograph(), title="../Forge", by=lead, description="Un foyer")
    document_of(atelier, lead)
    client.force_login(lead)
    answer = client.get(reverse("residents:kit_archive", args=[atelier.slug]))
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as file:
        assert file.testzip() is None
        assert file.namelist() == ["textes.txt", "logo.png", "images/01-forge.jpg", "documents/01-plaquette.pdf"]
        assert file.read("logo.png") == drawn((640, 400))
        words = file.read("textes.txt").decode()
    assert words.startswith(f"{atelier.name}\nassociation\n\nDu fer et du feu\n")
    assert words.endswith("01. ../Forge. Un foyer. Crédit à demander.\n")


def test_kit_says_what_is_not_to_be_published(atelier):
    fields = {
        "tagline": "Du fer",
        "presentation": "Nous forgeons.",
        "phone": "01 02 03 04 05",
        "logo": PictureFactory(),
    }
    audiences = {"tagline_audience": Audience.HOUSE, "links_audience": Audience.RESIDENTS}
    Resident.objects.filter(pk=atelier.pk).update(is_listed=False, **fields, **audiences)
    for_residents = "[À ne pas publier : lu par les résidents]"
    assert kits.texts(kit_of(Resident.objects.get(pk=atelier.pk))).splitlines()[2:] == [
        "",
        "[À ne pas nommer au public : hors de l’annuaire]",
        "",
        "[À ne pas publier : lu par la maison seulement]",
        "Du fer",
        "",
        "Nous forgeons.",
        "",
        for_residents,
        "01 02 03 04 05",
        "",
        "Son logo est dans ce dossier.",
    ]
    atelier.links.create(label="Site", url="https://exemple.fr")
    words = kits.texts(kit_of(Resident.objects.get(pk=atelier.pk)))
    assert f"{for_residents}\nSite : https://exemple.fr\n{for_residents}\n01 02" in words


def opened(content) -> zipfile.ZipFile:
    file = zipfile.ZipFile(BytesIO(b"".join(content)))
    assert file.testzip() is None
    return file


def test_file_that_storage_lost_is_said(lead, atelier):
    picture = actions.add_picture(resident=atelier, file=photograph(), title="Forge", by=lead)
    picture.file.storage.delete(picture.file.name)
    with opened(kits.archive([kit_of(atelier)])) as file:
        assert file.namelist() == ["textes.txt", "images/01-forge-introuvable.txt"]


def test_all_kits_are_one_archive_a_folder_each(client, house_manager, lead, atelier):
    actions.add_picture(resident=atelier, file=photograph(), title="Forge", by=lead)
    lost = document_of(atelier, lead)
    lost.file.storage.delete(lost.file.name)
    other, gone = ResidentFactory(), ResidentFactory(in_residence=False)
    client.force_login(house_manager)
    answer = client.get(reverse("residents:all_kits"))
    assert answer["Content-Disposition"] == f'attachment; filename="kits-{timezone.localdate()}.zip"'
    with opened(answer.streaming_content) as file:
        assert sorted(file.namelist()) == sorted(
            [
                f"{atelier.slug}/textes.txt",
                f"{atelier.slug}/images/01-forge.jpg",
                f"{atelier.slug}/documents/01-plaquette-introuvable.txt",
                f"{other.slug}/textes.txt",
            ]
        )
    assert gone.slug not in "".join(file.namelist())


def test_archive_is_written_as_it_is_sent(lead, atelier):
    """Eight files of 2 MB each: never more than one piece of one of them in memory."""
    big = SimpleUploadedFile("gros.pdf", b"%PDF-" + os.urandom(2 * 1024 * 1024), "application/pdf")
    for number in range(8):
        actions.add_document(resident=atelier, file=big, title=f"Gros {number}", by=lead)
    kit = kit_of(atelier)
    tracemalloc.start()
    sizes = [len(piece) for piece in kits.archive([kit])]
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(sizes) > 16 * 1024 * 1024
    assert most < 2 * 1024 * 1024


def test_kits_are_looked_up_together(django_assert_num_queries):
    ResidentFactory.create_batch(3)
    with django_assert_num_queries(5):
        list(kits.all_kits())


@pytest.mark.parametrize("name", ["to_ask", "all_kits"])
def test_kits_of_all_are_the_house_managers(client, lead, name):
    client.force_login(lead)
    assert client.get(reverse(f"residents:{name}")).status_code == 403
