"""What happened that one's own place tells of, read in one query: what is new in the house, my posts, and for who keeps
the house what waits for it."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import CharField, DateTimeField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.models import Page, WorkflowState

from agenda.enums import EventStatus
from agenda.models import Booking, Event
from agenda.pages.programme import visible
from blog.models import PostPage
from residents.models import Application, Partner, Stay, User
from residents.pages.welcome import waited_for
from residents.rules import met

NEW = datetime.timedelta(days=14)
# Of each sort; the house often writes several partners at once.
MOST, MOST_PARTNERS = 5, 2
MOST_WAITING = 20
# All the rows are told in the same columns.
TEXT, MOMENT = CharField(), DateTimeField()


class Sort(StrEnum):
    # Pages, by the name of their model.
    POST, ISSUE = "postpage", "bulletinpage"
    ARRIVAL, MEETING, PARTNER = "arrival", "meeting", "partner"
    # My posts, by the state of their workflow: the house asks for changes, or reads them.
    TO_REVISE, IN_REVIEW = WorkflowState.STATUS_NEEDS_CHANGES, WorkflowState.STATUS_IN_PROGRESS
    # What waits for the house.
    POST_TO_READ, REQUEST, APPLICATION, AWAITED = "post_to_read", "request", "application", "awaited"


NEWS = {Sort.POST, Sort.ISSUE, Sort.ARRIVAL, Sort.MEETING, Sort.PARTNER}


@dataclass(frozen=True)
class Told:
    """`said` is the title or the name of the thing, `key` its slug or its primary key."""

    sort: Sort
    said: str
    key: str
    at: datetime.datetime


def told_to(user: User) -> list[Told]:
    """The latest first."""
    since = timezone.now() - NEW
    rows = [*news(user, since), posts_of(user), *(waiting_for_the_house() if user.is_house_manager else [])]
    found = rows[0].union(*rows[1:], all=True).order_by("-at", "key")
    return [Told(Sort(sort), said, key, at) for sort, said, key, at in found]


def row(things: QuerySet, sort: Sort | F, said: str, key: str, at: str, most: int = MOST) -> QuerySet:
    """(sort, said, key, at) of the latest of `things`; `sort` may be a field."""
    told = things.order_by(F(at).desc(), "-pk").annotate(
        sort=Cast(sort, TEXT) if isinstance(sort, F) else Value(sort.value, TEXT),
        said=Cast(said, TEXT),
        key=Cast(key, TEXT),
        at=Cast(at, MOMENT),
    )
    return told.values_list("sort", "said", "key", "at")[:most]


def news(user: User, since: datetime.datetime) -> list[QuerySet]:
    today = timezone.localdate()
    sooner = Stay.objects.filter(resident=OuterRef("resident"), starts_on__lt=OuterRef("starts_on"))
    arrivals = Stay.objects.filter(
        met(user, "resident__"), ~Exists(sooner), starts_on__gt=today - NEW, starts_on__lte=today
    ).exclude(resident__in=user.residents_list)
    before = Event.objects.filter(series=OuterRef("series"), starts_at__lt=OuterRef("starts_at"))
    # A series is told by its first date.
    meetings = (
        visible(user)
        .to_come()
        .filter(~Exists(before), status=EventStatus.PUBLISHED, created_at__gte=since)
        .exclude(created_by=user)
    )
    pages = Page.objects.live().filter(first_published_at__gte=since, content_type__model__in=[Sort.POST, Sort.ISSUE])
    partners = Partner.objects.filter(is_shown=True, updated_at__gte=since)
    return [
        row(pages, F("content_type__model"), "title", "slug", "first_published_at", 2 * MOST),
        row(arrivals, Sort.ARRIVAL, "resident__name", "resident__slug", "starts_on"),
        row(meetings, Sort.MEETING, "title", "slug", "created_at"),
        row(partners, Sort.PARTNER, "name", "slug", "updated_at", MOST_PARTNERS),
    ]


def under_review(posts: QuerySet[PostPage], *states: str) -> QuerySet[PostPage]:
    """Those whose workflow stands at one of `states`, with `state` and `asked_at`."""
    flows = WorkflowState.objects.filter(
        base_content_type__app_label="wagtailcore",
        base_content_type__model="page",
        object_id=Cast(OuterRef("pk"), TEXT),
        status__in=states,
    )
    return posts.filter(Exists(flows)).annotate(
        state=Subquery(flows.values("status")[:1]), asked_at=Subquery(flows.values("created_at")[:1])
    )


def posts_of(user: User) -> QuerySet:
    mine = PostPage.objects.filter(pk__in=PostPage.objects.proposed_by(user).values("pk"))
    return row(under_review(mine, Sort.TO_REVISE, Sort.IN_REVIEW), F("state"), "draft_title", "pk", "asked_at")


def waiting_for_the_house() -> list[QuerySet]:
    to_read = under_review(PostPage.objects.all(), Sort.IN_REVIEW)
    requests = Booking.objects.requested().filter(ends_at__gt=timezone.now())
    return [
        row(to_read, Sort.POST_TO_READ, "draft_title", "pk", "asked_at", MOST_WAITING),
        row(requests, Sort.REQUEST, "title", "pk", "created_at", MOST_WAITING),
        row(Application.objects.waiting(), Sort.APPLICATION, "name", "pk", "created_at", MOST_WAITING),
        row(waited_for(), Sort.AWAITED, "name", "slug", "created_at", MOST_WAITING),
    ]
