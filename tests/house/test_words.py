"""The words that the back office says in this house's way (locale/fr)."""

import gettext
import re

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as said

FOLDER = settings.BASE_DIR / "locale/fr/LC_MESSAGES"


def test_the_compiled_words_are_those_of_the_source():
    source = (FOLDER / "django.po").read_text()
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', source, re.MULTILINE)
    plurals = re.findall(
        r'^msgid "(.+)"\nmsgid_plural ".+"\nmsgstr\[0\] "(.*)"\nmsgstr\[1\] "(.*)"$', source, re.MULTILINE
    )
    with (FOLDER / "django.mo").open("rb") as compiled:
        words = gettext.GNUTranslations(compiled)._catalog
    forms = {(plain(one), rank): plain(form) for one, *both in plurals for rank, form in enumerate(both)}
    assert words == {"": words[""]} | {plain(english): plain(french) for english, french in pairs} | forms


def plain(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\")


@pytest.mark.parametrize(
    ("english", "french"), [("in moderation", "à relire"), ("Cancel workflow ", "Arrêter la relecture")]
)
def test_the_house_has_the_last_word_over_wagtail(english, french):
    with translation.override("fr"):
        assert said(english) == french
