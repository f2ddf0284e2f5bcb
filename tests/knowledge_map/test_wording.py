"""The reasons of a suggestion, as French says them."""

import pytest

from knowledge_map import wording
from tests.knowledge_map.reasons import shared, told

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ({"channel": "need", "seeker": 1, "items": [told("A")]}, ["Vous cherchez « A » : Zinc l’offre."]),
        (
            {"channel": "need", "seeker": 1, "items": [told("A"), told("B")]},
            ["Vous cherchez « A » et « B » : Zinc les offre."],
        ),
        ({"channel": "need", "seeker": 2, "items": [told("A")]}, ["Zinc cherche « A » : vous l’offrez."]),
        (
            {"channel": "need", "seeker": 2, "items": [told("A"), told("B")]},
            ["Zinc cherche « A » et « B » : vous les offrez."],
        ),
        (shared("A", "B", "C"), ["Vous partagez « A », « B » et « C »."]),
        (
            {"channel": "related", "pairs": [[told("A"), told("B")], [told("C"), told("D")]]},
            [
                "Vous apportez « A », Zinc apporte « B » : les deux vont souvent ensemble.",
                "Vous apportez « C », Zinc apporte « D » : les deux vont souvent ensemble.",
            ],
        ),
        ({"channel": "milieu", "items": [told("A")]}, ["Un langage commun : vous connaissez le même milieu, « A »."]),
        (
            {"channel": "milieu", "items": [told("A"), told("B")]},
            ["Un langage commun : vous connaissez les mêmes milieux, « A » et « B »."],
        ),
        ({"channel": "third_party", "structures": [{"name": "C"}]}, ["C a travaillé avec vous deux."]),
        (
            {"channel": "third_party", "structures": [{"name": "C"}, {"name": "D"}]},
            ["C et D ont travaillé avec vous deux."],
        ),
    ],
)
def test_reasons_are_said_in_french(reason, expected):
    said = wording.sentences(reason, resident_id=1, partner="Zinc")
    assert [sentence.replace(NBSP, " ") for sentence in said] == expected
