"""What a structure gives to be talked about, and who may have it."""

import datetime
import os
import tracemalloc
import zipfile
from io import BytesIO

import pytest
from django.contrib.messages import get_messages
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.models import ModelLogEntry, ReferenceIndex

from residents import communication, kits
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
    gauge = kit_of(atelier).gauge
    assert (gauge.missing, gauge.value, gauge.goal) == (
        ["un lien vers votre site", "trois images de votre travail"],
        3,
        7,
    )
    atelier.links.create(label="Site", url="https://exemple.fr")
    for _ in range(3):
        actions.add_picture(resident=atelier, file=photograph(), title="Forge", by=lead, credit="Ilan")
    gauge = kit_of(atelier).gauge
    assert (gauge.missing, gauge.value) == (["ce que l’on voit sur certaines images"], 6)
    Picture.objects.filter(collection__name=atelier.slug).update(description="Un foyer")
    assert (kit_of(atelier).gauge.missing, kit_of(atelier).gauge.is_full) == ([], True)


def test_gauge_read_with_the_structures_says_the_same(lead, atelier):
    """The one of the kit counts the pictures it has read, the one of lists counts them in the database."""
    for credit, description in (("Ilan", "Un foyer"), ("", "Une cour"), ("", "")):
        picture = actions.add_picture(resident=atelier, file=photograph(), title="A", by=lead, credit=credit)
        actions.describe_picture(picture=picture, title="A", description=description, credit=credit, by=lead)
    atelier.logo = actions.add_picture(resident=atelier, file=photograph(), title="Logo", by=lead)
    atelier.save()
    told = communication.gauge_of(communication.with_given(Resident.objects.all()).get(pk=atelier.pk))
    assert told == kit_of(atelier).gauge
    assert (told.pictures.number, told.pictures.described, told.pictures.credited, told.pictures.complete) == (
        3,
        2,
        1,
        1,
    )


def test_gauge_of_a_structure_without_logo_nor_picture(lead, atelier):
    told = communication.gauge_of(communication.with_given(Resident.objects.all()).get(pk=atelier.pk))
    assert told == kit_of(atelier).gauge
    assert (told.value, told.pictures) == (0, communication.Pictures())
    actions.add_picture(resident=atelier, file=photograph(), title="A", by=lead)
    told = communication.gauge_of(communication.with_given(Resident.objects.all()).get(pk=atelier.pk))
    assert told.pictures.number == 1


NOW = timezone.now()


def aged(resident, **ages) -> list[str]:
    """What is out of date when things are that many days old: `updated`, `reviewed`, `pictures`."""
    days = {name: NOW - datetime.timedelta(days=age) for name, age in ages.items()}
    fields = {"updated_at": days["updated"], "reviewed_at": days.get("reviewed"), "tagline": "Du fer"}
    Resident.objects.filter(pk=resident.pk).update(**fields)
    Picture.objects.update(created_at=days.get("pictures", NOW))
    return kit_of(Resident.objects.get(pk=resident.pk)).gauge.outdated


def test_texts_neither_changed_nor_confirmed_for_a_year_are_out_of_date(atelier):
    assert aged(atelier, updated=364) == []
    [words] = aged(atelier, updated=367)
    assert words.startswith("vos textes, ni changés ni relus depuis ")
    assert aged(atelier, updated=400, reviewed=10) == []
    assert len(aged(atelier, updated=900, reviewed=400)) == 1


def test_structure_that_says_nothing_has_nothing_to_review(atelier):
    Resident.objects.update(updated_at=NOW - datetime.timedelta(days=900))
    assert kit_of(Resident.objects.get(pk=atelier.pk)).gauge.outdated == []


def test_pictures_of_three_years_ago_are_out_of_date_unless_confirmed(lead, atelier):
    actions.add_picture(resident=atelier, file=photograph(), title="Forge", by=lead)
    assert aged(atelier, updated=1, pictures=1094) == []
    [words] = aged(atelier, updated=1, pictures=1098)
    assert words.startswith("vos images : la plus récente est de ")
    assert aged(atelier, updated=1, pictures=1098, reviewed=3) == []


def test_what_is_out_of_date_is_confirmed_in_one_click(client, lead, atelier):
    aged(atelier, updated=400)
    client.force_login(lead)
    address = reverse("residents:kit", args=[atelier.slug])
    assert "Tout est encore juste" in client.get(address).content.decode()
    answer = client.post(reverse("residents:reviewed", args=[atelier.slug]), follow=True)
    assert (answer.redirect_chain, "Tout est encore juste" in answer.content.decode()) == ([(address, 302)], False)


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


# Whom to ask


def asked(client, **query) -> list[tuple[str, list[str]]]:
    page = client.get(reverse("residents:to_ask"), query)
    assert page.status_code == 200
    return [(one.resident.name, [person.first_name for person in one.people]) for one in page.context["asked"]]


def test_those_of_whom_the_most_is_missing_come_first_with_whom_to_ask(client, house_manager):
    full = ResidentFactory(name="Presque", tagline="Du fer", presentation="Nous.", logo=PictureFactory())
    empty = ResidentFactory(name="Vide")
    ResidentFactory(name="Ailleurs", in_residence=False)
    MembershipFactory(resident=full, user__first_name="Membre")
    MembershipFactory(resident=full, lead=True, user__first_name="Référente")
    MembershipFactory(resident=empty, user__first_name="Seule")
    client.force_login(house_manager)
    assert asked(client) == [("Vide", ["Seule"]), ("Presque", ["Référente"])]
    assert asked(client, manque="logo") == [("Vide", ["Seule"])]
    assert asked(client, manque="a-revoir") == []
    assert asked(client, manque="'; drop table") == asked(client)


def test_nobody_is_asked_when_everything_is_there(client, house_manager):
    client.force_login(house_manager)
    assert "Tout y est" in client.get(reverse("residents:to_ask")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_whom_to_ask_keeps_its_queries(client, house_manager, django_assert_num_queries, count):
    MembershipFactory.create_batch(count)
    client.force_login(house_manager)
    client.get(reverse("residents:to_ask"))
    with django_assert_num_queries(5):
        client.get(reverse("residents:to_ask"))


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
