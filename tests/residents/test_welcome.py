"""The house's lists of steps: what is done, what is left, who ticks, what is kept as a proof."""

import datetime

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from residents.actions import communication, profiles
from residents.actions import welcome as actions
from residents.enums import KnowledgeKind, StepBy, StepCheck, StepMoment, StepPlace
from residents.models import Resident, Step, StepDone
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

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2027, 3, 15)


@pytest.fixture(autouse=True)
def no_step_of_the_house(db):
    """Those planted with the house are tried in tests/house/test_planting.py."""
    Step.objects.all().delete()


@pytest.fixture
def atelier(lead) -> Resident:
    return lead.memberships_list[0].resident


def lists(resident, user):
    return welcome.checklists(welcome.one_with_steps(resident.slug), user)


def seen(resident, user) -> list[tuple[str, bool]]:
    [checklist] = lists(resident, user)
    return [(line.title, line.is_done) for line in checklist.lines]


def page(resident) -> str:
    return reverse("residents:steps", args=[resident.slug])


def at(resident, step) -> str:
    return reverse("residents:step", args=[resident.slug, step.pk])


def tick(client, resident, step, done="oui", **data):
    return client.post(at(resident, step), {"done": done, "read": step.text_mark, **data})


def messages_of(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


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


# Ticking


def test_member_ticks_then_takes_it_back(client, member):
    resident, step = member.memberships_list[0].resident, StepFactory(title="Dire bonjour")
    client.force_login(member)
    answer = tick(client, resident, step)
    assert answer["Location"] == page(resident)
    done = StepDone.objects.get()
    assert (done.step, done.resident, done.by) == (step, resident, member)
    assert seen(resident, member) == [("Dire bonjour", True)]
    tick(client, resident, step, done="non")
    assert seen(resident, member) == [("Dire bonjour", False)]
    entries = ModelLogEntry.objects.for_instance(resident).order_by("timestamp")
    assert [(entry.user, entry.message) for entry in entries] == [
        (member, "Étape faite : « Dire bonjour »"),
        (member, "Étape à refaire : « Dire bonjour »"),
    ]


def test_ticking_twice_keeps_the_first_one(member, lead):
    resident, step = member.memberships_list[0].resident, StepFactory()
    first = actions.tick(step=step, resident=resident, by=member)
    assert actions.tick(step=step, resident=resident, by=lead) == first
    assert (StepDone.objects.get().by, ModelLogEntry.objects.for_instance(resident).count()) == (member, 1)


def test_taking_back_what_is_not_done_is_no_news(member):
    resident = member.memberships_list[0].resident
    actions.untick(step=StepFactory(), resident=resident, by=member)
    assert not ModelLogEntry.objects.for_instance(resident).exists()


def test_step_is_done_once_by_the_database(resident):
    step = StepFactory()
    StepDone.objects.create(step=step, resident=resident)
    with pytest.raises(IntegrityError, match="step_done_once"):
        StepDone.objects.create(step=step, resident=resident)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"moment": "midi"}, "step_moment_known"),
        ({"check_by": "voyante"}, "step_check_known"),
        ({"done_by": "personne"}, "step_by_known"),
        ({"leads_to": "lune"}, "step_place_known"),
        ({"text": "La charte", "check_by": StepCheck.LOGO}, "step_text_accepted_by_hand"),
    ],
)
def test_step_is_held_by_the_database(fields, name):
    with pytest.raises(IntegrityError, match=name):
        StepFactory(**fields)


def test_house_ticks_its_own_steps_and_helps_with_the_others(client, house_manager, resident):
    ours, theirs = StepFactory(done_by=StepBy.HOUSE), StepFactory()
    client.force_login(house_manager)
    assert [tick(client, resident, step).status_code for step in (ours, theirs)] == [302, 302]
    assert StepDone.objects.filter(by=house_manager).count() == 2


def test_text_that_changes_while_it_is_read_is_read_again(client, member):
    resident, step = member.memberships_list[0].resident, StepFactory(text="La charte")
    client.force_login(member)
    was_read = step.text_mark
    assert f'name="read" value="{was_read}"' in client.get(at(resident, step)).content.decode()
    Step.objects.update(text="La charte, et mille euros par mois")
    answer = tick(client, resident, step, read=was_read)
    assert (answer["Location"], StepDone.objects.count()) == (at(resident, step), 0)
    step.refresh_from_db()
    tick(client, resident, step)
    assert StepDone.objects.get().text == "La charte, et mille euros par mois"


def test_member_does_not_tick_the_steps_of_the_house(client, member):
    resident, step = member.memberships_list[0].resident, StepFactory(done_by=StepBy.HOUSE)
    client.force_login(member)
    assert (tick(client, resident, step).status_code, StepDone.objects.count()) == (403, 0)


def test_house_accepts_no_text_for_a_structure(client, house_manager, resident):
    client.force_login(house_manager)
    assert (tick(client, resident, StepFactory(text="La charte")).status_code, StepDone.objects.count()) == (403, 0)


@pytest.mark.parametrize("role", ["lead", "house_manager"])
def test_what_the_house_sees_by_itself_is_never_ticked(client, request, atelier, role):
    client.force_login(request.getfixturevalue(role))
    assert tick(client, atelier, StepFactory(check_by=StepCheck.LOGO)).status_code == 403
    assert not StepDone.objects.exists()


def test_stranger_neither_reads_nor_ticks(client, member, resident):
    step = StepFactory(text="La charte")
    client.force_login(member)
    answers = [client.get(page(resident)), client.get(at(resident, step)), tick(client, resident, step)]
    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_unknown_structure_and_step_are_not_there(client, member):
    resident = member.memberships_list[0].resident
    client.force_login(member)
    gone = StepFactory(is_used=False, text="La charte")
    addresses = [reverse("residents:steps", args=["nulle-part"]), at(resident, gone)]
    assert [client.get(address).status_code for address in addresses] == [404, 404]


@pytest.mark.parametrize("data", [{}, {"done": "peut-être"}, {"done": "oui", "back": "https://ailleurs.example"}])
def test_what_says_neither_yes_nor_no_is_refused(client, member, data):
    resident, step = member.memberships_list[0].resident, StepFactory()
    client.force_login(member)
    answer = client.post(at(resident, step), data)
    assert (answer.status_code, StepDone.objects.count()) == (422, 0)
    assert messages_of(answer) == ["Dites si l’étape est faite, ou non."]


def test_htmx_draws_the_list_anew(client, member):
    resident, step = member.memberships_list[0].resident, StepFactory(title="Dire bonjour")
    client.force_login(member)
    answer = client.post(at(resident, step), {"done": "oui"}, headers={"HX-Request": "true"})
    assert next(template.name for template in answer.templates) == "residents/_steps_answer.html"
    assert messages_of(answer) == ["« Dire bonjour » : c’est fait."]


# A text, accepted


def test_text_is_read_then_accepted_and_the_proof_is_kept(client, lead, atelier):
    step = StepFactory(title="La charte", text="Nous partageons.\n\nNous rangeons.")
    client.force_login(lead)
    assert "<p>Nous rangeons.</p>" in client.get(at(atelier, step)).content.decode()
    answer = client.post(at(atelier, step), {"done": "oui", "read": step.text_mark}, follow=True)
    assert messages_of(answer) == [
        f"C’est accepté au nom de {atelier} : « La charte ». Votre nom et la date sont gardés."
    ]
    done = StepDone.objects.get()
    assert (done.by, done.text) == (lead, step.text)
    entry = ModelLogEntry.objects.for_instance(atelier).get()
    assert (entry.message, entry.data["text"]) == ("Texte accepté : « La charte »", step.text)
    shown = client.get(at(atelier, step)).content.decode()
    assert f"Accepté au nom de {atelier}" in shown
    assert f"Par {lead}" in shown


def test_text_that_changed_is_said_and_accepted_anew(client, lead, atelier):
    step = StepFactory(title="La charte", text="Avant.")
    actions.tick(step=step, resident=atelier, by=lead)
    step.text = "Après."
    step.save()
    [checklist] = lists(atelier, lead)
    assert (checklist.lines[0].is_done, checklist.lines[0].is_changed) == (True, True)
    client.force_login(lead)
    shown = client.get(at(atelier, step)).content.decode()
    assert "Le texte ci-dessus a changé depuis" in shown
    assert "<p>Avant.</p>" in shown
    tick(client, atelier, step)
    assert StepDone.objects.get().text == "Après."


def test_proof_survives_a_text_that_is_gone(lead, atelier):
    step = StepFactory(text="Avant.")
    actions.tick(step=step, resident=atelier, by=lead)
    step.text = ""
    actions.tick(step=step, resident=atelier, by=lead)
    assert StepDone.objects.get().text == "Avant."


def test_step_without_text_has_no_page_of_its_own(client, lead, atelier):
    client.force_login(lead)
    assert client.get(at(atelier, StepFactory()))["Location"] == page(atelier)


# The page


def test_page_tells_what_is_left_to_whom(client, lead, atelier):
    StepFactory(title="Dire bonjour")
    StepFactory(title="Donner les clés", done_by=StepBy.HOUSE)
    actions.tick(step=StepFactory(title="Lire"), resident=atelier, by=lead)
    client.force_login(lead)
    [checklist] = client.get(page(atelier)).context["checklists"]
    lines = [checklist.left, checklist.left_to_the_house, checklist.done]
    assert [[line.title for line in group] for group in lines] == [["Dire bonjour"], ["Donner les clés"], ["Lire"]]
    assert [line.may_tick for group in lines for line in group] == [True, False, True]


def test_complete_lists_are_said_with_warmth(client, lead):
    resident = ResidentFactory(in_residence=False)
    MembershipFactory(user=lead, resident=resident)
    StayFactory(resident=resident, ends_on=timezone.localdate())
    for moment in StepMoment:
        actions.tick(step=StepFactory(moment=moment), resident=resident, by=lead)
    client.force_login(lead)
    shown = client.get(page(resident)).content.decode()
    assert [words in shown for words in ("Vous êtes chez vous.", "Bonne route.")] == [True, True]


def test_house_without_steps_says_so(client, lead, atelier):
    client.force_login(lead)
    assert "La maison n’a pas écrit de liste" in client.get(page(atelier)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_page_keeps_its_queries(client, lead, atelier, django_assert_num_queries, count):
    for _ in range(count):
        actions.tick(step=StepFactory(), resident=atelier, by=lead)
        StepFactory(check_by=StepCheck.PICTURES)
    client.force_login(lead)
    client.get(page(atelier))
    with django_assert_num_queries(4):
        client.get(page(atelier))


# « Tout est encore juste »


def test_review_is_noted(client, member):
    resident = member.memberships_list[0].resident
    before = resident.updated_at
    client.force_login(member)
    answer = client.post(reverse("residents:reviewed", args=[resident.slug]))
    assert answer["Location"] == reverse("residents:kit", args=[resident.slug])
    resident.refresh_from_db()
    assert (resident.reviewed_at is not None, resident.updated_at) == (True, before)
    assert ModelLogEntry.objects.for_instance(resident).get().message == "Relu : tout est encore juste"


def test_stranger_reviews_nothing(client, member, resident):
    client.force_login(member)
    assert client.post(reverse("residents:reviewed", args=[resident.slug])).status_code == 403
    resident.refresh_from_db()
    assert resident.reviewed_at is None


def test_what_the_list_asked_leads_back_to_it(client):
    resident = ResidentFactory(slug="atelier", tagline="")
    client.force_login(MembershipFactory(resident=resident).user)
    page = "/residents/atelier/modifier/tagline/"
    for address, ways_back in [(f"{page}?depuis=etapes", 1), (page, 0)]:
        form = client.get(address).context["forms"][0]
        data = {form.add_prefix(name): form[name].value() or "" for name in form.fields}
        told = client.post(address, data | {form.add_prefix("tagline"): f"Une phrase {ways_back}"}, follow=True)
        assert told.content.decode().count('<a href="/residents/atelier/etapes/">Revenir aux étapes</a>') == ways_back
