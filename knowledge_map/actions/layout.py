"""Where the map's nodes stand."""

from django.db import transaction

from knowledge_map.graph import KnowledgeGraph, Structure
from knowledge_map.layout import layout
from knowledge_map.models import MapLayout
from knowledge_map.reading import Declared
from residents.models import Resident


@transaction.atomic
def refresh_layout() -> None:
    """Compute and store the positions of the map as declared now, whoever may read it."""
    residents = Resident.objects.in_residence().values_list("pk", flat=True)
    declared = Declared(residents)
    graph = KnowledgeGraph(
        [Structure(f"r{pk}", "") for pk in residents], declared.items.values(), declared.domains.values(), declared.ties
    )
    stored = MapLayout.objects.select_for_update().filter(pk=1).values_list("positions", flat=True).first() or {}
    MapLayout.objects.update_or_create(pk=1, defaults={"positions": layout(graph, stored)})
