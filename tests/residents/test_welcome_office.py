"""The lists of steps in the back office: written, put in order, kept once somebody went through them."""

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from residents.models import Step, StepDone
from tests.factories import ResidentFactory, StepFactory

pytestmark = pytest.mark.django_db


def step_fields(**fields) -> dict:
    usual = {"moment": "accueil", "done_by": "structure", "title": "Dire bonjour", "is_used": "on"}
    return usual | {"help": "", "check_by": "", "leads_to": "", "text": ""} | fields


def test_new_step_comes_last(manager, no_step):
    StepFactory(position=4)
    manager.post(reverse("etapes:add"), step_fields())
    assert Step.objects.get(title="Dire bonjour").position == 5


def test_text_that_the_house_would_see_by_itself_is_refused(manager, no_step):
    answer = manager.post(reverse("etapes:add"), step_fields(text="La charte", check_by="logo"))
    assert "Un texte s’accepte à la main" in answer.content.decode()
    assert not Step.objects.exists()


def test_steps_are_moved_and_the_journal_says_so(manager, house_manager, no_step):
    steps = [StepFactory(position=number) for number in range(3)]
    listed = reverse("etapes:index")
    pages = [manager.get(listed, query).content.decode() for query in ({}, {"moment": "accueil"})]
    assert ["/reorder/" in page for page in pages] == [True, False]
    manager.post(f"{reverse('etapes:reorder', args=[steps[2].pk])}?position=0")
    assert list(Step.objects.order_by("position")) == [steps[2], steps[0], steps[1]]
    assert ModelLogEntry.objects.get(user=house_manager).object_id == str(steps[2].pk)


def test_step_that_somebody_went_through_is_not_deleted(manager, no_step):
    step, spare = StepFactory(), StepFactory()
    StepDone.objects.create(step=step, resident=ResidentFactory())
    for one in (step, spare):
        manager.post(reverse("etapes:delete", args=[one.pk]))
    assert list(Step.objects.all()) == [step]


def test_house_is_planted_with_its_first_steps(db):
    moments = list(Step.objects.order_by("position").values_list("moment", flat=True))
    assert moments == ["accueil"] * 10 + ["depart"] * 6
    assert Step.objects.exclude(text="").get().title == "Lire et accepter la charte de la maison"
    for step in Step.objects.all():
        step.full_clean()
