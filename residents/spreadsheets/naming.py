"""Which structure a sheet means: by its address, or by its name however it is written; names that are nearly another's.

Everything is compared in memory, after one query for the structures and one for the spelling of the names in the file.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from residents.models import Resident
from residents.models.search import searchable_texts
from residents.spreadsheets.words import Misread
from residents.vocabulary.words import SMALL_WORDS

# What a name may do without: « Association L’Atelier du zinc » is « Atelier du Zinc ».
FORMS = {"association", "asso", "scop", "scic", "sas", "sarl", "sasu", "eurl", "sa", "collectif", "compagnie", "cie"}
# A letter more or less changes a shorter name into another one.
SHORTEST_NEAR = 6


@dataclass(frozen=True)
class Named:
    """A structure that is here already (its `pk`), or one that line `line` of the file names."""

    name: str
    slug: str
    spelling: str
    pk: int | None = None
    line: int = 0


class Structures:
    """The structures of the house and those that a sheet names, found by address or name.

    `spelled` is {name: spelling} of every name given to `load`.
    """

    def __init__(self, known: Iterable[Named], spelled: dict[str, str]):
        self.spelled = spelled
        self.by_slug: dict[str, Named] = {}
        self.by_spelling: dict[str, list[Named]] = defaultdict(list)
        self._by_hint: dict[str, list[Named]] = defaultdict(list)
        for one in known:
            self.add(one)

    @classmethod
    def load(cls, names: Iterable[str]) -> "Structures":
        """All the structures, ready to be compared with `names`; two queries."""
        rows = Resident.objects.order_by("pk").values_list("name", "slug", "sort_name", "pk")
        return cls((Named(*row) for row in rows), searchable_texts(names))

    def add(self, one: Named) -> None:
        self.by_slug.setdefault(one.slug.lower(), one)
        self.by_spelling[one.spelling].append(one)
        for hint in set(hints(one.spelling)):
            self._by_hint[hint].append(one)

    def find(self, name: str, address: str = "") -> Named:
        """The structure of that address, or of that name.

        Raises Misread, which says what to write instead.
        """
        if address:
            found = self.by_slug.get(slug_in(address))
            if found is None:
                raise Misread(_("Aucune structure n’est à l’adresse « %(address)s ».") % {"address": address})
            return found
        found = self.by_spelling.get(self.spelled[name], []) if self.spelled[name] else []
        if len(found) == 1:
            return found[0]
        if found:
            raise Misread(
                _("Plusieurs structures se nomment « %(name)s » : écrivez l’adresse (%(addresses)s).")
                % {"name": name, "addresses": ", ".join(one.slug for one in found)}
            )
        words = _("Aucune structure ne se nomme « %(name)s ».") % {"name": name}
        if near := self.near(self.spelled[name]):
            words = _("Aucune structure ne se nomme « %(name)s » ; vouliez-vous dire « %(near)s » ?") % {
                "name": name,
                "near": near[0].name,
            }
        raise Misread(words)

    def near(self, spelling: str) -> list[Named]:
        """Structures of which the name is nearly this one: the same but for small words, forms, order, or one letter.

        Figures count: « Atelier 1 » is not « Atelier 2 ».
        """
        found = {id(one): one for hint in hints(spelling) for one in self._by_hint.get(hint, [])}
        return [one for one in found.values() if one.spelling != spelling and alike(one.spelling, spelling)]


def hints(spelling: str) -> Iterator[str]:
    """Texts of which two near names share one: the telling letters, whole, and with each one left out."""
    letters = telling(spelling)
    yield letters
    if len(letters) >= SHORTEST_NEAR:
        for at, _run in runs(letters):
            yield letters[:at] + letters[at + 1 :]


def runs(letters: str) -> Iterator[tuple[int, str]]:
    """Where each run of one letter begins: leaving out either of two equal neighbours gives the same text."""
    at = 0
    for letter, group in groupby(letters):
        yield at, letter
        at += len(list(group))


def telling(spelling: str) -> str:
    """The words that tell a name from another, in one order, joined; all of them if none does."""
    words = spelling.split()
    kept = [word for word in words if word not in SMALL_WORDS | FORMS and len(word) > 1]
    return "".join(sorted(kept or words))


def alike(one: str, other: str) -> bool:
    """Are two names, that share a hint, the same but for one letter?"""
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    one, other = telling(one), telling(other)
    if one == other:
        return True
    if min(len(one), len(other)) < SHORTEST_NEAR or abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, rest_other = one[start:], other[start:]
    return rest[1:] in (rest_other, rest_other[1:]) or rest_other[1:] == rest or swapped(rest, rest_other)


def swapped(one: str, other: str) -> bool:
    return one[:2] == other[:2][::-1] and one[2:] == other[2:]


def slug_in(address: str) -> str:
    """The address of a structure, from itself or from a link to its page."""
    return address.strip().rstrip("/").rpartition("/")[2].lower()
