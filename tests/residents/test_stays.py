"""Ending a stay, changing its share from a day on: one action, refused in words."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import ModelLogEntry

from residents.actions import stays
from residents.models import Stay
from tests.factories import StayFactory

pytestmark = pytest.mark.django_db


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture
def stay():
    return StayFactory(starts_on=day("2026-01-05"), ends_on=day("2026-12-31"))


def address(stay) -> str:
    return reverse("presences:change", args=[stay.pk])


def of(stay) -> list[tuple]:
    found = Stay.objects.filter(resident=stay.resident).order_by("starts_on")
    return [(str(one.starts_on), str(one.ends_on), one.share) for one in found]


def test_share_changes_from_a_day_in_one_action(stay, house_manager):
    after = stays.change_share(stay=stay, share=Decimal("0.5"), from_day=day("2026-06-01"), by=house_manager)
    assert of(stay) == [("2026-01-05", "2026-05-31", Decimal(1)), ("2026-06-01", "2026-12-31", Decimal("0.5"))]
    entries = ModelLogEntry.objects.filter(user=house_manager)
    assert {(entry.object_id, entry.action) for entry in entries} == {
        (str(stay.pk), "wagtail.edit"),
        (str(after.pk), "wagtail.create"),
    }


@pytest.mark.parametrize(
    ("share", "from_day", "words"),
    [
        ("1", "2026-06-01", "C’est déjà sa part."),
        ("0.5", "2026-01-05", "La présence commence le 5 janvier 2026"),
        ("0.5", "2027-01-01", "La présence finit le 31 décembre 2026"),
        ("0", "2026-06-01", "La part d’une place va de plus de 0 à 10."),
    ],
)
def test_share_that_makes_no_sense_is_refused_and_changes_nothing(stay, house_manager, share, from_day, words):
    before = of(stay)
    with pytest.raises(ValidationError, match=words):
        stays.change_share(stay=stay, share=Decimal(share), from_day=day(from_day), by=house_manager)
    assert (of(stay), ModelLogEntry.objects.count()) == (before, 0)


def test_last_day_of_a_stay(stay, house_manager):
    stays.end(stay=stay, on=day("2026-03-31"), by=house_manager)
    assert of(stay) == [("2026-01-05", "2026-03-31", Decimal(1))]
    assert ModelLogEntry.objects.get().action == "wagtail.edit"


def test_end_that_makes_no_sense_is_refused(stay, house_manager):
    StayFactory(resident=stay.resident, starts_on=day("2027-06-01"))
    before = of(stay)
    for on in ("2026-12-31", "2025-12-31", "2027-06-02"):
        with pytest.raises(ValidationError):
            stays.end(stay=stay, on=day(on), by=house_manager)
    assert of(stay) == before


def test_manager_changes_a_share_and_ends_a_stay(manager, stay):
    answer = manager.post(address(stay), {"part": "1", "part-share": "0,5", "part-from_day": "2026-06-01"})
    assert answer["Location"] == address(stay)
    assert len(of(stay)) == 2
    manager.post(address(stay), {"fin": "1", "fin-on": "2026-02-28"})
    assert of(stay)[0] == ("2026-01-05", "2026-02-28", Decimal(1))


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"part": "1", "part-share": "0,5", "part-from_day": "2025-01-01"}, "from_day"),
        ({"part": "1", "part-share": "1", "part-from_day": "2026-06-01"}, "share"),
        ({"part": "1", "part-share": "beaucoup", "part-from_day": "2026-06-01"}, "share"),
        ({"part": "1", "part-share": "9" * 50, "part-from_day": "2026-06-01"}, "share"),
        ({"part": "1", "part-share": "0,5", "part-from_day": "9999-12-31"}, "from_day"),
        ({"fin": "1", "fin-on": "2025-01-01"}, "on"),
        ({"fin": "1", "fin-on": "\0"}, "on"),
        ({"fin": "1"}, "on"),
    ],
)
def test_refusal_stands_beside_its_field(manager, stay, sent, field):
    before = of(stay)
    answer = manager.post(address(stay), sent)
    form = answer.context["share_form" if "part" in sent else "end_form"]
    assert (answer.status_code, list(form.errors), of(stay)) == (422, [field], before)


def test_neither_form_sent_changes_nothing(manager, stay):
    assert manager.post(address(stay), {}).status_code == 422


def test_stays_are_changed_by_the_house_alone(client, lead, stay):
    client.force_login(lead)
    assert [client.get(address(stay)).status_code, client.post(address(stay), {"fin": "1"}).status_code] == [403, 403]


def test_list_and_stay_lead_to_the_change(manager, stay):
    for page in (reverse("presences:index"), reverse("presences:edit", args=[stay.pk])):
        assert f'href="{address(stay)}"' in manager.get(page).content.decode()


def test_list_leads_to_where_each_stay_is_ended(manager, stay):
    page = manager.get(reverse("presences:index")).content.decode()
    name = f'aria-label="Finir ou changer : {stay.resident}"'
    assert (page.count(f'href="{address(stay)}"'), page.count(name)) == (1, 1)
