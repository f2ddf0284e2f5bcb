from django import forms
from django.utils.translation import gettext_lazy as _

from bulletin.facts import Fact


class FactsForm(forms.Form):
    """Which of `facts` go in the draft."""

    facts = forms.MultipleChoiceField(
        label=_("Ce qui n’y est pas encore"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Cochez au moins un fait."),
            "invalid_choice": _("Un de ces faits a changé entre-temps : relisez la liste."),
        },
    )

    def __init__(self, *args, facts: list[Fact], **kwargs):
        super().__init__(*args, **kwargs)
        self.known = {fact.key: fact for fact in facts}
        self.fields["facts"].choices = [(fact.key, fact.sentence) for fact in facts]
        self.fields["facts"].initial = list(self.known)

    @property
    def chosen(self) -> list[Fact]:
        """In the order in which they are told."""
        keys = set(self.cleaned_data["facts"])
        return [fact for key, fact in self.known.items() if key in keys]
