"""What the house signed, and until when."""

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, Panel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic

from residents.enums import AgreementState
from residents.forms.back_office import AgreementForm, FromPartnerForm
from residents.models import Agreement
from residents.models.territory import AgreementQuerySet
from residents.viewsets.lists import HouseViewSet, ListView, day


class AgreementsPanel(Panel):
    """On a partner: what was signed with it, and the way to add to it."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "residents/back_office/agreements_panel.html"

        def get_context_data(self, parent_context=None):
            agreements = list(self.instance.agreements.by_end(timezone.localdate()))
            add = f"{reverse('conventions:add')}?{urlencode({'partner': self.instance.pk})}"
            return super().get_context_data(parent_context) | {"agreements": agreements, "add_url": add}

        def is_shown(self):
            return self.instance.pk is not None


class AgreementFilterSet(WagtailFilterSet):
    etat = ChoiceFilter(label=_("État"), choices=AgreementState.choices, empty_label=_("Toutes"), method="filter_state")

    class Meta:
        model = Agreement
        fields = ["partner", "is_shown"]

    def filter_state(self, agreements, name, value):
        return agreements.in_state(value, timezone.localdate())


class AgreementListView(ListView):
    related = ("partner",)

    def get_base_queryset(self):
        return super().get_base_queryset().by_end(timezone.localdate())


class AgreementCreateView(generic.CreateView):
    """`?partner=`: with whom, when one comes from the partner's page."""

    def get_initial(self):
        return super().get_initial() | FromPartnerForm(self.request.GET).chosen


class AgreementViewSet(HouseViewSet):
    model = Agreement
    base_form_class = AgreementForm
    name = "conventions"
    icon = "calendar-check"
    menu_label = _("Conventions")
    add_label = _("Ajouter une convention")
    index_view_class = AgreementListView
    add_view_class = AgreementCreateView
    list_display = [
        "title",
        "partner",
        day("starts_on", _("Du")),
        day("ends_on", _("Au")),
        Column("state", label=_("État"), accessor="state.label"),
        BooleanColumn("is_shown", label=_("Se lit sur le site"), accessor="is_shown"),
    ]
    filterset_class = AgreementFilterSet
    search_fields = ["title", "partner__name", "note"]
    ordering = list(AgreementQuerySet.BY_END)
    list_export = [
        "partner",
        "title",
        "starts_on",
        "ends_on",
        "state.label",
        "remind_days",
        "reminded_at",
        "is_shown",
        "note",
    ]
    export_headings = {"state.label": _("État")}
    panels = [
        FieldPanel("partner"),
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on", help_text=_("Vide : sans fin prévue."))]),
        FieldPanel(
            "remind_days",
            help_text=_(
                "La maison reçoit un mail, une fois, ce nombre de jours avant la fin. Une autre date de fin, ou un "
                "autre nombre, en prépare un nouveau."
            ),
        ),
        MultiFieldPanel(
            [
                FieldPanel(
                    "is_shown",
                    help_text=_("Son intitulé, ses dates et son document se lisent alors sur la page du partenaire."),
                ),
                FieldPanel("document", help_text=_("La maison seule le lit, tant que la convention ne se lit pas.")),
            ],
            heading=_("Ce que tout le monde lit"),
        ),
        FieldPanel(
            "note", widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Pour la maison seule, et dans le rappel.")
        ),
    ]
