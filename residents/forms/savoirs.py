from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from residents.enums import Audience, KnowledgeKind, Stance
from residents.forms.fields import LineField
from residents.models import Declaration, KnowledgeItem

# A term is a few words: a sentence belongs to the note.
LONGEST_TERM = 120
LONGEST_NOTE = Declaration._meta.get_field("note").max_length


class StructureForm(forms.Form):
    """Whose savoirs: the structure named in the address, if any."""

    structure = forms.SlugField(required=False)


class SearchForm(forms.Form):
    """What is looked for in the vocabulary."""

    q = LineField(
        label=_("Cherchez un mot, un métier, un public…"),
        max_length=LONGEST_TERM,
        required=False,
        widget=forms.SearchInput(attrs={"autocomplete": "off", "spellcheck": "false", "enterkeyhint": "search"}),
    )
    nature = forms.ChoiceField(
        label=_("De quoi s’agit-il ?"),
        choices=[("", _("Tout")), *KnowledgeKind.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    position = forms.ChoiceField(
        label=_("Que faites-vous de ce que vous choisissez ?"),
        choices=[(Stance.OFFER.value, _("Nous l’offrons")), (Stance.SEEK.value, _("Nous le cherchons"))],
        required=False,
        widget=forms.RadioSelect,
    )

    def clean_position(self):
        return self.cleaned_data["position"] or Stance.OFFER.value


class DeclareForm(forms.Form):
    """A term of the vocabulary (`item`), or a free one (`label`, `nature`)."""

    item = forms.ModelChoiceField(
        KnowledgeItem.objects.all(),
        required=False,
        error_messages={"invalid_choice": _("Ce terme n’existe plus : cherchez-le à nouveau.")},
    )
    label = LineField(
        label=_("Terme"),
        max_length=LONGEST_TERM,
        required=False,
        validators=[RegexValidator("[<>]", _("Un terme s’écrit sans chevrons (< >)."), inverse_match=True)],
    )
    nature = forms.ChoiceField(label=_("Nature"), choices=KnowledgeKind.choices, required=False)
    position = forms.ChoiceField(label=_("Position"), choices=Stance.choices, required=False)
    # The person was shown the terms that resemble theirs, and means theirs.
    confirmed = forms.BooleanField(required=False)

    def clean(self):
        data = super().clean()
        if not self.errors and not data["item"] and not (data["label"] and data["nature"]):
            raise ValidationError(_("Choisissez un terme de la liste, ou écrivez le vôtre."))
        return data


class ReviseForm(forms.Form):
    """A declaration in place: offered or sought, and its note."""

    position = forms.ChoiceField(choices=Stance.choices, required=False)
    precision = LineField(
        label=_("Précision"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    # The note that the person had before their eyes, to notice a colleague's change.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    # The item was withdrawn meanwhile, the person knows it and means to declare it again.
    again = forms.BooleanField(required=False, widget=forms.HiddenInput)


class BackForm(forms.Form):
    """Where an undoing was asked from, to go back there."""

    to_changes = forms.BooleanField(required=False)


class AudienceForm(forms.Form):
    savoirs_audience = forms.ChoiceField(label=_("Qui lit vos savoirs ?"), choices=Audience.choices)
