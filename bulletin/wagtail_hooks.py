"""The bulletin's part of the back office."""

from django.urls import include, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogFormatter

from bulletin import rules, urls_office
from bulletin.models import BulletinPage
from residents.menu import MenuItemFor


@hooks.register("register_admin_urls")
def addresses():
    return [path("", include(urls_office))]


# Preparing an issue


@hooks.register("register_admin_menu_item")
def bulletin_menu_item():
    return MenuItemFor(
        _("Sur le feu"),
        reverse("bulletin_office"),
        name="bulletin",
        icon_name="doc-full-inverse",
        may=rules.can_draft,
    )


@hooks.register("register_page_header_buttons")
def sheet_button(page, user, next_url=None, view_name=None):
    if isinstance(page.specific_deferred, BulletinPage) and rules.can_draft(user):
        yield Button(_("Faits de la maison"), reverse("bulletin_office"), icon_name="list-ul", priority=13)
        yield Button(_("Voir le PDF"), reverse("bulletin:pdf", args=[page.slug]), icon_name="doc-full", priority=14)


# Sending an issue by mail


@hooks.register("register_page_header_buttons")
def send_button(page, user, next_url=None, view_name=None):
    if isinstance(page.specific_deferred, BulletinPage) and rules.can_send(user):
        address = reverse("bulletin_sending", args=[page.pk])
        yield Button(_("Envoyer par mail"), address, icon_name="mail", priority=15)


@hooks.register("register_page_listing_more_buttons")
def send_line_button(page, user, next_url=None):
    if isinstance(page.specific_deferred, BulletinPage) and rules.can_send(user):
        address = reverse("bulletin_sending", args=[page.pk])
        yield Button(_("Envoyer par mail"), address, icon_name="mail", priority=35)


@hooks.register("register_log_actions")
def register_sending(actions):
    @actions.register_action("bulletin.send")
    class Sent(LogFormatter):
        label = gettext_lazy("Envoyer par mail")

    @actions.register_action("bulletin.pause")
    class Paused(LogFormatter):
        label = gettext_lazy("Suspendre l’envoi")

    @actions.register_action("bulletin.resume")
    class Resumed(LogFormatter):
        label = gettext_lazy("Reprendre l’envoi")
