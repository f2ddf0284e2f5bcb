"""The whole of a post for those who read it elsewhere, in a feed: plain HTML, whole addresses, nothing that runs."""

import re

from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string

from blog.models import PostPage
from blog.pages.needs import Needs
from blog.pages.story import raw_of, story
from blog.pictures import WHOLE, Drawing, drawing
from mailing.outbox import absolute

OURS = re.compile(r'\b(href|src)="/(?!/)')
EMPTY_LINES = re.compile(r"\n\s*\n+")


class FullTexts:
    """The full text of each of `posts` as the public reads it; a query for each sort of thing that they show."""

    def __init__(self, posts: list[PostPage]):
        self.public = AnonymousUser()
        raw = [block for post in posts for block in raw_of(post.body)]
        self.needs = Needs(raw, self.public, [post.cover_id for post in posts])

    def cover(self, post: PostPage) -> Drawing | None:
        return drawing(self.needs.pictures.get(post.cover_id), WHOLE, alt=post.cover_alt)

    def of(self, post: PostPage) -> str:
        blocks = story(post.body, self.public, self.needs)
        html = render_to_string("blog/full_text.html", {"cover": self.cover(post), "blocks": blocks})
        return EMPTY_LINES.sub("\n", OURS.sub(rf'\1="{absolute("/")}', html)).strip()
