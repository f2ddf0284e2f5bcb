"""What often goes along with what a structure has declared, for somebody who wonders what else to declare.

Two sources: the métiers closest to the structure, and, for terms that no métier holds, the house's own terms and those
that others of the house declared, in the same domains.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain, zip_longest
from math import log, sqrt

from django.apps import apps
from django.db.models import Q

from residents.enums import Scheme

# Métiers looked at: the closest ones, among those that share most with the structure.
CLOSEST, SHARING_MOST = 15, 40
# A term held by as many métiers tells nothing of one ("organiser son travail").
TOO_COMMON = 150


def items_going_along(items, resident, limit: int) -> list:
    """At most `limit` terms among `items` that `resident` lacks, the most telling first; 5 queries.

    Two terms of the closest métiers, then one of the house in the same domains, and so on.
    """
    declared = _grouped(resident.declarations.values_list("item_id", "item__domains"))
    if not declared:
        return []
    of_occupations = iter(_of_close_occupations(declared, 2 * limit))
    of_house = iter(_of_house(declared, 2 * limit))
    best = list(dict.fromkeys(filter(None, chain(*zip_longest(of_occupations, of_occupations, of_house)))))
    proposed = items.current().select_related("domain").in_bulk(best)
    return [proposed[pk] for pk in best if pk in proposed][:limit]


def rarity(total: int, holders: int) -> float:
    """ln((total + 1) / (holders + 1/2)): an inverse frequency, floored at 0."""
    return max(0.0, log((total + 1) / (holders + 0.5)))


def _of_close_occupations(declared: Iterable[int], limit: int) -> list[int]:
    """Keys of the terms that the métiers closest to the structure hold.

    closeness(métier) = sum of rarity² over the declared terms that it holds, / sqrt(terms that it holds): the cosine of
    the two profiles, up to the structure's own norm. score(term) = rarity(term) * sum of the closeness of the métiers
    that hold it: nearest neighbours with popularity damped by inverse frequency (Breese, Heckerman & Kadie 1998).
    """
    links = (
        apps.get_model("residents", "Occupation")
        .items.through.objects.filter(knowledgeitem__occupation_count__lt=TOO_COMMON)
        .values_list("occupation_id", "knowledgeitem_id", "knowledgeitem__occupation_count")
    )
    shared, held, scores = defaultdict(float), defaultdict(dict), defaultdict(float)
    for occupation, _item, holders in links.filter(knowledgeitem__in=list(declared)):
        shared[occupation] += rarity(TOO_COMMON, holders) ** 2
    for occupation, item, holders in links.filter(occupation__in=_highest(shared, SHARING_MOST)):
        held[occupation][item] = rarity(TOO_COMMON, holders)
    closeness = {occupation: shared[occupation] / sqrt(len(terms)) for occupation, terms in held.items()}
    for occupation in _highest(closeness, CLOSEST):
        for item, rare in held[occupation].items():
            if item not in declared:
                scores[item] += closeness[occupation] * rare
    return _highest(scores, limit)


def _of_house(declared: dict[int, list[int]], limit: int) -> list[int]:
    """Keys of terms of the house, or declared by somebody, that share domains with the structure; a rare one says more.

    profile(domain) = sum over the declared terms of 1 / their number of domains;
    score(term) = sum of profile * rarity over its domains, / sqrt(their number).
    """
    KnowledgeItem = apps.get_model("residents", "KnowledgeItem")
    of_house = Q(knowledgeitem__scheme=Scheme.HOUSE) | Q(
        knowledgeitem__in=apps.get_model("residents", "Declaration").objects.known_in_house().values("item")
    )
    links = KnowledgeItem.domains.through.objects.filter(of_house)
    terms = _grouped(links.values_list("knowledgeitem_id", "domain_id"))
    holders, profile, scores = defaultdict(int), defaultdict(float), {}
    for domain in chain(*terms.values()):
        holders[domain] += 1
    for domains in declared.values():
        for domain in domains:
            profile[domain] += rarity(len(terms), holders[domain]) / len(domains)
    for item, domains in terms.items():
        score = sum(profile.get(domain, 0) for domain in domains) / sqrt(len(domains))
        if score and item not in declared:
            scores[item] = score
    return _highest(scores, limit)


def _grouped(pairs: Iterable[tuple[int, int | None]]) -> dict[int, list[int]]:
    """The domains of each item; [] for one that has none."""
    domains = defaultdict(list)
    for item, domain in pairs:
        domains[item].extend([] if domain is None else [domain])
    return domains


def _highest(scores: dict[int, float], count: int) -> list[int]:
    return sorted(scores, key=lambda key: (-scores[key], key))[:count]
