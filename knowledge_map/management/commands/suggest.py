"""`manage.py suggest`: who could work with whom, of this house or of anybody's files."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from knowledge_map import suggestions, wording
from knowledge_map.actions.suggestions import suggested
from knowledge_map.declared import Declared
from knowledge_map.enums import Closeness
from knowledge_map.tables import MalformedTable, read_network


class Command(BaseCommand):
    help = (
        "Suggère des coopérations et en donne les raisons. Sans --declarations, lit la base de la maison. "
        "d.csv : structure,kind,item,stance (kind : savoir, savoir_faire ou milieu ; stance : offre ou recherche, "
        "vide pour offre). t.csv : structure_a,structure_b."
    )
    # With files, the command asks nothing of the house, not even a database.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--declarations", type=Path, metavar="d.csv", help="structure,kind,item,stance")
        parser.add_argument("--ties", type=Path, metavar="t.csv", help="structure_a,structure_b : qui se connaît déjà")
        parser.add_argument("--top", type=int, default=10, metavar="10", help="suggestions par structure")
        parser.add_argument("--format", choices=["jsonl", "table"], default="jsonl", help="une ligne JSON par paire")

    def handle(self, *, declarations, ties, top, format, **options):
        if top < 1:
            raise CommandError("--top doit être un nombre d'au moins 1.")
        if ties and not declarations:
            raise CommandError("--ties complète --declarations : donnez les deux fichiers.")
        # The lists are all made before the first line: files at fault are never half done. Their text is streamed.
        found = from_files(declarations, ties, top) if declarations else from_the_house(top)
        lines = map(as_json, found) if format == "jsonl" else as_table(found)
        for line in lines:
            self.stdout.write(line)


def from_files(declarations: Path, ties: Path | None, top: int) -> Iterator[suggestions.Suggestion]:
    try:
        network = read_network(declarations, ties)
    except MalformedTable as error:
        raise CommandError(str(error)) from error
    structures, items = {name: name for name in network.structures}, {item: item[1] for item in network.items}
    for found in suggestions.suggest(network, top=top):
        yield renamed(found, structures=structures, items=items)


def from_the_house(top: int) -> Iterator[suggestions.Suggestion]:
    declared = Declared.today()
    items = {pk: label for pk, (label, _kind) in declared.items.items()}
    for found in suggested(declared, top=top):
        yield renamed(found, structures=declared.residents, items=items)


def renamed(found: suggestions.Suggestion, *, structures: dict, items: dict) -> suggestions.Suggestion:
    """With the names of the structures and of the items in the place of their keys."""
    return replace(
        found,
        structure=structures[found.structure],
        partner=structures[found.partner],
        reasons=[renamed_reason(reason, structures, items) for reason in found.reasons],
    )


def renamed_reason(reason: dict, structures: dict, items: dict) -> dict:
    named = dict(reason)
    if "seeker" in named:
        named["seeker"] = structures[named["seeker"]]
    if "items" in named:
        named["items"] = [items[item] for item in named["items"]]
    if "pairs" in named:
        named["pairs"] = [[items[ours], items[theirs]] for ours, theirs in named["pairs"]]
    if "structures" in named:
        named["structures"] = [structures[structure] for structure in named["structures"]]
    return named


def as_json(found: suggestions.Suggestion) -> str:
    return json.dumps(
        {
            "structure": found.structure,
            "partner": found.partner,
            "rank": found.rank,
            "score": round(found.score, 6),
            "channels": {name: round(value, 6) for name, value in found.channels.items()},
            "closeness": found.closeness,
            "reasons": found.reasons,
        },
        ensure_ascii=False,
    )


def as_table(found: Iterable[suggestions.Suggestion]) -> Iterator[str]:
    """Each structure, its partners in order, the reasons in French."""
    for structure, partners in groupby(found, key=lambda suggestion: suggestion.structure):
        yield f"{structure}"
        for suggestion in partners:
            closeness = f" ({Closeness(suggestion.closeness).label})" if suggestion.closeness else ""
            yield f"  {suggestion.rank:>3}. {suggestion.partner}{closeness}"
            yield from (f"       {sentence}" for sentence in in_french(suggestion))
        yield ""


def in_french(suggestion: suggestions.Suggestion) -> Iterator[str]:
    for reason in suggestion.reasons:
        yield from wording.sentences(as_worded(reason), resident_id=suggestion.structure, partner=suggestion.partner)


def as_worded(reason: dict) -> dict:
    """Names put back as `wording` reads them: items with a label, structures with a name."""
    worded = dict(reason)
    if "items" in worded:
        worded["items"] = [{"label": label} for label in worded["items"]]
    if "pairs" in worded:
        worded["pairs"] = [[{"label": label} for label in pair] for pair in worded["pairs"]]
    if "structures" in worded:
        worded["structures"] = [{"name": name} for name in worded["structures"]]
    return worded
