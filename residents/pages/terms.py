"""What the field of `/savoirs/` proposes for what somebody typed."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from residents.enums import KnowledgeKind, Stance
from residents.models import KnowledgeItem, Resident
from residents.models.search import searchable_text


@dataclass(frozen=True)
class Terms:
    """`items`, best first, each with `matched` (the synonym found or "") and `declared` (the stance in words or "");
    `free_kinds`, the kinds as which `text` may be added, being no term yet."""

    text: str
    items: list[KnowledgeItem]
    free_kinds: list[KnowledgeKind]

    @property
    def announcement(self) -> str:
        if not self.text:
            return ""
        if not self.items:
            return _("Aucun terme ne ressemble à « %(text)s ».") % {"text": self.text}
        return ngettext("%(count)d terme trouvé.", "%(count)d termes trouvés.", len(self.items)) % {
            "count": len(self.items)
        }


def find_terms(resident: Resident, *, text: str, kind: str, limit: int) -> Terms:
    """At most `limit` terms of `kind` ("" for the three) for `text`, as `resident` may declare them."""
    items = KnowledgeItem.objects.matching(text, kind or None, limit) if text else []
    declared = dict(resident.declarations.filter(item__in=items).values_list("item", "stance")) if items else {}
    for item in items:
        item.declared = Stance(declared[item.pk]).label if item.pk in declared else ""
    query = searchable_text(text) if text else ""
    # By its label, or by a synonym: writing it anew would lead to that term.
    taken = {item.kind for item in items if item.spelling == query}
    kinds = [KnowledgeKind(kind)] if kind else list(KnowledgeKind)
    return Terms(text, items, [kind for kind in kinds if query and kind not in taken])
