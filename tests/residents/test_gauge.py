"""What is missing of a structure, what is out of date, and whom to ask."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from residents import communication
from residents.actions import communication as actions
from residents.communication import kit_of
from residents.models import Picture, Resident
from tests.factories import MembershipFactory, PictureFactory, ResidentFactory
from tests.residents.kits import photograph

pytestmark = pytest.mark.django_db


@pytest.fixture
def atelier(lead) -> Resident:
    return lead.memberships_list[0].resident


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


def test_month_since_which_nothing_changed_is_that_of_the_house(atelier):
    atelier.tagline, atelier.updated_at = "Du fer", datetime.datetime(2020, 5, 31, 22, 30, tzinfo=datetime.UTC)
    assert communication.outdated(atelier, communication.Pictures(), NOW) == [
        "vos textes, ni changés ni relus depuis juin 2020"
    ]


def test_structure_that_says_nothing_has_nothing_to_review(atelier):
    Resident.objects.update(updated_at=NOW - datetime.timedelta(days=900))
    assert kit_of(Resident.objects.get(pk=atelier.pk)).gauge.outdated == []


def test_pictures_of_three_years_ago_are_out_of_date_unless_confirmed(lead, atelier):
    actions.add_picture(resident=atelier, file=photograph(), title="Forge", by=lead)
    assert aged(atelier, updated=1, pictures=1094) == []
    [words] = aged(atelier, updated=1, pictures=1098)
    assert words.startswith("vos images : la plus récente est de ")
    assert aged(atelier, updated=1, pictures=1098, reviewed=3) == []


def test_what_is_out_of_date_is_confirmed_in_one_click(client, lead, atelier):
    aged(atelier, updated=400)
    client.force_login(lead)
    address = reverse("residents:kit", args=[atelier.slug])
    assert "Tout est encore juste" in client.get(address).content.decode()
    answer = client.post(reverse("residents:reviewed", args=[atelier.slug]), follow=True)
    assert (answer.redirect_chain, "Tout est encore juste" in answer.content.decode()) == ([(address, 302)], False)


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
