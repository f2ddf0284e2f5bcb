"""What often goes along with what a structure has declared: the terms of the métiers closest to it."""

from collections import defaultdict
from math import log, sqrt

from django.apps import apps
from django.db.models import Count

# Métiers looked at, the closest ones.
CLOSEST = 15
# A term held by more métiers than this tells nothing of a métier ("organiser son travail").
TOO_COMMON = 150


def items_of_close_occupations(items, resident, limit: int) -> list:
    """The terms that `resident` lacks and that the métiers closest to it hold, the most telling first.

    closeness(métier) = sum over the declared terms that it holds of idf² / (norm of its terms): the cosine of idf
    vectors, up to the structure's own norm. score(term) = idf(term) * sum of the closeness of the métiers that hold it
    (item retrieval by nearest neighbours, with inverse document frequency as the damping of popularity: Breese,
    Heckerman & Kadie 1998, "inverse user frequency"). idf = ln((métiers + 1) / (métiers holding it + 1/2)).
    """
    Occupation = apps.get_model("residents", "Occupation")
    total = Occupation.objects.count()
    declared = set(resident.declarations.values_list("item_id", flat=True))

    def idf(holders):
        return log((total + 1) / (holders + 0.5))

    links = Occupation.items.through.objects.filter(knowledgeitem__occupation_count__lte=TOO_COMMON)
    closeness = defaultdict(float)
    for occupation, holders in links.filter(knowledgeitem__in=declared).values_list(
        "occupation_id", "knowledgeitem__occupation_count"
    ):
        closeness[occupation] += idf(holders) ** 2
    sizes = dict(links.filter(occupation__in=closeness).values_list("occupation").annotate(Count("pk")))
    closeness = {o: value / sqrt(sizes[o]) for o, value in closeness.items()}
    closest = dict(sorted(closeness.items(), key=lambda pair: -pair[1])[:CLOSEST])
    scores = defaultdict(float)
    for occupation, item, holders in links.filter(occupation__in=closest).values_list(
        "occupation_id", "knowledgeitem_id", "knowledgeitem__occupation_count"
    ):
        if item not in declared:
            scores[item] += closest[occupation] * idf(holders)
    best = sorted(scores, key=lambda item: (-scores[item], item))[: 3 * limit]
    proposed = items.current().select_related("domain").in_bulk(best)
    return [proposed[pk] for pk in best if pk in proposed][:limit]
