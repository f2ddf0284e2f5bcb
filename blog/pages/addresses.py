"""Addresses of pages without asking Wagtail, which would query its cache for each."""

from collections.abc import Iterable
from functools import cache

from django.urls import reverse
from wagtail.models import Page


def addresses(pks: Iterable[int]) -> dict[int, str]:
    """The address of each of these pages that is published, in one query."""
    wanted = {pk for pk in pks if pk}
    if not wanted:
        return {}
    rows = Page.objects.live().filter(pk__in=wanted, depth__gte=2).values_list("pk", "url_path")
    return {pk: address_of(path) for pk, path in rows}


def address_of(url_path: str) -> str:
    """/accueil/blog/un-article/ is read at /blog/un-article/: our addresses follow the tree under the home page."""
    return "/" + url_path.lstrip("/").partition("/")[2]


@cache
def pattern(name: str) -> str:
    return reverse(name, args=["slug"])


def slugged(name: str, slug: str) -> str:
    """`reverse(name, args=[slug])`, resolved once: a list has dozens of them, a tenth of what it costs."""
    return pattern(name).replace("/slug/", f"/{slug}/")
