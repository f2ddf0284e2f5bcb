"""The filters of the directory, as they stand in its address."""

from django import forms
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from residents.enums import KnowledgeKind

# `?presence=`: those that have left, not those that are here.
FORMER = "anciennes"


class SlugsField(forms.MultipleChoiceField):
    """Any number of addresses of sectors; an unknown one filters everything out, as any other that nobody has."""

    def valid_value(self, value):
        return len(value) <= 80


class DirectoryForm(forms.Form):
    """`?q=&nature=&secteur=&savoir=&page=`; what is wrong is said and left aside."""

    q = forms.CharField(
        label=_("Chercher une structure ou un savoir"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    nature = forms.MultipleChoiceField(
        label=_("Nature de savoir"),
        required=False,
        choices=KnowledgeKind.choices,
        error_messages={"invalid_choice": _("Cette nature de savoir n’existe pas : le filtre est laissé de côté.")},
    )
    secteur = SlugsField(label=_("Secteur"), required=False)
    savoir = forms.IntegerField(
        label=_("Savoir"),
        required=False,
        min_value=1,
        max_value=2**62,
        error_messages={"invalid": _("Ce savoir n’existe pas : le filtre est laissé de côté.")},
    )
    presence = forms.ChoiceField(required=False, choices=[(FORMER, _("Anciennes structures"))])
    page = forms.IntegerField(required=False, widget=forms.HiddenInput)

    # Each filter with its value when it filters nothing.
    FILTERS = {"q": "", "nature": [], "secteur": [], "savoir": None}

    @property
    def filters(self) -> dict:
        """`{"q": str, "nature": [kind], "secteur": [slug], "savoir": pk or None}`."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or empty for name, empty in self.FILTERS.items()}

    @property
    def page_number(self) -> int:
        self.is_valid()
        return self.cleaned_data.get("page") or 1

    @property
    def shows_former(self) -> bool:
        self.is_valid()
        return self.cleaned_data.get("presence") == FORMER

    def query(self, **changed) -> str:
        """The filters encoded for an address, some of them `changed`, without the empty ones and the page."""
        kept = {name: value for name, value in {**self.filters, **changed}.items() if value}
        return urlencode(kept, doseq=True)

    def query_without(self, name: str, value) -> str:
        """The address's query once one filter is taken away."""
        current = self.filters[name]
        return self.query(**{name: [v for v in current if v != value] if isinstance(current, list) else None})
