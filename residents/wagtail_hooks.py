"""The residency's part of the back office: its menu, its dashboard, its journal."""

from django.core.exceptions import PermissionDenied
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.search import SearchArea
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogFormatter

from residents import dashboard, viewsets
from residents.actions.declarations import DECLARATION
from residents.actions.merges import MERGED, UNMERGED
from residents.actions.profiles import PROFILE_CHANGED
from residents.models import User
from residents.profile import Section


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [
        viewsets.ResidentViewSet(),
        viewsets.StayViewSet(),
        viewsets.MembershipViewSet(),
        viewsets.InvitationViewSet(),
        viewsets.SectorViewSet(),
        viewsets.KnowledgeItemViewSet(),
        viewsets.DomainViewSet(),
        viewsets.MergeViewSet(),
        viewsets.PartnerViewSet(),
        viewsets.TerritorialIssueViewSet(),
        viewsets.ApplicationViewSet(),
    ]


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
    @actions.register_action(PROFILE_CHANGED)
    class ProfileChanged(LogFormatter):
        label = gettext_lazy("Modifier le profil")

        def format_message(self, entry):
            return _("Profil modifié : %(section)s") % {"section": Section(entry.data["section"]).label}

    @actions.register_action(DECLARATION)
    class Declared(LogFormatter):
        label = gettext_lazy("Déclarer un savoir")

        def format_message(self, entry):
            words = {
                "declared": _("« %(item)s » déclaré"),
                "changed": _("« %(item)s » modifié"),
                "withdrawn": _("« %(item)s » retiré"),
            }
            return words[entry.data["done"]] % {"item": entry.data["item"]}

    @actions.register_action(MERGED)
    class Merged(LogFormatter):
        label = gettext_lazy("Fusionner deux termes")

        def format_message(self, entry):
            return _("« %(item)s » fusionné dans « %(into)s »") % entry.data

    @actions.register_action(UNMERGED)
    class Unmerged(LogFormatter):
        label = gettext_lazy("Annuler une fusion")

        def format_message(self, entry):
            return _("Fusion de « %(item)s » dans « %(into)s » annulée") % entry.data
