"""Terms that say, or may say, the same thing, and what a structure declares of them."""

from residents.enums import KnowledgeKind, Scheme
from residents.models import Declaration
from tests.factories import KnowledgeItemFactory

DOING = KnowledgeKind.SAVOIR_FAIRE

OFFERED = {"stance": "offre", "note": "", "evidence": "declare"}


def term(label, **fields):
    return KnowledgeItemFactory(label=label, **{"kind": DOING, **fields})


def official(label, **fields):
    return KnowledgeItemFactory(label=label, **{"scheme": Scheme.ROME, **fields})


def proposed(label, **fields):
    return KnowledgeItemFactory(label=label, **{"scheme": Scheme.RESIDENT, "code": "", **fields})


def state(resident, item):
    return Declaration.objects.filter(resident=resident, item=item).values("stance", "note", "evidence").first()


def states(resident, *items):
    return [state(resident, item) for item in items]


def synonyms(item):
    return sorted(item.synonyms.values_list("label", flat=True))


def fresh(row):
    return type(row).objects.get(pk=row.pk)
