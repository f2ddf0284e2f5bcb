"""Days as people say them, with their year."""

from django import template

from residents import places

register = template.Library()

register.filter("say_date", places.say_date)
