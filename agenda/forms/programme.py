"""The filters of the agenda's page, as they stand in its address."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.http import urlencode
from django.utils.translation import gettext as _


class MonthField(forms.CharField):
    """`2027-03`; gives back the month's first day."""

    def clean(self, value):
        value = super().clean(value)
        try:
            month = datetime.datetime.strptime(value, "%Y-%m").date() if value else None
        except ValueError:
            month = datetime.date.min
        if month and not 2000 <= month.year <= 2100:
            raise ValidationError(_("Ce mois n’existe pas : voici les rendez-vous à venir."))
        return month


class ProgrammeForm(forms.Form):
    """`?sorte=&mois=&page=`; what is wrong is said and left aside."""

    sorte = forms.SlugField(required=False, max_length=60)
    mois = MonthField(required=False, max_length=7)
    page = forms.IntegerField(required=False, min_value=1, max_value=1000)

    @property
    def filters(self) -> dict:
        """{"kind": slug or "", "month": its first day or None, "page": number}"""
        self.full_clean()
        said = self.cleaned_data
        return {"kind": said.get("sorte") or "", "month": said.get("mois"), "page": said.get("page") or 1}

    def query(self, **changed) -> str:
        """The filters encoded for an address, some of them `changed` (`sorte`, `mois`, `page`), without empty ones."""
        filters = self.filters
        month = filters["month"]
        now = {"sorte": filters["kind"], "mois": f"{month:%Y-%m}" if month else ""}
        return urlencode({name: value for name, value in {**now, **changed}.items() if value})
