"""What a structure sends: several pictures at once, a document."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.forms.uploads import DocumentField, PicturesField
from residents.models import Picture


class PicturesForm(forms.Form):
    """The good pictures are in `cleaned_data["pictures"]`, the words about the others in `refused`."""

    pictures = PicturesField(
        label=gettext_lazy("Images"),
        help_text=gettext_lazy(
            "JPEG, PNG, WebP ou AVIF, douze à la fois au plus. Le lieu et l’appareil de la photo sont effacés."
        ),
    )
    credit = forms.CharField(
        label=gettext_lazy("Qui les a faites"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Cela se lit sous l’image, partout où elle est publiée."),
    )

    def clean_pictures(self) -> list:
        good, wrong = self.cleaned_data["pictures"]
        if not good:
            raise ValidationError(wrong or _("Choisissez au moins une image."))
        self.refused = [message for error in wrong for message in error.messages]
        return good


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
    title = forms.CharField(
        label=gettext_lazy("Intitulé"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Vide : le nom du fichier."),
    )
    file = DocumentField(
        label=gettext_lazy("Document"), help_text=gettext_lazy("PDF ou document de bureautique, 10 Mo au plus.")
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file is None:
            raise ValidationError(_("Choisissez un document."))
        return file
