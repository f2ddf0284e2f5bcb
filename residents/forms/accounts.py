"""What a person says of themselves."""

from django import forms
from django.utils.translation import gettext_lazy

from residents.forms.fields import LineField
from residents.models import User

LONGEST_NAME = User._meta.get_field("first_name").max_length


class NameForm(forms.Form):
    """As others read it."""

    first_name = LineField(
        label=gettext_lazy("Prénom"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = LineField(
        label=gettext_lazy("Nom"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
