"""What often goes along with what a structure has declared, for somebody who wonders what else to declare.

Two sources: the métiers closest to the structure, and, for terms that no métier holds, the house's own terms and those
that others of the house declared, in the same domains.
"""

from collections import defaultdict
from itertools import chain, zip_longest
from math import log, sqrt

from django.apps import apps
from django.db.models import Count, Q

from residents.enums import Scheme

# Métiers looked at, the closest ones.
CLOSEST = 15
# A term held by more métiers than this tells nothing of a métier ("organiser son travail").
TOO_COMMON = 150


def items_going_along(items, resident, limit: int) -> list:
    """At most `limit` terms among `items` that `resident` lacks, the most telling first; at most 7 queries.

    Two terms of the closest métiers, then one of the house in the same domains, and so on.
    """
    declared = list(resident.declarations.values_list("item_id", flat=True))
    if not declared:
        return []
    of_occupations = iter(_of_close_occupations(declared, 2 * limit))
    of_house = iter(_of_house(declared, 2 * limit))
    best = list(dict.fromkeys(filter(None, chain(*zip_longest(of_occupations, of_occupations, of_house)))))
    proposed = items.current().select_related("domain").in_bulk(best)
    return [proposed[pk] for pk in best if pk in proposed][:limit]


def rarity(total: int, holders: int) -> float:
    """ln((total + 1) / (holders + 1/2)), an inverse document frequency, floored at 0."""
    return max(0.0, log((total + 1) / (holders + 0.5)))


def _of_close_occupations(declared: list[int], limit: int) -> list[int]:
    """Keys of the terms that the métiers closest to the structure hold.

    closeness(métier) = sum of rarity² over the declared terms that it holds, / sqrt(terms that it holds): the cosine of
    the two profiles, up to the structure's own norm. score(term) = rarity(term) * sum of the closeness of the métiers
    that hold it: nearest neighbours with popularity damped by inverse frequency (Breese, Heckerman & Kadie 1998).
    """
    Occupation = apps.get_model("residents", "Occupation")
    total = Occupation.objects.count()
    links = Occupation.items.through.objects.filter(knowledgeitem__occupation_count__lte=TOO_COMMON)
    pairs = ("occupation_id", "knowledgeitem_id", "knowledgeitem__occupation_count")
    closeness = defaultdict(float)
    for occupation, _item, holders in links.filter(knowledgeitem__in=declared).values_list(*pairs):
        closeness[occupation] += rarity(total, holders) ** 2
    sizes = links.filter(occupation__in=list(closeness)).values_list("occupation").annotate(Count("pk"))
    closeness = {occupation: closeness[occupation] / sqrt(size) for occupation, size in sizes}
    closest = sorted(closeness, key=lambda occupation: (-closeness[occupation], occupation))[:CLOSEST]
    scores = defaultdict(float)
    for occupation, item, holders in links.filter(occupation__in=closest).values_list(*pairs):
        scores[item] += closeness[occupation] * rarity(total, holders)
    return _best(scores, declared, limit)


def _of_house(declared: list[int], limit: int) -> list[int]:
    """Keys of terms of the house, or declared by somebody, that share domains with the structure; a rare one says more.

    profile(domain) = sum over the declared terms of 1 / their number of domains;
    score(term) = sum of profile * rarity over its domains, / sqrt(their number).
    """
    KnowledgeItem = apps.get_model("residents", "KnowledgeItem")
    links = KnowledgeItem.domains.through.objects
    profile, scores = defaultdict(float), defaultdict(float)
    for _item, domains in _grouped(links.filter(knowledgeitem__in=declared)).items():
        for domain in domains:
            profile[domain] += 1 / len(domains)
    of_house = Q(knowledgeitem__scheme=Scheme.HOUSE) | Q(
        knowledgeitem__in=apps.get_model("residents", "Declaration").objects.values("item")
    )
    terms = _grouped(links.filter(of_house))
    holders = defaultdict(int)
    for domain in chain(*terms.values()):
        holders[domain] += 1
    for item, domains in terms.items():
        shared = sum(profile[domain] * rarity(len(terms), holders[domain]) for domain in domains if domain in profile)
        if shared:
            scores[item] = shared / sqrt(len(domains))
    return _best(scores, declared, limit)


def _grouped(links) -> dict[int, list[int]]:
    domains = defaultdict(list)
    for item, domain in links.values_list("knowledgeitem_id", "domain_id"):
        domains[item].append(domain)
    return domains


def _best(scores: dict[int, float], declared: list[int], limit: int) -> list[int]:
    lacking = scores.keys() - set(declared)
    return sorted(lacking, key=lambda item: (-scores[item], item))[:limit]
