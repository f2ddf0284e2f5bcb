"""Accounts that open with a passkey: the device makes its key before there is an account.

It keeps the account's number along with the key. That number is therefore reserved first; the account is opened under
it once the device has answered, and never if it does not.
"""

from dataclasses import dataclass

from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.webauthn.forms import SignupWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django.db import connection
from django.utils.translation import gettext as _

from residents.models import Invitation, User

RESERVED = "residents.passkeys.reserved"


@dataclass(frozen=True)
class Key:
    """What a device answered, checked: for the account of number `account`; `credential` as WebAuthn says it."""

    account: int
    credential: dict


def begin(request, invitation: Invitation, *, first_name: str, last_name: str) -> dict:
    """What the browser asks of the device (WebAuthn's creation options); only this session may answer, once."""
    person = User(pk=reserved_number(), email=invitation.email, first_name=first_name, last_name=last_name)
    request.session[RESERVED] = {"invitation": invitation.pk, "account": person.pk}
    return auth.begin_registration(person, True)


def answered(request, invitation: Invitation, credential: str) -> Key | None:
    """The key that answers what `begin` asked in this session for this invitation; None for any other."""
    reserved = request.session.get(RESERVED)
    if not reserved or reserved["invitation"] != invitation.pk:
        return None
    person = User(pk=reserved["account"], email=invitation.email)
    form = SignupWebAuthnForm({"name": "", "credential": credential}, user=person)
    if not is_sound(form):
        return None
    del request.session[RESERVED]
    return Key(person.pk, form.cleaned_data["credential"])


def is_sound(form: SignupWebAuthnForm) -> bool:
    """Whether the library takes what was sent; it stumbles on JSON that is no object, or whose parts are none."""
    try:
        return form.is_valid()
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


def keep(user: User, key: Key) -> None:
    """The key opens the account from now on, and the backup codes the day the key is lost."""
    auth.WebAuthn.add(user, _("Clé d’accès"), key.credential)
    RecoveryCodes.activate(user)


def record(request, user: User) -> None:
    """The person has just come in with their key: what asks for a recent proof is open."""
    key = Authenticator.objects.get(user=user, type=Authenticator.Type.WEBAUTHN)
    post_authentication(request, key, reauthenticated=True, passwordless=True)


def reserved_number() -> int:
    """The number of an account to come: nobody else gets it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [User._meta.db_table])
        return cursor.fetchone()[0]
