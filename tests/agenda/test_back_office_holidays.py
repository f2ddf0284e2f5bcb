"""Public holidays in the back office: those of France, proposed until they close the house."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from agenda.models import Closure
from agenda.views.back_office import to_come

NEXT_YEAR = timezone.localdate().year + 1


def test_public_holidays_are_those_of_france(db):
    proposed = to_come(NEXT_YEAR)

    assert proposed[datetime.date(NEXT_YEAR, 7, 14)] == "Fête nationale"
    assert len(proposed) == 11


def test_holidays_of_the_past_are_not_proposed(db):
    assert to_come(NEXT_YEAR - 2) == {}


def test_chosen_holidays_close_the_house_and_are_proposed_no_more(managing):
    page = reverse("fermetures:holidays") + f"?annee={NEXT_YEAR}"

    managing.post(page, {"days": [f"{NEXT_YEAR}-07-14", f"{NEXT_YEAR}-12-25"]})

    assert list(Closure.objects.values_list("reason", flat=True)) == ["Fête nationale", "Noël"]
    assert len(managing.get(page).context["proposed"]) == 9


@pytest.mark.parametrize("year", ["", "abc", "0", "99999999999999999999"])
def test_absurd_year_is_this_one(managing, year):
    assert managing.get(reverse("fermetures:holidays"), {"annee": year}).status_code == 200


def test_no_day_ticked_is_said(managing):
    response = managing.post(reverse("fermetures:holidays") + f"?annee={NEXT_YEAR}", {})
    assert response.context["form"].errors == {"days": ["Cochez au moins un jour."]}
