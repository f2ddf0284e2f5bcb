"""A profile as each reads it."""

import datetime

import pytest
from django.utils import timezone

from residents import rules
from residents.enums import Audience, KnowledgeKind
from residents.models import Picture, Resident, ResidentLink, User
from tests.factories import (
    DeclarationFactory,
    MembershipFactory,
    ResidentFactory,
    SectorFactory,
    StayFactory,
    UserFactory,
)

# What each guarded field shows, found again in the page.
SHOWN = {
    "tagline": "Le zinc à votre mesure",
    "presentation": "Nés d'un atelier de couverture",
    "logo": "/media/original_images/logo-du-zinc.webp",
    "links": "https://zinc.example/boutique",
    "contact_name": "Dominique Plaque",
    "email": "bonjour@zinc.example",
    "phone": "04 77 11 22 33",
    "savoirs": "Agrafage de feuilles",
}


@pytest.fixture
def zinc(db):
    resident = ResidentFactory(
        name="Atelier du Zinc",
        **{field: SHOWN[field] for field in ["tagline", "presentation", "contact_name", "email", "phone"]},
    )
    ResidentLink.objects.create(resident=resident, label="Boutique", url=SHOWN["links"])
    DeclarationFactory(resident=resident, item__label=SHOWN["savoirs"], item__kind=KnowledgeKind.SAVOIR_FAIRE)
    resident.logo = Picture.objects.create(
        title="Logo", file="original_images/logo-du-zinc.webp", width=10, height=10, file_size=1
    )
    resident.save()
    return resident


def reader(name, resident):
    match name:
        case "anonymous":
            return None
        case "resident":
            return MembershipFactory().user
        case "former":
            return MembershipFactory(resident=former_resident()).user
        case "member":
            return MembershipFactory(resident=resident).user
        case "lead":
            return MembershipFactory(resident=resident, lead=True).user
    return UserFactory(house_manager=True)


def former_resident():
    """Its one stay ended yesterday."""
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    return StayFactory(ends_on=yesterday).resident


def page_of(client, resident, user=None, query=""):
    if user:
        client.force_login(user)
    return client.get(f"{resident.get_absolute_url()}{query}").content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("field", Resident.GUARDED_FIELDS)
@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (Audience.PUBLIC, ["anonymous", "resident", "member", "lead", "manager"]),
        (Audience.RESIDENTS, ["resident", "member", "lead", "manager"]),
        (Audience.HOUSE, ["member", "lead", "manager"]),
    ],
)
def test_field_is_read_by_its_audience_alone(client, zinc, field, audience, readers):
    setattr(zinc, f"{field}_audience", audience)
    zinc.save()
    found = []
    for name in ["anonymous", "resident", "member", "lead", "manager"]:
        client.logout()
        if SHOWN[field] in page_of(client, zinc, reader(name, zinc)):
            found.append(name)
    assert found == readers


@pytest.mark.parametrize(("view", "shown"), [("public", ["links"]), ("residents", ["links", "email"])])
def test_member_looks_at_the_page_as_others_read_it(client, zinc, view, shown):
    Resident.objects.update(links_audience="public", email_audience="residents", phone_audience="maison")
    page = page_of(client, zinc, reader("member", zinc), f"?vue={view}")
    assert [field for field in ["links", "email", "phone"] if SHOWN[field] in page] == shown
    assert "Modifier<" not in page


def test_nobody_else_borrows_the_eyes_of_the_residents(client, zinc):
    Resident.objects.update(email_audience="residents")
    assert SHOWN["email"] not in page_of(client, zinc, query="?vue=residents")


def test_who_left_the_house_reads_as_the_public_and_still_their_own(client, zinc):
    Resident.objects.filter(pk=zinc.pk).update(email_audience=Audience.RESIDENTS)
    membership = MembershipFactory(resident=former_resident())
    own = membership.resident
    Resident.objects.filter(pk=own.pk).update(email="nous@parties.example", email_audience=Audience.HOUSE)
    seen = [
        SHOWN["email"] in page_of(client, zinc, membership.user),
        "nous@parties.example" in page_of(client, own, membership.user),
    ]
    assert seen == [False, True]


def test_who_comes_back_reads_as_a_resident(client, zinc):
    Resident.objects.filter(pk=zinc.pk).update(email_audience=Audience.RESIDENTS)
    membership = MembershipFactory(resident=former_resident())
    StayFactory(resident=membership.resident, starts_on=timezone.localdate())
    assert SHOWN["email"] in page_of(client, zinc, membership.user)


def test_savoirs_come_by_kind_with_their_stance(client, zinc):
    DeclarationFactory(resident=zinc, item__label="Comptabilité", seeks=True)
    page = page_of(client, zinc)
    assert page.index("Comptabilité") < page.index(SHOWN["savoirs"])
    assert '<span class="tag__stance">cherche</span> Comptabilité' in page
    assert f"/carte/?choix=r{zinc.pk}" in page


def test_presentation_is_text_in_paragraphs_with_links(client, zinc):
    Resident.objects.update(presentation="Un <b>titre</b>\n\nVoir https://zinc.example/suite <script>alert(1)</script>")
    page = page_of(client, zinc)
    assert "<p>Un &lt;b&gt;titre&lt;/b&gt;</p>" in page
    assert '<a href="https://zinc.example/suite" rel="nofollow">https://zinc.example/suite</a>' in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_markup_in_any_field_is_text(client, zinc, hostile):
    Resident.objects.update(name=hostile, tagline=hostile, presentation=hostile, contact_name=hostile, phone=hostile)
    zinc.links.update(label=hostile)
    zinc.sectors.add(SectorFactory(name=hostile, slug="hostile"))
    page = page_of(client, zinc, reader("member", zinc))
    assert hostile not in page


def test_structure_without_logo_has_its_initials(client, db):
    assert ">CR</text>" in page_of(client, ResidentFactory(name="La Compagnie du Rivet"))
    assert ">E</text>" in page_of(client, ResidentFactory(name="É"))


def test_structure_that_left_says_so(client, db):
    resident = ResidentFactory(in_residence=False)
    StayFactory(resident=resident, starts_on=datetime.date(2020, 1, 6), ends_on=datetime.date(2021, 3, 5))
    assert "A quitté la résidence en mars 2021." in page_of(client, resident)


def test_structure_yet_to_come_is_read_by_its_members_alone(client, db):
    resident = ResidentFactory(in_residence=False)
    StayFactory(resident=resident, starts_on=timezone.localdate() + datetime.timedelta(days=9))
    address = resident.get_absolute_url()
    assert client.get(address).status_code == 404
    client.force_login(reader("resident", resident))
    assert client.get(address).status_code == 404
    client.force_login(reader("member", resident))
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("anonymous", 5), ("member", 8)])
def test_profile_keeps_its_queries(client, zinc, django_assert_num_queries, name, queries, number):
    for _ in range(number):
        DeclarationFactory(resident=zinc)
        zinc.sectors.add(SectorFactory())
    if user := reader(name, zinc):
        client.force_login(user)
    with django_assert_num_queries(queries):
        client.get(zinc.get_absolute_url())


def test_rules_on_rows_say_what_rules_on_one_say(zinc):
    """`readable`, used in searches, agrees with `can_read` for every reader, field and audience."""
    names = ["resident", "former", "member", "lead", "manager"]
    people = [User.objects.with_roles().get(pk=reader(name, zinc).pk) for name in names]
    for audience in Audience.values:
        Resident.objects.update(**{f"{field}_audience": audience for field in Resident.GUARDED_FIELDS})
        zinc.refresh_from_db()
        for user in people:
            for field in Resident.GUARDED_FIELDS:
                in_rows = Resident.objects.filter(rules.readable(user, field), pk=zinc.pk).exists()
                assert in_rows == rules.can_read(user, zinc, field)


def test_notes_are_read_beside_their_savoir(client, zinc):
    DeclarationFactory(resident=zinc, item__label="Apiculture", note="Deux ruches sur le toit")
    page = client.get(zinc.get_absolute_url()).content.decode()
    assert 'Apiculture<span class="tag__note">Deux ruches sur le toit</span>' in page


def test_who_reads_a_part_is_said_when_not_everybody_does(client, zinc):
    Resident.objects.update(tagline_audience=Audience.PUBLIC, phone_audience=Audience.HOUSE)
    client.force_login(MembershipFactory(resident=zinc).user)
    parts = client.get(zinc.get_absolute_url()).context["parts"]
    assert (parts["tagline"].audience, parts["phone"].audience) == ("", "la maison seulement")
