"""The blog's part of the back office."""

from wagtail import hooks

from blog import choosers


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [choosers.residents, choosers.events, choosers.items, choosers.partners, choosers.issues]
