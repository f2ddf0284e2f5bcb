"""The agenda's entries in the back office."""

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.search import SearchArea
from wagtail.log_actions import LogFormatter

from agenda import rules, viewsets
from agenda.actions.history import BOOKING_ACTION, REGISTRATION_ACTION
from agenda.enums import BookingAction, RegistrationAction
from residents.menu import MenuItemFor


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


@hooks.register("register_admin_menu_item")
def my_day():
    return MenuItemFor(
        _("Ma journée"),
        reverse("agenda:my_day"),
        name="my-day",
        icon_name="clipboard-list",
        order=80,
        may=rules.is_house_manager,
    )


@hooks.register("register_admin_search_area")
def search_spaces():
    return SearchArea(_("Espaces"), reverse("espaces:index"), name="espaces", icon_name="home", order=3)


@hooks.register("register_admin_search_area")
def search_bookings():
    return SearchArea(
        _("Réservations"), reverse("reservations:index"), name="reservations", icon_name="calendar-check", order=4
    )


class ForWhom(LogFormatter):
    """« Acceptée, pour Atelier du Zinc »"""

    def __init__(self, label, words):
        self.label, self.words = label, words

    def format_message(self, entry):
        whom = entry.data.get("whom")
        return gettext("%(words)s, pour %(whom)s") % {"words": self.words, "whom": whom} if whom else str(self.words)


@hooks.register("register_log_actions")
def register_journal(actions):
    """The journal makes each formatter without arguments: hence the small functions."""
    for action in BookingAction:
        label = format_lazy("{} : {}", _("Réservation"), action.label)
        actions.register_action(BOOKING_ACTION + action)(lambda label=label, words=action.label: ForWhom(label, words))
    for action in RegistrationAction:
        actions.register_action(REGISTRATION_ACTION + action)(lambda words=action.label: ForWhom(words, words))
