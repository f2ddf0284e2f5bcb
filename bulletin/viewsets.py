"""The bulletin's part of the back office: who subscribed to it."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.log_actions import log

from bulletin.actions import subscribers
from bulletin.models import Subscriber
from residents.viewsets import HouseViewSet, ListView


class SubscriberListView(ListView):
    """Nobody is subscribed by hand: whoever wants it asks, and confirms."""

    def get_add_url(self):
        return None

    def get_edit_url(self, instance):
        return None

    def get_base_queryset(self):
        """Of those whose address is forgotten, only the proof that they left is kept: nothing to look at."""
        return super().get_base_queryset().with_address()


class SubscriberDeleteView(generic.DeleteView):
    confirmation_message = _(
        "L’adresse est effacée, avec la trace de son accord. Pour cesser d’écrire à quelqu’un, le lien de "
        "désabonnement de chaque bulletin suffit."
    )

    def delete_action(self):
        """The journal does not keep the address that is erased."""
        log(instance=self.object, action="wagtail.delete", deleted=True, title=str(_("un abonnement")))
        subscribers.erase(subscriber=self.object, by=self.request.user)


class SubscriberViewSet(HouseViewSet):
    model = Subscriber
    name = "abonnements"
    icon = "mail"
    menu_label = _("Abonnements")
    index_view_class = SubscriberListView
    delete_view_class = SubscriberDeleteView
    inspect_view_enabled = True
    inspect_view_fields = [
        "email",
        "state",
        "asked_at",
        "confirmed_at",
        "consent",
        "left_at",
        "bounces",
        "last_bounce",
        "last_bounce_at",
    ]
    list_display = [
        "email",
        Column("state", label=_("État"), accessor="get_state_display", sort_key="state"),
        DateColumn("asked_at", label=_("Demandé"), sort_key="asked_at"),
        DateColumn("confirmed_at", label=_("Confirmé"), sort_key="confirmed_at"),
        Column("bounces", label=_("Retours"), accessor="bounces", sort_key="bounces"),
    ]
    list_filter = {"state": ["exact"], "confirmed_at": ["gte", "lte"], "bounces": ["gte"]}
    search_fields = ["email"]
    ordering = ["-asked_at", "-pk"]
    list_export = [
        "email",
        "get_state_display",
        "asked_at",
        "confirmed_at",
        "consent",
        "left_at",
        "bounces",
        "last_bounce",
    ]
    export_headings = {"get_state_display": _("État")}
    panels = [FieldPanel("email", read_only=True), FieldPanel("state", read_only=True)]
