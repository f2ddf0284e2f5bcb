"""The blog's part of the back office."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from blog import choosers, viewsets
from blog.standing import State
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
        viewsets.RubricViewSet(),
    ]


class ReviewMenuItem(MenuItem):
    def is_shown(self, request):
        return is_house_manager(request.user)


@hooks.register("register_admin_menu_item")
def to_review():
    address = f"{reverse('articles:index')}?etat={State.TO_REVIEW}"
    return ReviewMenuItem(_("Articles à relire"), address, name="a-relire", icon_name="clipboard-list")
