"""Applying for a place in the house."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from residents.forms.fields import LineField
from residents.forms.profile import ParagraphsField
from residents.forms.robots import ForPeople


class ApplicationForm(ForPeople):
    """What the house wants to know before it proposes a visit; `Application` keeps it."""

    SHARES = [
        ("", _("Je ne sais pas encore")),
        ("1", _("À temps plein")),
        ("0.5", _("À mi-temps")),
        ("0.25", _("Un jour ou deux par semaine")),
        ("2", _("Deux places ou davantage")),
    ]

    name = LineField(label=_("Votre nom"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    structure = LineField(
        label=_("Votre structure"),
        required=False,
        max_length=160,
        help_text=_("Association, coopérative, collectif… ou rien, si vous travaillez seul·e."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    email = forms.EmailField(
        label=_("Votre adresse e-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Écrivez une adresse comme bonjour@exemple.fr.")},
    )
    phone = LineField(
        label=_("Votre téléphone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    share = forms.ChoiceField(label=_("Vous cherchez une place"), required=False, choices=SHARES)
    message = ParagraphsField(
        label=_("Ce que vous faites, et ce que vous cherchez ici"),
        max_length=4000,
        help_text=_("Quelques lignes suffisent : vos savoirs, vos milieux, ce que vous aimeriez faire avec d’autres."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def clean_share(self) -> Decimal | None:
        return Decimal(self.cleaned_data["share"]) if self.cleaned_data["share"] else None

    @property
    def application(self) -> dict:
        """The arguments of `actions.applications.receive`."""
        return {name: self.cleaned_data[name] for name in ("name", "structure", "email", "phone", "share", "message")}
