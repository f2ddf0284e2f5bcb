"""What the field of the search understands, in the address."""

from django import forms
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from chaudronneries.search.results import TITLES
from chaudronneries.search.words import LONGEST_TEXT


class SearchForm(forms.Form):
    """`?q=&dans=&page=`; what is wrong is left aside."""

    q = forms.CharField(
        label=_("Chercher dans tout le site"),
        required=False,
        max_length=LONGEST_TEXT,
        error_messages={"max_length": _("Seuls les 200 premiers signes sont cherchés.")},
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "spellcheck": "false", "enterkeyhint": "search"}
        ),
    )
    dans = forms.ChoiceField(required=False, choices=[(name, name) for name in TITLES], widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000, widget=forms.HiddenInput)

    @property
    def text(self) -> str:
        """What was typed, its first signs when it is too long."""
        self.full_clean()
        return " ".join(self.data.get("q", "")[:LONGEST_TEXT].replace("\0", " ").split())

    @property
    def group(self) -> str:
        """The one group that is asked for, or ""."""
        self.full_clean()
        return self.cleaned_data.get("dans") or ""

    @property
    def page_number(self) -> int:
        self.full_clean()
        return self.cleaned_data.get("page") or 1

    def query(self, **changed) -> str:
        kept = {"q": self.text, "dans": self.group, **changed}
        return urlencode({name: value for name, value in kept.items() if value})
