"""The form of a post as those who write it see it: everything may be missing from a draft."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from taggit.models import Tag

from blog.content import Content
from blog.forms.blocks import FORMS, ID, LONGEST_TEXT, KeyField
from blog.forms.offers import Offers
from residents.forms.fields import LineField
from residents.forms.profile import ParagraphsField

MOST_TAGS = 8
LONGEST_TAG = 40
MOST_PEOPLE = 20
LONGEST_ANSWER = 2000


class TagsField(LineField):
    """Words between commas: a tuple, each as it is already written elsewhere when it is."""

    def clean(self, value) -> tuple[str, ...]:
        said = dict.fromkeys(word for part in re.split("[,;]", super().clean(value)) if (word := part.strip(" #")))
        for word in said:
            if len(word) > LONGEST_TAG or not slugify(unicodedata.normalize("NFKD", word)):
                raise ValidationError(
                    _("« %(word)s » ne va pas : un mot a des lettres, 40 au plus.") % {"word": word[:60]}
                )
        if len(said) > MOST_TAGS:
            raise ValidationError(_("Gardez 8 mots au plus."))
        known = (
            {
                tag.name.lower(): tag.name
                for tag in Tag.objects.filter(name__iregex="^(" + "|".join(map(re.escape, said)) + ")$")
            }
            if said
            else {}
        )
        return tuple(sorted({known.get(word.lower(), word) for word in said}))

    def prepare_value(self, value):
        return value if isinstance(value, str) else ", ".join(value or ())


class KeysField(forms.TypedMultipleChoiceField):
    def __init__(self, label, **options):
        super().__init__(
            label=label, coerce=int, required=False, widget=forms.CheckboxSelectMultiple, empty_value=[], **options
        )


class PostForm(forms.Form):
    title = LineField(label=gettext_lazy("Titre"), max_length=150, required=False)
    summary = LineField(
        label=gettext_lazy("Résumé"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-counter": ""}),
        help_text=gettext_lazy("Une ou deux phrases, 300 signes au plus : elles se lisent dans les listes."),
    )
    rubric = KeyField(gettext_lazy("Rubrique"))
    tags = TagsField(
        label=gettext_lazy("Mots"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Séparés par des virgules : travaux, réemploi."),
    )
    residents = KeysField(gettext_lazy("Structures concernées"))
    authors = KeysField(
        gettext_lazy("Autrices et auteurs"),
        help_text=gettext_lazy("Elles pourront écrire cet article avec vous, et le signeront."),
    )

    def __init__(self, content: Content, offers: Offers, data=None):
        initial = {name: getattr(content, name) for name in self.base_fields}
        self.stands = content
        super().__init__(data, initial=initial)
        for name, choices in (("rubric", "rubrics"), ("residents", "residents"), ("authors", "people")):
            self.fields[name].choices = getattr(offers, choices)

    def clean_authors(self):
        chosen = self.cleaned_data["authors"]
        if len(chosen) > MOST_PEOPLE:
            raise ValidationError(_("Un article a 20 signataires au plus."))
        return chosen

    def value(self) -> dict:
        """What was typed; of what is refused, what stood."""
        typed = {name: self.cleaned_data.get(name, getattr(self.stands, name)) for name in self.fields}
        return typed | {name: tuple(sorted(typed[name])) for name in ("residents", "authors")}


class TextPreviewForm(forms.Form):
    text = ParagraphsField(max_length=LONGEST_TEXT, required=False)

    def __init__(self, data):
        # The field that asks is named by its block: whatever its name, there is one.
        super().__init__({"text": next((value for name, value in data.items() if name.endswith("-text")), "")})


class AnswerForm(forms.Form):
    text = ParagraphsField(
        label=gettext_lazy("Votre réponse"), max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 5})
    )


KINDS = "|".join(FORMS)


class MoveForm(forms.Form):
    """Which button was pressed. `verb` is one of the words before the colon; `on` what it acts on."""

    do = forms.RegexField(
        rf"^(garder|enregistrer|relire|envoyer|charger|remettre|ajouter:({KINDS})"
        rf"|(monter|descendre|retirer|choisir|vider):(cover|{ID.pattern}))$",
        required=False,
        max_length=60,
    )
    key = forms.UUIDField(required=False)
    opened = LineField(required=False, max_length=60)

    def __init__(self, data):
        super().__init__({"do": data.get("do"), "key": data.get("cle"), "opened": data.get("article-opened")})
        self.full_clean()
        self.verb, _colon, self.on = (self.cleaned_data.get("do") or "enregistrer").partition(":")
