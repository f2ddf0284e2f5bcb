"""Editing a profile: who may, what is kept, what two colleagues do to each other."""

import pytest
from wagtail.models import ModelLogEntry

from residents.enums import Audience
from residents.forms.profile import section_form
from residents.models import Resident
from residents.profile import Section, state
from tests.factories import MembershipFactory, ResidentFactory, SectorFactory, UserFactory
from tests.residents.profiles import address, sent

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
