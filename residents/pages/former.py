"""The structures that have left the house, as far as each wished to leave a trace, for somebody who reads them."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Page, Paginator

from residents import rules
from residents.models import Resident, User
from residents.reading import Reading, as_read_by

PER_PAGE = 60


@dataclass(frozen=True)
class Former:
    """`arrived_on` and `leaves_on` are its first and its last day here."""

    reading: Reading
    arrived_on: datetime.date
    leaves_on: datetime.date


@dataclass(frozen=True)
class FormerList:
    """`page` is one of the pages of all; `years`, those who left, by the year they did, the latest first."""

    page: Page
    years: list[tuple[int, list[Former]]]


def former(reader: User, number: int) -> FormerList:
    """In two queries; a number beyond the last gives the last."""
    gone = Resident.objects.with_presence().filter(rules.met(reader), has_left=True).select_related("logo")
    page = Paginator(gone.order_by("-leaves_on", "sort_name", "pk"), PER_PAGE).get_page(number)
    found = [Former(as_read_by(reader, row), row.arrived_on, row.leaves_on) for row in page.object_list]
    return FormerList(page, [(year, list(them)) for year, them in groupby(found, key=lambda one: one.leaves_on.year)])
