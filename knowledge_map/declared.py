"""What the house declares, as the network that suggestions read."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from knowledge_map.enums import Answer
from knowledge_map.models import SuggestionAnswer
from knowledge_map.suggestions import TOO_COMMON, Network
from residents.enums import Audience, Evidence, KnowledgeKind, Stance
from residents.models import Declaration, KnowledgeItem, Occupation, Resident, Synonym

EVIDENCE = {Evidence.DECLARED: 0.6, Evidence.CONFIRMED: 0.9}


@dataclass(frozen=True)
class Declared:
    """The mapped structures in residence. Structures and items of `network` are primary keys, told by `residents`
    (pk: name) and `items` (pk: label and kind).

    `excluded`, `kept` and `discreet` are what `suggest` is asked: refused partners, those that interest, structures
    whose savoirs other residents do not read.
    """

    network: Network
    residents: dict[int, str]
    items: dict[int, tuple[str, str]]
    excluded: set[tuple[int, int]]
    kept: set[tuple[int, int]]
    discreet: set[int]

    @classmethod
    def today(cls) -> "Declared":
        present = dict(Resident.objects.in_residence().values_list("pk", "name"))
        mapped = dict(Resident.objects.in_residence().mapped().values_list("pk", "savoirs_audience"))
        rows = list(
            Declaration.objects.filter(resident__in=mapped)
            .order_by("resident", "item")
            .values_list("resident_id", "item_id", "stance", "evidence", "item__label", "item__kind")
        )
        items = {item: (label, kind) for _, item, _, _, label, kind in rows}
        answers = answers_between(present)
        return cls(
            network=Network.build(
                offers=[(r, i, EVIDENCE[e]) for r, i, stance, e, _, _ in rows if stance == Stance.OFFER],
                needs=[(r, i) for r, i, stance, _, _, _ in rows if stance == Stance.SEEK],
                milieux={item for item, (_, kind) in items.items() if kind == KnowledgeKind.MILIEU},
                ties=answers[Answer.IN_TOUCH],
                groups=going_together(items),
                transversal=transversal(items),
            ),
            residents=present,
            items=items,
            excluded=answers[Answer.NOT_FOR_US],
            kept=answers[Answer.INTERESTED],
            discreet={pk for pk, audience in mapped.items() if audience == Audience.HOUSE},
        )


def answers_between(residents: Collection[int]) -> dict[str, set[tuple[int, int]]]:
    """(resident, partner) by answer."""
    given = SuggestionAnswer.objects.filter(resident__in=residents, partner__in=residents)
    found = {answer: set() for answer in Answer.values}
    for resident, partner, answer in given.order_by("pk").values_list("resident_id", "partner_id", "answer"):
        found[answer].add((resident, partner))
    return found


def going_together(items: Collection[int]) -> list[list[int]]:
    """What goes along before residents tell: the whole contents of each métier and domain that hold some of `items`,
    and those of `items` that say the same."""
    occupations, domains = Occupation.items.through.objects, KnowledgeItem.domains.through.objects
    holding = occupations.filter(knowledgeitem__in=items).values("occupation")
    at_home = domains.filter(knowledgeitem__in=items).values("domain")
    return [
        *grouped(occupations.filter(occupation__in=holding).order_by("pk").values_list("occupation", "knowledgeitem")),
        *grouped(domains.filter(domain__in=at_home).order_by("pk").values_list("domain", "knowledgeitem")),
        *grouped(said_alike(items)),
    ]


def transversal(items: Collection[int]) -> set[int]:
    """Those of `items` that too many métiers hold ("Transmettre une technique"): they go along with everything, and so
    with nothing in particular."""
    common = TOO_COMMON * Occupation.objects.count()
    return set(KnowledgeItem.objects.filter(pk__in=items, occupation_count__gt=common).values_list("pk", flat=True))


def said_alike(items: Collection[int]) -> list[tuple[str, int]]:
    """(words, item): the labels and synonyms of `items`, accents and case aside."""
    labels = KnowledgeItem.objects.filter(pk__in=items).values_list("searchable", "pk")
    synonyms = Synonym.objects.filter(item__in=items).values_list("searchable", "item_id")
    return sorted({*labels, *synonyms})


def grouped(rows: Iterable[tuple]) -> list[list[int]]:
    """Items by what they have in common; those that stand alone are of no use."""
    groups = defaultdict(list)
    for key, item in rows:
        groups[key].append(item)
    return [group for group in groups.values() if len(group) > 1]
