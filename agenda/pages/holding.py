"""Spaces over a period, as the house manager's pages and the doors read them: in few queries, whatever their number."""

import datetime
from collections import defaultdict

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from agenda.models import Closure, Occupation, Space
from agenda.situation import Situation
from agenda.times import local


def spaces_with_hours():
    """All spaces, retired ones too, with what `situations_of` asks of each (three queries)."""
    return Space.objects.prefetch_related("parts", "opening_hours")


def closures_with_spaces(first: datetime.date, last: datetime.date):
    """Closures of the days, both included, with `of_spaces`, `of_parts` (keys) and `names` of what they close."""
    closed = {"of_spaces": "spaces", "of_parts": "spaces__parts", "names": "spaces__name"}
    return Closure.objects.between(first, last).annotate(
        **{
            name: ArrayAgg(path, default=[], filter=Q(**{f"{path}__isnull": False}), distinct=True)
            for name, path in closed.items()
        }
    )


def closes(closure: Closure, elementary: set[int]) -> bool:
    """Whether the closure (of `closures_with_spaces`) meets one of these elementary spaces; as ClosureQuerySet.of."""
    return not closure.of_spaces or not elementary.isdisjoint([*closure.of_spaces, *closure.of_parts])


def elementary_of(space: Space) -> set[int]:
    return {part.pk for part in space.parts.all()} or {space.pk}


def situations_of(spaces: list[Space], start: datetime.datetime, end: datetime.datetime) -> dict[int, Situation]:
    """{space's pk: its situation between two instants}, of spaces read by `spaces_with_hours`, in two queries more."""
    last = local(end - datetime.timedelta(microseconds=1)).date()
    closures = list(closures_with_spaces(local(start).date(), last))
    situations = {}
    for space in spaces:
        found = situations[space.pk] = Situation(space)
        for hours in space.opening_hours.all():
            found.hours[hours.weekday].append((hours.opens_at, hours.closes_at))
        found.closures = [closure for closure in closures if closes(closure, elementary_of(space))]
    taken = taken_between(set().union(*map(elementary_of, spaces)), start, end)
    for space in spaces:
        situations[space.pk].taken = [span for part in elementary_of(space) for span in taken[part]]
    return situations


def taken_between(elementary: set[int], start: datetime.datetime, end: datetime.datetime) -> dict[int, list]:
    """{elementary space's pk: (start, end, booking) in time's order, tidying included}, bookings with their names."""
    occupations = (
        Occupation.objects.filter(space__in=elementary, during__overlap=(start, end))
        .select_related("booking__space", "booking__event", "booking__resident")
        .order_by("during")
    )
    taken = defaultdict(list)
    for occupation in occupations:
        taken[occupation.space_id].append((occupation.during.lower, occupation.during.upper, occupation.booking))
    return taken
