"""Forms of allauth, where the house arranges them otherwise."""

from allauth.account import forms
from django.utils.translation import gettext_lazy as _


class LoginForm(forms.LoginForm):
    """The link to a forgotten password comes after the form, not on the way from the address to the password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Adresse e-mail")
        self.fields["password"].help_text = ""


class Addressed:
    """An address is asked for by its whole name, as where one signs in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Adresse e-mail")


class AddEmailForm(Addressed, forms.AddEmailForm):
    pass


class RequestLoginCodeForm(Addressed, forms.RequestLoginCodeForm):
    pass


class ResetPasswordForm(Addressed, forms.ResetPasswordForm):
    pass
