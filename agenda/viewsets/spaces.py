"""Spaces with a preview of their week, closures, equipment, kinds of meetings."""

from django import forms
from django.contrib.admin.utils import quote
from django.db.models import Count
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    Panel,
)
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.widgets import HeaderButton
from wagtail.admin.widgets.slug import SlugInput

from agenda.actions import closures
from agenda.enums import Weekday
from agenda.forms.back_office import SpaceForm
from agenda.models import Closure, Equipment, EventKind, Space
from agenda.pages import office
from agenda.views import back_office
from residents.viewsets import HouseViewSet, ListView, SoonestFirst, day, named, when_true


class WeekPanel(Panel):
    """The week of a space as it is kept: open hours, closures, bookings."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "agenda/back_office/week_panel.html"

        def get_context_data(self, parent_context=None):
            return super().get_context_data(parent_context) | {"week": office.week_of(self.instance)}

        def is_shown(self):
            return self.instance.pk is not None


class DoorPanel(Panel):
    """Where the screen of a space's door is read."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "agenda/back_office/door_panel.html"

        def get_context_data(self, parent_context=None):
            door = reverse("agenda:door", args=[self.instance.door_token])
            return super().get_context_data(parent_context) | {"door": self.request.build_absolute_uri(door)}

        def is_shown(self):
            return self.instance.pk is not None


class SpaceListView(ListView):
    def get_base_queryset(self):
        return super().get_base_queryset().annotate(parts_count=Count("parts"))


class SpaceViewSet(HouseViewSet):
    model = Space
    base_form_class = SpaceForm
    name = "espaces"
    icon = "home"
    menu_label = _("Espaces")
    add_label = _("Ajouter un espace")
    index_view_class = SpaceListView
    list_display = [
        "name",
        "capacity",
        Column("parts_count", label=_("Fait de"), accessor="parts_count"),
        "bookable_by",
        "approval",
        when_true("is_retired", _("Retiré")),
    ]
    list_filter = ["approval", "bookable_by", "is_retired"]
    search_fields = ["name", "description"]
    ordering = ["position", "sort_name"]
    list_export = [
        "name",
        "slug",
        "capacity",
        "least_minutes",
        "longest_minutes",
        "ahead_days",
        "buffer_minutes",
        "cancellation_hours",
        "get_approval_display",
        "get_bookable_by_display",
        "is_retired",
    ]
    export_headings = {"get_approval_display": _("Décision"), "get_bookable_by_display": _("Réservable par")}
    panels = [
        named("name"),
        WeekPanel(heading=_("Sa semaine")),
        FieldPanel(
            "slug", widget=SlugInput, help_text=_("L’adresse de sa page ; elle ne change plus une fois partagée.")
        ),
        FieldPanel("description"),
        MultiFieldPanel([FieldPanel("picture_file"), FieldPanel("picture_removed")], heading=_("Photo")),
        FieldRowPanel([FieldPanel("capacity"), FieldPanel("position")]),
        FieldPanel("equipment", widget=forms.CheckboxSelectMultiple),
        FieldPanel("accessibility"),
        MultiFieldPanel(
            [
                HelpPanel(content=_("Par exemple 8 h – 12 h, 14 h – 22 h. Vide : fermé ce jour-là.")),
                *(FieldPanel(f"hours_{day}") for day in Weekday),
            ],
            heading=_("Heures d’ouverture"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("bookable_by"), FieldPanel("approval")]),
                FieldRowPanel(
                    [
                        FieldPanel("least_minutes"),
                        FieldPanel("longest_minutes", help_text=_("Vide : sans limite.")),
                    ]
                ),
                FieldRowPanel(
                    [
                        FieldPanel("ahead_days", help_text=_("Vide : sans limite.")),
                        FieldPanel("cancellation_hours", help_text=_("Plus tard, l’annulation est notée.")),
                    ]
                ),
                FieldPanel("buffer_minutes", help_text=_("Ajouté à la fin de chaque réservation à venir.")),
            ],
            heading=_("Règles de réservation"),
        ),
        FieldPanel(
            "parts",
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Réserver cet espace occupe chacune de ses parties. Rien de coché : il ne se divise pas."),
        ),
        FieldRowPanel([FieldPanel("colour"), FieldPanel("pattern")]),
        MultiFieldPanel(
            [
                DoorPanel(),
                FieldPanel(
                    "shows_titles_at_door",
                    help_text=_("Seuls les objets que tout le monde peut lire s’y affichent."),
                ),
                FieldPanel("door_renewed"),
            ],
            heading=_("Écran de la porte"),
        ),
        FieldPanel("is_retired", help_text=_("Ne se réserve plus ; son histoire reste.")),
    ]


class ClosureListView(SoonestFirst, ListView):
    starts, ends, now = "starts_on", "ends_on", staticmethod(timezone.localdate)

    def get_base_queryset(self):
        return super().get_base_queryset().prefetch_related("spaces")

    @property
    def header_buttons(self):
        holidays = HeaderButton(_("Jours fériés"), url=reverse("fermetures:holidays"), icon_name="date")
        return [*super().header_buttons, holidays]


class ThenDecide:
    """A closure that is kept leads to the bookings that it meets, when there are some."""

    def get_success_url(self):
        closure = self.object
        if closures.bookings_met((closure.starts_on, closure.ends_on), list(closure.spaces.all())):
            return reverse("fermetures:decide", args=[quote(self.object.pk)])
        return super().get_success_url()


class ClosureCreateView(ThenDecide, generic.CreateView):
    pass


class ClosureEditView(ThenDecide, generic.EditView):
    pass


class ClosureViewSet(HouseViewSet):
    model = Closure
    name = "fermetures"
    icon = "circle-xmark"
    menu_label = _("Fermetures")
    add_label = _("Ajouter une fermeture")
    index_view_class = ClosureListView
    add_view_class = ClosureCreateView
    edit_view_class = ClosureEditView
    list_display = [
        "reason",
        day("starts_on", _("Du")),
        day("ends_on", _("Au")),
        Column("spaces", label=_("Espaces"), accessor=office.spaces_closed),
    ]
    list_filter = {"starts_on": ["gte"], "ends_on": ["lte"], "spaces": ["exact"]}
    search_fields = ["reason"]
    ordering = ["-starts_on", "pk"]
    list_export = ["reason", "starts_on", "ends_on"]
    panels = [
        FieldPanel("reason"),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
        FieldPanel(
            "spaces",
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Rien de coché : toute la maison ferme."),
        ),
        HelpPanel(
            content=_("Une fois la fermeture enregistrée, les réservations qu’elle rencontre vous sont montrées."),
            heading=_("Et les réservations ?"),
        ),
    ]

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("feries/", back_office.holidays, name="holidays"),
            path("<int:pk>/reservations/", back_office.decide, name="decide"),
        ]


class EquipmentViewSet(HouseViewSet):
    model = Equipment
    name = "equipements"
    icon = "cogs"
    menu_label = _("Équipements")
    add_label = _("Ajouter un équipement")
    list_display = ["name"]
    search_fields = ["name"]
    ordering = ["sort_name"]
    list_export = ["name"]
    panels = [FieldPanel("name")]


class EventKindViewSet(HouseViewSet):
    model = EventKind
    name = "sortes-de-rendez-vous"
    icon = "tag"
    menu_label = _("Sortes de rendez-vous")
    add_label = _("Ajouter une sorte de rendez-vous")
    list_display = ["name", "description"]
    search_fields = ["name"]
    ordering = ["sort_name"]
    list_export = ["name", "slug", "description"]
    panels = [
        named("name"),
        FieldPanel("slug", widget=SlugInput),
        FieldPanel("description"),
        FieldPanel("colour"),
    ]
