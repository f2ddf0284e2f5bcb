"""The text that editors write, as readers get it: its links lead to today's addresses, and nothing else is let in."""

import re
from collections.abc import Callable, Iterable
from html import escape

import nh3
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text.rewriters import EmbedRewriter, LinkRewriter

from residents.typography import unbroken

# What blog.blocks.TEXT_FEATURES can make; the editors keep to it, and so do we whatever the base holds.
TAGS = {"h2", "h3", "p", "br", "hr", "b", "strong", "i", "em", "ul", "ol", "li", "a"}
ATTRIBUTES = {"a": {"href"}}
SCHEMES = {"http", "https", "mailto", "tel"}
WORDS = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
MARKS = re.compile(r"<[^>]*>|&#?\w+;")
# A grown-up reads 230 French words a minute on a screen, pictures and second thoughts included.
WORDS_A_MINUTE = 230


def linked(sources: Iterable[str]) -> dict[str, set[int]]:
    """What texts link to: primary keys under "page" and "document"."""
    found = {"page": set(), "document": set()}
    for source in sources:
        # Most texts link to nothing of ours.
        if "linktype" not in source:
            continue
        for kind, matches in LinkRewriter().extract_tags(source).items():
            if kind in found:
                found[kind] |= {int(pk) for match in matches if (pk := match.attrs.get("id", "")).isdecimal()}
    return found


def shown(source: str, pages: dict[int, str], documents: dict[int, str]) -> SafeString:
    """`source` (Wagtail's HTML) for a page; `pages` and `documents` are addresses by primary key.

    A link to something that is no longer there keeps its words and leads nowhere; what is embedded is left out.
    """
    if "<a" in source:
        source = LinkRewriter(rules={"page": leading_to(pages), "document": leading_to(documents)})(source)
    if "<embed" in source:
        source = EmbedRewriter()(source)
    cleaned = nh3.clean(source, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
    return mark_safe(unbroken(cleaned))


def leading_to(addresses: dict[int, str]) -> Callable[[dict], str]:
    def opening(attributes: dict) -> str:
        pk = attributes.get("id", "")
        address = addresses.get(int(pk)) if pk.isdecimal() else None
        return f'<a href="{escape(address)}">' if address else "<a>"

    return opening


def minutes(texts: Iterable[str]) -> int:
    """How long these texts (HTML or plain) take to read, at least a minute."""
    words = sum(len(WORDS.findall(MARKS.sub(" ", text))) for text in texts)
    return max(1, round(words / WORDS_A_MINUTE))
