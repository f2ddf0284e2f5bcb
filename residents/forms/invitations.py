"""Asking people in, and coming in."""

import re

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.enums import MembershipRole
from residents.models import User

MOST_AT_ONCE = 50
# "Awa Delcombe <awa@ici.example>", as mail programs copy it.
ADDRESS = re.compile(r"<([^<>]*)>")


class InviteForm(forms.Form):
    """Addresses pasted as they come: one a line, with commas or semicolons, with names."""

    addresses = forms.CharField(
        label=gettext_lazy("Adresses e-mail"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 3, "autocapitalize": "none", "spellcheck": "false"}),
        help_text=gettext_lazy("Une ou plusieurs, séparées par une virgule ou un retour à la ligne."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Rôle"),
        choices=MembershipRole,
        initial=MembershipRole.MEMBER,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Qui est référent parle pour la structure, et invite à son tour."),
    )

    def clean_addresses(self) -> list[str]:
        found = []
        for part in re.split(r"[,;\n]+", self.cleaned_data["addresses"]):
            marked = ADDRESS.search(part)
            found += [marked[1].strip()] if marked else part.split()
        wrong = [address for address in found if not is_address(address)]
        if wrong:
            raise ValidationError(
                [
                    _("« %(address)s » n’est pas une adresse e-mail.") % {"address": address[:80]}
                    for address in wrong[:5]
                ]
            )
        if not found:
            raise ValidationError(_("Donnez au moins une adresse."))
        if len(found) > MOST_AT_ONCE:
            raise ValidationError(_("Cinquante adresses à la fois au plus."))
        return list(dict.fromkeys(address.lower() for address in found))


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


class AcceptForm(forms.Form):
    """What a new person says of themselves; a password is not needed: a code by mail or a passkey opens as well."""

    first_name = forms.CharField(
        label=gettext_lazy("Prénom"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=gettext_lazy("Nom"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    password = forms.CharField(
        label=gettext_lazy("Mot de passe"),
        required=False,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Sans mot de passe, un code reçu par mail vous connecte ; une clé d’accès aussi."),
    )

    def __init__(self, *args, email: str, **options):
        super().__init__(*args, **options)
        self.email = email

    def clean(self):
        cleaned = super().clean()
        if password := cleaned.get("password"):
            person = User(
                email=self.email, first_name=cleaned.get("first_name", ""), last_name=cleaned.get("last_name", "")
            )
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned
