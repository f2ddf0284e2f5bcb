"""Times as people say them, in templates (agenda/times.py)."""

from django import template

from agenda import times

register = template.Library()

register.filter("say_time", times.say_time)
register.filter("say_day", times.say_day)
register.filter("say_minutes", times.say_minutes)


@register.filter
def say_hours(thing):
    """Of whatever has `starts_at` and `ends_at`: 10 h – 13 h"""
    return times.say_hours(thing.starts_at, thing.ends_at)


@register.filter
def say_stretch(thing):
    """Of whatever has `starts_at` and `ends_at`: mercredi 7 mars, 10 h – 13 h; a meeting may last all day."""
    return times.say_stretch(thing.starts_at, thing.ends_at, all_day=getattr(thing, "is_all_day", False))
