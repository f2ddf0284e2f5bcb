from django import forms


class ListForm(forms.Form):
    """Which page of the issues; anything else is the first."""

    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    @property
    def number(self) -> int:
        return (self.is_valid() and self.cleaned_data["page"]) or 1
