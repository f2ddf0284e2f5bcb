"""What the back office owes to no single app: its menu, and leaving the house."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.log_actions import LogFormatter

from bulletin.viewsets import SubscriberViewSet
from chaudronneries.office import choosers, menu
from chaudronneries.office.dashboard import DeskPanel, JournalPanel
from chaudronneries.office.journal import JournalViewSet
from chaudronneries.portability import leaving
from residents.models import User

choosers.write_no_script()

# After every app has added its own entries.
LAST = 1000


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [SubscriberViewSet(), JournalViewSet()]


@hooks.register("register_admin_menu_item")
def home_entry():
    return menu.home()


@hooks.register("register_admin_menu_item")
def site_entry():
    return menu.site()


@hooks.register("construct_main_menu", order=LAST)
def arrange_the_menu(request, items):
    menu.arrange(request, items)


@hooks.register("construct_settings_menu", order=LAST)
def keep_the_settings_of_ones_role(request, items):
    items[:] = [item for item in items if item.name not in menu.hidden_from(request.user)]


@hooks.register("construct_reports_menu", order=LAST)
def drop_the_reports_that_the_journal_replaces(request, items):
    items[:] = [item for item in items if item.name not in menu.HIDDEN_REPORTS]


@hooks.register("insert_global_admin_js")
def start_what_is_written_as_data():
    return format_html('<script type="module" src="{}"></script>', static("js/office/choosers.js"))


@hooks.register("construct_homepage_panels", order=LAST)
def keep_the_panels_of_the_house(request, panels):
    """Wagtail's own say again what ours say."""
    panels[:] = [panel for panel in panels if not type(panel).__module__.startswith("wagtail.")]
    panels += [DeskPanel(), JournalPanel()]


@hooks.register("before_delete_user")
def let_one_person_leave(request, user):
    """Deleted by the house at their request, a person leaves as they would by themselves."""
    return let_leave(request, [user]) if request.method == "POST" else None


@hooks.register("before_bulk_action", order=LAST)
def let_people_leave(request, action_type, objects, action):
    if request.method == "POST" and action_type == "delete" and action.model is User:
        return let_leave(request, objects)
    return None


def let_leave(request, people):
    for person in people:
        name = str(person)
        try:
            leaving.leave(user=person, by=request.user)
        except ValidationError:
            messages.error(request, _("%(name)s a la dernière clé de la maison : son compte reste.") % {"name": name})
        else:
            messages.success(request, _("Le compte de %(name)s est supprimé.") % {"name": name})
    return redirect("wagtailusers_users:index")


@hooks.register("register_log_actions")
def register_leaving(actions):
    actions.register_action(
        leaving.STRUCTURE_LEFT,
        gettext_lazy("Supprimer une structure"),
        gettext_lazy("Structure supprimée, avec ses données"),
    )

    @actions.register_action(leaving.PERSON_LEFT)
    class PersonLeft(LogFormatter):
        label = gettext_lazy("Supprimer un compte")

        def format_message(self, entry):
            return _("Compte supprimé par sa personne") if entry.data.get("asked") else _("Compte supprimé")
