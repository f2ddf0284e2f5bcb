"""Somebody of the public gives an address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from residents.forms.robots import ForPeople


class SubscribeForm(ForPeople):
    email = forms.EmailField(
        label=_("Votre adresse e-mail"),
        max_length=254,
        help_text=_("Vous y recevrez un message, avec un bouton pour confirmer."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Donnez une adresse : c’est là que le bulletin arrive."),
            "invalid": _("Écrivez une adresse comme bonjour@exemple.fr."),
        },
    )
