"""What people write in a cell: days, numbers, yes and no."""

import pytest

from residents.enums import ResidentKind
from residents.spreadsheets.profiles import READERS
from residents.spreadsheets.words import Misread, day, number, yes_no


@pytest.mark.parametrize(
    "text", ["29/02/2026", "32/01/2026", "01/03/0026", "2026", "03/2026", "mars", "1/3", "0" * 200]
)
def test_day_that_is_none_is_misread(text):
    with pytest.raises(Misread):
        day(text)


@pytest.mark.parametrize("text", ["", "un", "1/0", "1,2,3", "9" * 50, "٣", "1e5", "nan", "Infinity", "--1"])
def test_number_that_is_none_is_misread(text):
    with pytest.raises(Misread):
        number(text)


@pytest.mark.parametrize(("text", "means"), [("Oui", True), ("x", True), ("✓", True), ("NON", False), ("faux", False)])
def test_yes_and_no_are_read(text, means):
    assert yes_no(text) is means


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Asso loi 1901", ResidentKind.ASSOCIATION),
        ("association (loi de 1901)", ResidentKind.ASSOCIATION),
        ("Scop", ResidentKind.COOPERATIVE),
        ("auto-entrepreneuse", ResidentKind.INDEPENDENT),
        ("fondation", ResidentKind.FOUNDATION),
    ],
)
def test_form_is_read_as_people_write_it(text, form):
    assert READERS["kind"](text) == form
