"""Pictures and documents that a structure gives: what is kept of them, who may have them."""

from io import BytesIO

import pytest
from django.contrib.messages import get_messages
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.models import ModelLogEntry, ReferenceIndex

from residents.actions import communication as actions
from residents.communication import kit_of, pages_showing
from residents.models import Picture, Resident
from tests.factories import MembershipFactory, PostFactory, ResidentFactory, drawn
from tests.residents.kits import document_of, photograph

pytestmark = pytest.mark.django_db


@pytest.fixture
def atelier(lead) -> Resident:
    return lead.memberships_list[0].resident


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


@pytest.mark.parametrize("hidden", [b"<script>alert(1)</script>", b"PK\x03\x04 une archive", b"<?php system(1);"])
def test_picture_that_is_also_something_else_is_only_a_picture(client, lead, atelier, hidden):
    """What stands after the picture, or in its comment, is not written again."""
    client.force_login(lead)
    sent = photograph(comment=hidden)
    sent = SimpleUploadedFile("deux.jpg", sent.read() + hidden, "image/jpeg")
    assert send_pictures(client, atelier, sent).status_code == 302
    [kept] = kit_of(atelier).pictures
    with kept.file.open("rb") as file:
        assert hidden not in file.read()
    assert kept.collection.name == atelier.slug


@pytest.mark.parametrize("name", ["dessin.svg", "dessin.png"])
def test_drawing_in_svg_is_refused(client, lead, atelier, name):
    client.force_login(lead)
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    assert send_pictures(client, atelier, SimpleUploadedFile(name, drawing, "image/png")).status_code == 422
    assert not Picture.objects.exists()


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
    assert said[1] == "1 image de trop : envoyez-en 12 à la fois."


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


# Whom to ask


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


def test_files_follow_the_address_of_their_structure(client, house_manager, lead, atelier):
    """Whoever takes the former address finds nothing there that is not theirs."""
    file, former = File(BytesIO(drawn((40, 40))), "x.png"), atelier.slug
    picture = actions.add_picture(resident=atelier, file=file, title="Zinc", by=lead)
    client.force_login(house_manager)
    names = ["name", "kind", "tagline", "presentation", "email"]
    names += [name for name in vars(atelier) if name.endswith("_audience")]
    values = {name: getattr(atelier, name) for name in names} | {"slug": "Espaces"}
    assert client.post(reverse("structures:edit", args=[atelier.pk]), values).status_code == 302
    newcomer = MembershipFactory(resident=ResidentFactory(slug=former)).user
    answers = []
    for user, slug in ((lead, "espaces"), (newcomer, former)):
        client.force_login(user)
        answers.append(client.get(reverse("residents:picture", args=[slug, picture.pk])).status_code)
    assert answers == [200, 404]
