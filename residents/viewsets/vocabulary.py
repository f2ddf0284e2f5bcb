"""The terms of the map, their domains, and the merges of those that said the same thing."""

from django.contrib.admin.utils import quote
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets import HeaderButton

from residents.forms.merges import TermForm
from residents.models import Domain, KnowledgeItem, Merge
from residents.models.search import begins_words, searchable_text, telling_words
from residents.views import merges
from residents.viewsets.lists import HouseViewSet, LinkedListView, ListView, when_true


class KnowledgeItemListView(ListView):
    """45,000 terms: searched by the indexes of the generated column."""

    related = ("domain",)

    @property
    def header_buttons(self):
        return [*super().header_buttons, HeaderButton(_("Domaines"), url=reverse("domaines:index"), icon_name="folder")]

    def search_queryset(self, queryset):
        if not self.is_searching:
            return queryset
        words = telling_words(searchable_text(self.search_query))
        return queryset.filter(begins_words(words)) if words else queryset.none()


class KnowledgeItemEditView(generic.EditView):
    @cached_property
    def header_buttons(self):
        """A term that was merged away has nothing left to merge: its merge is led to."""
        away = Merge.objects.in_force().filter(item=self.object).first()
        label = _("Voir sa fusion") if away else _("Fusionner avec un autre terme")
        page = away.get_absolute_url() if away else reverse("termes:merge", args=[quote(self.object.pk)])
        return [HeaderButton(label, url=page, icon_name="link")]


class KnowledgeItemViewSet(HouseViewSet):
    model = KnowledgeItem
    base_form_class = TermForm
    name = "termes"
    icon = "pilcrow"
    menu_label = _("Vocabulaire")
    add_label = _("Ajouter un terme")
    index_view_class = KnowledgeItemListView
    edit_view_class = KnowledgeItemEditView
    list_display = ["label", "kind", "scheme", "domain", when_true("retired", _("Retiré"))]
    list_filter = ["kind", "scheme", "domain", "retired"]
    search_fields = ["label"]
    ordering = ["searchable", "pk"]
    list_export = ["label", "get_kind_display", "get_scheme_display", "code", "domain", "retired"]
    export_headings = {"get_kind_display": _("Nature"), "get_scheme_display": _("Source")}
    panels = [
        FieldPanel("label"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("scheme")]),
        FieldPanel("code", help_text=_("Celui que la source lui donne ; vide pour un terme de la maison.")),
        FieldPanel("domain"),
        FieldPanel("retired", help_text=_("N’est plus proposé ; ceux qui l’ont déclaré le gardent.")),
    ]

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/fusionner/", merges.choose, name="merge"),
            path("<int:pk>/fusionner/<int:into_pk>/", merges.confirm, name="merge_into"),
        ]


class DomainViewSet(HouseViewSet):
    """Read only: domains come with the vocabulary."""

    model = Domain
    name = "domaines"
    icon = "folder-inverse"
    menu_label = _("Domaines")
    add_to_admin_menu = False
    add_label = _("Ajouter un domaine")
    inspect_view_enabled = True
    inspect_view_fields = ["code", "label", "family"]
    list_display = ["label", "code", "family"]
    search_fields = ["label", "family"]
    ordering = ["code"]
    list_export = ["code", "label", "family"]
    panels = [FieldPanel("label")]


class MergeListView(LinkedListView):
    related = ("item", "into", "by")


class MergeViewSet(HouseViewSet):
    """Read only: two terms are merged from the page of one of them, and each merge has a page where it is undone."""

    model = Merge
    name = "fusions"
    icon = "link"
    menu_label = _("Fusions")
    index_view_class = MergeListView
    list_display = [
        "item",
        Column("into", label=_("Dans"), accessor="into", sort_key="into__searchable"),
        Column("by", label=_("Par"), accessor="by"),
        DateColumn("at", label=_("Le"), sort_key="at"),
        Column("say_state", label=_("État"), accessor="say_state", sort_key="undone_at"),
    ]
    list_filter = {"undone_at": ["isnull"], "at": ["gte", "lte"]}
    search_fields = ["item__label", "into__label"]
    ordering = ["-at", "-pk"]
    list_export = ["item", "into", "by", "at", "say_state", "undone_at", "undone_by"]
    export_headings = {"say_state": _("État")}
    panels = [FieldPanel("item", read_only=True)]

    def get_urlpatterns(self):
        """Nothing is added, changed nor deleted by hand."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:pk>/", merges.merge_page, name="edit"),
        ]
