"""What search engines read of the house itself: schema.org's Organization and WebSite, as JSON-LD."""

from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString

from agenda.pages.structured_data import CONTEXT, HOUSE, dumped
from mailing.outbox import absolute
from residents.models import HouseSettings


def house(settings: HouseSettings) -> SafeString:
    """The organisation, with what its settings make public, and its site, with its search."""
    home = absolute("/")
    organisation = {
        "@type": "Organization",
        "@id": f"{home}#maison",
        "name": HOUSE,
        "legalName": settings.legal_name,
        "url": home,
        "logo": absolute(static("img/favicon.svg")),
        "image": absolute(reverse("house_card")),
        "address": " ".join(settings.address.split()),
        "email": settings.email,
        "telephone": settings.phone,
    }
    site = {
        "@type": "WebSite",
        "@id": f"{home}#site",
        "name": HOUSE,
        "url": home,
        "inLanguage": "fr",
        "publisher": {"@id": organisation["@id"]},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": absolute(reverse("search")) + "?q={search_term_string}"},
            "query-input": "required name=search_term_string",
        },
    }
    told = {name: value for name, value in organisation.items() if value}
    return dumped({"@context": CONTEXT, "@graph": [told, site]})


def breadcrumbs(steps: list[tuple[str, str]]) -> SafeString:
    """The way to a page, from below the home page: (name, path), itself last."""
    places = [
        {"@type": "ListItem", "position": number, "name": str(name), "item": absolute(path)}
        for number, (name, path) in enumerate(steps, start=1)
    ]
    return dumped({"@context": CONTEXT, "@type": "BreadcrumbList", "itemListElement": places})
