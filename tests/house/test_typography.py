"""What is shown is written as French prints it: ’ where a keyboard has '."""

import ast
import re

import pytest
from django.conf import settings

APPS = ["agenda", "blog", "bulletin", "chaudronneries", "knowledge_map", "mailing", "residents"]
SAYING = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "npgettext"}
# « l'agenda », « qu'on », « aujourd'hui »; not « the house's », nor what a tag or an attribute quotes.
ELIDED = re.compile(r"\b(?:[cdjlmnst]|\w*qu|aujourd)'(?=[\w«%{])", re.IGNORECASE)
COMMENT = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}", re.DOTALL)


def said(source: str):
    """The literals of a module that are given to be said."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in SAYING:
            yield from (one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str))


def modules(app: str):
    """All but the migrations, which say what was said in their time."""
    found = (settings.BASE_DIR / app).rglob("*.py")
    return sorted(path for path in found if "migrations" not in path.parts)


@pytest.mark.parametrize("app", APPS)
def test_app_says_printed_apostrophes(app):
    assert [
        f"{path.relative_to(settings.BASE_DIR)}: {words}"
        for path in modules(app)
        for words in said(path.read_text(encoding="utf-8"))
        if ELIDED.search(words)
    ] == []


def test_templates_and_first_words_have_printed_apostrophes():
    texts = [*(settings.BASE_DIR / "templates").rglob("*.*"), *(settings.BASE_DIR / "chaudronneries").rglob("*.toml")]
    assert [
        f"{path.relative_to(settings.BASE_DIR)}: {found[0]}"
        for path in sorted(texts)
        for found in ELIDED.finditer(COMMENT.sub("", path.read_text(encoding="utf-8")))
    ] == []


@pytest.mark.parametrize("straight", ["l'agenda", "Jusqu'au", "d'« abord »", "n'%(who)s", "aujourd'hui"])
def test_straight_apostrophe_is_found(straight):
    assert ELIDED.search(straight)


@pytest.mark.parametrize("fine", ["l’agenda", "the house's page", "class='button'", "_('x')"])
def test_what_is_not_french_is_left(fine):
    assert not ELIDED.search(fine)
