"""Leaving is typed, not clicked by mistake."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
SIGN = [
    ("oui", gettext_lazy("Gardez mon nom comme signature")),
    ("non", gettext_lazy("Enlevez mon nom : ma structure signe")),
]


class TypedForm(forms.Form):
    """`expected` is what is to be typed, whatever the case and the spaces around."""

    typed = forms.CharField(max_length=300, widget=forms.TextInput(attrs=PLAIN))

    def __init__(self, *args, expected: str, label: str, **options):
        super().__init__(*args, **options)
        self.expected, self.fields["typed"].label = expected, label
        self.fields["typed"].help_text = _("À la main : rien ne s’efface par un geste distrait.")

    def clean_typed(self) -> str:
        typed = self.cleaned_data["typed"]
        if plain(typed) != plain(self.expected):
            raise ValidationError(_("Ce n’est pas ce qui est demandé : rien n’a été effacé."))
        return typed


class LeaveForm(TypedForm):
    """`published`: whether posts bear the person's name; `orphans`: the structures that nobody would speak for."""

    signs = forms.ChoiceField(
        label=gettext_lazy("Vos articles publiés"), choices=SIGN, initial="non", widget=forms.RadioSelect
    )
    orphans = forms.BooleanField(
        label=gettext_lazy("Je pars quand même ; la maîtresse d’établissement est prévenue."),
        error_messages={"required": gettext_lazy("Cochez cette case, ou choisissez d’abord qui parlera après vous.")},
    )

    field_order = ["signs", "orphans", "typed"]

    def __init__(self, *args, published: bool, orphans: bool, **options):
        super().__init__(*args, **options)
        for name, is_asked in {"signs": published, "orphans": orphans}.items():
            if not is_asked:
                del self.fields[name]

    @property
    def keeps_name(self) -> bool:
        return self.cleaned_data.get("signs") == "oui"


def plain(text: str) -> str:
    """Apostrophes as keyboards type them, one space between words."""
    return " ".join(text.replace("’", "'").split()).casefold()
