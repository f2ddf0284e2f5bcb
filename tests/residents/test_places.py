"""The places of the house: taken, left, foreseen, in figures and in words."""

import datetime
from decimal import Decimal

import pytest

from residents.models import HouseSettings
from residents.places import Places, foreseen, say_places
from tests.factories import StayFactory

TODAY = datetime.date(2027, 3, 15)


@pytest.fixture
def house(db):
    settings = HouseSettings.load()
    settings.places = 6
    settings.save()
    return settings


def stay(starts_on: str = "2024-01-08", ends_on: str | None = None, share: str = "1"):
    return StayFactory(
        starts_on=datetime.date.fromisoformat(starts_on),
        ends_on=datetime.date.fromisoformat(ends_on) if ends_on else None,
        share=Decimal(share),
    )


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("1", "une place à temps plein"),
        ("4", "4 places à temps plein"),
        ("4.5", "4 places à temps plein et une à mi-temps"),
        ("1.5", "une place à temps plein et une à mi-temps"),
        ("0.5", "une place à mi-temps"),
        ("0.25", "un quart de place"),
        ("2.75", "2 places à temps plein et trois quarts"),
        ("1.20", "l’équivalent de 1,2 place à temps plein"),
        ("4.20", "l’équivalent de 4,2 places à temps plein"),
    ],
)
def test_places_are_said_as_people_say_them(number, words):
    assert say_places(Decimal(number)) == words


def test_places_left_count_shares_of_today(house):
    stay()
    stay(share="0.5")
    stay(ends_on="2027-03-15")
    stay(ends_on="2027-03-14")
    stay(starts_on="2027-03-16")
    places = Places.on(TODAY)
    assert (places.total, places.taken, places.left) == (6, Decimal("2.5"), Decimal("3.5"))
    assert places.words == "Il reste 3 places à temps plein et une à mi-temps."


def test_house_of_the_papers_has_four_places_left(house):
    for _ in range(2):
        stay()
    assert Places.on(TODAY).words == "Il reste 4 places à temps plein."


def test_full_house_says_so(house):
    for _ in range(7):
        stay()
    places = Places.on(TODAY)
    assert (places.left, places.words) == (0, "Toutes les places sont prises.")


def test_house_that_has_not_said_its_places_says_nothing(db):
    stay()
    places = Places.on(TODAY)
    assert (places.is_told, places.words) == (False, "")


def test_stays_ending_and_starting_are_foreseen(house):
    stay(ends_on="2027-03-31")
    stay(ends_on="2027-04-30", share="0.5")
    stay(starts_on="2027-05-10", share="2")
    places = Places.on(TODAY)
    assert [(step.day.isoformat(), step.left, step.words) for step in places.foreseen] == [
        ("2027-04-01", Decimal("5.5"), "Le 1er avril 2027, une place à temps plein se libère."),
        ("2027-05-01", Decimal("6"), "Le 1er mai 2027, une place à mi-temps se libère."),
        ("2027-05-10", Decimal("4"), "Le 10 mai 2027, 2 places à temps plein sont déjà promises."),
    ]


def test_what_is_beyond_the_months_asked_is_not_foreseen(house):
    stay(ends_on="2027-04-20")
    assert Places.on(TODAY, months=1).foreseen == []
    assert len(Places.on(TODAY, months=2).foreseen) == 1


def test_stay_that_follows_another_changes_nothing(house):
    stay(ends_on="2027-03-31")
    stay(starts_on="2027-04-01")
    assert Places.on(TODAY).foreseen == []


def test_crowded_house_frees_nothing_at_first():
    """8 stays in 6 places: the first two to leave free none."""
    days = {datetime.date(2027, month, 1): Decimal(1) for month in (4, 5, 6)}
    assert [(step.day.month, step.left) for step in foreseen(Decimal(6), Decimal(8), days)] == [(6, 1)]


@pytest.mark.parametrize("number", [1, 3])
def test_places_take_two_queries(house, django_assert_num_queries, number):
    for _ in range(number):
        stay()
    with django_assert_num_queries(2):
        Places.on(TODAY)
