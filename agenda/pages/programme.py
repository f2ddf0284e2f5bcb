"""The agenda's page: meetings to come, or those of a month, as far as the reader may see them."""

import datetime
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import JSONObject, TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agenda import rules
from agenda.enums import ACTIVE, RegistrationStatus
from agenda.models import Event, EventKind, EventQuestion, Registration, Space
from agenda.times import MONTHS, PARIS, local, midnight
from residents.models import Resident, User
from residents.rules import met as residents_met

PER_PAGE = 30


def visible(reader: User) -> QuerySet[Event]:
    """The meetings that `reader` may see, each once, drafts of theirs included."""
    return Event.objects.filter(pk__in=Event.objects.filter(rules.visible_events(reader)).values("pk"))


def with_what_pages_show(events: QuerySet[Event], reader: User) -> QuerySet[Event]:
    """Kind, picture, seats, `places` (dicts of name and slug), `my_status`, `asks`; and organisers, in a second query.

    Organisers are those that the reader is told of; by their presence, the public reaches the page of who has arrived.
    """
    return (
        with_places(events, reader)
        .select_related("kind", "picture")
        .with_seats()
        .annotate(asks=Exists(EventQuestion.objects.filter(event=OuterRef("pk"))))
        .prefetch_related(Prefetch("organisers", Resident.objects.with_presence().filter(residents_met(reader))))
    )


def with_places(events: QuerySet[Event], reader: User) -> QuerySet[Event]:
    """Where they are held, `places`, and what `reader` is there, `my_status`."""
    places = Space.objects.filter(events=OuterRef("pk")).order_by("position", "sort_name")
    # Nobody's for the public: a guest's registration has no user either.
    mine = Registration.objects.filter(event=OuterRef("pk"), user=reader.pk or 0, status__in=ACTIVE)
    return events.annotate(
        places=ArraySubquery(places.values(data=JSONObject(name="name", slug="slug"))),
        my_status=Subquery(mine.values("status")[:1]),
    )


@dataclass(frozen=True)
class Month:
    """A month that holds past meetings."""

    first: datetime.date
    count: int

    @property
    def words(self) -> str:
        return say_month(self.first)

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"


def say_month(day: datetime.date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"


class Programme:
    """What the page lists for `reader`: meetings not ended yet, or those of the month of `month`, of one kind or all.

    Five queries at most, however many meetings there are.
    """

    def __init__(self, reader: User, *, kind: str = "", month: datetime.date | None = None, page: int = 1):
        self.reader, self.kind, self.month, self.page = reader, kind, month, page

    @cached_property
    def _period(self) -> QuerySet[Event]:
        if self.month is None:
            return visible(self.reader).to_come()
        following = (self.month + datetime.timedelta(days=32)).replace(day=1)
        return visible(self.reader).filter(starts_at__gte=midnight(self.month), starts_at__lt=midnight(following))

    @cached_property
    def _found(self) -> list[Event]:
        """One more than a page holds, when there is a next one."""
        events = self._period.filter(kind__slug=self.kind) if self.kind else self._period
        first = (self.page - 1) * PER_PAGE
        return list(with_what_pages_show(events, self.reader).order_by("starts_at", "pk")[first : first + PER_PAGE + 1])

    @property
    def events(self) -> list[Event]:
        return self._found[:PER_PAGE]

    @property
    def has_next(self) -> bool:
        return len(self._found) > PER_PAGE

    @cached_property
    def days(self) -> list[tuple[datetime.date, list[Event]]]:
        """(day, meetings that start then); what began before today stands under today."""
        today = timezone.localdate()

        def day_of(event: Event) -> datetime.date:
            day = local(event.starts_at).date()
            return day if self.month else max(day, today)

        return [(day, list(events)) for day, events in groupby(self.events, key=day_of)]

    @cached_property
    def kinds(self) -> list[EventKind]:
        """Those of the meetings of the period, and the chosen one."""
        return list(EventKind.objects.filter(events__in=self._period).distinct())

    @cached_property
    def months(self) -> list[Month]:
        """Months that hold past meetings, the latest first."""
        past = visible(self.reader).filter(ends_at__lte=timezone.now())
        if self.kind:
            past = past.filter(kind__slug=self.kind)
        months = past.order_by().annotate(month=TruncMonth("starts_at", tzinfo=PARIS)).values("month")
        rows = months.annotate(count=Count("pk")).order_by("-month").values_list("month", "count")
        return [Month(month.date(), count) for month, count in rows]


def say_seats(event: Event) -> str:
    """12 places libres; complet, 3 personnes attendent; "" when nobody registers any more. From `with_seats`."""
    if not event.takes_registrations or event.is_cancelled or event.starts_at <= timezone.now():
        return ""
    if event.slot_minutes:
        return _("sur créneau")
    if event.capacity is None:
        return _("sur inscription")
    left = max(0, event.capacity - event.taken)
    if left and not event.waiting:
        return ngettext("%(left)s place libre", "%(left)s places libres", left) % {"left": left}
    if not event.waiting:
        return _("complet : liste d’attente")
    return ngettext(
        "complet : %(waiting)s personne attend", "complet : %(waiting)s personnes attendent", event.waiting
    ) % {"waiting": event.waiting}


# What a list says of the reader's own registration.
MINE = {
    RegistrationStatus.REGISTERED: gettext_lazy("vous y êtes inscrit·e"),
    RegistrationStatus.WAITING: gettext_lazy("vous attendez une place"),
    RegistrationStatus.OFFERED: gettext_lazy("une place vous est proposée"),
}
