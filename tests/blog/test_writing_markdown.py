"""What residents type becomes the HTML of Wagtail's editor, and comes back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.markdown import can_be_typed, to_html, to_markdown

TYPED = {
    "Une ligne\nune autre\n\nUn paragraphe": "<p>Une ligne<br>une autre</p><p>Un paragraphe</p>",
    "# Un\n## Deux\n### Trois\n#### Quatre": "<h2>Un</h2><h2>Deux</h2><h3>Trois</h3><h3>Quatre</h3>",
    "- a\n- b": "<ul><li>a</li><li>b</li></ul>",
    "1. a\n2. b": "<ol><li>a</li><li>b</li></ol>",
    "**gras** et *italique*": "<p><b>gras</b> et <i>italique</i></p>",
    "[mots](https://exemple.fr)": '<p><a href="https://exemple.fr">mots</a></p>',
    "[la page](page:3)": '<p><a linktype="page" id="3">la page</a></p>',
    "[le document](document:5)": '<p><a linktype="document" id="5">le document</a></p>',
    "a\n\n---\n\nb": "<p>a</p><hr><p>b</p>",
}


@pytest.mark.parametrize("text", TYPED)
def test_text_becomes_html_and_comes_back(text):
    assert to_html(text) == TYPED[text]
    assert to_html(to_markdown(TYPED[text])) == TYPED[text]


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,y)",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:x">y</a>',
        "![x](https://ailleurs.example/y.png)",
        "<javascript:alert(1)>",
    ],
)
def test_nothing_runs(text):
    html = to_html(text)
    assert [
        trace for trace in ("<script", "<img", '<a href="javascript', '<a href="data', "<javascript") if trace in html
    ] == []


@pytest.mark.parametrize(
    "html",
    [
        "<p># pas un titre</p>",
        "<p>1. pas une liste</p>",
        "<p>- pas une liste<br/>* ni là</p>",
        "<p>3 * 4 * 5, snake_case, [crochets](ronds), 1 &lt; 2, \\* &amp;amp;</p>",
        '<p data-block-key="a"><b>gras </b>collé</p>',
        "<p>a<br/><br/>b</p>",
    ],
)
def test_words_mean_nothing_more_than_they_did(html):
    assert can_be_typed(html)


@pytest.mark.parametrize("html", ["<p>m<sup>2</sup></p>", '<p>a<embed embedtype="image" id="1"/></p>', "<h4>x</h4>"])
def test_what_markdown_does_not_carry_is_known(html):
    assert not can_be_typed(html)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abé1 .-*_#[]()\\<>!\n+&;`\"'", max_size=80))
def test_words_typed_are_never_lost(text):
    """Whatever is typed, to the HTML and back says the same words."""
    once = to_html(text)
    twice = to_html(to_markdown(once))
    letters = [letter for letter in text if letter.isalnum()]
    assert [letter for letter in to_markdown(once) if letter in "abé"] == [one for one in letters if one in "abé"]
    assert twice == to_html(to_markdown(twice)) or not can_be_typed(once)
