"""A structure's logo: what a picture may be, and what is kept of it."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture

from residents.models import Picture as Image
from tests.factories import MembershipFactory, ResidentFactory
from tests.residents.profiles import address, sent

HTMX = {"HX-Request": "true"}


@pytest.fixture
def zinc(db):
    return ResidentFactory(name="Atelier du Zinc", tagline="Le zinc à votre mesure", phone="04 77 11 22 33")


@pytest.fixture
def signed(client, zinc):
    """A client signed in as a member of the structure."""
    client.force_login(MembershipFactory(resident=zinc).user)
    return client


def jpeg(size=(60, 40), **options):
    written = BytesIO()
    Picture.new("RGB", size, "#b87333").save(written, "JPEG", **options)
    return written.getvalue()


def upload(content, name="logo.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def send_logo(client, zinc, content, name="logo.jpg"):
    zinc.refresh_from_db()
    data = sent(zinc, "logo") | {"logo-logo": upload(content, name)}
    return client.post(address(zinc, "logo"), data, headers=HTMX)


def test_logo_is_written_anew_small_and_upright(signed, zinc):
    exif = Picture.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Appareil"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (45.0, 26.0, 4.0)
    assert send_logo(signed, zinc, jpeg((1200, 600), exif=exif)).status_code == 200
    zinc.refresh_from_db()
    with zinc.logo.file.open() as stored:
        content = stored.read()
        picture = Picture.open(BytesIO(content))
    assert (picture.format, picture.size, dict(picture.getexif())) == ("WEBP", (200, 400), {})
    assert b"Appareil" not in content
    assert zinc.logo.collection.name == zinc.slug
    assert zinc.logo.uploaded_by_user == zinc.memberships.get().user


def test_new_logo_takes_the_place_of_the_old_one(signed, zinc, django_capture_on_commit_callbacks):
    send_logo(signed, zinc, jpeg())
    old = Image.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        send_logo(signed, zinc, jpeg((50, 50)))
    zinc.refresh_from_db()
    assert list(Image.objects.all()) == [zinc.logo]
    assert not old.file.storage.exists(old.file.name)


def test_logo_is_taken_away(signed, zinc):
    send_logo(signed, zinc, jpeg())
    zinc.refresh_from_db()
    signed.post(address(zinc, "logo"), sent(zinc, "logo", remove="on"), headers=HTMX)
    zinc.refresh_from_db()
    assert (zinc.logo, Image.objects.count()) == (None, 0)


def test_changing_who_sees_the_logo_keeps_it(signed, zinc):
    send_logo(signed, zinc, jpeg())
    zinc.refresh_from_db()
    logo = zinc.logo
    signed.post(address(zinc, "logo"), sent(zinc, "logo", audience="maison"), headers=HTMX)
    zinc.refresh_from_db()
    assert (zinc.logo, zinc.logo_audience) == (logo, "maison")


def bomb():
    """A small file of 20,000 by 20,000 pixels."""
    written = BytesIO()
    Picture.new("1", (20_000, 20_000)).save(written, "PNG")
    return written.getvalue()


def bomb_within_pillows_own_limit():
    written = BytesIO()
    Picture.new("1", (8_000, 8_000)).save(written, "PNG")
    return written.getvalue()


def truncated():
    picture = jpeg((400, 400), quality=95)
    return picture[: len(picture) // 2]


def truncated_png():
    written = BytesIO()
    Picture.effect_noise((300, 300), 50).save(written, "PNG")
    return written.getvalue()[:20_000]


def avif_without_picture():
    written = BytesIO()
    Picture.new("RGB", (64, 48)).save(written, "AVIF")
    return written.getvalue().replace(b"iloc", bytes(4))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

HTML = b"<!doctype html><script>alert(1)</script>"

NO_PICTURE = "Ce fichier n’est pas une image que nous savons lire. Choisissez une image JPEG, PNG, WebP ou AVIF."

BROKEN = "Cette image est abîmée ou incomplète. Enregistrez-la de nouveau, ou choisissez-en une autre."

TOO_LARGE = "Cette image a trop de pixels. Réduisez-la à moins de 40 millions de pixels."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(lambda: b"\xff\xd8" + bytes(50 * 1024 * 1024), None, id="50 MB"),
        pytest.param(bomb, TOO_LARGE, id="pixel bomb"),
        pytest.param(bomb_within_pillows_own_limit, TOO_LARGE, id="too many pixels"),
        pytest.param(truncated, BROKEN, id="truncated"),
        pytest.param(truncated_png, BROKEN, id="truncated png"),
        pytest.param(avif_without_picture, BROKEN, id="avif without its picture"),
        pytest.param(lambda: SVG, NO_PICTURE, id="svg"),
        pytest.param(lambda: b"GIF89a/*" + HTML, NO_PICTURE, id="polyglot gif"),
        pytest.param(lambda: HTML, NO_PICTURE, id="html"),
        pytest.param(lambda: b"", "Le fichier soumis est vide.", id="empty"),
    ],
)
def test_bad_picture_is_refused_in_words_and_nothing_is_stored(signed, zinc, content, words):
    response = send_logo(signed, zinc, content())
    assert response.status_code == 422
    heavy = "Ce fichier pèse 50,0\xa0Mio. Choisissez une image de moins de 10,0\xa0Mio."
    assert list(response.context["form"].errors["logo"]) == [words or heavy]
    zinc.refresh_from_db()
    assert (zinc.logo, Image.objects.count()) == (None, 0)


def test_what_hides_behind_a_picture_is_left_out(signed, zinc):
    """A true JPEG that is also a page and an archive: only its pixels are stored."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("caché.txt", "secret")
    send_logo(signed, zinc, jpeg(comment=HTML) + HTML + archive.getvalue())
    zinc.refresh_from_db()
    content = zinc.logo.file.read()
    assert content[:4] == b"RIFF" and zinc.logo.file.name.endswith(".webp")
    assert b"alert" not in content and b"secret" not in content


def test_picture_sent_in_vain_leaves_the_former_logo(signed, zinc):
    send_logo(signed, zinc, jpeg())
    zinc.refresh_from_db()
    logo = zinc.logo
    send_logo(signed, zinc, SVG)
    zinc.refresh_from_db()
    assert zinc.logo == logo
