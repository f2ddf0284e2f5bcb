"""What may be asked of the blog's lists in their address."""

from django import forms


class ListForm(forms.Form):
    """`?page=`; what is wrong is left aside."""

    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)

    @property
    def number(self) -> int:
        self.full_clean()
        return self.cleaned_data.get("page") or 1
