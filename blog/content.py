"""What a post says, as plain data: what its form shows and gives back, what two versions are compared by."""

import json
from dataclasses import dataclass

from django.utils.text import slugify

from blog.models import PostPage
from blog.models.pages import RESERVED

# The title of a draft that has none yet; Wagtail wants one.
UNTITLED = "Sans titre"


@dataclass(frozen=True)
class Content:
    """Keys of the rows that the post leads to, words of its tags; `body` is the list of dicts that a StreamField keeps:
    {"type", "value", "id"}, in order."""

    title: str = ""
    summary: str = ""
    cover: int | None = None
    cover_alt: str = ""
    rubric: int | None = None
    tags: tuple[str, ...] = ()
    authors: tuple[int, ...] = ()
    residents: tuple[int, ...] = ()
    body: tuple[dict, ...] = ()

    @classmethod
    def of(cls, post: PostPage) -> "Content":
        return cls(
            title="" if post.title == UNTITLED else post.title,
            summary=post.summary,
            cover=post.cover_id,
            cover_alt=post.cover_alt,
            rubric=post.rubric_id,
            tags=tuple(sorted(tag.name for tag in post.tags.all())),
            authors=tuple(sorted(person.pk for person in post.authors.all())),
            residents=tuple(sorted(resident.pk for resident in post.residents.all())),
            # By way of JSON: what is kept there is compared with what a form gives.
            body=tuple(json.loads(json.dumps(post.body.get_prep_value()))),
        )

    def put_into(self, post: PostPage) -> None:
        post.title = self.title or UNTITLED
        post.summary = self.summary
        post.cover_id = self.cover
        post.cover_alt = self.cover_alt
        post.rubric_id = self.rubric
        post.tags.set(list(self.tags))
        post.authors = list(self.authors)
        post.residents = list(self.residents)
        post.body = json.dumps(list(self.body))
        if post.first_published_at is None:
            post.slug = free_slug(post)


def free_slug(post: PostPage) -> str:
    """The address that the title makes; numbered when it is taken, or means something else to the blog."""
    base = slugify(post.title)[:100].strip("-_") or "article"
    if base in RESERVED or (base.isdecimal() and len(base) == 4):
        base = f"article-{base}"
    if post.slug and (post.slug == base or post.slug.rpartition("-")[0] == base) and post.pk:
        return post.slug
    taken = set(PostPage.objects.filter(slug__startswith=base).exclude(pk=post.pk).values_list("slug", flat=True))
    number = next((n for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken), 2)
    return f"{base}-{number}" if base in taken else base
