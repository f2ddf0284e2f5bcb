"""Structures, how long they stay, their sectors."""

from django import forms
from django.db.models import Count, Q
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFromToRangeFilter
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.widgets import Button, HeaderButton
from wagtail.admin.widgets.slug import SlugInput

from residents.forms.back_office import ResidentForm
from residents.models import Resident, Sector, Stay
from residents.pages.welcome import with_presences
from residents.places import A_YEAR_AHEAD, Places
from residents.views import stays
from residents.viewsets.lists import HouseViewSet, ListView, day, named


def with_audience(field: str, **kwargs) -> FieldRowPanel:
    return FieldRowPanel([FieldPanel(field, **kwargs), FieldPanel(f"{field}_audience")])


# Says nothing of itself.
SILENT = Q(tagline="") | Q(presentation="")
FROM_TO = _("Depuis quel jour, jusqu’à quel jour (l’un des deux suffit).")
YES_NO = [("oui", _("oui")), ("non", _("non"))]


class ResidentFilterSet(WagtailFilterSet):
    presente = ChoiceFilter(
        label=_("Présente aujourd’hui"), choices=YES_NO, empty_label=_("Toutes"), method="filter_presence"
    )
    se_presente = ChoiceFilter(label=_("Se présente"), choices=YES_NO, empty_label=_("Toutes"), method="filter_silence")

    arrives_on = DateFromToRangeFilter(label=_("Arrivée"), help_text=FROM_TO, widget=DateRangePickerWidget)
    departs_on = DateFromToRangeFilter(label=_("Départ"), help_text=FROM_TO, widget=DateRangePickerWidget)

    class Meta:
        model = Resident
        fields = ["kind", "sectors"]

    def filter_presence(self, residents, name, value):
        here = Resident.objects.in_residence().values("pk")
        return residents.filter(pk__in=here) if value == "oui" else residents.exclude(pk__in=here)

    def filter_silence(self, residents, name, value):
        return residents.exclude(SILENT) if value == "oui" else residents.filter(SILENT)


class ResidentListView(ListView):
    def get_base_queryset(self):
        return with_presences(super().get_base_queryset().with_mapped()).annotate(people=Count("memberships"))


class ResidentEditView(generic.EditView):
    @cached_property
    def header_buttons(self):
        """What the house does for a structure besides is done on the site."""
        slug = self.object.slug
        return [
            HeaderButton(_("Sa page"), url=self.object.get_absolute_url(), icon_name="view"),
            HeaderButton(_("Ses personnes"), url=reverse("residents:people", args=[slug]), icon_name="user"),
            HeaderButton(_("Ses étapes"), url=reverse("residents:steps", args=[slug]), icon_name="list-ol"),
        ]


class ResidentDeleteView(generic.DeleteView):
    """A structure is deleted on its own page, where what goes and what stays is said."""

    def get(self, request, *args, **kwargs):
        return redirect("delete_structure", self.object.slug)

    post = get


class ResidentViewSet(HouseViewSet):
    model = Resident
    base_form_class = ResidentForm
    name = "structures"
    icon = "group"
    menu_label = _("Structures")
    add_label = _("Ajouter une structure")
    index_view_class = ResidentListView
    edit_view_class = ResidentEditView
    delete_view_class = ResidentDeleteView
    list_display = [
        "name",
        "kind",
        day("arrives_on", _("Arrivée")),
        day("departs_on", _("Départ")),
        "email",
        Column("people", label=_("Membres"), accessor="people"),
        BooleanColumn("is_mapped", label=_("Cartographiée"), accessor="is_mapped"),
    ]
    filterset_class = ResidentFilterSet
    search_fields = ["name", "tagline"]
    ordering = ["sort_name", "pk"]
    list_export = [
        "name",
        "slug",
        "get_kind_display",
        "arrives_on",
        "departs_on",
        "tagline",
        "contact_name",
        "email",
        "phone",
        "updated_at",
    ]
    export_headings = {"get_kind_display": _("Forme"), "arrives_on": _("Arrivée"), "departs_on": _("Départ")}
    panels = [
        named("name"),
        FieldPanel(
            "slug", widget=SlugInput, help_text=_("L’adresse de sa page ; elle ne change plus une fois partagée.")
        ),
        FieldPanel("kind"),
        FieldPanel("sectors", widget=forms.CheckboxSelectMultiple),
        MultiFieldPanel(
            [with_audience("tagline"), with_audience("presentation"), FieldPanel("savoirs_audience")],
            heading=_("Ce que la structure dit d’elle"),
        ),
        MultiFieldPanel(
            [with_audience("contact_name"), with_audience("email"), with_audience("phone")], heading=_("La joindre")
        ),
        HelpPanel(
            content=_("Le logo et les liens se changent sur la page de la structure, par ses membres ou par vous."),
            heading=_("Logo et liens"),
        ),
    ]


class StayListView(ListView):
    """Above the list, how many places are taken and left, today and at each change to come."""

    related = ("resident",)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"places": None if self.results_only else Places.on(months=A_YEAR_AHEAD)}

    def get_list_buttons(self, instance):
        """What is done to a stay; its name leads to the page that corrects or deletes it."""
        page = reverse("presences:change", args=[instance.pk])
        whose = _("Finir ou changer : %(name)s") % {"name": instance.resident}
        small = "button button-small button-secondary"
        return [Button(_("Finir ou changer"), url=page, classname=small, attrs={"aria-label": whose})]


class StayEditView(generic.EditView):
    @cached_property
    def header_buttons(self):
        page = reverse("presences:change", args=[self.object.pk])
        return [HeaderButton(_("Finir, ou changer de part"), url=page, icon_name="calendar-alt")]


class StayViewSet(HouseViewSet):
    model = Stay
    name = "presences"
    icon = "calendar"
    menu_label = _("Présences et places")
    add_label = _("Ajouter une présence")
    index_view_class = StayListView
    edit_view_class = StayEditView
    index_template_name = "residents/back_office/stays.html"
    list_display = ["resident", day("starts_on", _("Du")), day("ends_on", _("Au")), "share"]
    list_filter = {"resident": ["exact"], "starts_on": ["gte"], "ends_on": ["lte"]}
    search_fields = ["resident__name"]
    ordering = ["-starts_on", "resident__sort_name"]
    list_export = ["resident", "starts_on", "ends_on", "share"]
    panels = [
        FieldPanel("resident"),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on", help_text=_("Vide : sans fin prévue."))]),
        FieldPanel("share", help_text=_("1 : plein temps ; 0,5 : mi-temps.")),
    ]

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("<int:pk>/changer/", stays.change, name="change")]


class SectorViewSet(HouseViewSet):
    model = Sector
    name = "secteurs"
    icon = "tag"
    menu_label = _("Secteurs")
    add_label = _("Ajouter un secteur")
    list_display = ["name", "slug"]
    search_fields = ["name"]
    ordering = ["sort_name"]
    list_export = ["name", "slug"]
    panels = [
        named("name"),
        FieldPanel("slug", widget=SlugInput),
    ]
