"""What people wrote, as it is set in French."""

from django import template

from residents import typography

register = template.Library()


@register.filter(is_safe=True)
def unbroken(text) -> str:
    return typography.unbroken(str(text))
