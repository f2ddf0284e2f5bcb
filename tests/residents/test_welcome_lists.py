"""The house's lists of steps: what the house sees done, where each step leads, which list is read and when."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from residents.actions import communication, profiles
from residents.enums import KnowledgeKind, StepBy, StepCheck, StepMoment, StepPlace
from residents.models import Resident, StepDone
from residents.pages import welcome
from residents.profile import Section
from tests.factories import (
    DeclarationFactory,
    KnowledgeItemFactory,
    MembershipFactory,
    PictureFactory,
    ResidentFactory,
    StayFactory,
    StepFactory,
)
from tests.residents.steps import at, lists, seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_step")]
TODAY = datetime.date(2027, 3, 15)


# What the house sees by itself


def test_texts_are_seen_once_both_are_there(lead, atelier):
    StepFactory(title="Textes", check_by=StepCheck.TEXTS)
    assert seen(atelier, lead) == [("Textes", False)]
    profiles.change_section(resident=atelier, section=Section.TAGLINE, to={"tagline": "Du fer"}, by=lead)
    assert seen(atelier, lead) == [("Textes", False)]
    profiles.change_section(resident=atelier, section=Section.PRESENTATION, to={"presentation": "Nous."}, by=lead)
    assert seen(atelier, lead) == [("Textes", True)]


def test_logo_contact_links_and_lead_are_seen(lead, atelier):
    for check in (StepCheck.LOGO, StepCheck.CONTACT, StepCheck.LINKS, StepCheck.PEOPLE):
        StepFactory(title=check.value, check_by=check)
    assert [done for _title, done in seen(atelier, lead)] == [False, False, False, True]
    atelier.logo, atelier.phone = PictureFactory(), "01 99 00 00 00"
    atelier.save()
    atelier.links.create(label="Site", url="https://exemple.fr")
    atelier.memberships.all().delete()
    assert [done for _title, done in seen(atelier, lead)] == [True, True, True, False]


def test_three_pictures_described_and_credited_are_seen(lead, atelier):
    StepFactory(check_by=StepCheck.PICTURES)
    collection = profiles.collection_of(atelier)
    atelier.logo = PictureFactory(collection=collection, description="Un logo", credit="Ilan")
    atelier.save()
    for credit in ("Ilan", "Ilan", ""):
        picture = PictureFactory(collection=collection, description="Un foyer", credit=credit)
    PictureFactory(description="D’une autre", credit="Ilan")
    assert [done for _title, done in seen(atelier, lead)] == [False]
    communication.describe_picture(picture=picture, title="Forge", description="Un foyer", credit="Ilan", by=lead)
    assert [done for _title, done in seen(atelier, lead)] == [True]


def test_savoirs_are_seen_once_the_structure_is_mapped(lead, atelier):
    StepFactory(check_by=StepCheck.SAVOIRS)
    for kind in KnowledgeKind:
        for _number in range(3):
            DeclarationFactory(resident=atelier, item=KnowledgeItemFactory(kind=kind))
    assert [done for _title, done in seen(atelier, lead)] == [False]
    DeclarationFactory(resident=atelier)
    assert [done for _title, done in seen(atelier, lead)] == [True]


def test_step_out_of_use_is_not_read(lead, atelier):
    StepFactory(title="Une")
    StepFactory(is_used=False)
    assert seen(atelier, lead) == [("Une", False)]


def test_steps_come_in_the_order_of_the_house(lead, atelier):
    for title, position in (("Trois", 3), ("Un", 1), ("Deux", 2)):
        StepFactory(title=title, position=position)
    assert [title for title, _done in seen(atelier, lead)] == ["Un", "Deux", "Trois"]


# Where it is done


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({"check_by": StepCheck.TEXTS}, "/residents/atelier/modifier/tagline/?depuis=etapes"),
        ({"check_by": StepCheck.LOGO}, "/residents/atelier/modifier/logo/?depuis=etapes"),
        ({"check_by": StepCheck.PICTURES}, "/residents/atelier/communication/"),
        ({"check_by": StepCheck.SAVOIRS}, "/savoirs/?structure=atelier"),
        ({"check_by": StepCheck.CONTACT}, "/residents/atelier/modifier/contact_name/?depuis=etapes"),
        ({"check_by": StepCheck.LINKS}, "/residents/atelier/modifier/links/?depuis=etapes"),
        ({"check_by": StepCheck.PEOPLE}, "/residents/atelier/personnes/"),
        ({"leads_to": StepPlace.PROFILE}, "/residents/atelier/"),
        ({"leads_to": StepPlace.KIT}, "/residents/atelier/communication/"),
        ({"leads_to": StepPlace.PEOPLE}, "/residents/atelier/personnes/"),
        ({"leads_to": StepPlace.VISIBILITY}, "/residents/atelier/visibilite/"),
        ({"leads_to": StepPlace.DATA}, "/residents/atelier/donnees/"),
        ({"leads_to": StepPlace.BOOKINGS}, "/reservations/"),
        ({}, ""),
    ],
)
def test_step_leads_straight_to_where_it_is_done(fields, address):
    lead = MembershipFactory(lead=True, resident__slug="atelier").user
    StepFactory(**fields)
    [checklist] = lists(lead.memberships_list[0].resident, lead)
    assert checklist.lines[0].url == (reverse("agenda:my_bookings") if address == "/reservations/" else address)


def test_text_leads_to_its_own_page(lead, atelier):
    step = StepFactory(text="Nous partageons.")
    [checklist] = lists(atelier, lead)
    assert checklist.lines[0].url == at(atelier, step)


def test_plain_member_is_not_led_to_people_where_only_leads_invite(atelier):
    StepFactory(check_by=StepCheck.PEOPLE)
    [checklist] = lists(atelier, MembershipFactory(resident=atelier).user)
    assert checklist.lines[0].url == ""


# Which list


def test_departure_comes_first_once_the_stay_has_an_end(lead):
    StepFactory(moment=StepMoment.DEPARTURE)
    StepFactory()
    stay = StayFactory(resident=ResidentFactory(in_residence=False))
    assert [one.moment for one in lists(stay.resident, lead)] == ["accueil"]
    stay.ends_on = timezone.localdate() + datetime.timedelta(days=400)
    stay.save()
    assert [one.moment for one in lists(stay.resident, lead)] == ["depart", "accueil"]


def presence(resident) -> tuple:
    found = welcome.with_presences(Resident.objects.all()).get(pk=resident.pk)
    return found.arrives_on, found.departs_on


def test_stays_that_follow_each_other_are_one_presence():
    resident = ResidentFactory(in_residence=False)
    assert presence(resident) == (None, None)
    days = [datetime.date(2027, 1, 1), datetime.date(2027, 2, 28), datetime.date(2027, 3, 1)]
    StayFactory(resident=resident, starts_on=days[0], ends_on=days[1])
    assert presence(resident) == (days[0], days[1])
    StayFactory(resident=resident, starts_on=days[2], share="0.5")
    assert presence(resident) == (days[0], None)


def test_structure_that_comes_back_arrives_anew():
    resident = ResidentFactory(in_residence=False)
    StayFactory(resident=resident, starts_on=datetime.date(2026, 1, 1), ends_on=datetime.date(2026, 6, 30))
    StayFactory(resident=resident, starts_on=datetime.date(2026, 7, 2))
    assert presence(resident) == (datetime.date(2026, 7, 2), None)


@pytest.mark.parametrize(
    ("starts", "ends", "recalled"),
    [
        (-10, None, [StepMoment.ARRIVAL]),
        (10, None, [StepMoment.ARRIVAL]),
        (-180, None, []),
        (-400, 200, []),
        (-400, 90, [StepMoment.DEPARTURE]),
        (-400, -179, [StepMoment.DEPARTURE]),
        (-400, -180, []),
        (-10, -1, [StepMoment.DEPARTURE]),
    ],
)
def test_list_is_recalled_around_the_arrival_and_the_departure(starts, ends, recalled):
    resident = ResidentFactory(in_residence=False)
    day = lambda days: None if days is None else TODAY + datetime.timedelta(days=days)  # noqa: E731
    StayFactory(resident=resident, starts_on=day(starts), ends_on=day(ends))
    found = welcome.with_presences(Resident.objects.all()).get(pk=resident.pk)
    assert [moment for moment in StepMoment if welcome.is_recalled(moment, found, TODAY)] == recalled


def test_structure_without_stay_prepares_its_arrival():
    found = welcome.with_presences(Resident.objects.all()).get(pk=ResidentFactory(in_residence=False).pk)
    assert [moment for moment in StepMoment if welcome.is_recalled(moment, found)] == [StepMoment.ARRIVAL]


def test_house_is_waited_for_where_it_has_a_step_to_tick():
    step = StepFactory(done_by=StepBy.HOUSE)
    StepFactory(moment=StepMoment.DEPARTURE)
    StepFactory(done_by=StepBy.HOUSE, check_by=StepCheck.LOGO)
    arrived, long_since, leaving = [ResidentFactory(in_residence=False) for _ in range(3)]
    StayFactory(resident=arrived, starts_on=TODAY)
    StayFactory(resident=long_since)
    StayFactory(resident=leaving, ends_on=TODAY + datetime.timedelta(days=30))
    assert list(welcome.waited_for(TODAY)) == [arrived]
    StepFactory(moment=StepMoment.DEPARTURE, done_by=StepBy.HOUSE)
    StepDone.objects.create(step=step, resident=arrived)
    assert list(welcome.waited_for(TODAY)) == [leaving]
