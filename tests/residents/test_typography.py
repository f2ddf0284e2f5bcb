"""French punctuation stays with its word."""

import pytest
from django.template import Context, Template

from residents.typography import unbroken


@pytest.mark.parametrize(
    ("typed", "set_in_french"),
    [
        ("Qui ? Nous ; et vous !", "Qui\u00a0? Nous\u00a0; et vous\u00a0!"),
        ("La coopération : un « enjeu »", "La coopération\u00a0: un «\u00a0enjeu\u00a0»"),
        ("12:30, http://exemple.fr/?a=1", "12:30, http://exemple.fr/?a=1"),
        ('<a href="mailto:a@b.fr?subject=Qui ?">Qui ?</a>', '<a href="mailto:a@b.fr?subject=Qui ?">Qui\u00a0?</a>'),
        ("", ""),
    ],
)
def test_punctuation_stays_with_its_word(typed, set_in_french):
    assert unbroken(typed) == set_in_french


def test_filter_lets_no_markup_in():
    drawn = Template("{% load typography %}{{ title|unbroken }}").render(Context({"title": "<b> ?"}))
    assert drawn == "&lt;b&gt;\u00a0?"
