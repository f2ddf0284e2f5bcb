"""The forms of a series: its rhythm, the dates to keep, and which ones a change is for."""

import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.actions.series import Scope
from agenda.enums import Frequency, Weekday
from agenda.forms.bookings import BookingForm, DayField
from agenda.recurrence import MOST_DATES, Rule, RuleError, occurrences
from agenda.times import local
from residents.forms.fields import LineField

RANKS = [
    (1, gettext_lazy("premier")),
    (2, gettext_lazy("deuxième")),
    (3, gettext_lazy("troisième")),
    (4, gettext_lazy("quatrième")),
    (5, gettext_lazy("cinquième")),
    (-1, gettext_lazy("dernier")),
]
A_DAY = datetime.timedelta(days=1)


class SeriesForm(forms.Form):
    """A rhythm, from `day` on and at the hours of `times` (start, end), which another form gives: None when wrong."""

    UNTIL, COUNT = "date", "nombre"
    rythme = forms.ChoiceField(
        label=gettext_lazy("Rythme"),
        choices=[
            (Frequency.WEEKLY, gettext_lazy("certains jours de la semaine")),
            (Frequency.MONTHLY_DATE, gettext_lazy("chaque mois, à la même date")),
            (Frequency.MONTHLY_WEEKDAY, gettext_lazy("chaque mois, le même jour de la semaine")),
        ],
        initial=Frequency.WEEKLY,
        widget=forms.RadioSelect,
    )
    tous_les = forms.IntegerField(
        label=gettext_lazy("Tous les combien"),
        min_value=1,
        max_value=52,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("1 : chaque semaine ou chaque mois ; 2 : un sur deux…"),
    )
    jours = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Jours"),
        coerce=int,
        choices=Weekday.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    date_du_mois = forms.IntegerField(
        label=gettext_lazy("Le combien du mois"),
        min_value=1,
        max_value=31,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("Les mois qui n’ont pas cette date vous seront signalés."),
    )
    rang = forms.TypedChoiceField(label=gettext_lazy("Le"), coerce=int, empty_value=None, choices=RANKS, required=False)
    jour_du_mois = forms.TypedChoiceField(
        label=gettext_lazy("Jour"), coerce=int, empty_value=None, choices=Weekday.choices, required=False
    )
    fin_serie = forms.ChoiceField(
        label=gettext_lazy("Fin de la série"),
        choices=[(UNTIL, gettext_lazy("à une date")), (COUNT, gettext_lazy("après un nombre de fois"))],
        initial=UNTIL,
        widget=forms.RadioSelect,
    )
    jusqu_au = DayField(label=gettext_lazy("Jusqu’au"), required=False)
    nombre = forms.IntegerField(
        label=gettext_lazy("Nombre de fois"),
        min_value=1,
        max_value=MOST_DATES,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, data=None, *, day: datetime.date | None = None, times: tuple = (), **options):
        self.day, self.times = day, times
        super().__init__(data, **options)

    def clean(self):
        super().clean()
        self._clean_end()
        self._clean_rhythm()
        if not self.errors and self.day and all(self.times):
            try:
                occurrences(self.rule, *self.times)
            except RuleError as error:
                self.add_error(None, str(error))
        return self.cleaned_data

    def _clean_end(self):
        needed = "jusqu_au" if self.cleaned_data.get("fin_serie") == self.UNTIL else "nombre"
        if needed not in self.errors and not self.cleaned_data.get(needed):
            self.add_error(needed, _("Dites quand la série finit."))

    def _clean_rhythm(self):
        frequency = self.cleaned_data.get("rythme")
        if frequency == Frequency.WEEKLY and "jours" not in self.errors and not self.cleaned_data.get("jours"):
            self.add_error("jours", _("Choisissez un jour au moins."))
        undated = "date_du_mois" not in self.errors and not self.cleaned_data.get("date_du_mois")
        if frequency == Frequency.MONTHLY_DATE and undated:
            self.add_error("date_du_mois", _("Dites à quelle date du mois."))

    @property
    def rule(self) -> Rule:
        """Of a form without error, and whose `day` is known."""
        data, frequency = self.cleaned_data, self.cleaned_data["rythme"]
        weekdays = {
            Frequency.WEEKLY: data["jours"],
            Frequency.MONTHLY_WEEKDAY: [data["jour_du_mois"] or 0],
        }
        return Rule(
            frequency=frequency,
            starts_on=self.day,
            interval=data["tous_les"],
            weekdays=sorted(weekdays.get(frequency, [])),
            monthday=data["date_du_mois"] if frequency == Frequency.MONTHLY_DATE else None,
            nth=(data["rang"] or 1) if frequency == Frequency.MONTHLY_WEEKDAY else None,
            until=data["jusqu_au"] if data["fin_serie"] == self.UNTIL else None,
            count=data["nombre"] if data["fin_serie"] == self.COUNT else None,
        )


def initial_rhythm(day: datetime.date) -> dict:
    """What a series that starts on `day` most likely is: each week on that weekday."""
    return {
        "jours": [day.weekday()],
        "date_du_mois": day.day,
        "rang": min((day.day - 1) // 7 + 1, 5),
        "jour_du_mois": day.weekday(),
    }


class KeepForm(forms.Form):
    """The dates kept among those of a preview."""

    garder = forms.MultipleChoiceField(
        error_messages={
            "required": gettext_lazy("Gardez une date au moins."),
            "invalid_choice": gettext_lazy("Une des dates cochées n’est plus libre : regardez la liste à nouveau."),
        }
    )

    def __init__(self, data, *, lines):
        super().__init__(data)
        self.fields["garder"].choices = [(line.key, line.key) for line in lines if line.can_be_kept]

    @property
    def refusal(self) -> tuple[str, int]:
        """What is wrong, and its status: 409 for a date that was free when the list was drawn."""
        error = self.errors.as_data()["garder"][0]
        return error.messages[0], 409 if error.code == "invalid_choice" else 422

    @property
    def days(self) -> set[datetime.date]:
        return {datetime.date.fromisoformat(key) for key in self.cleaned_data["garder"]}


SCOPES = [
    (Scope.THIS, gettext_lazy("cette date seulement")),
    (Scope.FROM_HERE, gettext_lazy("cette date et les suivantes")),
    (Scope.ALL, gettext_lazy("toutes les dates à venir")),
]


class ScopeField(forms.TypedChoiceField):
    def __init__(self, **options):
        super().__init__(
            label=gettext_lazy("Pour quelles dates ?"),
            coerce=Scope,
            choices=SCOPES,
            initial=Scope.FROM_HERE,
            widget=forms.RadioSelect,
            help_text=gettext_lazy("Ce qui est passé ne bouge jamais."),
            **options,
        )


class ChangeSeriesForm(BookingForm):
    """A change of a series as seen from one of its dates: only what differs from this date is carried to the others."""

    portee = ScopeField()
    sequence = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    @property
    def is_overtaken(self) -> bool:
        return self.cleaned_data["sequence"] != self.booking.sequence

    def show_latest(self) -> None:
        """Drawn again, it starts from the version that stands."""
        self.data = self.data.copy()
        self.data["sequence"] = str(self.booking.sequence)

    @property
    def to(self) -> dict:
        """What `actions.series.change_series` takes: the figures that differ, "day_shift", "start_time", "end_time"."""
        found = {name: value for name, value in self.typed.items() if value != getattr(self.booking, name)}
        start, end = local(self.booking.starts_at), local(self.booking.ends_at)
        for name in ("starts_at", "ends_at"):
            found.pop(name, None)
        if shift := (self.cleaned_data["jour"] - start.date()).days:
            found["day_shift"] = shift
        if (self.cleaned_data["debut"], self.cleaned_data["fin"]) != (start.time(), end.time()):
            found |= {"start_time": self.cleaned_data["debut"], "end_time": self.cleaned_data["fin"]}
        return found


class CancelSeriesForm(forms.Form):
    portee = ScopeField()
    mot = LineField(
        label=gettext_lazy("Pourquoi"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Les personnes prévenues le liront."),
    )
