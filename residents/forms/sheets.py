"""Sending a spreadsheet, and reading its preview."""

from pathlib import PurePath

from django import forms
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.enums import SheetKind
from residents.spreadsheets.importing import VERBS
from residents.spreadsheets.reading import MOST_BYTES

KINDS_OF_FILE = ("csv", "tsv", "txt", "xlsx")
# Cells pasted: beyond, a file is surer.
LONGEST_PASTE = 200_000
# The name of what was pasted.
PASTED = "cellules-collees.tsv"
LARGEST_KEY = 2**63 - 1


class SheetForm(forms.Form):
    """A file or pasted cells; `cleaned_data` has "name" and "content" (bytes) for whichever it is."""

    # A space stands for the colon that Django would write.
    label_suffix = ""
    kind = forms.ChoiceField(
        label=gettext_lazy("Ce que la feuille apporte"), choices=SheetKind, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=gettext_lazy("Un fichier"),
        required=False,
        help_text=gettext_lazy("CSV ou XLSX, 10 Mo au plus, tel que votre tableur l’enregistre."),
        error_messages={"empty": gettext_lazy("Ce fichier est vide.")},
        widget=forms.FileInput(attrs={"accept": ",".join(f".{kind}" for kind in KINDS_OF_FILE)}),
    )
    pasted = forms.CharField(
        label=gettext_lazy("Ou des cellules collées"),
        required=False,
        strip=False,
        max_length=LONGEST_PASTE,
        help_text=gettext_lazy("Copiez-les dans votre tableur avec leurs en-têtes, puis collez-les ici."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "none"}),
    )
    # The file that this one corrects.
    instead_of = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY, widget=forms.HiddenInput)

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload is None:
            return None
        if upload.size > MOST_BYTES:
            raise ValidationError(
                _("Ce fichier pèse %(size)s. Choisissez-en un de moins de %(most)s.")
                % {"size": filesizeformat(upload.size), "most": filesizeformat(MOST_BYTES)},
                "too_heavy",
            )
        if PurePath(upload.name).suffix.lower().lstrip(".") not in KINDS_OF_FILE:
            raise ValidationError(
                _("Ce fichier n’est ni un CSV ni un XLSX : dans le tableur, « Enregistrer sous », puis XLSX ou CSV."),
                "wrong_type",
            )
        return upload

    def clean(self):
        cleaned = super().clean()
        # Nobody writes it by hand: what it cannot be, it is not.
        self.errors.pop("instead_of", None)
        cleaned.setdefault("instead_of", None)
        upload, pasted = cleaned.get("file"), cleaned.get("pasted", "")
        if upload and pasted.strip():
            self.add_error("pasted", _("Un fichier ou des cellules collées, pas les deux : videz ce champ."))
        elif upload:
            cleaned |= {"name": upload.name.replace("\0", ""), "content": upload.read()}
        elif pasted.strip():
            cleaned |= {"name": PASTED, "content": pasted.encode("utf-8", "ignore")}
        elif not {"file", "pasted"} & self.errors.keys():
            self.add_error("file", _("Choisissez un fichier, ou collez des cellules."))
        return cleaned


class PreviewForm(forms.Form):
    """Which changes are read, and which page of them; anything else reads the first page of all."""

    quoi = forms.ChoiceField(choices=[(verb, verb) for verb in VERBS], required=False)
    p = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)

    @property
    def verb(self) -> str:
        return self.cleaned_data.get("quoi", "") if self.is_valid() else ""

    @property
    def page(self) -> int:
        return (self.cleaned_data.get("p") or 1) if self.is_valid() else 1


class ConfirmForm(forms.Form):
    """The mark of the preview that was read (`Plan.mark`)."""

    mark = forms.CharField(max_length=64)
