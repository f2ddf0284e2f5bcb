"""The public's home: the same page for everybody, in five queries.

The map's glimpse, its figures and the latest posts are drawn once and kept in the shared cache, under a key that says
everything they are drawn from; meetings and places are read each time.
"""

import hashlib
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import cache
from django.db.models import QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.template.loader import render_to_string
from django.utils.dateparse import parse_date
from django.utils.safestring import SafeString, mark_safe

from agenda.enums import EventStatus
from agenda.models import Event
from agenda.pages.programme import say_seats, with_what_pages_show
from blog.models import HomePage, PostPage
from blog.pages import posts
from blog.pages.story import Block, story
from bulletin.models import BulletinPage
from knowledge_map.glimpse import glimpse
from knowledge_map.models import MapLayout
from knowledge_map.reading import readable_map
from residents.models import DeclarationChange, Resident
from residents.places import Places
from residents.rules import met_by_all

SHOWN_MEETINGS = 3
SHOWN_POSTS = 3
# What the key does not say, a picture cut meanwhile for instance, waits no longer.
KEPT_SECONDS = 600


@dataclass(frozen=True)
class Figures:
    """Structures in residence, those that are mapped, and the items that the public reads on the map."""

    structures: int
    mapped: int
    items: int


@dataclass(frozen=True)
class Kept:
    """What is drawn once for everybody: HTML, "" when there is nothing to show."""

    figures: Figures
    glimpse: str
    posts: str


@dataclass(frozen=True)
class PublicHome:
    """`issue` is the latest « Sur le feu » or None; `glimpse` and `posts` are HTML."""

    page: HomePage
    story: list[Block]
    figures: Figures
    glimpse: SafeString
    posts: SafeString
    meetings: list[Event]
    issue: BulletinPage | None
    places: Places


def read(previewed: HomePage | None = None) -> PublicHome:
    """The home as everybody reads it; with the words of the version `previewed`, if any."""
    live = with_versions(HomePage.objects.all()).get()
    page = previewed or live
    kept = kept_for(live)
    return PublicHome(
        page=page,
        story=story(page.body, AnonymousUser()),
        figures=kept.figures,
        glimpse=mark_safe(kept.glimpse),
        posts=mark_safe(kept.posts),
        meetings=next_meetings(),
        issue=told(live.latest_issue),
        places=Places.on(),
    )


def with_versions(pages: QuerySet[HomePage]) -> QuerySet[HomePage]:
    """With `latest_issue` (a dict or None), and what the kept parts are drawn from: `map_version`, `posts_version`."""
    issue = BulletinPage.objects.live().order_by("-dated", "-number")
    said = JSONObject(title="title", slug="slug", number="number", dated="dated", lead="lead")
    structures = Resident.objects.in_residence().order_by("pk").values(data=JSONObject(pk="pk", at="updated_at"))
    unmet = Resident.objects.exclude(met_by_all()).order_by("pk")
    latest = PostPage.objects.published().values(data=JSONObject(pk="pk", at="last_published_at"))
    return pages.annotate(
        latest_issue=Subquery(issue.values(data=said)[:1]),
        structures_version=ArraySubquery(structures),
        unmet=ArraySubquery(unmet.values("pk")),
        layout_version=Subquery(MapLayout.objects.values("computed_at")[:1]),
        savoirs_version=Subquery(DeclarationChange.objects.order_by("-pk").values("pk")[:1]),
        # Structures that a post concerns are named once they have arrived, unless they are in `unmet`.
        posts_version=ArraySubquery(latest[:SHOWN_POSTS]),
    )


def told(issue: dict | None) -> BulletinPage | None:
    """The issue, with no more than a card says of it."""
    return issue and BulletinPage(**{**issue, "dated": parse_date(issue["dated"])})


def kept_for(live: HomePage) -> Kept:
    version = [live.structures_version, live.unmet, live.layout_version, live.savoirs_version, live.posts_version]
    key = f"home:{hashlib.sha256(repr(version).encode()).hexdigest()}"
    kept = cache.get(key)
    if kept is None:
        kept = drawn()
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def drawn() -> Kept:
    readable = readable_map(AnonymousUser())
    seen = glimpse(readable.graph, readable.positions)
    cards = posts.latest(SHOWN_POSTS)
    return Kept(
        figures=Figures(readable.coverage.total, readable.coverage.mapped, len(readable.graph.holders)),
        glimpse=render_to_string("home/_glimpse.html", {"glimpse": seen}) if seen else "",
        posts=render_to_string("home/_posts.html", {"cards": cards}) if cards else "",
    )


def next_meetings() -> list[Event]:
    """The next public ones, as lines of the agenda, in one query."""
    found = Event.objects.public().to_come().exclude(status=EventStatus.CANCELLED).order_by("starts_at", "pk")
    events = list(with_what_pages_show(found, AnonymousUser()).prefetch_related(None)[:SHOWN_MEETINGS])
    for event in events:
        event.seats, event.mine = say_seats(event), ""
    return events
