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
    with (FOLDER / "django.mo").open("rb") as compiled:
        words = gettext.GNUTranslations(compiled)._catalog
    assert words == {"": words[""]} | {plain(english): plain(french) for english, french in pairs}


def plain(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\")


@pytest.mark.parametrize(
    ("english", "french"), [("in moderation", "à relire"), ("Cancel workflow ", "Arrêter la relecture")]
)
def test_the_house_has_the_last_word_over_wagtail(english, french):
    with translation.override("fr"):
        assert said(english) == french
