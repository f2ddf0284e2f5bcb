"""Posts as they are read: in lists, and one by itself."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject, Lower
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from blog.models import PostPage
from blog.pages.addresses import slugged
from blog.pages.needs import Needs
from blog.pages.story import Block, raw_of, reading_minutes, story
from blog.pictures import CARD, WHOLE, Drawing, drawing, pictures
from residents.models import Resident, User
from residents.reading import Reading
from residents.rules import met

# How wide covers stand (static/css/components/{post,posts}.css).
IN_LIST = "(width >= 60rem) 22rem, (width >= 40rem) 45vw, 92vw"
LEADING = "(width >= 60rem) 42rem, 92vw"
AT_HEAD = "(width >= 60rem) 46rem, 94vw"


@dataclass(frozen=True)
class Link:
    name: str
    url: str


@dataclass(frozen=True)
class Card:
    """A post in a list; `day` is the instant of its first publication, `minutes` how long it takes to read."""

    title: str
    url: str
    summary: str
    day: datetime.datetime | None
    minutes: int
    rubric: Link | None
    residents: list[Link]
    cover: Drawing | None


def listed(posts: QuerySet[PostPage], reader: User) -> QuerySet[PostPage]:
    """With all that a card says, in one query: `resident_names`, of the structures whose page `reader` may see."""
    arrived = Resident.objects.with_presence().filter(met(reader), posts=OuterRef("pk"), arrived_on__isnull=False)
    names = arrived.order_by("sort_name").values(data=JSONObject(name="name", slug="slug"))
    fields = ("title", "slug", "summary", "body", "cover_id", "cover_alt", "first_published_at")
    return (
        posts.select_related("rubric")
        .only(*fields, "rubric__name", "rubric__slug")
        .annotate(resident_names=ArraySubquery(names))
    )


def cards(posts: Iterable[PostPage], *, leading: bool = False) -> list[Card]:
    """Of posts from `listed`; one query for all their covers. `leading`: the first one is drawn large."""
    posts = list(posts)
    covers = pictures(post.cover_id for post in posts)
    found = []
    for number, post in enumerate(posts):
        sizes = LEADING if leading and not number else IN_LIST
        found.append(
            Card(
                title=post.title,
                url=slugged("blog:post", post.slug),
                summary=post.summary,
                day=post.first_published_at,
                minutes=reading_minutes(post.body),
                rubric=post.rubric and Link(post.rubric.name, slugged("blog:rubric", post.rubric.slug)),
                residents=[Link(one["name"], slugged("blog:resident", one["slug"])) for one in post.resident_names],
                cover=drawing(covers.get(post.cover_id), CARD, alt=post.cover_alt, sizes=sizes),
            )
        )
    return found


def latest(count: int) -> list[Card]:
    """The last published, for the public's home page; two queries."""
    return cards(listed(PostPage.objects.published(), AnonymousUser())[:count])


def readable(slug: str) -> PostPage | None:
    """The published post of that address with all that its page says of it, in one query; or None."""
    live = PostPage.objects.live().order_by()
    here = OuterRef("first_published_at")
    same = Q(first_published_at=here)
    earlier = live.filter(Q(first_published_at__lt=here) | same & Q(pk__lt=OuterRef("pk")))
    later = live.filter(Q(first_published_at__gt=here) | same & Q(pk__gt=OuterRef("pk")))
    neighbour = JSONObject(title="title", slug="slug")
    authors = User.objects.filter(posts=OuterRef("pk")).order_by("last_name", "first_name", "pk")
    tags = PostPage.tags.through.tag_model().objects.filter(blog_taggedpost_items__content_object=OuterRef("pk"))
    concerned = PostPage.residents.through.objects.filter(postpage=OuterRef("pk")).order_by("resident__sort_name")
    return (
        live.filter(slug=slug)
        .select_related("rubric")
        .annotate(
            earlier=Subquery(earlier.order_by("-first_published_at", "-pk").values(data=neighbour)[:1]),
            later=Subquery(later.order_by("first_published_at", "pk").values(data=neighbour)[:1]),
            author_names=ArraySubquery(
                authors.values(data=JSONObject(pk="pk", first_name="first_name", last_name="last_name"))
            ),
            tag_names=ArraySubquery(tags.order_by(Lower("name")).values(data=JSONObject(name="name", slug="slug"))),
            resident_pks=ArraySubquery(concerned.values("resident")),
        )
        .first()
    )


def with_draft(post: PostPage) -> PostPage:
    """`post`, a version that is previewed, with what `readable` gives: its people and words are not in the base."""
    post.earlier = post.later = None
    post.author_names = [
        {"pk": one.pk, "first_name": one.first_name, "last_name": one.last_name} for one in post.authors.all()
    ]
    post.tag_names = [{"name": tag.name, "slug": tag.slug} for tag in post.tags.all()]
    post.resident_pks = [resident.pk for resident in post.residents.all()]
    return post


class PostReading:
    """What the page of `post` (from `readable` or `with_draft`) shows to `reader`."""

    def __init__(self, post: PostPage, reader: User, *, is_draft: bool = False):
        self.post, self.is_draft = post, is_draft
        self.needs = Needs(raw_of(post.body), reader, [post.cover_id], post.resident_pks)
        self.reader = reader

    @cached_property
    def cover(self) -> Drawing | None:
        return drawing(self.needs.pictures.get(self.post.cover_id), WHOLE, alt=self.post.cover_alt, sizes=AT_HEAD)

    @cached_property
    def story(self) -> list[Block]:
        return story(self.post.body, self.reader, self.needs, has_cover=self.cover is not None)

    @cached_property
    def minutes(self) -> int:
        return reading_minutes(self.post.body)

    @cached_property
    def residents(self) -> list[Reading]:
        """The structures concerned whose page the reader may see."""
        return [self.needs.residents[pk] for pk in self.post.resident_pks if pk in self.needs.residents]

    @cached_property
    def authors(self) -> list[Link]:
        """Those who have a name: an address is never shown. Each leads to their posts, when they have published."""
        named = [(one["pk"], f"{one['first_name']} {one['last_name']}".strip()) for one in self.post.author_names]
        return [Link(name, reverse("blog:author", args=[pk])) for pk, name in named if name]

    @property
    def signed(self) -> bool:
        return bool(self.authors or self.post.signature)

    @property
    def by(self) -> str:
        """« Ana Rivet, Paul Étain et l’atelier », as the mails and the feeds say."""
        names = [author.name for author in self.authors] + [self.post.signature] * bool(self.post.signature)
        return get_text_list(names, _("et"))

    @cached_property
    def tags(self) -> list[Link]:
        return [Link(tag["name"], slugged("blog:tag", tag["slug"])) for tag in self.post.tag_names if tag["slug"]]

    @property
    def earlier(self) -> Link | None:
        return neighbour(self.post.earlier)

    @property
    def later(self) -> Link | None:
        return neighbour(self.post.later)


def neighbour(told: dict | None) -> Link | None:
    return told and Link(told["title"], slugged("blog:post", told["slug"]))
