"""What the addresses of the calendar's pages say: a day, spaces, a wish. What is wrong is said, and left aside."""

import datetime

from django import forms
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from agenda.forms.bookings import ClockField, DayField
from agenda.times import say_minutes


class SlugsField(forms.MultipleChoiceField):
    """Any number of addresses of spaces; the page tells apart those that exist."""

    def valid_value(self, value):
        return 0 < len(value) <= 80


class CalendarForm(forms.Form):
    """`?jour=2026-11-23&espace=forge-nord&espace=l-etabli`"""

    jour = DayField(label=_("Aller au"), required=False)
    espace = SlugsField(label=_("Espaces"), required=False)

    @property
    def day(self) -> datetime.date:
        """The day asked for; else today in Paris."""
        self.full_clean()
        return self.cleaned_data.get("jour") or timezone.localdate()

    @property
    def slugs(self) -> list[str]:
        self.full_clean()
        # PostgreSQL has no null character; a slug that has one names nothing.
        return [slug for slug in self.cleaned_data.get("espace", []) if "\0" not in slug]


def query(day: datetime.date, slugs: list[str] = (), **more) -> str:
    """The part of an address after `?`, where `more` are other parameters; empty ones are left out."""
    kept = {"jour": day.isoformat(), "espace": list(slugs), **more}
    return urlencode({name: value for name, value in kept.items() if value}, doseq=True)


# Minutes: each half-hour up to twelve hours.
DURATIONS = range(30, 12 * 60 + 1, 30)


class FindForm(forms.Form):
    """`?jour=2026-11-23&debut=10:00&duree=60&combien=12&equipement=3`: what a space is wanted for."""

    jour = DayField(label=_("Quel jour"))
    debut = ClockField(label=_("À partir de"))
    duree = forms.TypedChoiceField(
        label=_("Combien de temps"), coerce=int, choices=[(minutes, say_minutes(minutes)) for minutes in DURATIONS]
    )
    combien = forms.IntegerField(
        label=_("Combien serez-vous"),
        required=False,
        min_value=1,
        max_value=5000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    equipement = forms.MultipleChoiceField(
        label=_("Avec"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Cet équipement n’existe pas ou plus.")},
    )

    def __init__(self, *args, equipment: list[str], **options):
        super().__init__(*args, **options)
        self.fields["equipement"].choices = [(name, name) for name in equipment]
        if not equipment:
            del self.fields["equipement"]

    @property
    def wanted(self) -> set[str]:
        """The names of the equipment that must be there."""
        return set(self.cleaned_data.get("equipement", []))
