"""The journal: who did what, in the back office and on the site's own pages, pages included.

Two tables of Wagtail's, read as one: entries of pages, and of everything else.
"""

from functools import partial

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Value
from django.forms import CheckboxSelectMultiple
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.filters import ContentTypeFilter, DateRangePickerWidget, MultipleUserFilter, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports.audit_logging import LogEntriesView
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry, PageLogEntry

from residents.menu import MenuItemFor
from residents.models import User
from residents.models.fields import Searchable
from residents.models.search import searchable_text
from residents.rules import is_house_manager
from residents.viewsets import WithoutFormulas

LOGS = (PageLogEntry, ModelLogEntry)


def found_in_both(field: str) -> set:
    return {value for log in LOGS for value in log.objects.order_by().values_list(field, flat=True).distinct()}


class JournalFilterSet(WagtailFilterSet):
    user = MultipleUserFilter(label=_("Par"), widget=CheckboxSelectMultiple, queryset=User.objects.none())
    action = django_filters.MultipleChoiceFilter(label=_("Action"), widget=CheckboxSelectMultiple)
    object_type = ContentTypeFilter(label=_("Sorte d’objet"), queryset=ContentType.objects.none(), method="filter_type")
    timestamp = django_filters.DateFromToRangeFilter(label=_("Dates"), widget=DateRangePickerWidget)

    class Meta:
        model = ModelLogEntry
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = found_in_both("action")
        self.filters["action"].extra["choices"] = [choice for choice in registry.get_choices() if choice[0] in known]
        self.filters["user"].queryset = User.objects.filter(pk__in=found_in_both("user_id"))
        self.filters["object_type"].queryset = ContentType.objects.filter(pk__in=found_in_both("content_type_id"))

    def filter_type(self, entries, name, value):
        return entries.filter_on_content_type(value)


def joined(narrow=lambda rows: rows) -> QuerySet:
    """Both logs as one, the latest first: {"pk", "timestamp", "log_model_index"}, the rank of its log in LOGS."""
    pages, rest = (
        narrow(log.objects.values("pk", "timestamp").annotate(log_model_index=Value(rank))).order_by()
        for rank, log in enumerate(LOGS)
    )
    return pages.union(rest, all=True).order_by("-timestamp", "-pk")


def entries(rows, *, user: User) -> list:
    """The log entries that `rows` of `joined` stand for, with `edit_url`, where `user` reads what each is about."""
    rows, finder, found = list(rows), AdminURLFinder(user), {}
    for rank, log in enumerate(LOGS):
        pks = [row["pk"] for row in rows if row["log_model_index"] == rank]
        for entry, instance in log.objects.select_related("user", "content_type").filter(pk__in=pks).with_instances():
            entry.edit_url = address(finder, instance)
            found[rank, entry.pk] = entry
    return [found[row["log_model_index"], row["pk"]] for row in rows]


def address(finder: AdminURLFinder, instance) -> str | None:
    """Where it is changed, else where it is read; None when it is gone."""
    if instance is None:
        return None
    read = getattr(instance, "get_absolute_url", None)
    return finder.get_edit_url(instance) or (read and read())


def latest(count: int, *, user: User) -> list:
    return entries(joined()[:count], user=user)


class JournalView(WithoutFormulas, LogEntriesView):
    page_title = _("Journal")
    header_icon = "history"
    index_url_name = "journal:index"
    index_results_url_name = "journal:index_results"
    filterset_class = JournalFilterSet
    is_searchable = True
    results_template_name = "wagtailadmin/generic/listing_results.html"
    columns = [
        DateColumn("timestamp", label=_("Quand")),
        Column("user_display_name", label=_("Qui"), accessor="user_display_name"),
        Column("message", label=_("A fait quoi"), accessor="message"),
        TitleColumn("label", label=_("Sur quoi"), get_url=lambda entry: entry.edit_url),
        Column("kind", label=_("Sorte"), accessor="object_verbose_name"),
    ]
    list_export = ["timestamp", "user_display_name", "message", "label", "object_verbose_name", "object_id"]
    export_headings = {
        "timestamp": _("Quand"),
        "user_display_name": _("Qui"),
        "message": _("A fait quoi"),
        "label": _("Sur quoi"),
        "object_verbose_name": _("Sorte"),
        "object_id": _("Numéro"),
    }

    def dispatch(self, request, *args, **kwargs):
        if not is_house_manager(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_filename(self):
        return f"journal-{timezone.localdate():%Y-%m-%d}"

    def get_filtered_queryset(self):
        return joined(lambda rows: self.search_queryset(self.filter_queryset(rows)))

    def search_queryset(self, rows):
        """In the titles, without accents nor case."""
        if not self.is_searching:
            return rows
        return rows.alias(said=Searchable("label")).filter(said__contains=searchable_text(self.search_query))

    def get_table(self, rows, **kwargs):
        return super().get_table(entries(rows, user=self.request.user), **kwargs)

    def decorate_paginated_queryset(self, rows):
        """What a file is written from; the table has its own already."""
        return entries(rows, user=self.request.user) if self.is_export else rows


class JournalViewSet(ViewSet):
    name = "journal"
    icon = "history"
    menu_label = _("Journal")
    menu_order = 9500
    add_to_admin_menu = True

    def get_urlpatterns(self):
        return [
            path("", JournalView.as_view(), name="index"),
            path("resultats/", JournalView.as_view(results_only=True), name="index_results"),
        ]

    @cached_property
    def menu_item_class(self):
        return partial(MenuItemFor, may=is_house_manager)
