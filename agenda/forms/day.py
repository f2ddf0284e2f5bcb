"""What the pages of the house manager's day are asked by their address, and « vu »."""

import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.forms.bookings import FIRST_DAY, DayField
from agenda.models import Space

# Figures are counted day by day: a year of them at once.
LONGEST_PERIOD = datetime.timedelta(days=366)
# By default, this month and the two before it.
MONTHS_BACK = 2


class DayForm(forms.Form):
    """`?jour=`: another day than today; a wrong one is left aside."""

    jour = DayField(label=gettext_lazy("Jour"), required=False)

    def __init__(self, data, **options):
        super().__init__({"jour": timezone.localdate().isoformat(), **named(data)}, **options)

    @property
    def day(self) -> datetime.date:
        self.is_valid()
        return self.cleaned_data.get("jour") or timezone.localdate()


class OneSpaceField(forms.ChoiceField):
    """One of the `spaces` that the page has read, by its slug; gives back the Space, None for all of them."""

    default_error_messages = {"invalid_choice": gettext_lazy("Choisissez un espace de la liste.")}

    def among(self, spaces: list[Space]) -> None:
        self.spaces = {space.slug: space for space in spaces}
        self.choices = [("", _("Tous les espaces")), *((space.slug, space.name) for space in spaces)]

    def clean(self, value):
        return self.spaces.get(super().clean(value))


class DoorSheetsForm(DayForm):
    """`?jour=&espace=&etendue=`"""

    DAY, WEEK = "jour", "semaine"

    espace = OneSpaceField(label=gettext_lazy("Espace"), required=False)
    etendue = forms.ChoiceField(
        label=gettext_lazy("Pour"),
        choices=[(DAY, gettext_lazy("la journée")), (WEEK, gettext_lazy("la semaine"))],
        required=False,
    )

    def __init__(self, data, *, spaces: list[Space], **options):
        super().__init__(data, **options)
        self.fields["espace"].among(spaces)

    @property
    def days(self) -> list[datetime.date]:
        """That day, or the week from its Monday."""
        self.is_valid()
        if self.cleaned_data.get("etendue") != self.WEEK:
            return [self.day]
        monday = self.day - datetime.timedelta(days=self.day.weekday())
        return [monday + datetime.timedelta(days=n) for n in range(7)]

    @property
    def space(self) -> Space | None:
        self.is_valid()
        return self.cleaned_data.get("espace")


class UsageForm(forms.Form):
    """`?du=&au=&par=&espace=`: a year at most, by weeks or by months; what is wrong is said and left aside."""

    WEEK, MONTH = "semaine", "mois"

    du = DayField(label=gettext_lazy("Du"), required=False)
    au = DayField(label=gettext_lazy("Au"), required=False)
    par = forms.ChoiceField(
        label=gettext_lazy("Par"),
        choices=[(WEEK, gettext_lazy("semaine")), (MONTH, gettext_lazy("mois"))],
        required=False,
    )
    espace = OneSpaceField(label=gettext_lazy("Espace"), required=False)

    def __init__(self, data, *, spaces: list[Space], **options):
        today = timezone.localdate()
        self.default = (months_before(today, MONTHS_BACK), today)
        usual = {"du": self.default[0].isoformat(), "au": self.default[1].isoformat(), "par": self.WEEK}
        super().__init__({**usual, **named(data)}, **options)
        self.fields["espace"].among(spaces)

    def clean(self):
        first, last = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        if first and last and last < first:
            self.add_error("au", _("La période finit avant d’avoir commencé."))
        elif first and last and last - first > LONGEST_PERIOD:
            self.add_error("au", _("Choisissez une période d’un an au plus."))

    @property
    def period(self) -> tuple[datetime.date, datetime.date]:
        """The first and the last day, both included; the usual ones when one of those asked for is wrong."""
        self.is_valid()
        first, last = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        return (first, last) if first and last else self.default

    @property
    def by_month(self) -> bool:
        self.is_valid()
        return self.cleaned_data.get("par") == self.MONTH

    @property
    def space(self) -> Space | None:
        self.is_valid()
        return self.cleaned_data.get("espace")

    @property
    def query(self) -> dict:
        """What the address says of the figures shown, whatever was wrong left out."""
        first, last = self.period
        asked = {"du": first, "au": last, "par": self.MONTH if self.by_month else self.WEEK}
        return {**asked, "espace": self.space.slug} if self.space else asked


class UsageTableForm(UsageForm):
    """With which table of the page is taken away: `&tableau=`."""

    TABLES = ["periodes", "espaces", "heures", "structures", "manquements"]

    tableau = forms.ChoiceField(choices=[(name, name) for name in TABLES], required=False)

    @property
    def table(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("tableau") or self.TABLES[0]


class SeenForm(DayForm):
    """Up to when one has looked: the moment that the page showed, never one to come; `jour`: the page to return to."""

    jusque = forms.DateTimeField()

    def clean_jusque(self):
        until = self.cleaned_data["jusque"]
        if until.year < FIRST_DAY.year:
            raise forms.ValidationError(_("Ce moment est trop ancien."))
        return min(until, timezone.now())


def named(data) -> dict:
    """What the address says, what it leaves empty left out."""
    return {name: value for name, value in data.items() if value}


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The first of the month, `months` before that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return datetime.date(year, month + 1, 1)
