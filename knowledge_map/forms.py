"""What may be asked of the map in its address."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from knowledge_map.enums import Answer
from knowledge_map.graph import State
from knowledge_map.listing import LISTS
from knowledge_map.reading import ReadableMap
from knowledge_map.wording import KINDS
from residents.enums import KnowledgeKind, Stance

VIEWS = {
    "structures": _("Par structures"),
    "savoirs": _("Par savoirs"),
    "autour": _("Autour de moi"),
}
DEPTHS = {"1": _("ce qui me touche"), "2": _("un pas plus loin")}
MOST_UNFOLDED = 60
# Takes an answer to a suggestion back.
WITHDRAW = "retirer"

node_key = RegexValidator(
    r"\A(r\d{1,18}|i\d{1,18}|c?d[A-Z0-9]{0,3})\Z", _("Cette adresse ne désigne aucun point de la carte.")
)


class KeyField(forms.CharField):
    """The key of a node that the reader may see; the same words for one that is hidden and one that never was."""

    widget = forms.HiddenInput

    def __init__(self, **options):
        super().__init__(required=False, max_length=20, validators=[node_key], **options)


class KeysField(forms.Field):
    widget = forms.MultipleHiddenInput

    def clean(self, value) -> list[str]:
        keys = list(dict.fromkeys(value or []))[:MOST_UNFOLDED]
        for key in keys:
            node_key(key)
        return keys


class MapForm(forms.Form):
    """The map's address. A part that means nothing is told and left out; the rest of the map is drawn."""

    vue = forms.ChoiceField(label=_("Vue"), choices=list(VIEWS.items()), required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label=_("Chercher sur la carte"),
        max_length=100,
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("un savoir, un domaine, une structure"), "autocomplete": "off"}
        ),
    )
    nature = forms.MultipleChoiceField(
        label=_("Nature"), choices=KnowledgeKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    position = forms.ChoiceField(
        label=_("Offre ou recherche"), choices=[("", _("les deux")), *Stance.choices], required=False
    )
    secteur = forms.ChoiceField(label=_("Secteur"), required=False)
    savoir = KeyField(label=_("Savoir"))
    choix = KeyField(label=_("Point choisi"))
    centre = KeyField(label=_("Centre"))
    deplie = KeysField(label=_("Points dépliés"), required=False)
    portee = forms.ChoiceField(
        label=_("Portée"), choices=list(DEPTHS.items()), required=False, widget=forms.HiddenInput
    )
    coop = forms.ChoiceField(
        label=_("Coopérations suggérées"), choices=[("non", _("non"))], required=False, widget=forms.HiddenInput
    )
    liste = forms.ChoiceField(label=_("Liste"), choices=list(LISTS.items()), required=False, widget=forms.HiddenInput)
    tri = forms.RegexField(r"\A-?[a-z_]{1,20}\Z", label=_("Tri"), required=False, widget=forms.HiddenInput)
    page = forms.IntegerField(label=_("Page"), required=False, min_value=1, max_value=100_000, widget=forms.HiddenInput)

    error_css_class = "field--error"
    use_required_attribute = False

    def __init__(self, data, *, readable: ReadableMap):
        super().__init__(data, auto_id="carte-%s")
        self.readable = readable
        self.fields["secteur"].choices = [("", _("tous")), *readable.sectors.items()]

    def clean(self):
        cleaned = super().clean()
        for name in ("savoir", "choix", "centre"):
            key = cleaned.get(name)
            if key and not key.startswith("cd") and key not in self.readable.graph:
                self.add_error(name, _("Ce point n’est pas sur la carte que vous pouvez lire."))
        return cleaned

    def state(self) -> State:
        """What is asked, as far as it was understood."""
        asked = {name: value for name, value in self.cleaned_data.items() if name not in self.errors}
        view = asked.get("vue") or "structures"
        mine = self.readable.mine
        return State(
            view=view,
            kinds=frozenset(asked.get("nature") or ()),
            sector=asked.get("secteur") or "",
            stance=asked.get("position") or "",
            item=asked.get("savoir") or "",
            search=self.readable.search if asked.get("q") else "",
            chosen=asked.get("choix") or "",
            unfolded=frozenset(asked.get("deplie") or ()),
            centre=(asked.get("centre") or (mine[0] if mine else "")) if view == "autour" else "",
            depth=int(asked.get("portee") or 1),
            suggestions=not asked.get("coop"),
        )


class CooperationsForm(forms.Form):
    """The address of /carte/cooperations/: whose suggestions, and which kind of reason."""

    structure = forms.SlugField(label=_("Structure"), max_length=120, required=False)
    raison = forms.ChoiceField(label=_("Raison"), choices=list(KINDS.items()), required=False)


class AnswerForm(forms.Form):
    """One of the answers to a suggestion, or the one given taken back."""

    reponse = forms.ChoiceField(label=_("Réponse"), choices=[*Answer.choices, (WITHDRAW, _("retirer ma réponse"))])
