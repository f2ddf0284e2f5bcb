"""What a structure sends: several pictures at once, a document."""

from pathlib import PurePath

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.forms.back_office import LONGEST_SIDE
from residents.models import Picture
from residents.pictures import ACCEPT, rewritten

MOST_PICTURES = 12
HEAVIEST_DOCUMENT = 20 * 1024 * 1024


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Cleans to `[(name, file), …]`, each picture written anew; one bad picture is named and spares the others.

    The words about the bad ones are in the form's `refused`.
    """

    widget = SeveralFiles

    def clean(self, data, initial=None):
        files = data if isinstance(data, (list, tuple)) else [data]
        return [super(PicturesField, self).clean(one, initial) for one in files]


class PicturesForm(forms.Form):
    pictures = PicturesField(
        label=gettext_lazy("Images"),
        help_text=gettext_lazy(
            "JPEG, PNG, WebP ou AVIF, douze à la fois au plus. Le lieu et l’appareil de la photo sont effacés."
        ),
        widget=SeveralFiles(attrs={"accept": ACCEPT}),
    )
    credit = forms.CharField(
        label=gettext_lazy("Qui les a faites"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Cela se lit sous l’image, partout où elle est publiée."),
    )

    def clean_pictures(self):
        sent = self.cleaned_data["pictures"]
        if len(sent) > MOST_PICTURES:
            raise ValidationError(
                _("Vous en avez choisi %(sent)d : envoyez-en %(most)d à la fois."),
                params={"sent": len(sent), "most": MOST_PICTURES},
            )
        self.refused, kept = [], []
        for file in sent:
            try:
                kept.append((PurePath(file.name).stem, rewritten(file, LONGEST_SIDE)))
            except ValidationError as error:
                self.refused.append(f"{file.name} : {' '.join(error.messages)}")
        if not kept:
            raise ValidationError(self.refused)
        return kept


class PictureForm(forms.ModelForm):
    class Meta:
        model = Picture
        fields = ["title", "description", "credit"]
        labels = {
            "title": gettext_lazy("Titre"),
            "description": gettext_lazy("Ce que l’on y voit"),
            "credit": gettext_lazy("Qui l’a faite"),
        }
        help_texts = {"description": gettext_lazy("Pour qui ne voit pas l’image : une phrase suffit.")}


class DocumentForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Intitulé"), max_length=150)
    file = forms.FileField(
        label=gettext_lazy("Document"),
        max_length=150,
        help_text=gettext_lazy("PDF, texte, tableur ou présentation, 20 Mo au plus."),
        validators=[
            FileExtensionValidator(
                settings.WAGTAILDOCS_EXTENSIONS,
                gettext_lazy(
                    "Ce genre de fichier n’est pas accepté. Envoyez un PDF, un texte, un tableur ou une présentation."
                ),
            )
        ],
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > HEAVIEST_DOCUMENT:
            raise ValidationError(
                _("Ce fichier pèse %(size)s. Envoyez un document de moins de %(most)s."),
                params={"size": filesizeformat(file.size), "most": filesizeformat(HEAVIEST_DOCUMENT)},
            )
        return file
