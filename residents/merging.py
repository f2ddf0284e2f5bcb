"""What the pages of merges say, in whole sentences: the terms to merge with, what merging does, what undoing does."""

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from residents.actions.merges import LONGEST_NOTE, Move, changed_since, moves
from residents.enums import Evidence, Stance
from residents.models import Declaration, KnowledgeItem, Merge, Resident
from residents.pages.history import states

CLOSE = 8
RESULTS = 20


def candidates(item: KnowledgeItem, text: str) -> list[KnowledgeItem]:
    """Terms that `item` may be merged with: those like it, or those that answer `text`. Each says who `declares` it."""
    terms = KnowledgeItem.objects
    if text:
        found = terms.matching(text, item.kind, limit=RESULTS + 1)
    else:
        found = terms.close_to(item.label, item.kind, limit=CLOSE + 1)
    found = [one for one in found if one != item][: RESULTS if text else CLOSE]
    counted = Declaration.objects.filter(item__in=found).order_by().values_list("item").annotate(count=Count("pk"))
    counts = dict(counted)
    for one in found:
        one.declares = declared_by(counts.get(one.pk, 0))
    return found


def declared_by(count: int) -> str:
    if not count:
        return _("aucune structure ne le déclare")
    return ngettext("%(count)d structure le déclare", "%(count)d structures le déclarent", count) % {"count": count}


def what_happens(item: KnowledgeItem, into: KnowledgeItem) -> list[str]:
    """What merging will do to each structure that declares `item`, then to its words."""
    found = moves(item, into)
    said = [say_move(move, item, into) for move in found]
    if not said:
        said.append(_("Aucune structure ne déclare « %(item)s » : aucune déclaration ne change.") % {"item": item})
    return [*said, say_words(item, into)]


def say_move(move: Move, item: KnowledgeItem, into: KnowledgeItem) -> str:
    names = {"resident": move.resident, "item": item, "into": into, "does": does(move.item)}
    if move.into is None:
        return _("%(resident)s %(does)s « %(item)s » : ce sera « %(into)s ».") % names
    names |= {"does_too": does(move.into), "stays": ", ".join(what_stays(move))}
    if names["does"] == names["does_too"]:
        words = _("%(resident)s %(does)s « %(item)s » et « %(into)s » : il reste « %(into)s », %(stays)s.")
    else:
        words = _("%(resident)s %(does)s « %(item)s » et %(does_too)s « %(into)s » : il reste « %(into)s », %(stays)s.")
    return words % names


def does(state: dict) -> str:
    return _("offre") if state["stance"] == Stance.OFFER else _("cherche")


def what_stays(move: Move) -> list[str]:
    """The stance that stays, then what happens to two notes, then the stronger evidence when they differ."""
    after = move.after
    said = [_("en %(stance)s") % {"stance": Stance(after["stance"]).label}]
    if after["note"] not in (move.item["note"], move.into["note"]):
        whole = len(move.item["note"]) + len(move.into["note"]) + 3 <= LONGEST_NOTE
        said.append(_("avec les deux précisions") if whole else _("avec les deux précisions, raccourcies"))
    if move.item["evidence"] != move.into["evidence"]:
        said.append(str(Evidence(after["evidence"]).label))
    return said


def say_words(item: KnowledgeItem, into: KnowledgeItem) -> str:
    count = item.synonyms.count()
    names = {"item": item, "into": into, "count": count}
    if not count:
        return _("Qui écrira « %(item)s » trouvera « %(into)s ».") % names
    return (
        ngettext(
            "Qui écrira « %(item)s », ou son autre intitulé, trouvera « %(into)s ».",
            "Qui écrira « %(item)s », ou l’un de ses %(count)d autres intitulés, trouvera « %(into)s ».",
            count,
        )
        % names
    )


def what_undoing_does(merge: Merge) -> list[str]:
    """For each structure whose declaration was moved: what it gets back, or why it gets nothing. Three queries."""
    keys = [kept["resident"] for kept in merge.moved]
    residents = Resident.objects.in_bulk(keys)
    now = {}
    for item in (merge.item, merge.into):
        declared = list(item.declarations.filter(resident__in=keys))
        now[item] = {one.resident_id: states([one])[item.pk] for one in declared}
    said = []
    for kept in merge.moved:
        if resident := residents.get(kept["resident"]):
            both = now[merge.item].get(resident.pk), now[merge.into].get(resident.pk)
            said.append(changed_since(merge, resident, kept, *both) or say_put_back(merge, resident, kept))
    return said or [_("Aucune déclaration n’avait été déplacée.")]


def say_put_back(merge: Merge, resident: Resident, kept: dict) -> str:
    names = {"resident": resident, "item": merge.item, "into": merge.into}
    names["stance"] = Stance(kept["item"]["stance"]).label
    if kept["into"] is None:
        return _("%(resident)s retrouvera « %(item)s » en %(stance)s, au lieu de « %(into)s ».") % names
    names["stance_too"] = Stance(kept["into"]["stance"]).label
    return _("%(resident)s retrouvera « %(item)s » en %(stance)s et « %(into)s » en %(stance_too)s.") % names
