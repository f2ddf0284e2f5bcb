"""A picture drawn small, with its dimensions."""

from django import template
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def thumbnail(picture, spec: str):
    """An <img> of a Picture at a rendition `spec`; its title stands beside it, and is not said twice."""
    drawn = picture.get_rendition(spec)
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy">',
        drawn.url,
        drawn.width,
        drawn.height,
        picture.description,
    )
