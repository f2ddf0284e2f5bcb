"""The agenda's entries in the back office."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea

from agenda import rules, viewsets


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [
        viewsets.BookingViewSet(),
        viewsets.EventViewSet(),
        viewsets.RegistrationViewSet(),
        viewsets.SpaceViewSet(),
        viewsets.ClosureViewSet(),
        viewsets.EquipmentViewSet(),
        viewsets.EventKindViewSet(),
    ]


class HouseMenuItem(MenuItem):
    def is_shown(self, request):
        return rules.is_house_manager(request.user)


@hooks.register("register_admin_menu_item")
def my_day():
    return HouseMenuItem(_("Ma journée"), reverse("agenda:my_day"), name="my-day", icon_name="clipboard-list", order=80)


@hooks.register("register_admin_search_area")
def search_spaces():
    return SearchArea(_("Espaces"), reverse("espaces:index"), name="espaces", icon_name="home", order=3)


@hooks.register("register_admin_search_area")
def search_bookings():
    return SearchArea(
        _("Réservations"), reverse("reservations:index"), name="reservations", icon_name="calendar-check", order=4
    )
