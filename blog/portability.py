"""What the blog keeps of a person and of a structure (docs/portability.md)."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, JSONField, OuterRef, QuerySet
from django.db.models.functions import Cast

from blog.models import PostPage, TaggedPost
from residents.models import Resident, User

POST = ["title", "slug", "summary", "signature", "live", "first_published_at", "last_published_at"]

# What a post says, as it is published.
WHOLE = {
    "body_blocks": Cast("body", JSONField()),
    "rubric_name": F("rubric__name"),
    "tag_names": ArraySubquery(TaggedPost.objects.filter(content_object=OuterRef("pk")).values("tag__name")),
}


def of_person(user: User) -> dict[str, QuerySet]:
    """Rows of dicts: `body_blocks` is what is published, `draft` the latest version, whole, as Wagtail keeps it."""
    posts = told(PostPage.objects.proposed_by(user))
    return {"posts": posts.values(*POST, **WHOLE, draft=F("latest_revision__content"))}


def of_structure(resident: Resident) -> dict[str, QuerySet]:
    """Likewise: what was published about it; the drafts are their authors'."""
    return {"posts": told(PostPage.objects.live().filter(residents=resident)).values(*POST, **WHOLE)}


def told(posts: QuerySet) -> QuerySet:
    return posts.order_by("pk")
