"""Editing a profile: who may, what is kept, what two colleagues do to each other, what a picture may be."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture
from wagtail.models import ModelLogEntry

from residents.enums import Audience
from residents.forms.profile import section_form
from residents.models import Picture as Image
from residents.models import Resident
from residents.profile import Section, state, token
from tests.browser import settled
from tests.factories import MembershipFactory, ResidentFactory, SectorFactory, UserFactory

HTMX = {"HX-Request": "true"}


@pytest.fixture
def zinc(db):
    return ResidentFactory(name="Atelier du Zinc", tagline="Le zinc à votre mesure", phone="04 77 11 22 33")


@pytest.fixture
def colleague(zinc):
    return MembershipFactory(resident=zinc, lead=True).user


@pytest.fixture
def signed(client, zinc):
    """A client signed in as a member of the structure."""
    client.force_login(MembershipFactory(resident=zinc).user)
    return client


def address(resident, section):
    return f"/residents/{resident.slug}/modifier/{section}/"


def sent(resident, section, value=None, **more):
    """What the form of a section sends once `value` was typed, `opened` on what stands now."""
    typed = {f"{section}-{section}": value} if value is not None else {}
    named = {f"{section}-{name}": given for name, given in more.items()}
    kept = {f"{section}-opened": token(state(resident, section))}
    if section in Resident.GUARDED_FIELDS:
        kept[f"{section}-audience"] = getattr(resident, f"{section}_audience")
    return kept | typed | named


def jpeg(size=(60, 40), **options):
    written = BytesIO()
    Picture.new("RGB", size, "#b87333").save(written, "JPEG", **options)
    return written.getvalue()


def upload(content, name="logo.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


# Who may


@pytest.mark.parametrize("section", Section.values)
@pytest.mark.parametrize(
    ("role", "allowed"),
    [("resident", False), ("member", True), ("lead", True), ("manager", True)],
)
def test_section_is_edited_by_its_members_and_the_house(client, zinc, section, role, allowed):
    users = {
        "resident": lambda: MembershipFactory().user,
        "member": lambda: MembershipFactory(resident=zinc).user,
        "lead": lambda: MembershipFactory(resident=zinc, lead=True).user,
        "manager": lambda: UserFactory(house_manager=True),
    }
    client.force_login(users[role]())
    may = allowed and not (section == Section.NAME and role == "member")
    assert client.get(address(zinc, section), headers=HTMX).status_code == (200 if may else 403)
    assert client.post(address(zinc, section), {f"{section}-{section}": "\0"}, headers=HTMX).status_code == (
        422 if may else 403
    )
    assert client.get(f"/residents/{zinc.slug}/modifier/").status_code == (200 if allowed else 403)


def test_public_is_sent_to_sign_in(client, zinc):
    response = client.get(address(zinc, "tagline"))
    assert response["Location"] == f"/compte/login/?next={address(zinc, 'tagline')}"


def test_unknown_section_is_not_found(signed, zinc):
    assert signed.get(address(zinc, "inconnue")).status_code == 404
    assert signed.get(f"/residents/{zinc.slug}/partie/inconnue/").status_code == 404


# What is kept


def test_text_and_audience_are_saved_together_and_told(signed, zinc):
    data = sent(zinc, "tagline", "Le zinc\u202e  autrement\x07", audience=Audience.RESIDENTS)
    response = signed.post(address(zinc, "tagline"), data, headers=HTMX)
    zinc.refresh_from_db()
    assert (zinc.tagline, zinc.tagline_audience) == ("Le zinc autrement", "residents")
    assert "C’est enregistré." in response.content.decode()


def test_journal_keeps_who_changed_what(signed, zinc):
    signed.post(address(zinc, "phone"), sent(zinc, "phone", "04 77 00 00 00"), headers=HTMX)
    entry = ModelLogEntry.objects.get()
    assert entry.user == zinc.memberships.get().user
    assert entry.data == {
        "section": "phone",
        "before": {"phone": "04 77 11 22 33", "audience": "residents"},
        "after": {"phone": "04 77 00 00 00", "audience": "residents"},
    }


def test_nothing_changed_writes_nothing(signed, zinc):
    response = signed.post(address(zinc, "phone"), sent(zinc, "phone", "04 77 11 22 33"), headers=HTMX)
    assert "Rien n’a changé." in response.content.decode()
    assert ModelLogEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("section", "value", "words"),
    [
        ("kind", "empire", "Sélectionnez un choix valide. empire n’en fait pas partie."),
        ("tagline", "x" * 161, "Assurez-vous que cette valeur comporte au plus 160 caractères (actuellement 161)."),
        ("email", "pas une adresse", "Écrivez une adresse comme bonjour@exemple.fr."),
        ("phone", "appelez-moi", "Écrivez un numéro comme 04 77 12 34 56."),
        ("presentation", "nul\x00", "Le caractère nul n’est pas autorisé."),
    ],
)
def test_refused_value_is_kept_with_words_beside_it(signed, zinc, section, value, words):
    response = signed.post(address(zinc, section), sent(zinc, section, value), headers=HTMX)
    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors[section]) == [words]
    assert form[section].value() == value


@pytest.mark.parametrize("name", ["", "!!!", "\u200b"])
def test_name_holds_a_letter_or_a_digit(client, zinc, colleague, name):
    client.force_login(colleague)
    assert client.post(address(zinc, "name"), sent(zinc, "name", name), headers=HTMX).status_code == 422


def test_audience_unknown_is_refused(signed, zinc):
    response = signed.post(address(zinc, "email"), sent(zinc, "email", "", audience="tous"), headers=HTMX)
    assert list(response.context["form"].errors) == ["audience"]


def test_sectors_are_chosen_among_those_of_the_house(signed, zinc):
    food, metal = SectorFactory(), SectorFactory()
    signed.post(address(zinc, "sectors"), sent(zinc, "sectors", [food.pk, metal.pk]), headers=HTMX)
    assert set(zinc.sectors.all()) == {food, metal}
    response = signed.post(address(zinc, "sectors"), sent(zinc, "sectors", [metal.pk + 1]), headers=HTMX)
    assert response.status_code == 422


def test_links_keep_their_order_and_are_named_after_their_host(signed, zinc):
    data = sent(zinc, "links", url_0="zinc.example", label_0="", url_2="https://www.zinc.example/b", label_2="Boutique")
    signed.post(address(zinc, "links"), data, headers=HTMX)
    links = [(link.label, link.url) for link in zinc.links.all()]
    assert links == [("zinc.example", "https://zinc.example"), ("Boutique", "https://www.zinc.example/b")]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"url_0": "javascript:alert(1)"}, "url_0"),
        ({"url_0": "ftp://zinc.example/"}, "url_0"),
        ({"label_0": "Sans adresse"}, "url_0"),
        ({"url_0": "https://zinc.example/", "url_1": "https://zinc.example/"}, "url_1"),
    ],
)
def test_link_that_leads_nowhere_is_refused(signed, zinc, fields, wrong):
    response = signed.post(address(zinc, "links"), sent(zinc, "links", **fields), headers=HTMX)
    assert list(response.context["form"].errors) == [wrong]


def test_giving_up_shows_the_section_as_it_stands(signed, zinc):
    assert zinc.tagline in signed.get(f"/residents/{zinc.slug}/partie/tagline/", headers=HTMX).content.decode()
    assert signed.get(f"/residents/{zinc.slug}/partie/tagline/")["Location"] == f"/residents/{zinc.slug}/#tagline"


# Two colleagues


def conflicting(signed, zinc, mine="Ma phrase", theirs="La sienne"):
    """A form opened, then changed by a colleague, then sent: what was sent."""
    data = sent(zinc, "tagline", mine)
    Resident.objects.update(tagline=theirs)
    return data


def test_colleagues_change_is_shown_beside_mine_and_nothing_is_overwritten(signed, zinc, colleague):
    data = sent(zinc, "tagline", "Ma phrase")
    signed.force_login(colleague)
    signed.post(address(zinc, "tagline"), sent(zinc, "tagline", "La sienne"), headers=HTMX)
    signed.force_login(zinc.memberships.exclude(user=colleague).get().user)
    response = signed.post(address(zinc, "tagline"), data, headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 422
    assert "<blockquote" in page and "La sienne" in page and 'value="Ma phrase"' in page
    assert f"{colleague} a modifié cette partie" in page
    zinc.refresh_from_db()
    assert zinc.tagline == "La sienne"


@pytest.mark.parametrize(("keep", "kept"), [("mine", "Ma phrase"), ("theirs", "La sienne")])
def test_choice_after_a_conflict_is_followed(signed, zinc, keep, kept):
    data = conflicting(signed, zinc)
    form = signed.post(address(zinc, "tagline"), data, headers=HTMX).context["form"]
    data |= {"tagline-seen": form["seen"].value(), "tagline-keep": keep}
    assert signed.post(address(zinc, "tagline"), data, headers=HTMX).status_code == 200
    zinc.refresh_from_db()
    assert zinc.tagline == kept


def test_conflict_without_a_choice_stays_one(signed, zinc):
    data = conflicting(signed, zinc)
    form = signed.post(address(zinc, "tagline"), data, headers=HTMX).context["form"]
    data |= {"tagline-seen": form["seen"].value()}
    assert signed.post(address(zinc, "tagline"), data, headers=HTMX).status_code == 422


def test_third_version_meanwhile_is_shown_too(signed, zinc):
    data = conflicting(signed, zinc)
    form = signed.post(address(zinc, "tagline"), data, headers=HTMX).context["form"]
    Resident.objects.update(tagline="Une troisième")
    data |= {"tagline-seen": form["seen"].value(), "tagline-keep": "mine"}
    assert "Une troisième" in signed.post(address(zinc, "tagline"), data, headers=HTMX).content.decode()


def test_change_of_another_section_is_no_conflict(signed, zinc):
    data = sent(zinc, "tagline", "Ma phrase")
    Resident.objects.update(phone="")
    assert signed.post(address(zinc, "tagline"), data, headers=HTMX).status_code == 200
    zinc.refresh_from_db()
    assert (zinc.tagline, zinc.phone) == ("Ma phrase", "")


def test_section_left_untouched_never_undoes_a_colleagues_change(signed, zinc):
    data = sent(zinc, "tagline", zinc.tagline)
    Resident.objects.update(tagline="La sienne")
    assert signed.post(address(zinc, "tagline"), data, headers=HTMX).status_code == 200
    zinc.refresh_from_db()
    assert zinc.tagline == "La sienne"


def test_line_ends_of_browsers_are_no_change(signed, zinc):
    Resident.objects.update(presentation="Un\n\nDeux")
    zinc.refresh_from_db()
    form = section_form("presentation", zinc, sent(zinc, "presentation", "Un\r\n\r\nDeux\r\n"))
    assert form.is_valid() and not form.changes


# The page of all the sections, without htmx


def whole(zinc, **typed):
    sections = [s for s in Section.values if s != Section.NAME]
    data = {}
    for section in sections:
        stands = state(zinc, section).get(section)
        data |= sent(zinc, section, stands if isinstance(stands, str) else None)
    return data | typed


def test_whole_page_saves_what_changed(signed, zinc):
    response = signed.post(
        f"/residents/{zinc.slug}/modifier/", whole(zinc, **{"phone-phone": "", "kind-kind": "societe"})
    )
    assert response["Location"] == f"/residents/{zinc.slug}/#enregistre"
    zinc.refresh_from_db()
    assert (zinc.phone, zinc.kind, zinc.tagline) == ("", "societe", "Le zinc à votre mesure")
    assert sorted(entry.data["section"] for entry in ModelLogEntry.objects.all()) == ["kind", "phone"]


def test_whole_page_saves_what_is_right_and_shows_the_rest_again(signed, zinc):
    data = whole(zinc, **{"phone-phone": "non", "email-email": "bonjour@zinc.example"})
    response = signed.post(f"/residents/{zinc.slug}/modifier/", data)
    zinc.refresh_from_db()
    assert response.status_code == 422
    assert [str(form.section.value) for form in response.context["with_errors"]] == ["phone"]
    assert (zinc.email, zinc.phone) == ("bonjour@zinc.example", "04 77 11 22 33")
    assert 'value="non"' in response.content.decode()


def test_section_has_a_page_of_its_own_without_htmx(signed, zinc):
    assert signed.get(address(zinc, "tagline")).status_code == 200
    response = signed.post(address(zinc, "tagline"), sent(zinc, "tagline", "Autre"))
    assert response["Location"] == f"/residents/{zinc.slug}/#enregistre-tagline"


# Pictures


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
NO_PICTURE = "Ce fichier n'est pas une image que nous savons lire. Choisissez une image JPEG, PNG, WebP ou AVIF."
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


# In a browser


@pytest.fixture
def phone(page, sign_in, live_server):
    resident = ResidentFactory(name="Atelier du Zinc", tagline="Le zinc à votre mesure")
    sign_in(page, MembershipFactory(resident=resident).user)
    page.goto(resident.get_absolute_url())
    page.resident = resident
    return page


@pytest.mark.browser
def test_field_is_edited_in_its_place_on_a_phone(phone):
    phone.get_by_role("link", name="Modifier : En une phrase").click()
    field = phone.get_by_label("En une phrase")
    field.fill("Le zinc autrement")
    settled(phone)
    field.press("Enter")
    phone.locator(".profile__tagline", has_text="Le zinc autrement").wait_for()
    settled(phone)
    assert phone.locator("#announcements").inner_text() == "C’est enregistré."
    assert phone.evaluate("document.activeElement.id") == "edit-tagline"
    phone.resident.refresh_from_db()
    assert phone.resident.tagline == "Le zinc autrement"
    assert phone.evaluate("Object.keys(localStorage).length") == 0


@pytest.mark.browser
def test_what_was_saved_on_a_page_of_its_own_is_no_draft(phone):
    phone.goto(address(phone.resident, "tagline"))
    phone.get_by_role("textbox", name="En une phrase").fill("Le zinc autrement")
    phone.get_by_role("button", name="Enregistrer").click()
    phone.locator(".profile__tagline", has_text="Le zinc autrement").wait_for()
    settled(phone)
    assert phone.locator("form[data-draft]").count() == 0
    assert phone.evaluate("Object.keys(localStorage).length") == 0


@pytest.mark.browser
def test_text_outlives_a_lost_session(phone, sign_in):
    phone.get_by_role("link", name="Modifier : En une phrase").click()
    phone.get_by_label("En une phrase").fill("Longuement pesé")
    settled(phone)
    phone.context.clear_cookies(name="sessionid")
    phone.get_by_role("button", name="Enregistrer").click()
    phone.get_by_role("link", name="Me reconnecter").wait_for()
    assert phone.get_by_label("En une phrase").input_value() == "Longuement pesé"
    sign_in(phone, phone.resident.memberships.get().user)
    phone.goto(phone.resident.get_absolute_url())
    phone.locator(".part--edited").get_by_text("Nous avons retrouvé ce que vous aviez écrit").wait_for()
    assert phone.get_by_label("En une phrase").input_value() == "Longuement pesé"
    phone.get_by_role("button", name="Enregistrer").click()
    phone.locator(".profile__tagline", has_text="Longuement pesé").wait_for()
