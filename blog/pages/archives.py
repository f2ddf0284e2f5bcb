"""When posts were published, on the house's clock: the years and months that hold some."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.urls import reverse

from agenda.times import MONTHS, PARIS, midnight
from blog.models import PostPage


@dataclass(frozen=True)
class Month:
    year: int
    number: int
    count: int

    @property
    def name(self) -> str:
        """mars"""
        return MONTHS[self.number - 1]

    @property
    def words(self) -> str:
        """mars 2026"""
        return f"{self.name} {self.year}"

    @property
    def url(self) -> str:
        return reverse("blog:month", args=[self.year, self.number])


@dataclass
class Year:
    """`months` of the year that hold posts, the latest first."""

    number: int
    months: list[Month] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(month.count for month in self.months)

    @property
    def url(self) -> str:
        return reverse("blog:year", args=[self.number])


def archives() -> dict[int, Year]:
    """The years that hold published posts, by number, the latest first; one query."""
    dated = PostPage.objects.live().filter(first_published_at__isnull=False).order_by()
    months = dated.annotate(month=TruncMonth("first_published_at", tzinfo=PARIS)).values("month")
    rows = months.annotate(count=Count("pk")).order_by("-month").values_list("month", "count")
    years: dict[int, Year] = {}
    for first, count in rows:
        year = years.setdefault(first.year, Year(first.year))
        year.months.append(Month(first.year, first.month, count))
    return years


def published_in(year: int, month: int | None = None):
    """The posts of a year or of a month that `archives` knows: from midnight to midnight in Paris."""
    first = datetime.date(year, month or 1, 1)
    days = 32 if month else 367
    after = (first + datetime.timedelta(days=days)).replace(day=1)
    if not month:
        after = after.replace(month=1)
    return PostPage.objects.published().filter(
        first_published_at__gte=midnight(first), first_published_at__lt=midnight(after)
    )
