"""From an empty database to the demonstration residency; quick when there is nothing to do."""

from collections.abc import Callable

from django.core.management import call_command


def prepare(*, say: Callable[[str], None]) -> None:
    """Migrate, load the vocabulary and the demonstration where they are missing; `say` tells each step."""
    # Imported here: the models are there once Django is set up.
    from residents.models import KnowledgeItem, Resident

    say("Base de données…")
    call_command("migrate", interactive=False, verbosity=0)
    if not KnowledgeItem.objects.exists():
        say("Vocabulaire de référence (ROME, ESCO, maison)…")
        call_command("load_vocabulary")
    if not Resident.objects.exists():
        say("Résidence de démonstration…")
        call_command("load_demo", announces=False)
