"""Pictures and documents that people send: from a phone, several at once, each one looked at."""

import unicodedata
from pathlib import Path

from django import forms
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from residents import pictures
from residents.forms.back_office import LONGEST_SIDE

HEAVIEST_DOCUMENT = 10 * 1024 * 1024
MOST_AT_ONCE = 12
# What each kind begins with: a name alone says nothing of what a file is.
ZIP, PDF = b"PK\x03\x04", b"%PDF-"
DOCUMENTS = {"pdf": PDF, "odt": ZIP, "ods": ZIP, "odp": ZIP, "docx": ZIP, "xlsx": ZIP, "pptx": ZIP}


class PictureField(forms.FileField):
    """Gives back the picture written anew (residents/pictures.py), `title` being the name it came under."""

    def __init__(self, **options):
        # A page whose script sends files as soon as they are chosen knows them by this mark.
        attributes = {"accept": pictures.ACCEPT, "data-sent-at-once": ""}
        super().__init__(required=False, widget=forms.FileInput(attrs=attributes), **options)

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        return written(upload) if upload else None


class SeveralInput(forms.FileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several pictures, each written anew: (those that are pictures, what is wrong with the others)."""

    def __init__(self, **options):
        attributes = {"accept": pictures.ACCEPT, "multiple": True, "data-sent-at-once": ""}
        super().__init__(required=False, widget=SeveralInput(attrs=attributes), **options)

    def clean(self, data, initial=None) -> tuple[list, list[ValidationError]]:
        sent = [one for one in data or [] if one] if isinstance(data, list | tuple) else [data] if data else []
        good, wrong = [], []
        for upload in sent[:MOST_AT_ONCE]:
            try:
                good.append(written(super().clean(upload, initial)))
            except ValidationError as error:
                wrong.append(ValidationError(f"{title_of(upload.name)} : {error.messages[0]}"))
        extra = len(sent) - MOST_AT_ONCE
        if extra > 0:
            words = ngettext(
                "%(count)s image de trop : envoyez-en 12 à la fois.",
                "%(count)s images de trop : envoyez-en 12 à la fois.",
                extra,
            )
            wrong.append(ValidationError(words % {"count": extra}))
        return good, wrong


def written(upload):
    picture = pictures.rewritten(upload, LONGEST_SIDE)
    picture.title = title_of(upload.name)
    return picture


def title_of(name: str) -> str:
    """The name of a file, as words to find it by."""
    stem = unicodedata.normalize("NFC", Path(name).stem).replace("_", " ").replace("\0", "")
    return " ".join(stem.split())[:120] or _("Sans nom")


class DocumentField(forms.FileField):
    """A document of DOCUMENTS, that is what its name says; `title` is that name in words."""

    def __init__(self, **options):
        attributes = {"accept": ",".join(f".{kind}" for kind in DOCUMENTS), "data-sent-at-once": ""}
        super().__init__(required=False, widget=forms.FileInput(attrs=attributes), **options)

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        if not upload:
            return None
        kind = Path(upload.name).suffix.lower().lstrip(".")
        if kind not in DOCUMENTS:
            raise ValidationError(
                _("Ce type de fichier ne se publie pas. Envoyez un PDF, ou un document de bureautique (odt, docx…)."),
                "wrong_type",
            )
        if upload.size > HEAVIEST_DOCUMENT:
            raise ValidationError(
                _("Ce fichier pèse %(size)s. Choisissez-en un de moins de %(most)s."),
                "too_heavy",
                {"size": filesizeformat(upload.size), "most": filesizeformat(HEAVIEST_DOCUMENT)},
            )
        head = upload.read(8)
        upload.seek(0)
        if not head.startswith(DOCUMENTS[kind]):
            raise ValidationError(_("Ce fichier n’est pas ce que dit son nom, ou il est abîmé."), "not_what_it_says")
        upload.title = title_of(upload.name)
        return upload
