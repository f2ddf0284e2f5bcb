"""A structure in one cell: its name, or its address on the site where the name does not tell it from another."""

import re
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.spreadsheets.naming import Named, Structures, slug_in
from residents.spreadsheets.plans import Column
from residents.spreadsheets.words import Cells

ADDRESS = re.compile(r"(?:https?://\S+|/\S+|[a-z0-9]+(?:-[a-z0-9]+)*)/?")
STRUCTURE = Column(
    "structure",
    gettext_lazy("Structure"),
    aliases=("structure résidente", "nom de la structure", "organisation", "organisme", "adresse de la page"),
    required=True,
    help=gettext_lazy("Son nom, ou l’adresse de sa page (atelier-du-zinc) si plusieurs se nomment ainsi."),
)


def structure_of(cells: Cells, structures: Structures) -> Named | None:
    """The structure that a line is about; None, with a fault, when that is unclear."""
    return cells.read("structure", partial(structure_meant, structures), missing=_("Il manque la structure."))


def structure_meant(structures: Structures, text: str) -> Named:
    """The structure at this address, or of this name. Raises Misread, which says what to write instead."""
    if ADDRESS.fullmatch(text) and (found := structures.by_slug.get(slug_in(text))):
        return found
    return structures.find(text)


def written(structures: Structures) -> dict[int, str]:
    """{a structure's key: what one cell says of it}, which `structure_meant` reads back."""
    told = {}
    for named in structures.by_slug.values():
        is_address = ADDRESS.fullmatch(named.name) and named.name in structures.by_slug
        is_alone = len(structures.by_spelling[named.spelling]) == 1 and not is_address
        told[named.pk] = named.name if is_alone else named.slug
    return told
