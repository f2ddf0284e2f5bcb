"""The forms of terms in the back office: a term, and the search of the one to merge it into."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.forms.back_office import ConstrainedForm
from residents.forms.fields import LineField
from residents.forms.savoirs import LONGEST_TERM
from residents.models import Merge


class TermForm(ConstrainedForm):
    """A term; while it is merged away, it is brought back by undoing the merge, not by hand."""

    def clean(self):
        data = super().clean()
        merge = Merge.objects.in_force().filter(item=self.instance.pk).select_related("into").first()
        if merge and not data.get("retired", True):
            words = _("Ce terme est fusionné avec « %(into)s » : annulez la fusion pour le proposer à nouveau.")
            self.add_error("retired", words % {"into": merge.into})
        return data


class TermSearchForm(forms.Form):
    q = LineField(
        label=gettext_lazy("Chercher l’autre terme"),
        max_length=LONGEST_TERM,
        required=False,
        widget=forms.SearchInput(attrs={"autocomplete": "off", "spellcheck": "false", "enterkeyhint": "search"}),
    )
