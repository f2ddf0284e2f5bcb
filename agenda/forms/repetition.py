"""A meeting that comes again: its rhythm, and which of its dates are kept."""

import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.enums import Frequency, Weekday
from agenda.forms.bookings import DayField
from agenda.recurrence import MOST_DATES, Rule


class RepetitionForm(forms.Form):
    """Without `frequency`, the meeting comes once. Valid with one, `rule` gives its dates."""

    frequency = forms.ChoiceField(
        label=gettext_lazy("Il revient"),
        required=False,
        choices=[
            ("", gettext_lazy("une seule fois")),
            (Frequency.WEEKLY, gettext_lazy("certains jours de la semaine")),
            (Frequency.MONTHLY_DATE, gettext_lazy("chaque mois, à la même date")),
            (Frequency.MONTHLY_WEEKDAY, gettext_lazy("chaque mois, le même jour de semaine")),
        ],
    )
    interval = forms.IntegerField(
        label=gettext_lazy("Une fois sur"),
        required=False,
        min_value=1,
        max_value=52,
        initial=1,
        help_text=gettext_lazy("1 : chaque semaine ou chaque mois ; 2 : une semaine ou un mois sur deux…"),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Quels jours"),
        required=False,
        coerce=int,
        choices=Weekday.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Vide : le jour de la première date."),
    )
    until = DayField(label=gettext_lazy("Jusqu’au"), required=False)
    count = forms.IntegerField(
        label=gettext_lazy("Ou nombre de dates"), required=False, min_value=2, max_value=MOST_DATES
    )

    def clean(self):
        super().clean()
        ends = [self.cleaned_data.get(name) for name in ("until", "count")]
        if self.repeats and not self.errors and ends.count(None) != 1:
            self.add_error("until", _("Dites jusqu’à quel jour, ou combien de dates : l’un des deux."))
        return self.cleaned_data

    @property
    def repeats(self) -> bool:
        return bool(self.cleaned_data.get("frequency"))

    def rule(self, first: datetime.date) -> Rule:
        """The rule of a meeting of which `first` is the first date."""
        said = self.cleaned_data
        frequency = said["frequency"]
        more = {
            Frequency.WEEKLY: {"weekdays": said["weekdays"] or [first.weekday()]},
            Frequency.MONTHLY_DATE: {"monthday": first.day},
            # The fifth Tuesday is the last one: a month always has it.
            Frequency.MONTHLY_WEEKDAY: {"weekdays": [first.weekday()], "nth": rank(first)},
        }[frequency]
        return Rule(
            frequency=frequency,
            starts_on=first,
            interval=said["interval"] or 1,
            until=said["until"],
            count=said["count"],
            **more,
        )


def rank(day: datetime.date) -> int:
    """Which of its month's that weekday is: 1 to 4, -1 for the fifth."""
    number = (day.day - 1) // 7 + 1
    return number if number < 5 else -1


class KeepForm(forms.Form):
    """The dates kept, as the preview of mark `seen` showed them."""

    seen = forms.CharField(required=False, max_length=64)
    keep = forms.MultipleChoiceField(required=False)

    def __init__(self, data, days: list[str]):
        super().__init__(data, prefix="dates")
        self.fields["keep"].choices = [(day, day) for day in days]


class ChoiceForm(forms.Form):
    """Another space or time, taken with one button: `old space|new space|start|end` (agenda/forms/events.py)."""

    choice = forms.RegexField(
        r"^[\w-]{1,80}\|[\w-]{1,80}\|\d{4}-\d\d-\d\dT\d\d:\d\d\|\d{4}-\d\d-\d\dT\d\d:\d\d$", required=False
    )
