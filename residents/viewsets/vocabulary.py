"""The terms of the map and their domains."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.widgets import HeaderButton

from residents.models import Domain, KnowledgeItem
from residents.models.search import begins_words, searchable_text, telling_words
from residents.viewsets.lists import HouseViewSet, ListView


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


class KnowledgeItemViewSet(HouseViewSet):
    model = KnowledgeItem
    name = "termes"
    icon = "pilcrow"
    menu_label = _("Vocabulaire")
    add_label = _("Ajouter un terme")
    index_view_class = KnowledgeItemListView
    list_display = ["label", "kind", "scheme", "domain", BooleanColumn("retired", label=_("Retiré"))]
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
        FieldPanel("retired", help_text=_("N'est plus proposé ; ceux qui l'ont déclaré le gardent.")),
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
