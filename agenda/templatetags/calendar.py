"""What the pieces of the agenda's pages ask of their reader."""

from django import template

from agenda import rules

register = template.Library()

register.filter("sees_bookings", rules.can_see_bookings)
