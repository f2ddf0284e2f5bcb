"""Structures made and changed many at once, as a spreadsheet brings them: a few queries for all of them."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from residents import tasks
from residents.actions import journal
from residents.actions.profiles import PROFILE_CHANGED
from residents.actions.visibility import VISIBILITY_CHANGED
from residents.models import Resident, ResidentLink, Sector, User
from residents.models.search import searchable_texts
from residents.pages.visibility import LISTED, TRACE, standing
from residents.profile import Section, state

# The journal of the back office.
CREATED = "wagtail.create"
BATCH = 500
# Fields that are no part of a section, by the choice that the journal names.
CHOICES = {"is_listed": LISTED, "trace": TRACE}
# Rows of their own.
APART = {"sectors", "links"}


@dataclass(frozen=True)
class Wanted:
    """What shall be: `to` is {field: value} of what changes, of everything for a new structure (`resident` None).

    "sectors" are names, in any spelling, "links" are [label, address] in order.
    """

    resident: Resident | None
    to: dict[str, Any] = field(hash=False)


@transaction.atomic
def put_all(wanted: list[Wanted], *, by: User) -> None:
    """Make each structure be what is wanted, sectors that nobody knew included; the journal tells each change.

    A `resident` comes with its sectors and links (prefetched). Raises ValidationError when one was changed, or deleted,
    since it was read: nobody's change is lost.
    """
    hold([one.resident for one in wanted if one.resident])
    sectors = known_sectors(wanted, by=by)
    entries = make([one for one in wanted if not one.resident], sectors, by=by)
    entries += change([one for one in wanted if one.resident], sectors, by=by)
    journal.note_all(entries)
    tasks.declarations_changed()


def hold(residents: list[Resident]) -> None:
    rows = Resident.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[one.pk for one in residents])
    now = dict(rows.order_by("pk").values_list("pk", "updated_at"))
    for one in residents:
        if now.get(one.pk) != one.updated_at:
            raise ValidationError(_("« %(name)s » vient d’être modifiée : importez de nouveau.") % {"name": one.name})


def known_sectors(wanted: Iterable[Wanted], *, by: User) -> dict[str, int]:
    """{name: key} of all the sectors named, the new ones written, each once."""
    names = [name for one in wanted for name in one.to.get("sectors", [])]
    spelled = searchable_texts(names)
    known = dict(Sector.objects.values_list("sort_name", "pk"))
    taken = set(Sector.objects.values_list("slug", flat=True))
    new = {}
    for name in names:
        if spelled[name] not in known and spelled[name] not in new:
            new[spelled[name]] = Sector(name=name, slug=free_slug(name, taken, Sector, "secteur"))
    made = Sector.objects.bulk_create(new.values())
    journal.note_all(journal.entry(one, CREATED, by=by) for one in made)
    known |= {spelling: one.pk for spelling, one in zip(new, made, strict=True)}
    return {name: known[spelled[name]] for name in names}


def free_slug(name: str, taken: set[str], model, otherwise: str) -> str:
    """An address for `name` that nobody has; it is `taken` from now on."""
    most = model._meta.get_field("slug").max_length
    plain = slugify(name)[: most - 6].strip("-") or otherwise
    slug, number = plain, 1
    while slug in taken:
        number += 1
        slug = f"{plain}-{number}"
    taken.add(slug)
    return slug


def make(wanted: list[Wanted], sectors: dict[str, int], *, by: User) -> list:
    """New structures; returns the lines of the journal."""
    residents = [Resident() for _one in wanted]
    for resident, one in zip(residents, wanted, strict=True):
        put(resident, {"sectors": [], "links": []} | one.to, sectors)
    Resident.objects.bulk_create(residents, batch_size=BATCH)
    join_sectors(residents)
    write_links(residents)
    return [journal.entry(resident, CREATED, by=by) for resident in residents]


def change(wanted: list[Wanted], sectors: dict[str, int], *, by: User) -> list:
    """Structures that are there; returns the lines of the journal, one a section that changed."""
    entries, residents = [], []
    for one in wanted:
        resident = copy(one.resident)
        parts = dict.fromkeys(map(part_of, one.to))
        before = {part: stands(resident, part) for part in parts}
        put(resident, one.to, sectors)
        residents.append(resident)
        entries += [told(resident, part, before[part], by=by) for part in parts]
    fields = sorted({name for one in wanted for name in one.to} - APART)
    if residents:
        # One statement for many rows: an update of that many CASE WHEN takes PostgreSQL seconds to read.
        Resident.objects.bulk_create(
            residents,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[*fields, "updated_at"],
            batch_size=BATCH,
        )
    join_sectors([one for one in residents if hasattr(one, "wanted_sectors")])
    write_links([one for one in residents if hasattr(one, "wanted_links")])
    return entries


def put(resident: Resident, to: dict[str, Any], sectors: dict[str, int]) -> None:
    for name, value in to.items():
        if name == "sectors":
            resident.wanted_sectors = {sectors[one] for one in value}
        elif name == "links":
            resident.wanted_links = value
        else:
            setattr(resident, name, value)


def part_of(name: str) -> str:
    """The section, or the choice, that a field is of."""
    return CHOICES.get(name) or Section(name.removesuffix("_audience"))


def stands(resident: Resident, part: str):
    """What stands in a section, as `residents.profile.state` says it, or the choice; no query."""
    if part in {LISTED, TRACE}:
        return standing(resident, part)
    if part == Section.SECTORS:
        mine = getattr(resident, "wanted_sectors", None)
        return {part: sorted(mine if mine is not None else (sector.pk for sector in resident.sectors.all()))}
    found = state(resident, part)
    if part == Section.LINKS and hasattr(resident, "wanted_links"):
        found[part] = resident.wanted_links
    return found


def told(resident: Resident, part: str, before, *, by: User):
    after = stands(resident, part)
    if part in {LISTED, TRACE}:
        return journal.entry(resident, VISIBILITY_CHANGED, by=by, part=part, before=before, after=after)
    return journal.entry(resident, PROFILE_CHANGED, by=by, section=part, before=before, after=after)


def join_sectors(residents: list[Resident]) -> None:
    through = Resident.sectors.through
    through.objects.filter(resident__in=residents).delete()
    through.objects.bulk_create(
        (through(resident_id=one.pk, sector_id=pk) for one in residents for pk in sorted(one.wanted_sectors)),
        batch_size=2 * BATCH,
    )


def write_links(residents: list[Resident]) -> None:
    ResidentLink.objects.filter(resident__in=residents).delete()
    ResidentLink.objects.bulk_create(
        (
            ResidentLink(resident=one, label=label, url=url, position=position)
            for one in residents
            for position, (label, url) in enumerate(one.wanted_links)
        ),
        batch_size=2 * BATCH,
    )
