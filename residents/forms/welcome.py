"""Ticking a step, looking at arrivals and departures, changing how long a structure stays."""

import datetime
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents import communication
from residents.forms.back_office import ConstrainedForm
from residents.forms.fields import DayInput
from residents.models import Step

# By default, who has moved in the last three months.
USUAL = datetime.timedelta(days=92)
# The house has been there since; nobody foresees further.
FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2100, 12, 31)


class DayField(forms.DateField):
    """A day that a stay may have."""

    default_validators = [
        MinValueValidator(FIRST_DAY, gettext_lazy("Choisissez un jour à partir de 2000.")),
        MaxValueValidator(LAST_DAY, gettext_lazy("Choisissez un jour avant 2101.")),
    ]
    default_error_messages = {"invalid": gettext_lazy("Écrivez un jour comme 07/03/2027.")}

    def __init__(self, **options):
        super().__init__(widget=DayInput(), **options)


class TickForm(forms.Form):
    """Done, or not after all; `back`: the page it is ticked from; `read`: the mark of the text that was read."""

    DONE, UNDONE = "oui", "non"
    ARRIVALS = "arrivees"

    done = forms.ChoiceField(choices=[(DONE, DONE), (UNDONE, UNDONE)])
    back = forms.ChoiceField(choices=[("", ""), (ARRIVALS, ARRIVALS)], required=False)
    read = forms.CharField(max_length=64, required=False)


class SinceForm(forms.Form):
    """`?depuis=`: a day that has come; what is wrong is said and left aside."""

    depuis = DayField(label=gettext_lazy("Depuis le"), required=False)

    def __init__(self, data, **options):
        given = {name: value for name, value in data.items() if value}
        super().__init__({"depuis": (timezone.localdate() - USUAL).isoformat()} | given, **options)

    def clean_depuis(self):
        day = self.cleaned_data["depuis"]
        if day and day > timezone.localdate():
            raise ValidationError(_("Choisissez un jour passé : la suite se lit plus bas."))
        return day

    @property
    def since(self) -> datetime.date:
        """The usual day when the one asked for is wrong."""
        self.is_valid()
        return self.cleaned_data.get("depuis") or timezone.localdate() - USUAL


class AskForm(forms.Form):
    """`?manque=`: the structures that lack one thing; what is no such thing is left aside."""

    manque = forms.ChoiceField(label=gettext_lazy("Ce qui manque"), required=False)

    CHOICES = [
        ("", gettext_lazy("Tout ce qui manque")),
        (communication.Part.TAGLINE, gettext_lazy("une phrase")),
        (communication.Part.PRESENTATION, gettext_lazy("une présentation")),
        (communication.Part.LOGO, gettext_lazy("un logo")),
        (communication.Part.LINKS, gettext_lazy("un lien")),
        (communication.Part.PICTURES, gettext_lazy("trois images")),
        (communication.Part.DESCRIPTIONS, gettext_lazy("des descriptions")),
        (communication.Part.CREDITS, gettext_lazy("des crédits")),
        (communication.OUTDATED, gettext_lazy("ce qui n’est plus à jour")),
    ]

    def __init__(self, data, **options):
        super().__init__(data, **options)
        self.fields["manque"].choices = [(str(value), label) for value, label in self.CHOICES]

    @property
    def part(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("manque", "")


class StepForm(ConstrainedForm):
    """A step in the back office; a new one comes last of all, and is then moved in the list."""

    def save(self, commit=True):
        if self.instance.pk is None:
            last = Step.objects.aggregate(last=Max("position"))["last"]
            self.instance.position = 0 if last is None else last + 1
        return super().save(commit)


class EndForm(forms.Form):
    """The last day of a stay."""

    on = DayField(label=gettext_lazy("Dernier jour"), help_text=gettext_lazy("Ce jour-là compris."))


class ShareForm(forms.Form):
    """Another share of a place, from a day on."""

    share = forms.DecimalField(
        label=gettext_lazy("Nouvelle part d’une place"),
        max_digits=3,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=10,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("1 : plein temps ; 0,5 : mi-temps."),
        error_messages={
            "invalid": gettext_lazy("Écrivez un nombre comme 0,5."),
            "min_value": gettext_lazy("La part d’une place va de plus de 0 à 10."),
            "max_value": gettext_lazy("La part d’une place va de plus de 0 à 10."),
        },
    )
    from_day = DayField(label=gettext_lazy("À partir du"))
