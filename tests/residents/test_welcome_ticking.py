"""Going through the house's steps: who ticks what, and what is kept of a text that is accepted."""

import pytest
from django.db import IntegrityError
from django.urls import reverse
from wagtail.models import ModelLogEntry

from residents.actions import welcome as actions
from residents.enums import StepBy, StepCheck
from residents.models import Step, StepDone
from tests.factories import StepFactory
from tests.residents.steps import at, lists, messages_of, page, seen, tick

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_step")]


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
        (member, "Étape faite : « Dire bonjour »"),
        (member, "Étape à refaire : « Dire bonjour »"),
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
    assert messages_of(answer) == ["« Dire bonjour » : c’est fait."]


# A text, accepted


def test_text_is_read_then_accepted_and_the_proof_is_kept(client, lead, atelier):
    step = StepFactory(title="La charte", text="Nous partageons.\n\nNous rangeons.")
    client.force_login(lead)
    assert "<p>Nous rangeons.</p>" in client.get(at(atelier, step)).content.decode()
    answer = client.post(at(atelier, step), {"done": "oui", "read": step.text_mark}, follow=True)
    assert messages_of(answer) == [
        f"C’est accepté au nom de {atelier} : « La charte ». Votre nom et la date sont gardés."
    ]
    done = StepDone.objects.get()
    assert (done.by, done.text) == (lead, step.text)
    entry = ModelLogEntry.objects.for_instance(atelier).get()
    assert (entry.message, entry.data["text"]) == ("Texte accepté : « La charte »", step.text)
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
