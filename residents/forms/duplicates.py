"""The forms of near terms: which ones are read, and what is decided of two."""

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Shown(TextChoices):
    WAITING = "a-voir", _("À départager")
    DECIDED = "decides", _("Départagés")


class Gesture(TextChoices):
    KEEP_ITEM = "garder", _("Garder le premier")
    KEEP_OTHER = "garder-autre", _("Garder le second")
    APART = "deux-choses", _("Ce sont deux choses")
    UNDO = "annuler", _("Annuler")


class NearTermsForm(forms.Form):
    etat = forms.ChoiceField(choices=Shown, required=False)
    page = forms.IntegerField(min_value=1, max_value=100_000, required=False)


class DecideForm(NearTermsForm):
    """A gesture, and what of the queue was read, to come back there."""

    geste = forms.ChoiceField(choices=Gesture)
    # The pair that was below: where the eyes go next.
    suivante = forms.IntegerField(min_value=1, max_value=2**62, required=False)


class MergeForm(forms.Form):
    """Where one comes back to after a merge that was read before."""

    paire = forms.IntegerField(min_value=1, max_value=2**62, required=False)
