"""What a structure gives to be talked about, and who may have it."""

import zipfile
from io import BytesIO

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.models import ModelLogEntry, ReferenceIndex

from residents.actions import communication as actions
from residents.communication import kit_of, pages_showing
from residents.models import Picture, Resident
from tests.factories import MembershipFactory, PictureFactory, PostFactory, ResidentFactory, drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def atelier(lead) -> Resident:
    return lead.memberships_list[0].resident


def photograph(name="forge.jpg", **options) -> SimpleUploadedFile:
    """A JPEG as a phone sends it, with where it was taken."""
    written = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Téléphone"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (800, 500), "#27506b").save(written, "JPEG", exif=exif, **options)
    return SimpleUploadedFile(name, written.getvalue(), "image/jpeg")


def document_of(resident, by, name="plaquette.pdf"):
    file = SimpleUploadedFile(name, b"%PDF-1.4 bonjour", "application/pdf")
    return actions.add_document(resident=resident, file=file, title="Plaquette", by=by)


def send_pictures(client, resident, *files, credit=""):
    data = {"images-pictures": list(files), "images-credit": credit}
    return client.post(reverse("residents:add_pictures", args=[resident.slug]), data)


def test_pictures_come_several_at_once_without_their_place(client, lead, atelier):
    client.force_login(lead)
    answer = send_pictures(client, atelier, photograph(), photograph("cour.jpg"), credit="Ilan")
    assert answer.status_code == 302
    kit = kit_of(atelier)
    assert [(picture.title, picture.credit) for picture in kit.pictures] == [("cour", "Ilan"), ("forge", "Ilan")]
    with Image.open(kit.pictures[0].file) as kept:
        assert (kept.format, dict(kept.getexif()), kept.size) == ("WEBP", {}, (800, 500))
    logged = ModelLogEntry.objects.filter(action="wagtail.create", user=lead)
    assert logged.count() == 2


def test_bad_picture_is_named_and_spares_the_others(client, lead, atelier):
    client.force_login(lead)
    answer = client.post(
        reverse("residents:add_pictures", args=[atelier.slug]),
        {"images-pictures": [photograph(), SimpleUploadedFile("faux.jpg", b"<svg onload=alert(1)>", "image/jpeg")]},
        follow=True,
    )
    assert [picture.title for picture in kit_of(atelier).pictures] == ["forge"]
    assert [str(m) for m in answer.context["messages"]][1].startswith("faux : ")


def test_only_bad_pictures_are_refused_beside_their_field(client, lead, atelier):
    client.force_login(lead)
    answer = send_pictures(client, atelier, SimpleUploadedFile("faux.png", b"rien", "image/png"), credit="Ilan")
    form = answer.context["pictures_form"]
    assert (answer.status_code, Picture.objects.count(), form["credit"].value()) == (422, 0, "Ilan")
    assert len(form.errors["pictures"]) == 1


def test_pictures_beyond_twelve_are_left_out(client, lead, atelier):
    client.force_login(lead)
    answer = send_pictures(client, atelier, *[photograph(f"{n}.jpg") for n in range(13)])
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert (answer.status_code, Picture.objects.count()) == (302, 12)
    assert said[1] == "1 image de trop : envoyez-en 12 à la fois."


def test_picture_is_described(client, lead, atelier):
    picture = actions.add_picture(resident=atelier, file=photograph(), title="Forge", by=lead)
    client.force_login(lead)
    address = reverse("residents:picture", args=[atelier.slug, picture.pk])
    assert client.get(address).status_code == 200
    client.post(address, {"title": "La forge", "description": "Un foyer", "credit": "Ilan"})
    picture.refresh_from_db()
    assert (picture.title, picture.description, picture.credit) == ("La forge", "Un foyer", "Ilan")


def test_picture_of_another_structure_is_not_reached(client, lead, atelier):
    other = actions.add_picture(resident=ResidentFactory(), file=photograph(), title="Ailleurs", by=lead)
    client.force_login(lead)
    answers = [
        client.get(reverse("residents:picture", args=[atelier.slug, other.pk])),
        client.post(reverse("residents:remove_picture", args=[atelier.slug, other.pk])),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert Picture.objects.filter(pk=other.pk).exists()


def test_published_picture_is_not_removed(client, lead, atelier):
    picture = actions.add_picture(resident=atelier, file=photograph(), title="Forge", by=lead)
    post = PostFactory(cover=picture)
    assert pages_showing(picture) == [post.page_ptr]
    client.force_login(lead)
    client.post(reverse("residents:remove_picture", args=[atelier.slug, picture.pk]))
    assert Picture.objects.filter(pk=picture.pk).exists()
    post.unpublish()
    client.post(reverse("residents:remove_picture", args=[atelier.slug, picture.pk]))
    assert not Picture.objects.filter(pk=picture.pk).exists()


def test_what_is_missing_is_said(lead, atelier):
    atelier.tagline, atelier.presentation, atelier.logo = "Du fer", "Nous forgeons.", PictureFactory()
    atelier.save()
    assert kit_of(atelier).missing == ["trois images de votre travail"]
    for _ in range(3):
        actions.add_picture(resident=atelier, file=photograph(), title="Forge", by=lead, credit="Ilan")
    assert kit_of(atelier).missing == ["ce que l’on voit sur certaines images"]


@pytest.mark.parametrize("count", [1, 3])
def test_page_keeps_its_queries(client, lead, atelier, django_assert_num_queries, count):
    for _ in range(count):
        actions.add_picture(resident=atelier, file=photograph(), title="Forge", by=lead)
        document_of(atelier, lead)
    client.force_login(lead)
    address = reverse("residents:kit", args=[atelier.slug])
    client.get(address)
    with django_assert_num_queries(8):
        client.get(address)


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


def test_file_that_storage_lost_is_said(lead, atelier):
    picture = actions.add_picture(resident=atelier, file=photograph(), title="Forge", by=lead)
    picture.file.storage.delete(picture.file.name)
    from residents.communication import archive

    with zipfile.ZipFile(archive(kit_of(atelier))) as file:
        assert file.namelist() == ["textes.txt", "images/01-forge-introuvable.txt"]


def test_document_of_another_kind_is_refused(client, lead, atelier):
    client.force_login(lead)
    answer = client.post(
        reverse("residents:add_document", args=[atelier.slug]),
        {"document-title": "Page", "document-file": SimpleUploadedFile("page.html", b"<script>", "text/html")},
    )
    assert (answer.status_code, get_document_model().objects.count()) == (422, 0)
    assert answer.context["document_form"]["title"].value() == "Page"


def test_document_is_its_structures_until_it_is_published(client, lead, member, house_manager, atelier):
    document = document_of(atelier, lead)

    def answers():
        found = []
        for user in (None, member, lead, house_manager):
            client.logout()
            if user:
                client.force_login(user)
            found.append(client.get(document.url).status_code)
        return found

    assert answers() == [302, 403, 200, 200]
    post = PostFactory(body=[("document", {"document": document})], live=False)
    ReferenceIndex.create_or_update_for_object(post)
    assert answers() == [302, 403, 200, 200]
    post.save_revision().publish()
    assert answers() == [200, 200, 200, 200]


def test_document_is_never_opened_as_a_page(client, lead, atelier):
    document = document_of(atelier, lead, "notes.txt")
    client.force_login(lead)
    answer = client.get(document.url)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_document_under_another_name_is_not_there(client, house_manager, lead, atelier):
    document = document_of(atelier, lead)
    client.force_login(house_manager)
    assert client.get(f"/documents/{document.pk}/autre.pdf").status_code == 404


def test_stranger_is_refused(client, member, atelier):
    client.force_login(member)
    names = ["kit", "kit_archive", "add_pictures", "add_document"]
    answers = [client.get(reverse(f"residents:{name}", args=[atelier.slug])) for name in names[:2]]
    answers += [client.post(reverse(f"residents:{name}", args=[atelier.slug])) for name in names[2:]]
    assert [answer.status_code for answer in answers] == [403, 403, 403, 403]


def test_plain_member_may_give(client, atelier):
    person = MembershipFactory(resident=atelier).user
    client.force_login(person)
    assert send_pictures(client, atelier, photograph()).status_code == 302


@pytest.mark.browser
def test_resident_gives_pictures_from_a_phone(page, sign_in, tmp_path):
    lead = MembershipFactory(lead=True).user
    atelier = lead.memberships_list[0].resident
    file = tmp_path / "forge.jpg"
    file.write_bytes(photograph().read())
    sign_in(page, lead)
    page.goto(atelier.get_absolute_url())
    page.get_by_role("link", name="Images et documents").click()
    page.locator("input[type=file][multiple]").set_input_files([file])
    page.get_by_role("button", name="Ajouter ces images").click()
    page.get_by_role("link", name="forge").click()
    page.get_by_label("Ce que l’on y voit").fill("Un foyer rouge")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_alt_text("Un foyer rouge").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Tout télécharger (ZIP)").click()
    assert download.value.suggested_filename == f"{atelier.slug}.zip"
