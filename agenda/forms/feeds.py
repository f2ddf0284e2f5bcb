"""The form of a calendar to import."""

import zlib

from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.calendars.importing import MOST_OCTETS
from agenda.enums import EventAudience
from agenda.models import EventKind
from residents.models import User

# What was looked at is kept so long, to be applied without being sent again.
KEPT_SECONDS = 3600


class ImportForm(forms.Form):
    """A file to look at, or the mark of the one just looked at; what the new meetings are. `data` is its content."""

    file = forms.FileField(
        label=gettext_lazy("Le fichier .ics"),
        required=False,
        help_text=gettext_lazy(
            "Dans Google Agenda, sur un ordinateur : « Paramètres », « Importer et exporter », « Exporter ». L’archive "
            "reçue s’ouvre ; choisissez-y un calendrier. 5 Mo au plus."
        ),
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
    )
    kind = forms.ModelChoiceField(
        EventKind.objects.all(),
        label=gettext_lazy("Sorte de rendez-vous"),
        help_text=gettext_lazy("Celle des nouveaux ; ceux qui sont déjà là gardent la leur."),
        empty_label=gettext_lazy("Choisir…"),
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Qui les lit"), choices=EventAudience, initial=EventAudience.RESIDENTS
    )
    cancel_gone = forms.BooleanField(label=gettext_lazy("Annuler aussi les disparus"), required=False)
    kept = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, user: User, *args, **kwargs):
        self.user, self.data_sent = user, b""
        super().__init__(*args, **kwargs)

    def clean_file(self):
        sent = self.cleaned_data["file"]
        if sent and sent.size > MOST_OCTETS:
            raise ValidationError(_("Ce fichier est trop lourd : 5 Mo au plus."))
        return sent

    def clean(self):
        if self.errors.get("file"):
            return
        if sent := self.cleaned_data.get("file"):
            self.data_sent = sent.read()
        elif kept := cache.get(self.place(self.cleaned_data.get("kept", ""))):
            self.data_sent = zlib.decompress(kept)
        elif self.cleaned_data.get("kept"):
            self.add_error("file", _("Ce fichier n’est plus là : choisissez-le de nouveau."))
        else:
            self.add_error("file", _("Choisissez un fichier .ics."))

    def keep(self) -> str:
        """Keep the file for a while; returns its mark."""
        mark = get_random_string(20)
        cache.set(self.place(mark), zlib.compress(self.data_sent), KEPT_SECONDS)
        return mark

    def place(self, mark: str) -> str:
        return f"import-{self.user.pk}-{mark}"
