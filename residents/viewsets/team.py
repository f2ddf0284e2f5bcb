"""The team that runs the house: who holds which role, since when."""

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn

from residents.models import TeamRole
from residents.viewsets.lists import HouseViewSet, ListView, day

HELD = [("aujourd-hui", _("aujourd’hui")), ("avant", _("autrefois")), ("bientot", _("plus tard"))]


class TeamRoleFilterSet(WagtailFilterSet):
    tenu = ChoiceFilter(label=_("Tenu"), choices=HELD, empty_label=_("Tous"), method="filter_held")

    class Meta:
        model = TeamRole
        fields = ["is_shown"]

    def filter_held(self, roles, name, value):
        today = timezone.localdate()
        if value == "aujourd-hui":
            return roles.on(today)
        return roles.filter(Q(ends_on__lt=today) if value == "avant" else Q(starts_on__gt=today))


class TeamRoleListView(ListView):
    verbose_name_plural = _("rôles")

    def get_paginator(self, *args, **kwargs):
        """« 5 rôles » below the list, where Wagtail reads the name of the model: « 5 équipe »."""
        paginator = super().get_paginator(*args, **kwargs)
        paginator.verbose_name_plural = self.verbose_name_plural
        return paginator


class TeamRoleViewSet(HouseViewSet):
    model = TeamRole
    index_view_class = TeamRoleListView
    name = "equipe"
    icon = "user"
    menu_label = _("Équipe")
    add_label = _("Ajouter un rôle")
    list_display = [
        "name",
        "role",
        day("starts_on", _("Du")),
        day("ends_on", _("Au")),
        "position",
        BooleanColumn("is_shown", label=_("Se lit sur le site"), accessor="is_shown"),
    ]
    filterset_class = TeamRoleFilterSet
    search_fields = ["name", "role", "about"]
    ordering = ["position", "starts_on", "pk"]
    list_export = ["name", "role", "about", "email", "starts_on", "ends_on", "position", "is_shown"]
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("role")]),
        FieldPanel("about", widget=forms.Textarea(attrs={"rows": 3})),
        FieldPanel(
            "picture",
            help_text=_("La description de l’image la dit à qui ne la voit pas ; vide, on lit « Portrait de… »."),
        ),
        FieldRowPanel(
            [
                FieldPanel("email", help_text=_("Tout le monde la lit. Vide : aucune.")),
                FieldPanel("user", help_text=_("Si la personne supprime son compte, son nom s’efface aussi d’ici.")),
            ]
        ),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on", help_text=_("Vide : sans fin prévue."))]),
        MultiFieldPanel(
            [
                FieldPanel("position", help_text=_("Les plus petits nombres d’abord.")),
                FieldPanel("is_shown"),
                HelpPanel(
                    content=_(
                        "La page « L’équipe » montre les rôles tenus aujourd’hui, par son bloc « l’équipe ». "
                        "Une autre page du site peut le prendre. Les rôles finis restent ici, et ne se lisent plus."
                    )
                ),
            ],
            heading=_("Sur le site"),
        ),
    ]
