"""The blog as feed readers follow it: Atom and RSS 2.0, the full text of the latest posts."""

import datetime
import gzip
import hashlib
import json
import logging
import re
from functools import cached_property

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat, Trim
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed
from django.utils.translation import gettext as _
from wagtail.models import PageLogEntry

from agenda.models import Event
from blog.full_text import FullTexts
from blog.models import PostPage, Rubric
from blog.pictures import Drawing
from mailing.outbox import absolute
from residents.models import HouseSettings, Resident, User
from residents.rules import met_by_all

LATEST = 20
KEPT_SECONDS = 24 * 3600
# To be raised when the same posts come to be written otherwise.
FORMAT = 1
HOUSE = "Les Chaudronneries"
# What XML 1.0 cannot say at all.
UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

log = logging.getLogger(__name__)


class AtomWriter(Atom1Feed):
    """With every author, and the full text."""

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for name in item["more_authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")
        handler.addQuickElement("content", item["content"], {"type": "html"})


class RssWriter(Rss201rev2Feed):
    """With every author, and the full text as RSS readers expect it."""

    def rss_attributes(self):
        names = {"content": "http://purl.org/rss/1.0/modules/content/", "dc": "http://purl.org/dc/elements/1.1/"}
        return {**super().rss_attributes(), **{f"xmlns:{short}": name for short, name in names.items()}}

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for name in item["more_authors"]:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("content:encoded", item["content"])


WRITERS = {"atom": AtomWriter, "rss": RssWriter}


class BlogFeed:
    """The latest posts, or those of `rubric`, in one of the forms of WRITERS; `path` is its own address."""

    def __init__(self, form: str, path: str, rubric: Rubric | None = None):
        self.form, self.path, self.rubric = form, path, rubric

    @cached_property
    def stamps(self) -> list[tuple]:
        """What each post is known by: (key, last published, ... , names of all sorts). The one query of a 304."""
        authors = User.objects.filter(posts=OuterRef("pk")).order_by("last_name", "first_name", "pk")
        name = Trim(Concat("first_name", Value(" "), "last_name"))
        return list(
            self.posts.annotate(
                names=ArraySubquery(authors.values(name=name)), **latest_changes(), withdrawn=last_withdrawal()
            ).values_list("pk", "last_published_at", "rubric__name", "names", "told", "met", "unmet", "withdrawn")
        )

    @property
    def posts(self) -> QuerySet[PostPage]:
        posts = PostPage.objects.published()
        return (posts.filter(rubric=self.rubric) if self.rubric else posts)[:LATEST]

    @cached_property
    def etag(self) -> str:
        """Another one as soon as something that it may carry changed: known without writing it."""
        rubric = self.rubric and self.rubric.name
        return f'W/"{digest([FORMAT, self.form, absolute(self.path), rubric, self.stamps])}"'

    @property
    def last_modified(self) -> datetime.datetime | None:
        """When a post was last published, or withdrawn; None without any."""
        times = [time for stamp in self.stamps for time in (stamp[1], stamp[-1]) if time]
        return max(times, default=None)

    def body(self) -> bytes:
        """The feed, gzipped: as it was kept, or written anew."""
        place = f"blog-{digest([self.form, self.path])}"
        kept_etag, body = cache.get(place) or ("", b"")
        if kept_etag != self.etag:
            body = gzip.compress(self.written().encode(), compresslevel=6, mtime=0)
            cache.set(place, (self.etag, body), KEPT_SECONDS)
        return body

    def written(self) -> str:
        writer = WRITERS[self.form](
            title=sayable(self.title),
            link=absolute(self.rubric.get_absolute_url() if self.rubric else reverse("blog:index")),
            description=sayable(self.description),
            subtitle=sayable(self.description),
            language="fr",
            feed_url=absolute(self.path),
            author_name=HOUSE,
            author_email=HouseSettings.load().email or None,
            feed_guid=absolute(self.path),
        )
        posts = list(with_names(self.posts))
        texts = FullTexts(posts)
        for post in posts:
            writer.add_item(**item(post, texts))
        return writer.writeString("utf-8")

    @property
    def title(self) -> str:
        if self.rubric:
            return _("%(rubric)s – le blog des Chaudronneries") % {"rubric": self.rubric.name}
        return _("Le blog des Chaudronneries")

    @property
    def description(self) -> str:
        words = _("Ce que les structures de la maison font, apprennent et cherchent, raconté par elles.")
        return (self.rubric and self.rubric.description) or words


def latest_changes() -> dict[str, Subquery]:
    """When a structure and a meeting last changed: posts show some of their words; and whom the public never meets."""
    return {
        "told": Subquery(Resident.objects.order_by("-updated_at").values("updated_at")[:1]),
        "unmet": ArraySubquery(Resident.objects.exclude(met_by_all()).order_by("pk").values("pk")),
        "met": Subquery(Event.objects.order_by("-updated_at").values("updated_at")[:1]),
    }


def last_withdrawal() -> Subquery:
    """When a page was last unpublished or deleted: the list then changes without any post being newer."""
    gone = PageLogEntry.objects.filter(action__in=["wagtail.unpublish", "wagtail.delete"])
    return Subquery(gone.order_by("-timestamp").values("timestamp")[:1])


def with_names(posts: QuerySet[PostPage]) -> QuerySet[PostPage]:
    """With `author_names`, `tag_names` and `resident_names`, each in its order, in the one query."""
    authors = User.objects.filter(posts=OuterRef("pk")).order_by("last_name", "first_name", "pk")
    tags = PostPage.tags.through.tag_model().objects.filter(blog_taggedpost_items__content_object=OuterRef("pk"))
    # Whose page the public may read, as everywhere.
    residents = Resident.objects.with_presence().filter(met_by_all(), posts=OuterRef("pk"), arrived_on__isnull=False)
    return posts.select_related("rubric").annotate(
        author_names=ArraySubquery(authors.values(name=Trim(Concat("first_name", Value(" "), "last_name")))),
        tag_names=ArraySubquery(tags.order_by("name").values("name")),
        resident_names=ArraySubquery(residents.order_by("sort_name").values("name")),
    )


def item(post: PostPage, texts: FullTexts) -> dict:
    """What the writers are told of a post; it keeps its identity whatever becomes of its address."""
    authors = [name for name in [*post.author_names, post.signature] if name] or [HOUSE]
    categories = [*([post.rubric.name] if post.rubric else []), *post.tag_names, *post.resident_names]
    cover = texts.cover(post)
    return {
        "title": sayable(post.title),
        "link": absolute(post.get_absolute_url()),
        "description": sayable(post.summary),
        "content": sayable(texts.of(post)),
        "unique_id": f"urn:uuid:{post.translation_key}",
        "unique_id_is_permalink": False,
        "pubdate": post.first_published_at,
        "updateddate": max(post.last_published_at or post.first_published_at, post.first_published_at),
        "author_name": sayable(authors[0]),
        "more_authors": [sayable(name) for name in authors[1:]],
        "categories": list(dict.fromkeys(sayable(name) for name in categories)),
        "enclosures": enclosures(cover),
    }


def enclosures(cover: Drawing | None) -> list[Enclosure]:
    """The cover as a file; nothing without one, or when storage lost it."""
    if cover is None:
        return []
    try:
        size = default_storage.size(cover.src.removeprefix(settings.MEDIA_URL))
    except OSError as error:
        log.warning("enclosure %s cannot be read: %s", cover.src, type(error).__name__)
        return []
    return [Enclosure(absolute(cover.src), str(size), "image/jpeg")]


def sayable(text: str) -> str:
    return UNSAYABLE.sub("", text)


def digest(facts: list) -> str:
    return hashlib.sha256(json.dumps(facts, cls=DjangoJSONEncoder).encode()).hexdigest()[:32]
