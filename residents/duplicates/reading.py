"""What the page of near terms says: each pair, who declares its terms, why they are near, what was decided."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from residents.duplicates import words_for
from residents.enums import NearDuplicateState
from residents.merging import declared_by
from residents.models import Declaration, KnowledgeItem, Merge, NearDuplicate, Synonym

# Names said before the rest is counted.
NAMED = 3


@dataclass(frozen=True)
class Side:
    """One term of a pair: what tells it from the other."""

    item: KnowledgeItem
    declared: str
    synonyms: str


@dataclass(frozen=True)
class Pair:
    row: NearDuplicate
    sides: list[Side]
    why: str
    decision: str
    # The key of the one below, 0 for the last: where the eyes go next.
    following: int


def pairs(rows: list[NearDuplicate]) -> list[Pair]:
    """The rows, both terms with them, as the page shows them; two queries, and one for what was merged."""
    terms = {pk for row in rows for pk in (row.item_id, row.other_id)}
    declaring, synonyms = defaultdict(list), defaultdict(list)
    declared = Declaration.objects.filter(item__in=terms).order_by("resident__name", "resident_id")
    for item, name in declared.values_list("item", "resident__name"):
        declaring[item].append(name)
    for item, label in Synonym.objects.filter(item__in=terms).values_list("item", "label"):
        synonyms[item].append(label)
    into = kept_of(rows)
    return [
        Pair(
            row=row,
            sides=[
                Side(item, say_declared(declaring[item.pk]), say_names(synonyms[item.pk]))
                for item in (row.item, row.other)
            ],
            why=" ; ".join(words_for(row.reasons)),
            decision=say_decision(row, into),
            following=following,
        )
        for row, following in zip(rows, [*(row.pk for row in rows[1:]), 0], strict=False)
    ]


def say_declared(names: list[str]) -> str:
    """« Déclaré par Atelier, Brasserie, Cuisine et 2 autres »; nobody, in words."""
    return _("Déclaré par %(names)s.") % {"names": say_names(names)} if names else f"{declared_by(0).capitalize()}."


def say_names(names: list[str]) -> str:
    """The first NAMED of them, and how many more; "" for none."""
    said, more = names[:NAMED], len(names) - NAMED
    if more > 0:
        others = ngettext("%(count)d autre", "%(count)d autres", more) % {"count": more}
        return _("%(names)s et %(others)s") % {"names": ", ".join(said), "others": others}
    return _("%(names)s et %(last)s") % {"names": ", ".join(said[:-1]), "last": said[-1]} if said[1:] else "".join(said)


def kept_of(rows: list[NearDuplicate]) -> dict[int, int]:
    """{key of a term merged away: key of what it was merged into}, which may have been merged away in turn."""
    merged = {pk for row in rows if row.state == NearDuplicateState.MERGED for pk in (row.item_id, row.other_id)}
    return dict(Merge.objects.in_force().filter(item__in=merged).values_list("item", "into")) if merged else {}


def say_decision(row: NearDuplicate, into: dict[int, int]) -> str:
    """`into` is that of `kept_of`."""
    if row.state == NearDuplicateState.DIFFERENT:
        return _("Ce sont deux choses.")
    if row.state == NearDuplicateState.MERGED:
        kept = row.item if into.get(row.other_id) == row.item_id else row.other
        return _("Fusionnés : il reste « %(item)s ».") % {"item": kept}
    return ""
