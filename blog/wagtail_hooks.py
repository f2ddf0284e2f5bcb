"""The blog's part of the back office."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from blog import choosers, viewsets
from blog.standing import State
from residents.menu import MenuItemFor
from residents.rules import is_house_manager


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [
        choosers.residents,
        choosers.events,
        choosers.items,
        choosers.partners,
        choosers.issues,
        viewsets.PostViewSet(),
        viewsets.PostPages(),
        viewsets.RubricViewSet(),
    ]


@hooks.register("register_admin_menu_item")
def to_review():
    address = f"{reverse('articles:index')}?etat={State.TO_REVIEW}"
    label = _("Articles à relire")
    return MenuItemFor(label, address, name="a-relire", icon_name="clipboard-list", may=is_house_manager)
