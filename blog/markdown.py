"""What residents type, simple Markdown, and what is kept, the HTML of Wagtail's editor: from one to the other.

Titles (##, ###), lists, bold, italics, links and rules; a line break stays one. A link to a page or a document of the
house reads `[words](page:12)`, `[words](document:3)`.
"""

import re
from collections import Counter

import nh3
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdownify import MarkdownConverter

TAGS = {"p", "h2", "h3", "ul", "ol", "li", "b", "i", "a", "br", "hr"}
ATTRIBUTES = {"a": {"href", "linktype", "id"}}
SCHEMES = {"http", "https", "mailto", "tel"}
INSIDE = re.compile(r"^(page|document):(\d{1,9})$")
PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    [
        "code",
        "fence",
        "blockquote",
        "html_block",
        "reference",
        "lheading",
        "backticks",
        "image",
        "html_inline",
        "entity",
    ]
)
# Without words in them, they say nothing.
EMPTY = {"p", "h2", "h3", "ul", "ol", "li", "b", "i", "strong", "em", "a"}
SPELT = {"strong": "b", "em": "i", "h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}
# What Markdown would read in a text that means nothing by it.
MARKS = re.compile(r"\\(?=[!-/:-@\[-`{-~]|$)|\*|(?<!\w)_|_(?!\w)|\](?=\()|<(?=[a-zA-Z])")
LINE_STARTS = re.compile(r"^([ \t]*)([#+-])(?=[ \t#-]|$)", re.MULTILINE)
NUMBERS = re.compile(r"^([ \t]*\d{1,9})([.)])(?=[ \t]|$)", re.MULTILINE)


def to_html(text: str) -> str:
    """The HTML of what is typed, nothing in it but TAGS, no address but of SCHEMES, of this site or inside it."""
    tokens = PARSER.parse(text)
    lists, first_in_item = 0, False
    for token in tokens:
        token.tag = SPELT.get(token.tag, token.tag)
        lists += (token.type == "list_item_open") - (token.type == "list_item_close")
        if token.type == "list_item_open":
            first_in_item = True
        if lists and token.type in {"paragraph_open", "paragraph_close"}:
            # An item of Wagtail's editor holds words: a second paragraph in it is a line break.
            token.hidden = True
        if token.type == "inline":
            if lists and not first_in_item:
                token.children.insert(0, Token("hardbreak", "br", 0))
            first_in_item = False
            spell(token.children)
    html = PARSER.renderer.render(tokens, PARSER.options, {})
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
    # A refused address leaves its words; line ends after tags are the renderer's own.
    return re.sub(r">\n+", ">", re.sub(r"<a>(.*?)</a>", r"\1", clean, flags=re.DOTALL)).strip()


def spell(tokens: list[Token]) -> None:
    """Bold and italics as Wagtail's editor writes them, and its links inside the house."""
    for token in tokens:
        token.tag = SPELT.get(token.tag, token.tag)
        inside = INSIDE.match(str(token.attrs.get("href", "")))
        if token.type == "link_open" and inside:
            token.attrs = {"linktype": inside[1], "id": inside[2]}


class Converter(MarkdownConverter):
    class Options(MarkdownConverter.DefaultOptions):
        heading_style = "atx"
        bullets = "-"
        autolinks = False

    def escape(self, text, parent_tags):
        text = MARKS.sub(r"\\\g<0>", text)
        return NUMBERS.sub(r"\1\\\2", LINE_STARTS.sub(r"\1\\\2", text))

    def convert_br(self, el, text, parent_tags):
        # Several together, or one that begins, would be read as the end of a paragraph.
        beside = (el.previous_sibling, el.next_sibling)
        alone = el.previous_sibling is not None and not any(getattr(node, "name", "") == "br" for node in beside)
        return "\n" if alone else "\\\n"

    def convert_a(self, el, text, parent_tags):
        href = f"{el['linktype']}:{el['id']}" if el.get("linktype") and el.get("id") else el.get("href", "")
        words = text.strip()
        if not words or not href:
            return text
        if re.search(r"[\s()<>]", href):
            href = f"<{href.replace('<', '%3C').replace('>', '%3E')}>"
        before, after = (" " if text[:1].isspace() else ""), (" " if text[-1:].isspace() else "")
        return f"{before}[{words}]({href}){after}"


def to_markdown(html: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", Converter().convert(str(html))).strip()


def can_be_typed(html: str) -> bool:
    """Does `html` come back whole from Markdown? What does not is left as it is."""
    return meaning(html) == meaning(to_html(to_markdown(html)))


def meaning(html: str) -> tuple[str, Counter]:
    """The words of `html`, and what is said of them; without the editor's own marks nor the spaces around."""
    soup = BeautifulSoup(str(html), "html.parser")
    said = Counter()
    for tag in soup.find_all(True):
        words = "".join(tag.get_text().split())
        if words or tag.name not in EMPTY:
            names = {"strong": "b", "em": "i"}
            attributes = tuple(sorted((key, value) for key, value in tag.attrs.items() if key != "data-block-key"))
            said[names.get(tag.name, tag.name), attributes, words] += 1
    return "".join(soup.get_text().split()), said
