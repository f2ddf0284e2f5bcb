"""What all the lists of the back office have in common, and what leaves them as a file."""

import datetime
from functools import reduce
from operator import or_

from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from wagtail.admin.panels import ObjectList, TitleFieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from residents.forms.back_office import ConstrainedForm
from residents.models.fields import Searchable
from residents.models.search import begins_words, searchable_text, telling_words
from residents.places import say_date
from residents.spreadsheets.formulas import guarded


class WithoutFormulas:
    """A list of which the export runs nothing in a spreadsheet, and says instants on the house's clock."""

    def preprocess_field_value(self, field, value, export_format):
        if isinstance(value, datetime.datetime) and timezone.is_aware(value):
            value = timezone.make_naive(value)
        value = super().preprocess_field_value(field, value, export_format)
        if not isinstance(value, str):
            return value
        # What no spreadsheet can hold: a pasted vertical tab would make the whole file fail.
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
        return guarded(value) if export_format == self.FORMAT_CSV else value


class ListView(WithoutFormulas, generic.IndexView):
    """A list: searched without accents nor case, exported without formulas; related rows come in one query."""

    related = ()

    def get_base_queryset(self):
        return super().get_base_queryset().select_related(*self.related)

    def get_list_buttons(self, instance):
        """None: the name of a row leads to its page, where it is changed and deleted.

        Wagtail's menu of the same, drawn in each row, is as dear as all the rest of the list.
        """
        return []

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


class LinkedListView(ListView):
    """A list of what has pages of its own: each row leads there, and nothing is made or changed by hand here."""

    # The page on which one is made, for who may: ("agenda:book", "Réserver un espace").
    made_at = None

    def get_edit_url(self, instance):
        return instance.get_absolute_url()

    def get_delete_url(self, instance):
        return None

    def get_add_url(self):
        return reverse(self.made_at) if self.made_at else None


class SoonestFirst:
    """What is to come first, the nearest on top; then what is past, the latest first: for rows with a start, an end."""

    # The fields that say when: instants, or days.
    starts, ends, now = "starts_at", "ends_at", staticmethod(timezone.now)

    def order_queryset(self, queryset):
        if self.ordering != self.default_ordering:
            return super().order_queryset(queryset)
        to_come = When(Q((f"{self.ends}__gte", self.now())), then=F(self.starts))
        return queryset.order_by(Case(to_come, default=None).asc(nulls_last=True), f"-{self.starts}", "pk")


def named(field: str) -> TitleFieldPanel:
    """A name, that the address of the page follows: with its label, which Wagtail's panel leaves out."""
    return TitleFieldPanel(field, targets=["slug"], placeholder=False, classname="")


def when_true(field: str, label) -> Column:
    """A column that says its label on the rows concerned, and nothing on the others."""
    return Column(field, label=label, accessor=lambda row: label if getattr(row, field) else "")


class DayColumn(Column):
    """A day, as one writes it: 1er juin 2027."""

    def get_value(self, instance):
        day = super().get_value(instance)
        return say_date(day) if day else ""


def day(field: str, label) -> DayColumn:
    """A column of days, that sorts the list."""
    return DayColumn(field, label=label, accessor=field, sort_key=field)


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
    base_form_class = ConstrainedForm

    def get_index_view_kwargs(self, **kwargs):
        return super().get_index_view_kwargs(page_title=self.menu_label, add_item_label=self.add_label, **kwargs)

    def get_edit_handler(self):
        return ObjectList(self.panels, base_form_class=self.base_form_class).bind_to_model(self.model)

    @cached_property
    def export_filename(self):
        return self.name
