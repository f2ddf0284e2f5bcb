"""What the pages show to who takes their data away, or leaves."""

from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import QuerySet

from chaudronneries.portability import gathering, words
from chaudronneries.portability.words import Fate, Kept
from residents.enums import MembershipRole
from residents.models import Membership, Resident, User


@dataclass(frozen=True)
class Line:
    """So many of something that is kept."""

    kept: Kept
    count: int


@dataclass(frozen=True)
class Chapter:
    """What one part of the house keeps: `title`, and only what there is."""

    title: str
    lines: list[Line]


def of_person(user: User) -> list[Chapter]:
    """In one query."""
    rows = gathering.of_person(user)
    return chapters(gathering.counts(rows, of=User.objects.filter(pk=user.pk)), words.OF_PERSON, words.APPS)


def of_structure(resident: Resident) -> list[Chapter]:
    rows = gathering.of_structure(resident)
    return chapters(
        gathering.counts(rows, of=Resident.objects.filter(pk=resident.pk)), words.OF_STRUCTURE, words.APPS_OF_STRUCTURE
    )


def chapters(counts: dict[str, int], said: dict[str, Kept], titles: dict) -> list[Chapter]:
    found = [(key, Line(said[key], count)) for key, count in counts.items() if count]
    by_app = groupby(found, key=lambda one: one[0].partition(".")[0])
    return [Chapter(str(titles[app]), [line for _, line in lines]) for app, lines in by_app]


@dataclass
class Parting:
    """What goes, what stays without the name, and what is apart, when somebody leaves."""

    goes: list[Line] = field(default_factory=list)
    stays: list[Line] = field(default_factory=list)
    apart: list[Line] = field(default_factory=list)

    @classmethod
    def of(cls, chapters: list[Chapter]) -> "Parting":
        parting = cls()
        lists = {Fate.GOES: parting.goes, Fate.STAYS: parting.stays, Fate.APART: parting.apart}
        for chapter in chapters:
            for line in chapter.lines:
                lists[line.kept.fate].append(line)
        return parting


@dataclass(frozen=True)
class Orphan:
    """A structure that nobody would speak for; `others` could."""

    resident: Resident
    others: list[User]


def orphans(found: QuerySet[Resident], *, but: User) -> list[Orphan]:
    """In two queries."""
    structures = list(found)
    members = Membership.objects.filter(resident__in=structures, role=MembershipRole.MEMBER, user__is_active=True)
    others = list(members.exclude(user=but).select_related("user").order_by("user__last_name", "pk"))
    return [Orphan(one, [member.user for member in others if member.resident_id == one.pk]) for one in structures]
