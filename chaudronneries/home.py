"""What the home page shows: the public's figures, and one's own place."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from knowledge_map.cooperations import Card
from knowledge_map.models import Suggestion, SuggestionAnswer
from residents import rules
from residents.coverage import Progress
from residents.models import Declaration, Resident, ResidentLink, User
from residents.reading import as_read_by

SHOWN_SUGGESTIONS = 3


@dataclass(frozen=True)
class Place:
    """One of my structures: how far its inventory is (`progress`), and what its profile still lacks, in words."""

    resident: Resident
    progress: Progress
    missing: list[str]


def places(user: User) -> list[Place]:
    """The structures of `user`, in alphabetical order, in one query."""
    residents = (
        Resident.objects.filter(pk__in=[resident.pk for resident in user.residents_list])
        .with_counts()
        .annotate(has_links=Exists(ResidentLink.objects.filter(resident=OuterRef("pk"))))
    )
    return [Place(resident, Progress.of(resident), lacks(resident)) for resident in residents]


def lacks(resident: Resident) -> list[str]:
    """The parts of the profile that are empty, as the end of "il manque…" (`resident` carries `has_links`)."""
    parts = [
        (resident.tagline, _("une phrase qui vous présente")),
        (resident.presentation, _("une présentation")),
        (resident.logo_id, _("un logo")),
        (resident.has_links, _("un lien vers votre site")),
        (resident.contact_name or resident.email or resident.phone, _("une personne à contacter")),
    ]
    return [words for given, words in parts if not given]


def suggestions(user: User) -> list[Card]:
    """The best suggestions that the structures of `user` have not answered, in one query."""
    answers = SuggestionAnswer.objects.filter(resident=OuterRef("resident"), partner=OuterRef("partner"))
    found = (
        Suggestion.objects.filter(~Exists(answers), resident__in=[resident.pk for resident in user.residents_list])
        .select_related("resident", "partner")
        .order_by("rank", "-score")
    )
    return [
        Card(one.resident, one.partner, as_read_by(user, one.partner), one, answer="", is_mutual=False)
        for one in found[:SHOWN_SUGGESTIONS]
    ]


def items_declared(reader: User) -> int:
    """How many different items the structures in residence declare, of those `reader` may read."""
    declared = Declaration.objects.filter(
        rules.readable(reader, "savoirs", "resident__"), resident__in=Resident.objects.in_residence()
    )
    return declared.aggregate(items=Count("item", distinct=True))["items"]
