"""Rich text as data for typst: paragraphs, lists and rules, made of spans. Nothing of it is ever read as markup."""

import re
import unicodedata
from collections.abc import Iterator

from bs4 import BeautifulSoup, NavigableString, Tag

# A longer word may be cut anywhere: no column holds it.
LONGEST_WORD = 30
# Control signs, reading-direction marks, signs of nobody; but what joins and parts letters.
UNDRAWN, KEPT_SIGNS = {"Cc", "Cf", "Co", "Cn", "Cs"}, {"\n", "\u00ad", "\u200d", "\u200c"}
STRONG, EMPHASIS = {"b", "strong", "h2", "h3", "h4"}, {"i", "em"}
LISTS = {"ul": "list", "ol": "numbers"}
NO_STYLE = {"strong": False, "emphasis": False, "url": ""}


def drawable(text: str) -> str:
    """`text` without what no sheet can draw (control and reading-direction marks), its longest words breakable."""
    kept = "".join(
        sign for sign in text if sign in "\n\u00ad\u200d" or unicodedata.category(sign) not in {"Cc", "Cf", "Co", "Cn"}
    )
    return re.sub(rf"\S{{{LONGEST_WORD},}}", lambda word: "\u200b".join(word[0]), kept)


def blocks(html: str) -> list[dict]:
    """[{kind: "paragraph", spans}, {kind: "list" or "numbers", items: [spans]}, {kind: "rule"}]

    A span is {text, strong, emphasis, url}; a line break is one whose text is a newline. A list in a list goes on in
    the same one, as the editor allows none deeper.
    """
    found, loose = [], []
    for node in BeautifulSoup(html, "html.parser").children:
        name = node.name if isinstance(node, Tag) else ""
        if name in LISTS or name in {"p", "hr", "div", "blockquote", "h2", "h3", "h4"}:
            found += paragraph(loose)
            loose = []
        if name in LISTS:
            items = [trimmed(list(spans(item, **NO_STYLE))) for item in node.find_all("li")]
            found += [{"kind": LISTS[name], "items": kept}] if (kept := [item for item in items if item]) else []
        elif name == "hr":
            found.append({"kind": "rule"})
        elif name in {"p", "div", "blockquote", "h2", "h3", "h4"}:
            found += paragraph(list(spans(node, **NO_STYLE)))
        else:
            loose += spans_of(node, **NO_STYLE)
    return found + paragraph(loose)


def paragraph(found: list[dict]) -> list[dict]:
    """One, or none for no word."""
    return [{"kind": "paragraph", "spans": kept}] if (kept := trimmed(found)) else []


def spans(tag: Tag, **style) -> Iterator[dict]:
    if tag.name in STRONG:
        style["strong"] = True
    if tag.name in EMPHASIS:
        style["emphasis"] = True
    if tag.name == "a" and tag.get("href"):
        style["url"] = tag["href"]
    for node in tag.children:
        yield from spans_of(node, **style)


def spans_of(node, **style) -> Iterator[dict]:
    if isinstance(node, Tag):
        if node.name == "br":
            yield {"text": "\n", **style}
        elif node.name not in LISTS:
            yield from spans(node, **style)
    elif isinstance(node, NavigableString):
        yield {"text": drawable(re.sub(r"[ \t\r\n]+", " ", node)), **style}


def trimmed(found: list[dict]) -> list[dict]:
    """Without empty spans, nor the spaces and line breaks around; [] when no word is left."""
    kept = [span for span in found if span["text"]]
    while kept and not kept[0]["text"].strip():
        kept.pop(0)
    while kept and not kept[-1]["text"].strip():
        kept.pop()
    if kept:
        kept[0] = {**kept[0], "text": kept[0]["text"].lstrip()}
        kept[-1] = {**kept[-1], "text": kept[-1]["text"].rstrip()}
    return kept
