"""Rich text said in plain text: what a mail that shows no HTML reads."""

import re

from bs4 import BeautifulSoup, NavigableString, Tag

TITLES = {"h2", "h3", "h4"}
BLOCKS = {"p", "ul", "ol", "li", "hr", "div", "blockquote", *TITLES}


def plain(html: str) -> str:
    """The same words in paragraphs set apart by an empty line: « – » and numbers before the items of lists, addresses
    after the words that lead to them, a line under titles."""
    lines = "".join(said(BeautifulSoup(html, "html.parser")))
    lines = re.sub(r"[ \t\xa0]*\n[ \t]*", "\n", lines)
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def said(node):
    for child in node.children:
        if isinstance(child, NavigableString):
            yield re.sub(r"[ \t\r\n]+", " ", child)
        elif isinstance(child, Tag):
            yield from said_tag(child)


def said_tag(tag: Tag):
    words = "".join(said(tag))
    if tag.name == "br":
        yield "\n"
    elif tag.name == "hr":
        yield "\n\n- - -\n\n"
    elif tag.name == "a":
        yield with_address(words, tag.get("href", ""))
    elif tag.name == "li":
        yield f"\n{bullet(tag)} {words.strip()}"
    elif tag.name in TITLES:
        title = words.strip()
        yield f"\n\n{title}\n{'-' * len(title)}\n\n"
    elif tag.name in BLOCKS:
        yield f"\n\n{words.strip()}\n\n"
    else:
        yield words


def bullet(tag: Tag) -> str:
    """– in a plain list, the number in an ordered one."""
    if tag.parent is None or tag.parent.name != "ol":
        return "–"
    return f"{len(tag.find_previous_siblings('li')) + 1}."


def with_address(words: str, href: str) -> str:
    if not href or href == words or href.startswith("#"):
        return words
    return f"{words} ({href.removeprefix('mailto:')})"
