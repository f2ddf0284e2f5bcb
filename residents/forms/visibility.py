"""The choices of the page « Qui vous voit », one a form, saved by itself."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.enums import Audience
from residents.forms.opened import OpenedForm
from residents.models import Resident
from residents.pages.visibility import AFTERWARDS, LISTED, LISTING, TRACE, standing
from residents.profile import Section


class PartForm(forms.Form):
    """Which choice is sent."""

    part = forms.ChoiceField(choices=[(part, part) for part in [LISTED, *Resident.GUARDED_FIELDS, TRACE]])


class ChoiceForm(OpenedForm):
    """One choice (`part`: LISTED, TRACE, or a guarded field, whose audience it is) of `resident`, the row as it stands
    now, locked by who saves.
    """

    choice = forms.ChoiceField()

    def __init__(self, part: str, resident: Resident, data=None):
        self.part, self.resident = part, resident
        self.stands = {"choice": standing(resident, part)}
        super().__init__(data, prefix=part, initial=self.stands)
        choice = self.fields["choice"]
        choice.choices, choice.label = self.choices, self.label
        # Who sends an address of their own making is told in words.
        choice.error_messages["invalid_choice"] = _("Ce choix n’existe pas.")
        if not self.is_audience:
            choice.widget = forms.RadioSelect(choices=self.choices)

    @property
    def is_audience(self) -> bool:
        return self.part in Resident.GUARDED_FIELDS

    @property
    def choices(self) -> list[tuple]:
        return {LISTED: LISTING, TRACE: AFTERWARDS}.get(self.part, Audience.choices)

    @property
    def label(self) -> str:
        own = {
            LISTED: gettext_lazy("Figurez-vous dans l’annuaire public ?"),
            TRACE: gettext_lazy("Que lira-t-on de vous ?"),
        }
        return own[self.part] if self.part in own else Section(self.part).label

    @property
    def words(self) -> str:
        """What stands."""
        return str(dict(self.choices)[self.stands["choice"]])

    @property
    def typed(self) -> dict:
        return {"choice": self.cleaned_data["choice"]}

    @property
    def theirs(self) -> list[str]:
        return [self.words]
