"""A home for a term that a structure wrote itself: the domains of the terms whose words are most like its own."""

from collections import Counter, defaultdict
from functools import reduce
from math import log
from operator import or_

from residents.models import KnowledgeItem
from residents.models.search import begins_words, searchable_text
from residents.vocabulary.words import stems

# As for the terms that no métier holds (placing.py): terms looked at, and the share of them that makes a domain a home.
NEIGHBOURS = 30
AGREEMENT = 0.2
MOST_DOMAINS = 2
# At least this part of what the term's words tell is in its closest neighbour.
CLOSEST = 0.35


def settle(item: KnowledgeItem) -> None:
    """Give a saved `item` its home and its domains; nothing changes when no known term is like it. 4 queries."""
    words = stems(searchable_text(item.label))
    votes = _votes(words) if words else {}
    total = sum(votes.values())
    homes = [domain for domain in sorted(votes, key=lambda d: (-votes[d], d)) if votes[domain] >= AGREEMENT * total]
    if homes:
        item.domain_id = homes[0]
        item.save(update_fields=["domain"])
        item.domains.set(homes[:MOST_DOMAINS])


def _votes(words: Counter) -> dict[int, float]:
    """The weight of each domain's key among the NEIGHBOURS most like `words`, {} if even the closest is unlike.

    Likeness is the part of the words' rarity (ln of all terms / terms with the word; a word of no term does not count)
    that the neighbour has, times the square root of the part of its own words that are among them. A neighbour counts
    by its square.
    """
    known = KnowledgeItem.objects.current().exclude(domain=None)
    rows = list(
        known.filter(reduce(or_, (begins_words([word]) for word in words))).values_list("searchable", "domain_id")
    )
    parts = [(stems(label), domain) for label, domain in rows]
    holders = Counter(word for part, _domain in parts for word in part if word in words)
    total = known.count()
    rarity = {word: log((total + 1) / (holders[word] + 0.5)) for word in holders}
    told = sum(rarity.values())
    likeness = sorted(
        (
            (
                sum(rarity[word] for word in part if word in words) / told * (len(part & words) / len(part)) ** 0.5,
                domain,
            )
            for part, domain in parts
            if part
        ),
        reverse=True,
    )[:NEIGHBOURS]
    votes = defaultdict(float)
    if likeness and likeness[0][0] >= CLOSEST:
        for like, domain in likeness:
            votes[domain] += like**2
    return votes
