"""The bookings that a person follows: to come, to be decided, past, cancelled."""

from functools import cached_property

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.utils import timezone

from agenda import rules
from agenda.enums import HOLDING, BookingStatus
from agenda.forms.changes import MyBookingsForm
from agenda.models import Booking
from agenda.reading import as_read_by, prepared_for
from residents.models import User

A_PAGE = 30
MOST_TITLES = 4


class MyBookings:
    """One of the four views of a person's bookings, and how many there are in each."""

    def __init__(self, user: User, view: str, page_number: int):
        self.user, self.view, self.page_number = user, view, page_number
        now = timezone.now()
        self.conditions = {
            MyBookingsForm.TO_COME: Q(status__in=HOLDING, ends_at__gt=now),
            MyBookingsForm.REQUESTS: Q(status=BookingStatus.REQUESTED, ends_at__gt=now)
            | Q(status=BookingStatus.DECLINED, starts_at__gt=now),
            MyBookingsForm.PAST: Q(status__in=HOLDING, ends_at__lte=now),
            MyBookingsForm.CANCELLED: Q(status=BookingStatus.CANCELLED)
            | Q(status=BookingStatus.DECLINED, starts_at__lte=now),
        }

    @cached_property
    def views(self) -> list[dict]:
        """The views with their names and counts."""
        counts = {f"count_{n}": Count("pk", filter=q, distinct=True) for n, q in enumerate(self.conditions.values())}
        found = Booking.objects.of_person(self.user).aggregate(**counts)
        labels = dict(MyBookingsForm.base_fields["voir"].choices)
        return [
            {"name": name, "label": labels[name], "count": found[f"count_{n}"], "is_current": name == self.view}
            for n, name in enumerate(self.conditions)
        ]

    @cached_property
    def page(self):
        order = (
            ["starts_at", "pk"] if self.view in {MyBookingsForm.TO_COME, MyBookingsForm.REQUESTS} else ["-starts_at"]
        )
        bookings = Booking.objects.of_person(self.user).filter(self.conditions[self.view])
        bookings = prepared_for(self.user, bookings).select_related("space", "resident", "event", "series")
        paginator = Paginator(bookings.order_by(*order), A_PAGE)
        paginator.count = next(view["count"] for view in self.views if view["is_current"])
        return paginator.get_page(self.page_number)

    @property
    def query(self) -> str:
        """What keeps the view, from a page to the next."""
        return f"voir={self.view}"

    @cached_property
    def rows(self) -> list[dict]:
        """{"booking", "reading", "can_change", "can_cancel"}"""
        return [
            {
                "booking": booking,
                "reading": as_read_by(self.user, booking),
                "can_change": rules.can_change(self.user, booking),
                "can_cancel": rules.can_cancel(self.user, booking),
            }
            for booking in self.page
        ]


def latest_titles(user: User) -> list[str]:
    """What this person books spaces for, the latest first: offered in one tap."""
    titles = Booking.objects.filter(created_by=user, event=None).order_by("-pk").values_list("title", flat=True)[:20]
    return list(dict.fromkeys(titles))[:MOST_TITLES]
