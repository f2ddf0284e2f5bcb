"""A list of posts, whatever it gathers: the blog, a rubric, a word, a structure, somebody, a year, a month."""

from dataclasses import dataclass, field
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from blog.models import PostPage, Rubric
from blog.pages.archives import Year
from blog.pages.posts import Card, Link, cards, listed
from residents.models import User

PER_PAGE = 12


@dataclass(frozen=True)
class Choice:
    """A way to another list; `is_current` for the one that is read. `count` of posts, None when it is not told."""

    name: str
    url: str
    is_current: bool
    count: int | None = None


@dataclass
class PostList:
    """What blog/index.html draws of `posts` for `reader`.

    rubric       what the list belongs to, above its title
    about        where to read more of what it is about: a structure's page
    empty        (title, text), said when nothing is found
    is_blog      the whole blog, whose latest post comes first and large
    """

    posts: QuerySet[PostPage]
    reader: User
    title: str
    number: int = 1
    lead: str = ""
    rubric: str = ""
    about: Link | None = None
    choices: list[Choice] = field(default_factory=list)
    empty: tuple[str, str] = ("", "")
    is_blog: bool = False

    @cached_property
    def page(self) -> Page:
        """A number beyond the last gives the last."""
        return Paginator(self.posts, PER_PAGE).get_page(self.number)

    @cached_property
    def cards(self) -> list[Card]:
        return (
            cards(listed(self.page.object_list, self.reader), leading=self.has_leading)
            if self.page.paginator.count
            else []
        )

    @property
    def has_leading(self) -> bool:
        return self.is_blog and self.page.number == 1

    @property
    def leading(self) -> Card | None:
        return self.cards[0] if self.cards and self.has_leading else None

    @property
    def others(self) -> list[Card]:
        return self.cards[1:] if self.leading else self.cards

    @property
    def said_title(self) -> str:
        """The title for the browser, each page of the list with its own."""
        parts = [f"{self.rubric} « {self.title} »" if self.rubric else self.title]
        if self.page.number > 1:
            parts.append(_("page %(number)s") % {"number": self.page.number})
        return ", ".join(parts)


def rubrics() -> list[Rubric]:
    """All of them, each knowing whether it `has_posts`; one query."""
    published = PostPage.objects.live().filter(rubric=OuterRef("pk"))
    return list(Rubric.objects.annotate(has_posts=Exists(published)))


def rubric_choices(found: list[Rubric], current: Rubric | None = None) -> list[Choice]:
    return [
        Choice(one.name, one.get_absolute_url(), one == current) for one in found if one.has_posts or one == current
    ]


def month_choices(year: Year, current: int | None = None) -> list[Choice]:
    """The months of a year, the earliest first."""
    return [Choice(one.name, one.url, one.number == current, one.count) for one in reversed(year.months)]
