"""The house's lists of steps, for who arrives and who leaves: written and put in order here."""

from django import forms
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic

from residents.actions import journal
from residents.forms.welcome import StepForm
from residents.models import Step
from residents.viewsets.lists import HouseViewSet, ListView


class StepListView(ListView):
    @cached_property
    def show_ordering_column(self):
        """A rank is that of the whole list: what is searched or filtered is not moved."""
        return super().show_ordering_column and not (self.is_searching or self.is_filtering)


class StepReorderView(generic.ReorderView):
    """As Wagtail's, and told in the journal."""

    def post(self, request, *args, **kwargs):
        answer = super().post(request, *args, **kwargs)
        journal.note(Step.objects.get(pk=kwargs["pk"]), "wagtail.edit", by=request.user)
        return answer


class StepDeleteView(generic.DeleteView):
    """A step that somebody has gone through is no longer used, rather than deleted: an agreement would go with it."""

    def form_valid(self, form):
        number = self.object.done.count()
        if not number:
            return super().form_valid(form)
        words = ngettext(
            "« %(step)s » a été faite par %(number)d structure : décochez « en usage », la trace en reste.",
            "« %(step)s » a été faite par %(number)d structures : décochez « en usage », la trace en reste.",
            number,
        )
        messages.error(self.request, words % {"step": self.object, "number": number})
        return redirect(reverse("etapes:edit", args=[self.object.pk]))


class StepViewSet(HouseViewSet):
    model = Step
    base_form_class = StepForm
    name = "etapes"
    icon = "list-ol"
    menu_label = gettext_lazy("Étapes d’accueil et de départ")
    add_label = gettext_lazy("Ajouter une étape")
    reorder_view_class = StepReorderView
    delete_view_class = StepDeleteView
    sort_order_field = "position"
    list_display = [
        "title",
        Column("moment", label=gettext_lazy("Moment"), accessor="get_moment_display"),
        Column("done_by", label=gettext_lazy("Par"), accessor="get_done_by_display"),
        Column("check_by", label=gettext_lazy("Se constate par"), accessor="get_check_by_display"),
        BooleanColumn("is_used", label=gettext_lazy("En usage"), accessor="is_used"),
    ]
    list_filter = ["moment", "done_by", "is_used"]
    search_fields = ["title", "help"]
    # A name alone: Wagtail then lets lines be dragged at once.
    ordering = "position"
    index_view_class = StepListView
    list_export = ["get_moment_display", "title", "help", "get_check_by_display", "get_done_by_display", "is_used"]
    export_headings = {
        "get_moment_display": gettext_lazy("Moment"),
        "get_check_by_display": gettext_lazy("Se constate par"),
        "get_done_by_display": gettext_lazy("Par"),
    }
    panels = [
        FieldRowPanel([FieldPanel("moment"), FieldPanel("done_by")]),
        FieldPanel("title"),
        FieldPanel("help"),
        FieldRowPanel(
            [
                FieldPanel(
                    "check_by", help_text=gettext_lazy("La maison le voit alors d’elle-même : personne ne coche.")
                ),
                FieldPanel("leads_to", help_text=gettext_lazy("Pour ce qui se coche à la main.")),
            ]
        ),
        FieldPanel("text", widget=forms.Textarea(attrs={"rows": 14})),
        FieldPanel("is_used", help_text=gettext_lazy("Décochée, elle ne se lit plus dans les listes.")),
        HelpPanel(
            content=gettext_lazy("Dans la liste des étapes, faites glisser chaque ligne à son rang."),
            heading=gettext_lazy("Et l’ordre ?"),
        ),
    ]
