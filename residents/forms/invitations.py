"""Asking people in, and coming in."""

import re

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.actions.invitations import Guest
from residents.enums import MembershipRole
from residents.forms.accounts import LONGEST_NAME, NameForm
from residents.forms.fields import one_line
from residents.models import User

MOST_AT_ONCE = 50
# "Awa Delcombe <awa@ici.example>", as mail programs copy it, its name maybe between quotes.
MARKED = re.compile(r"([^<>]*)<([^<>]*)>")
AROUND_A_NAME = " \t\xa0,\"'«»"


class InviteForm(forms.Form):
    """People pasted as they come, with or without their names: from a mail program, a spreadsheet, a list."""

    addresses = forms.CharField(
        label=gettext_lazy("Adresses e-mail"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 3, "autocapitalize": "none", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Une ou plusieurs, avec ou sans les noms : collez-les d’un message ou d’un tableur, une personne par ligne."
        ),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Rôle"),
        choices=MembershipRole,
        initial=MembershipRole.MEMBER,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Qui est référent parle pour la structure, et invite à son tour."),
    )

    def clean_addresses(self) -> list[Guest]:
        """Each address once, in lower case."""
        guests, faults = read_guests(self.cleaned_data["addresses"])
        if faults:
            words = _("« %(text)s » n’est pas une adresse e-mail.")
            raise ValidationError([words % {"text": fault[:80]} for fault in faults[:5]])
        if not guests:
            raise ValidationError(_("Donnez au moins une adresse."))
        if len(guests) > MOST_AT_ONCE:
            raise ValidationError(_("Cinquante adresses à la fois au plus."))
        return guests


def read_guests(text: str) -> tuple[list[Guest], list[str]]:
    """Whom a pasted text names, each address once, and the pieces of it that name nobody."""
    found, faults = [], []
    for line in re.split(r"[;\r\n]+", text):
        rest = line
        for name, address in MARKED.findall(line):
            found.append((address, name))
            rest = rest.replace(f"{name}<{address}>", ",", 1)
        for piece in filter(str.strip, rest.split(",")):
            words = piece.split()
            addresses = [word for word in words if "@" in word]
            if len(addresses) == 1:
                found.append((addresses[0], " ".join(word for word in words if "@" not in word)))
            else:
                found += [(address, "") for address in addresses]
                faults += [piece.strip()] if not addresses else [word for word in words if "@" not in word]
    found = [(address.strip(AROUND_A_NAME), name) for address, name in found]
    faults += [address for address, _name in found if not is_address(address)]
    # Pasted twice, the first time says the name.
    guests = {address.lower(): guest(address, name) for address, name in reversed(found) if is_address(address)}
    return list(reversed(guests.values())), faults


def guest(address: str, name: str) -> Guest:
    """« Awa Delcombe », « Delcombe, Awa »; a name that is only the address once more says nothing."""
    name = one_line(name.strip(AROUND_A_NAME))
    if "@" in name:
        name = ""
    last, comma, first = name.partition(",")
    if not comma:
        first, _space, last = name.partition(" ")
    return Guest(address.lower(), first.strip()[:LONGEST_NAME], last.strip()[:LONGEST_NAME])


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


class RoleForm(forms.Form):
    """What a person of the structure is to it. `without_lead`: the house knows that nobody will speak for it."""

    role = forms.ChoiceField(label=gettext_lazy("Rôle"), choices=MembershipRole, widget=forms.RadioSelect)
    without_lead = forms.BooleanField(required=False)


class RemovalForm(forms.Form):
    without_lead = forms.BooleanField(required=False)


class AcceptForm(NameForm):
    """Who the new person is, and what will open their account: a key, a password, or a code by mail."""

    password = forms.CharField(
        label=gettext_lazy("Mot de passe"),
        required=False,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Sans mot de passe, un code reçu par mail vous connectera."),
    )
    # What the device answered (js/invitation.js).
    credential = forms.CharField(required=False, max_length=20_000)

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
