from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from mailing import refusing


class PreferencesForm(forms.Form):
    """What a person wants to be told, among what they may be."""

    topics = forms.MultipleChoiceField(label=_("Écrivez-moi pour"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data=None, *, user):
        super().__init__(data, initial={"topics": refusing.wanted(user)})
        self.fields["topics"].choices = [(topic.value, capfirst(topic.label)) for topic in refusing.offered(user)]


class SearchForm(forms.Form):
    """`?q=&page=`"""

    q = forms.CharField(
        label=_("Chercher un objet ou une adresse"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    page = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def words(self) -> str:
        self.full_clean()
        return self.cleaned_data.get("q") or ""

    @property
    def page_number(self) -> int:
        self.full_clean()
        return self.cleaned_data.get("page") or 1
