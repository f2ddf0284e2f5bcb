"""What the <head> of every page tells other programs: its address, whether to list it, its card."""

from django import template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.http import urlencode

from chaudronneries.structured_data import breadcrumbs as breadcrumbs_data
from chaudronneries.structured_data import house
from mailing.outbox import absolute

register = template.Library()

# Parameters that say where a reader comes from, and change nothing to the page.
TRACKING = ("utm_", "mtm_", "pk_", "fbclid", "gclid", "msclkid", "mc_")
# What is for the person who asks, or is made of what they typed.
NOT_LISTED = ("/compte/", "/gestion/", "/recherche/", "/courriers/", "/agenda/inscriptions/", "/agenda/porte/")

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


class Again(template.Node):
    def __init__(self, name: str):
        self.name = name

    def render(self, context):
        return context.render_context[BLOCK_CONTEXT_KEY].get_block(self.name).render(context).strip()


@register.tag
def again(parser, token):
    """{% again title %}: what the block of that name says, a second time. Django lets a block stand only once."""
    return Again(token.split_contents()[1])
