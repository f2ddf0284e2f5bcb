"""Forms that know on what they were opened: nobody overwrites a colleague unseen."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.profile import token


class OpenedForm(forms.Form):
    """The mark of what was opened, and the choice after a conflict; `stands` is the state as it is now, a JSON-able
    dict, set before this is begun.

    A form nobody touched changes nothing, even when the state changed meanwhile; one that was touched and meets a
    colleague's change has an error, `conflict` is true, and sent again with `keep` it settles it.
    """

    MINE, THEIRS = "mine", "theirs"
    # Marks of the state that the form was opened on, and of the colleague's that was shown beside it.
    opened = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    keep = forms.ChoiceField(
        label=gettext_lazy("Que garder ?"),
        required=False,
        choices=[(MINE, gettext_lazy("Ma version")), (THEIRS, gettext_lazy("La version déjà enregistrée"))],
        widget=forms.RadioSelect,
    )
    stands: dict

    def __init__(self, data=None, files=None, *, prefix: str, initial: dict):
        self.conflict = False
        super().__init__(data, files, prefix=prefix, initial=initial | {"opened": token(self.stands)})

    @property
    def typed(self) -> dict:
        """The state that was typed; only of a form without other errors than a conflict."""
        raise NotImplementedError

    @property
    def theirs(self) -> list[str]:
        """The state that stands, in lines to be read."""
        raise NotImplementedError

    @property
    def changes(self) -> bool:
        """Is there something to save?"""
        untouched = token(self.typed) == self.cleaned_data["opened"]
        return not untouched and self.typed != self.stands and self.cleaned_data.get("keep") != self.THEIRS

    @property
    def _is_settled(self) -> bool:
        """Nothing changed meanwhile, or the change was shown and this version was chosen."""
        now = token(self.stands)
        return now == self.cleaned_data["opened"] or (
            self.cleaned_data.get("keep") == self.MINE and now == self.cleaned_data["seen"]
        )

    def clean(self):
        super().clean()
        if self.errors or not self.changes or self._is_settled:
            return
        self.conflict = True
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = token(self.stands)
        self.data.pop(self.add_prefix("keep"), None)
        self.add_error("keep", _("Choisissez la version qui reste."))
