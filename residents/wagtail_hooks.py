"""The residency's part of the back office: its menu, its dashboard, its journal."""

import datetime

from django.core.exceptions import PermissionDenied
from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogFormatter

from residents import rules, urls_sheets, viewsets
from residents.actions.agreements import REMINDED
from residents.actions.declarations import DECLARATION
from residents.actions.duplicates import KEPT_APART, REOPENED
from residents.actions.factors import FORGOTTEN
from residents.actions.merges import MERGED, UNMERGED
from residents.actions.profiles import PROFILE_CHANGED
from residents.actions.visibility import VISIBILITY_CHANGED
from residents.actions.welcome import PUT_ASIDE, REVIEWED, STEP_ACCEPTED, STEP_DONE, STEP_UNDONE
from residents.enums import SheetKind, Trace
from residents.models import User
from residents.pages import dashboard
from residents.pages.visibility import TRACE, YES
from residents.places import say_date
from residents.profile import Section
from residents.spreadsheets.importing import IMPORTED
from residents.views import duplicates


class HouseMenuItem(MenuItem):
    """For whoever runs the house."""

    def is_shown(self, request):
        return rules.is_house_manager(request.user)


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
    return HouseMenuItem(label, reverse("sheets"), name="feuilles", icon_name="table")


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

    @actions.register_action(VISIBILITY_CHANGED)
    class VisibilityChanged(LogFormatter):
        label = gettext_lazy("Choisir qui la rencontre")

        def format_message(self, entry):
            part, after = entry.data["part"], entry.data["after"]
            if part == TRACE:
                return _("Après le départ se lira : %(trace)s") % {"trace": Trace(after).label}
            return _("Figure dans l’annuaire public") if after == YES else _("Ne figure plus dans l’annuaire public")

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

    @actions.register_action(REMINDED)
    class Reminded(LogFormatter):
        label = gettext_lazy("Rappeler une échéance")

        def format_message(self, entry):
            day = say_date(datetime.date.fromisoformat(entry.data["ends_on"]))
            return _("La maison a été prévenue : fin le %(day)s") % {"day": day}

    @actions.register_action(FORGOTTEN)
    class FactorsForgotten(LogFormatter):
        label = gettext_lazy("Oublier des clés")

        def format_message(self, entry):
            return _("Clés et codes oubliés : la personne les avait perdus")

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

    @actions.register_action(KEPT_APART)
    class KeptApart(LogFormatter):
        label = gettext_lazy("Départager deux termes")

        def format_message(self, entry):
            return _("« %(item)s » et « %(other)s » sont deux choses") % entry.data

    @actions.register_action(REOPENED)
    class Reopened(LogFormatter):
        label = gettext_lazy("Remettre deux termes à départager")

        def format_message(self, entry):
            return _("« %(item)s » et « %(other)s » à nouveau à départager") % entry.data


class NearTermsMenuItem(MenuItem):
    def is_shown(self, request):
        return rules.can_merge_terms(request.user)


@hooks.register("register_admin_menu_item")
def near_terms_entry():
    return NearTermsMenuItem(
        gettext_lazy("Termes proches"), reverse("near_terms"), name="termes-proches", icon_name="resubmit"
    )


@hooks.register("register_admin_urls")
def near_terms_addresses():
    return [
        path("termes-proches/", duplicates.near_terms, name="near_terms"),
        path("termes-proches/<int:pk>/", duplicates.decide, name="near_terms_decide"),
    ]


class ArrivalsMenuItem(MenuItem):
    def is_shown(self, request):
        return rules.can_follow_arrivals(request.user)


@hooks.register("register_admin_menu_item")
def arrivals_entry():
    return ArrivalsMenuItem(
        gettext_lazy("Arrivées et départs"),
        reverse("residents:arrivals"),
        name="arrivees-et-departs",
        icon_name="calendar-check",
    )


@hooks.register("register_log_actions")
def register_steps(actions):
    @actions.register_action(STEP_DONE)
    class StepDone(LogFormatter):
        label = gettext_lazy("Cocher une étape")

        def format_message(self, entry):
            return _("Étape faite : « %(step)s »") % entry.data

    @actions.register_action(STEP_ACCEPTED)
    class StepAccepted(LogFormatter):
        label = gettext_lazy("Accepter un texte")

        def format_message(self, entry):
            return _("Texte accepté : « %(step)s »") % entry.data

    @actions.register_action(STEP_UNDONE)
    class StepUndone(LogFormatter):
        label = gettext_lazy("Décocher une étape")

        def format_message(self, entry):
            return _("Étape à refaire : « %(step)s »") % entry.data

    @actions.register_action(REVIEWED)
    class Reviewed(LogFormatter):
        label = gettext_lazy("Relire un profil")

        def format_message(self, entry):
            return _("Relu : tout est encore juste")

    @actions.register_action(PUT_ASIDE)
    class StepsPutAside(LogFormatter):
        label = gettext_lazy("Mettre les étapes de côté")

        def format_message(self, entry):
            return _("Les étapes de l’arrivée ne lui sont plus rappelées")

    @actions.register_action(IMPORTED)
    class SheetImported(LogFormatter):
        label = gettext_lazy("Importer une feuille de calcul")

        def format_message(self, entry):
            told = entry.data | {"kind": SheetKind(entry.data["kind"]).label}
            return _("Feuille importée (%(kind)s) : créés %(create)d, changés %(change)d, invités %(invite)d") % told
