"""What the back office owes to no single app: its menu."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks

from bulletin.viewsets import SubscriberViewSet
from chaudronneries.office import choosers, menu
from chaudronneries.office.dashboard import DeskPanel, JournalPanel
from chaudronneries.office.journal import JournalViewSet

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
