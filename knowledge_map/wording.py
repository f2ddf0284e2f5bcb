"""Reasons said in French to the structure that is suggested a partner."""

from collections.abc import Iterable

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

# What each kind of reason is called where one chooses among them.
KINDS = {
    "need": gettext_lazy("besoins et offres"),
    "shared": gettext_lazy("savoirs en commun"),
    "related": gettext_lazy("savoirs complémentaires"),
    "milieu": gettext_lazy("langage commun"),
    "third_party": gettext_lazy("connaissances communes"),
}
# Reasons that tell what a structure declares, and so are only for who may read it.
FROM_SAVOIRS = {"need", "shared", "related", "milieu"}


def sentences(reason: dict, *, resident_id: int, partner: str) -> list[str]:
    """What `reason` (as stored, see actions/suggestions.py) says to `resident_id` about `partner`, by its name."""
    if reason["channel"] == "related":
        return [related(pair, partner) for pair in reason["pairs"]]
    if reason["channel"] == "need":
        sought_by_us = reason["seeker"] == resident_id
        return [needed(reason["items"], partner) if sought_by_us else needed_by_partner(reason["items"], partner)]
    if reason["channel"] == "third_party":
        return [third_party([structure["name"] for structure in reason["structures"]])]
    return [shared(reason["items"]) if reason["channel"] == "shared" else milieux(reason["items"])]


def needed(items: list[dict], partner: str) -> str:
    text = ngettext(
        "Vous cherchez %(items)s\u00a0: %(partner)s l’offre.",
        "Vous cherchez %(items)s\u00a0: %(partner)s les offre.",
        len(items),
    )
    return text % {"items": listed(items), "partner": partner}


def needed_by_partner(items: list[dict], partner: str) -> str:
    text = ngettext(
        "%(partner)s cherche %(items)s\u00a0: vous l’offrez.",
        "%(partner)s cherche %(items)s\u00a0: vous les offrez.",
        len(items),
    )
    return text % {"items": listed(items), "partner": partner}


def shared(items: list[dict]) -> str:
    return _("Vous partagez %(items)s.") % {"items": listed(items)}


def milieux(items: list[dict]) -> str:
    text = ngettext(
        "Un langage commun\u00a0: vous connaissez le même milieu, %(items)s.",
        "Un langage commun\u00a0: vous connaissez les mêmes milieux, %(items)s.",
        len(items),
    )
    return text % {"items": listed(items)}


def related(pair: list[dict], partner: str) -> str:
    text = _("Vous apportez %(ours)s, %(partner)s apporte %(theirs)s\u00a0: les deux vont souvent ensemble.")
    return text % {"ours": quoted(pair[0]), "theirs": quoted(pair[1]), "partner": partner}


def third_party(names: list[str]) -> str:
    text = ngettext("%(names)s a travaillé avec vous deux.", "%(names)s ont travaillé avec vous deux.", len(names))
    return text % {"names": enumerated(names)}


def listed(items: Iterable[dict]) -> str:
    return enumerated([quoted(item) for item in items])


def quoted(item: dict) -> str:
    return f"«\u00a0{item['label']}\u00a0»"


def enumerated(words: list[str]) -> str:
    """ "A", "A et B", "A, B et C"."""
    return get_text_list(words, _("et"))
