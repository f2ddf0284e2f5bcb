"""What is made and changed on its own pages, listed, searched and exported here: bookings, meetings, registrations."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn

from agenda.enums import SEATED
from agenda.models import Booking, Event, Registration
from agenda.times import say_time
from residents.places import say_date
from residents.viewsets import HouseViewSet, LinkedListView, SoonestFirst


def begins(thing: Booking | Event) -> str:
    """1er mars 2027, 10 h: what is to come has no « il y a », which is all that Wagtail's column knows."""
    return f"{say_date(timezone.localdate(thing.starts_at))}, {say_time(thing.starts_at)}"


def meeting_begins(registration: Registration) -> str:
    return begins(registration.event)


class BookingListView(SoonestFirst, LinkedListView):
    related = ("space", "resident", "event")
    made_at = "agenda:book"


class BookingViewSet(HouseViewSet):
    """Read only: bookings are made, moved and decided on their own pages."""

    model = Booking
    name = "reservations"
    icon = "calendar-check"
    menu_label = _("Réservations")
    add_label = _("Réserver un espace")
    inspect_view_enabled = True
    inspect_view_fields = [
        "title",
        "space",
        "starts_at",
        "ends_at",
        "resident",
        "guest_name",
        "status",
        "attendees",
        "setup",
        "created_by",
    ]
    index_view_class = BookingListView
    list_display = [
        "title",
        "space",
        Column("starts_at", label=_("Début"), accessor=begins, sort_key="starts_at"),
        Column("holder", label=_("Pour"), accessor="holder"),
        Column("status", label=_("État"), accessor="get_status_display", sort_key="status"),
    ]
    list_filter = {"space": ["exact"], "status": ["exact"], "resident": ["exact"], "starts_at": ["gte", "lte"]}
    search_fields = ["title", "resident__name", "guest_name"]
    ordering = ["-starts_at", "pk"]
    list_export = [
        "title",
        "space",
        "starts_at",
        "ends_at",
        "holder",
        "get_status_display",
        "attendees",
        "is_late",
        "is_no_show",
        "created_at",
    ]
    export_headings = {"get_status_display": _("État"), "holder": _("Pour")}
    panels = [FieldPanel("title")]


class EventListView(SoonestFirst, LinkedListView):
    related = ("kind",)
    made_at = "agenda:new_event"

    def get_base_queryset(self):
        seated = Count("registrations", filter=Q(registrations__status__in=SEATED))
        return super().get_base_queryset().annotate(seated=seated)


def seats(event: Event) -> str:
    """ "12/20", "12" without a limit, "" without registration."""
    if not event.takes_registrations:
        return ""
    return f"{event.seated}/{event.capacity}" if event.capacity else str(event.seated)


class EventViewSet(HouseViewSet):
    """Read only: a meeting is put on the agenda, changed and cancelled on its own pages."""

    model = Event
    name = "rendez-vous"
    icon = "calendar"
    menu_label = _("Rendez-vous")
    add_label = _("Proposer un rendez-vous")
    inspect_view_enabled = True
    inspect_view_fields = ["title", "kind", "starts_at", "ends_at", "audience", "status", "created_by"]
    index_view_class = EventListView
    list_display = [
        "title",
        Column("kind", label=_("Sorte"), accessor="kind"),
        Column("starts_at", label=_("Début"), accessor=begins, sort_key="starts_at"),
        Column("audience", label=_("Pour"), accessor="get_audience_display", sort_key="audience"),
        Column("status", label=_("État"), accessor="get_status_display", sort_key="status"),
        Column("seats", label=_("Inscrits"), accessor=seats),
    ]
    list_filter = {
        "kind": ["exact"],
        "status": ["exact"],
        "audience": ["exact"],
        "organisers": ["exact"],
        "starts_at": ["gte", "lte"],
    }
    search_fields = ["title", "summary", "place"]
    ordering = ["-starts_at", "pk"]
    list_export = [
        "title",
        "kind",
        "starts_at",
        "ends_at",
        "get_audience_display",
        "get_status_display",
        "place",
        "seated",
        "capacity",
    ]
    export_headings = {
        "get_audience_display": _("Pour"),
        "get_status_display": _("État"),
        "seated": _("Inscrits"),
    }
    panels = [FieldPanel("title")]


def their_page(registration: Registration) -> str:
    return reverse("agenda:registrations", args=[registration.event.slug])


class RegistrationListView(LinkedListView):
    related = ("event", "user", "resident")

    def get_edit_url(self, instance):
        return their_page(instance)


class RegistrationViewSet(HouseViewSet):
    """Read only: each meeting has the page of its own registrations."""

    model = Registration
    name = "inscriptions"
    icon = "check"
    menu_label = _("Inscriptions")
    inspect_view_enabled = True
    inspect_view_fields = ["event", "user", "name", "status", "slot_starts_at", "attended", "created_at"]
    index_view_class = RegistrationListView
    list_display = [
        TitleColumn("who", label=_("Qui"), accessor="who", get_url=their_page),
        Column("event", label=_("Rendez-vous"), accessor="event"),
        Column("starts_at", label=_("Le"), accessor=meeting_begins, sort_key="event__starts_at"),
        Column("status", label=_("État"), accessor="get_status_display", sort_key="status"),
        DateColumn("created_at", label=_("Reçue"), sort_key="created_at"),
    ]
    list_filter = {"event": ["exact"], "status": ["exact"], "resident": ["exact"], "created_at": ["gte", "lte"]}
    search_fields = ["name", "user__first_name", "user__last_name", "event__title"]
    ordering = ["-created_at", "-pk"]
    list_export = [
        "who",
        "address",
        "event",
        "event.starts_at",
        "resident",
        "get_status_display",
        "attended",
        "created_at",
    ]
    export_headings = {
        "who": _("Qui"),
        "address": _("Adresse e-mail"),
        "event.starts_at": _("Rendez-vous du"),
        "get_status_display": _("État"),
    }
    panels = [FieldPanel("event")]
