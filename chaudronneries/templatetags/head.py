"""What the <head> of every page tells other programs: its address, whether to list it, its card; and its foot."""

from functools import cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from chaudronneries.structured_data import breadcrumbs as breadcrumbs_data
from chaudronneries.structured_data import house
from mailing.outbox import absolute

register = template.Library()

# Parameters that say where a reader comes from, and change nothing to the page.
TRACKING = ("utm_", "mtm_", "pk_", "fbclid", "gclid", "msclkid", "mc_")
# What is for the person who asks, or is made of what they typed.
NOT_LISTED = (
    "/compte/",
    "/invitation/",
    "/gestion/",
    "/recherche/",
    "/courriers/",
    "/agenda/inscriptions/",
    "/agenda/porte/",
    "/sur-le-feu/confirmer/",
    "/sur-le-feu/quitter/",
)

register.filter("absolute", absolute)


@register.simple_tag(takes_context=True)
def canonical(context) -> str:
    """The one address of this page: without what filters or follows, with its number in a list."""
    request = context["request"]
    page = request.GET.get("page", "")
    is_page = page.isascii() and page.isdecimal() and len(page) < 7 and int(page) > 1
    return absolute(request.path) + (f"?{urlencode({'page': int(page)})}" if is_page else "")


@register.simple_tag(takes_context=True)
def robots(context) -> str:
    """What <meta name="robots"> says; "" for a page to be listed.

    Lists that are filtered are the same things in another order: their links are followed, they are not listed.
    """
    request = context["request"]
    # Wagtail previews a version with a request of its own making.
    if getattr(request, "is_dummy", False) or request.path.startswith(NOT_LISTED):
        return "noindex"
    asked = [name for name in request.GET if name != "page" and not name.startswith(TRACKING)]
    return "noindex, follow" if asked else ""


@register.simple_tag
def house_data(settings) -> str:
    """JSON-LD of the house, by its HouseSettings, and of its site, for components/json_ld.html."""
    return house(settings)


@register.simple_tag
def breadcrumbs(*steps: str) -> str:
    """JSON-LD of the way to this page: name, path, name, path..."""
    return breadcrumbs_data(list(zip(steps[::2], steps[1::2], strict=True)))


@register.simple_tag
def foot() -> SafeString:
    """The foot, the same on every page: each process draws it once (each page, while one works on it)."""
    draw = foot_in.__wrapped__ if settings.DEBUG else foot_in
    return draw(get_language())


@cache
def foot_in(language: str) -> SafeString:
    return render_to_string("components/footer.html")


class Again(template.Node):
    def __init__(self, name: str):
        self.name = name

    def render(self, context):
        return context.render_context[BLOCK_CONTEXT_KEY].get_block(self.name).render(context).strip()


@register.tag
def again(parser, token):
    """{% again title %}: what the block of that name says, a second time. Django lets a block stand only once."""
    return Again(token.split_contents()[1])
