"""The sections of a profile, edited one by one, and what stands in each: compared, kept in the journal, put back.

A state is a JSON-able dict: the value under the section's name, and `audience` where the section has one.
"""

import json

from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class Section(models.TextChoices):
    """The sections in the order of the page that edits them all."""

    NAME = "name", _("Nom")
    KIND = "kind", _("Forme")
    SECTORS = "sectors", _("Secteurs")
    TAGLINE = "tagline", _("En une phrase")
    LOGO = "logo", _("Logo")
    PRESENTATION = "presentation", _("Présentation")
    SAVOIRS = "savoirs", _("Savoirs, savoir-faire et milieux")
    LINKS = "links", _("Liens")
    CONTACT_NAME = "contact_name", _("Personne à contacter")
    EMAIL = "email", _("Adresse e-mail")
    PHONE = "phone", _("Téléphone")


def has_audience(section: str) -> bool:
    return section not in {Section.NAME, Section.KIND, Section.SECTORS}


def state(resident, section: str) -> dict:
    """What stands in `section` of `resident`: `{"phone": "04 77 00 00 00", "audience": "residents"}`."""
    found = {section: _value(resident, section)} if section != Section.SAVOIRS else {}
    return found | ({"audience": getattr(resident, f"{section}_audience")} if has_audience(section) else {})


def _value(resident, section: str):
    match section:
        case Section.SECTORS:
            return sorted(resident.sectors.values_list("pk", flat=True))
        case Section.LINKS:
            return [[link.label, link.url] for link in resident.links.all()]
        case Section.LOGO:
            return resident.logo_id
    # As a form gives it back: browsers send line ends their own way.
    return "\n".join(getattr(resident, section).splitlines()).strip()


def token(found: dict) -> str:
    """A short mark of a state: a form carries the mark of what it was opened on."""
    return salted_hmac("residents.profile", json.dumps(found, sort_keys=True)).hexdigest()[:24]
