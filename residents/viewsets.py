"""The residency's part of the back office: its lists, its forms, who may use them."""

from functools import reduce
from operator import or_

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList, TitleFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets.slug import SlugInput
from wagtail.users.views import groups, users

from residents.forms.back_office import ConstrainedForm, PersonCreationForm, PersonEditForm
from residents.models import Domain, KnowledgeItem, Membership, Resident, Sector, Stay, User
from residents.models.fields import Searchable
from residents.models.search import begins_words, searchable_text, telling_words

# What a spreadsheet takes for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


class WithoutFormulas:
    """A list of which the export runs nothing in a spreadsheet."""

    def preprocess_field_value(self, field, value, export_format):
        value = super().preprocess_field_value(field, value, export_format)
        is_formula = isinstance(value, str) and value.startswith(FORMULA_SIGNS) and export_format == self.FORMAT_CSV
        return f"'{value}" if is_formula else value


class ListView(WithoutFormulas, generic.IndexView):
    """A list: searched without accents nor case, exported without formulas; related rows come in one query."""

    related = ()

    def get_base_queryset(self):
        return super().get_base_queryset().select_related(*self.related)

    def search_queryset(self, queryset):
        """Every typed word begins a word of one of the searched fields."""
        if not self.is_searching:
            return queryset
        words = telling_words(searchable_text(self.search_query))
        if not words:
            return queryset.none()
        aliases = {f"searched_{n}": Searchable(field) for n, field in enumerate(self.search_fields)}
        queryset = queryset.alias(**aliases)
        for word in words:
            queryset = queryset.filter(reduce(or_, [begins_words([word], alias) for alias in aliases]))
        return queryset


def list_of(*related) -> type[ListView]:
    """A list whose rows come with their `related` ones."""
    return type("ListView", (ListView,), {"related": related})


class HouseViewSet(ModelViewSet):
    """What all our lists have in common."""

    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = ListView
    list_per_page = 50
    add_to_admin_menu = True
    # "Ajouter une présence"
    add_label = ""

    def get_index_view_kwargs(self, **kwargs):
        return super().get_index_view_kwargs(page_title=self.menu_label, add_item_label=self.add_label, **kwargs)

    def get_edit_handler(self):
        return ObjectList(self.panels, base_form_class=ConstrainedForm).bind_to_model(self.model)

    @cached_property
    def export_filename(self):
        return self.name


def with_audience(field: str, **kwargs) -> FieldRowPanel:
    return FieldRowPanel([FieldPanel(field, **kwargs), FieldPanel(f"{field}_audience")])


class ResidentListView(ListView):
    def get_base_queryset(self):
        return super().get_base_queryset().with_mapped().annotate(people=Count("memberships"))


class ResidentViewSet(HouseViewSet):
    model = Resident
    name = "structures"
    icon = "group"
    menu_label = _("Structures")
    add_label = _("Ajouter une structure")
    menu_order = 100
    index_view_class = ResidentListView
    list_display = [
        "name",
        "kind",
        "email",
        Column("people", label=_("Membres"), accessor="people"),
        BooleanColumn("is_mapped", label=_("Cartographiée"), accessor="is_mapped"),
        DateColumn("updated_at", label=_("Modifiée"), sort_key="updated_at"),
    ]
    list_filter = ["kind", "sectors"]
    search_fields = ["name", "tagline"]
    ordering = ["sort_name", "pk"]
    list_export = ["name", "slug", "get_kind_display", "tagline", "contact_name", "email", "phone", "updated_at"]
    export_headings = {"get_kind_display": _("Forme")}
    panels = [
        TitleFieldPanel("name", targets=["slug"], placeholder=False),
        FieldPanel(
            "slug", widget=SlugInput, help_text=_("L'adresse de sa page ; elle ne change plus une fois partagée.")
        ),
        FieldPanel("kind"),
        FieldPanel("sectors", widget=forms.CheckboxSelectMultiple),
        MultiFieldPanel(
            [with_audience("tagline"), with_audience("presentation"), FieldPanel("savoirs_audience")],
            heading=_("Ce que la structure dit d'elle"),
        ),
        MultiFieldPanel(
            [with_audience("contact_name"), with_audience("email"), with_audience("phone")], heading=_("La joindre")
        ),
        HelpPanel(
            content=_("Le logo et les liens se changent sur la page de la structure, par ses membres ou par vous."),
            heading=_("Logo et liens"),
        ),
    ]


class StayViewSet(HouseViewSet):
    model = Stay
    name = "presences"
    icon = "calendar"
    menu_label = _("Présences")
    add_label = _("Ajouter une présence")
    menu_order = 110
    index_view_class = list_of("resident")
    list_display = ["resident", "starts_on", "ends_on", "share"]
    list_filter = {"resident": ["exact"], "starts_on": ["gte"], "ends_on": ["lte"]}
    search_fields = ["resident__name"]
    ordering = ["-starts_on", "resident__sort_name"]
    list_export = ["resident", "starts_on", "ends_on", "share"]
    panels = [
        FieldPanel("resident"),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on", help_text=_("Vide : sans fin prévue."))]),
        FieldPanel("share", help_text=_("1 : plein temps ; 0,5 : mi-temps.")),
    ]


class SectorViewSet(HouseViewSet):
    model = Sector
    name = "secteurs"
    icon = "tag"
    menu_label = _("Secteurs")
    add_label = _("Ajouter un secteur")
    menu_order = 140
    list_display = ["name", "slug"]
    search_fields = ["name"]
    ordering = ["sort_name"]
    list_export = ["name", "slug"]
    panels = [
        TitleFieldPanel("name", targets=["slug"], placeholder=False),
        FieldPanel("slug", widget=SlugInput),
    ]


class MembershipViewSet(HouseViewSet):
    model = Membership
    name = "appartenances"
    icon = "link"
    menu_label = _("Appartenances")
    add_label = _("Ajouter une appartenance")
    menu_order = 130
    index_view_class = list_of("user", "resident")
    list_display = ["user", "resident", "role", DateColumn("created_at", label=_("Depuis"), sort_key="created_at")]
    list_filter = ["role", "resident"]
    search_fields = ["user__first_name", "user__last_name", "user__email", "resident__name"]
    ordering = ["resident__sort_name", "user__last_name", "pk"]
    list_export = ["user.email", "user.first_name", "user.last_name", "resident", "get_role_display"]
    export_headings = {
        "user.email": _("Adresse e-mail"),
        "user.first_name": _("Prénom"),
        "user.last_name": _("Nom"),
        "get_role_display": _("Rôle"),
    }
    panels = [FieldPanel("user"), FieldPanel("resident"), FieldPanel("role")]


class KnowledgeItemListView(ListView):
    """45,000 terms: searched by the indexes of the generated column."""

    related = ("domain",)

    def search_queryset(self, queryset):
        if not self.is_searching:
            return queryset
        words = telling_words(searchable_text(self.search_query))
        return queryset.filter(begins_words(words)) if words else queryset.none()


class KnowledgeItemViewSet(HouseViewSet):
    model = KnowledgeItem
    name = "termes"
    icon = "pilcrow"
    menu_label = _("Termes")
    add_label = _("Ajouter un terme")
    menu_order = 10
    add_to_admin_menu = False
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
    add_label = _("Ajouter un domaine")
    menu_order = 20
    add_to_admin_menu = False
    inspect_view_enabled = True
    inspect_view_fields = ["code", "label", "family"]
    list_display = ["label", "code", "family"]
    search_fields = ["label", "family"]
    ordering = ["code"]
    list_export = ["code", "label", "family"]
    panels = [FieldPanel("label")]


class VocabularyViewSets(ModelViewSetGroup):
    items = (KnowledgeItemViewSet, DomainViewSet)
    menu_label = _("Vocabulaire")
    menu_icon = "openquote"
    menu_order = 150


class PersonListView(WithoutFormulas, users.IndexView):
    """Only an administrator reaches the page of an administrator."""

    page_title = _("Personnes")
    add_item_label = _("Ajouter une personne")

    def get_edit_url(self, instance):
        return super().get_edit_url(instance) if may_change(self.request.user, instance) else None


class PersonFormMixin:
    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"by_administrator": self.request.user.is_superuser}


class PersonCreateView(PersonFormMixin, users.CreateView):
    page_title = _("Ajouter une personne")


class PersonEditView(PersonFormMixin, users.EditView):
    def dispatch(self, request, *args, **kwargs):
        if not may_change(request.user, self.object):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


def may_change(user: User, person: User) -> bool:
    """Whoever changes the address of an administrator could sign in as one."""
    return user.is_superuser or not person.is_superuser


class PersonViewSet(users.UserViewSet):
    menu_label = _("Personnes")
    menu_order = 120
    add_to_settings_menu = False
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = PersonListView
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView
    list_export = ["email", "first_name", "last_name", "is_active", "last_login"]

    def get_form_class(self, for_update=False):
        return PersonEditForm if for_update else PersonCreationForm


class GroupCreateView(groups.CreateView):
    """Without the rights on pages, pictures and documents, of which there are none yet."""

    permission_panel_forms = ()


class GroupEditView(groups.EditView):
    permission_panel_forms = ()


class RoleViewSet(groups.GroupViewSet):
    menu_label = _("Rôles")
    add_view_class = GroupCreateView
    edit_view_class = GroupEditView
