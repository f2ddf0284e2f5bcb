"""The residency's part of the back office: its menu, its dashboard, its journal."""

from django.core.exceptions import PermissionDenied
from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.search import SearchArea
from wagtail.admin.ui.components import Component

from residents import rules, urls_sheets, viewsets
from residents.menu import MenuItemFor
from residents.models import User
from residents.pages import dashboard, journal
from residents.views import duplicates


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [
        viewsets.ResidentViewSet(),
        viewsets.StayViewSet(),
        viewsets.StepViewSet(),
        viewsets.MembershipViewSet(),
        viewsets.InvitationViewSet(),
        viewsets.SectorViewSet(),
        viewsets.KnowledgeItemViewSet(),
        viewsets.DomainViewSet(),
        viewsets.MergeViewSet(),
        viewsets.PartnerViewSet(),
        viewsets.AgreementViewSet(),
        viewsets.TeamRoleViewSet(),
        viewsets.TerritorialIssueViewSet(),
        viewsets.ApplicationViewSet(),
    ]


@hooks.register("register_admin_urls")
def addresses_of_sheets():
    return [path("", include(urls_sheets))]


@hooks.register("register_admin_menu_item")
def sheets_menu_item():
    label = gettext_lazy("Importer et exporter")
    return MenuItemFor(label, reverse("sheets"), name="feuilles", icon_name="table", may=rules.is_house_manager)


@hooks.register("register_admin_search_area")
def search_structures():
    return SearchArea(
        gettext_lazy("Structures"), reverse("structures:index"), name="structures", icon_name="group", order=1
    )


@hooks.register("register_admin_search_area")
def search_terms():
    return SearchArea(gettext_lazy("Termes"), reverse("termes:index"), name="termes", icon_name="pilcrow", order=2)


@hooks.register("before_bulk_action")
def spare_administrators(request, action_type, objects, action):
    """Only an administrator acts on administrators, alone or in a row."""
    if not request.user.is_superuser and any(isinstance(o, User) and o.is_superuser for o in objects):
        raise PermissionDenied


class HousePanel(Component):
    """What the house manager wants to know on arriving."""

    name = "house"
    order = 100
    template_name = "residents/back_office/house_panel.html"

    def get_context_data(self, parent_context):
        return {"house": dashboard.house_today()}


@hooks.register("construct_homepage_panels")
def show_the_house(request, panels):
    panels.append(HousePanel())


@hooks.register("construct_homepage_summary_items")
def drop_page_counts(request, items):
    items.clear()


@hooks.register("insert_global_admin_css")
def our_colours():
    return format_html('<link rel="stylesheet" href="{}">', static("css/back_office.css"))


@hooks.register("register_log_actions")
def register_journal(actions):
    journal.register(actions)


@hooks.register("register_admin_menu_item")
def near_terms_entry():
    return MenuItemFor(
        gettext_lazy("Termes proches"),
        reverse("near_terms"),
        name="termes-proches",
        icon_name="resubmit",
        may=rules.can_merge_terms,
    )


@hooks.register("register_admin_urls")
def near_terms_addresses():
    return [
        path("termes-proches/", duplicates.near_terms, name="near_terms"),
        path("termes-proches/<int:pk>/", duplicates.decide, name="near_terms_decide"),
    ]


@hooks.register("register_admin_menu_item")
def arrivals_entry():
    return MenuItemFor(
        gettext_lazy("Arrivées et départs"),
        reverse("residents:arrivals"),
        name="arrivees-et-departs",
        icon_name="calendar-check",
        may=rules.can_follow_arrivals,
    )
