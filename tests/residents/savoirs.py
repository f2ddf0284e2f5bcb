"""The page of savoirs, its addresses and what it says."""

from django.contrib.messages import get_messages

EDITOR = "/savoirs/"


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def page_of(resident):
    return f"{EDITOR}?structure={resident.slug}"
