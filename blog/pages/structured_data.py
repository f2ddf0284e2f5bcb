"""What search engines read of a post: schema.org's BlogPosting, as JSON-LD."""

from django.utils.safestring import SafeString

from agenda.pages.structured_data import CONTEXT, HOUSE, dumped
from agenda.times import local
from blog.pages.posts import PostReading
from mailing.outbox import absolute


def of_post(reading: PostReading) -> SafeString | str:
    """JSON-LD ready for components/json_ld.html; "" for a draft."""
    return "" if reading.is_draft else dumped(as_schema(reading))


def as_schema(reading: PostReading) -> dict:
    post = reading.post
    url = absolute(post.get_absolute_url())
    house = {"@type": "Organization", "name": HOUSE, "url": absolute("/")}
    people = [{"@type": "Person", "name": one.name, "url": absolute(one.url)} for one in reading.authors]
    told = {
        "@context": CONTEXT,
        "@type": "BlogPosting",
        "headline": post.title,
        "description": post.search_description or post.summary,
        "url": url,
        "mainEntityOfPage": url,
        "inLanguage": "fr",
        "datePublished": iso(post.first_published_at),
        "dateModified": iso(post.last_published_at or post.first_published_at),
        "author": people or [{"@type": "Organization", "name": post.signature} if post.signature else house],
        "publisher": house,
        "image": [absolute(reading.cover.src)] if reading.cover else "",
        "articleSection": post.rubric.name if post.rubric else "",
        "keywords": ", ".join(tag.name for tag in reading.tags),
        "about": [{"@type": "Organization", "name": one.name, "url": absolute(one.url)} for one in reading.residents],
    }
    return {name: value for name, value in told.items() if value}


def iso(moment) -> str:
    """On the house's clock, with its offset."""
    return local(moment).isoformat(timespec="seconds") if moment else ""
