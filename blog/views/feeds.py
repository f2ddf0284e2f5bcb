"""What other programs read of the blog: its feeds, the card of a post."""

import gzip

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from blog.cards import Card, card_of_post, drawn
from blog.feeds import WRITERS, BlogFeed
from blog.models import PostPage, Rubric

# A shared cache may keep them for a short while.
FEED_SECONDS = 300
CARD_SECONDS = 24 * 3600


@require_safe
@login_not_required
def atom(request):
    return feed_answer(request, BlogFeed("atom", request.path))


@require_safe
@login_not_required
def rss(request):
    return feed_answer(request, BlogFeed("rss", request.path))


@require_safe
@login_not_required
def rubric_atom(request, slug):
    return feed_answer(request, BlogFeed("atom", request.path, get_object_or_404(Rubric, slug=slug)))


def feed_answer(request, feed: BlogFeed):
    """304 when the reader has it as it stands; else the whole feed, compressed for who takes it so."""
    changed = feed.last_modified
    seconds = changed and int(changed.timestamp())
    response = get_conditional_response(request, etag=feed.etag, last_modified=seconds)
    if response is None:
        body = feed.body()
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        response = HttpResponse(body if packed else gzip.decompress(body))
        response["Content-Type"] = WRITERS[feed.form].content_type
        if packed:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = feed.etag
    if seconds:
        response["Last-Modified"] = http_date(seconds)
    patch_vary_headers(response, ["Accept-Encoding"])
    patch_cache_control(response, public=True, max_age=FEED_SECONDS)
    return response


@require_safe
@login_not_required
def card(request, slug):
    """The drawn card of a published post."""
    posts = PostPage.objects.live().select_related("rubric")
    return card_answer(request, card_of_post(get_object_or_404(posts, slug=slug)))


def card_answer(request, card: Card):
    """The PNG of `card`, kept by whoever asked until it says something else."""
    etag = f'"{card.key}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(drawn(card), content_type="image/png")
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=CARD_SECONDS)
    return response
