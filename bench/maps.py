"""Made-up maps of any size, the same each time: structures with a few favourite domains, usual items first."""

import random

from knowledge_map.graph import KINDS, OFFER, SEEK, Domain, Item, KnowledgeGraph, Structure, Tie

DOMAINS = 110
TERMS_PER_DOMAIN = 400


def made_up_map(structures: int, items_each: int = 25, seed: int = 7) -> KnowledgeGraph:
    """`structures` structures that each declare `items_each` of 44,000 terms, one in five sought."""
    chance = random.Random(seed)
    items, ties = {}, []
    for number in range(structures):
        favourites = chance.sample(range(DOMAINS), 4)
        held = {}
        while len(held) < items_each:
            domain = chance.choice(favourites) if chance.random() < 0.75 else chance.randrange(DOMAINS)
            # Zipf: in each domain a few terms are everybody's, most are somebody's.
            rank = min(int(chance.paretovariate(0.55)), TERMS_PER_DOMAIN)
            item = made_up_item(domain, rank)
            items[item.key] = item
            held[item.key] = Tie(f"r{number}", item.key, SEEK if chance.random() < 0.2 else OFFER)
        ties += held.values()
    return KnowledgeGraph(
        [made_up_structure(number) for number in range(structures)],
        items.values(),
        [
            Domain(f"dZ{number:02}", f"Domaine professionnel {number}", f"domaine professionnel {number}")
            for number in range(DOMAINS)
        ],
        ties,
    )


def made_up_structure(number: int) -> Structure:
    name = f"Structure coopérative {number}"
    return Structure(f"r{number}", name, f"structure-{number}", name.lower(), (f"secteur-{number % 7}",))


def made_up_item(domain: int, rank: int) -> Item:
    key = f"i{domain * TERMS_PER_DOMAIN + rank}"
    label = f"Conduire la démarche {rank} du domaine {domain}"
    return Item(key, label, KINDS[(domain + rank) % 3], label.lower(), f"dZ{domain:02}")
