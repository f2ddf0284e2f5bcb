"""What the page « Qui vous voit » says: what a structure may choose, and what stands in each of its fields."""

from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from residents.enums import Trace
from residents.models import Resident
from residents.profile import Section
from residents.reading import Reading

# The choices that are not the audience of a field.
LISTED, TRACE = "annuaire", "trace"
YES, NO = "oui", "non"
LISTING = [
    (YES, gettext_lazy("Oui : tout le monde peut vous trouver")),
    (NO, gettext_lazy("Non : seuls les résidents et la maison vous rencontrent")),
]
AFTERWARDS = [
    (Trace.PROFILE.value, gettext_lazy("Votre page, comme avant")),
    (Trace.NAME.value, gettext_lazy("Votre nom et vos dates, rien d’autre")),
    (Trace.NOTHING.value, gettext_lazy("Rien : la page n’existe plus que pour vous et la maison")),
]
MOST_WORDS, LONGEST_EXCERPT = 14, 120


def standing(resident: Resident, part: str) -> str:
    """The choice that stands for `part`: LISTED, TRACE, or a guarded field, whose audience it is."""
    if part == LISTED:
        return YES if resident.is_listed else NO
    return resident.trace if part == TRACE else getattr(resident, f"{part}_audience")


@dataclass(frozen=True)
class Line:
    """A choice with its `form`; `excerpt` is what stands in the field now, "" when nothing does."""

    form: object
    excerpt: str
    may_change: bool


def excerpt(reading: Reading, field: str) -> str:
    """The beginning of what a field holds, as its members read it."""
    match field:
        case Section.LOGO:
            return _("Un logo") if reading.logo else ""
        case Section.LINKS:
            said = ", ".join(link.label for link in reading.links)
        case Section.SAVOIRS:
            count = len(reading.declarations)
            said = (
                ngettext("%(count)d déclaration", "%(count)d déclarations", count) % {"count": count} if count else ""
            )
        case _:
            said = getattr(reading, field)
    return Truncator(Truncator(said).words(MOST_WORDS)).chars(LONGEST_EXCERPT)
