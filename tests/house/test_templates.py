"""No template is left behind, none reads a variable that nobody gives (conftest.undefined_variables)."""

import re

import pytest
from django.template import engines

from chaudronneries.env import BASE_DIR
from tests.undefined import UndefinedVariable

TEMPLATES = BASE_DIR / "templates"
# Templates that libraries and Django look up by name.
FOUND_BY_NAME = re.compile(
    r"^(4\d\d|500|503|403_csrf)\.html$|^(account|allauth|mfa|usersessions|socialaccount|wagtailadmin|wagtailusers"
    r"|wagtailsnippets|wagtailimages|django)/"
    # By `mailing.outbox.post` and `bulletin.pages.mail`, which add the extension.
    r"|^(mailing/letter|bulletin/mail/\w+)\.(html|txt)$"
)
NAME = re.compile(r"""["']([\w./-]+\.(?:html|txt|svg))(?:#[\w-]+)?["']""")

INLINE = re.compile(r"""<style|\sstyle=|\son\w+=["']|<script(?![^>]*\b(?:src|type="application/(?:ld\+)?json"))""")


def sources():
    for folder in ("chaudronneries", "mailing", "residents", "knowledge_map", "agenda", "blog", "bulletin"):
        yield from BASE_DIR.glob(f"{folder}/**/*.py")
    yield from BASE_DIR.glob("templates/**/*.*")


def test_template_is_used():
    named = {name for path in sources() for name in NAME.findall(path.read_text(encoding="utf-8"))}
    files = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.*")}
    assert {name for name in files - named if not FOUND_BY_NAME.match(name)} == set()


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_compiles(path):
    engines["django"].get_template(str(path.relative_to(TEMPLATES)))


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_has_nothing_inline(path):
    """What the Content-Security-Policy would refuse in the browser is refused here first; JSON is only data."""
    text = path.read_text(encoding="utf-8")
    if "wagtailadmin" in str(path) or "account/email" in str(path):
        return
    # A mail brings its styles along: its clients fetch no sheet, and our policy does not reach them.
    if path == TEMPLATES / "mailing" / "base.html":
        return
    assert INLINE.findall(text) == []


def test_form_keeps_its_token_wherever_it_is_included():
    """`only` keeps the token from a piece that posts: without a script, it would be refused."""
    includes = re.compile(r"""{% include ["']([^"']+)["'](.*?)%}""")

    def posts(piece):
        # Wagtail's own pieces are not among ours.
        return (TEMPLATES / piece).exists() and "csrf_token" in (TEMPLATES / piece).read_text("utf-8")

    bare = [
        f"{path.relative_to(TEMPLATES)} includes {piece}"
        for path in TEMPLATES.rglob("*.html")
        for piece, told in includes.findall(path.read_text(encoding="utf-8"))
        if " only" in told and "csrf_token" not in told and posts(piece)
    ]
    assert bare == []


def test_undefined_variable_is_refused(tmp_path):
    """The guard itself: without it, a misspelt variable is drawn as nothing."""
    template = engines["django"].from_string("{{ nobody.gave.this }}")
    template.template.origin.name = str(TEMPLATES / "guard.html")
    with pytest.raises(UndefinedVariable):
        template.render({})
