"""Coming in: what the link of an invitation opens."""

from allauth.account.internal.flows.login import record_authentication
from allauth.core.ratelimit import respond_429
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from residents import passkeys
from residents.actions import invitations
from residents.enums import StepMoment
from residents.forms.invitations import AcceptForm
from residents.forms.robots import allowed
from residents.models import Invitation, Step, User

BACKEND = "residents.backends.EmailBackend"
LIMITS = {"invitation": "60/h/ip"}


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def invitation(request, token):
    """What an invitation's link opens. Reading it uses nothing up: mail programs read links before people do."""
    if not allowed(request, "invitation", LIMITS):
        return respond_429(request)
    found = find(token)
    if found is None:
        return lapsed(request, token)
    if request.user.is_authenticated or has_account(found):
        return join(request, found)
    form = AcceptForm(
        request.POST if request.method == "POST" else None,
        email=found.email,
        initial={"first_name": found.first_name, "last_name": found.last_name},
    )
    if form.is_valid():
        key = answered_key(request, found, form)
        if form.is_valid():
            return open_account(request, found, form, key)
    context = {"invitation": found, "form": form}
    return render(request, "residents/invitation.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@login_not_required
def invitation_key(request, token):
    """What the newcomer's device is asked for, as JSON, once they said who they are: nothing is opened yet."""
    if not allowed(request, "invitation", LIMITS):
        return respond_429(request)
    found = find(token)
    if found is None or request.user.is_authenticated or has_account(found):
        return JsonResponse({}, status=404)
    form = AcceptForm({**request.POST.dict(), "password": "", "credential": ""}, email=found.email)
    if not form.is_valid():
        return JsonResponse({}, status=422)
    names = {name: form.cleaned_data[name] for name in ("first_name", "last_name")}
    return JsonResponse(passkeys.begin(request, found, **names))


def find(token: str) -> Invitation | None:
    # PostgreSQL knows no text with NUL.
    known = Invitation.objects.open().select_related("resident", "invited_by")
    return known.filter(token=token.replace("\0", "")).first()


def has_account(found: Invitation) -> bool:
    return User.objects.filter(email=found.email).exists()


def lapsed(request, token):
    """The link opens nothing; who has just used it, and sent the form twice or came back, goes on."""
    if request.user.is_authenticated:
        used = Invitation.objects.select_related("resident").filter(token=token.replace("\0", ""))
        if mine := used.filter(accepted_by=request.user).first():
            return redirect(next_place(mine))
    return render(request, "residents/invitation_lapsed.html", status=404)


def answered_key(request, found: Invitation, form: AcceptForm) -> passkeys.Key | None:
    """The key that the device made, when one was asked for; it is a fault of the form when it does not answer."""
    if not form.cleaned_data["credential"]:
        return None
    key = passkeys.answered(request, found, form.cleaned_data["credential"])
    if key is None:
        said = _("L’appareil n’a pas confirmé la clé : recommencez, ou ouvrez votre compte autrement.")
        form.add_error(None, said)
    return key


def open_account(request, found: Invitation, form: AcceptForm, key: passkeys.Key | None):
    # Who made a key needs no password, whatever a password manager wrote meanwhile.
    password = None if key else form.cleaned_data["password"] or None
    names = {name: form.cleaned_data[name] for name in ("first_name", "last_name")}
    try:
        user = invitations.accept(token=found.token, password=password, key=key, **names)
    except ValidationError as error:
        # Opened twice at the same instant, or withdrawn meanwhile.
        messages.error(request, error.message)
        return redirect("account_login")
    login(request, user, backend=BACKEND)
    if key:
        passkeys.record(request, user)
        messages.info(request, keep_codes())
    else:
        record_authentication(request, user, "code")
    return welcome(request, found)


def keep_codes() -> str:
    """Without them, whoever loses the key stays outside."""
    return format_html(
        _(
            "Votre clé d’accès vous ouvrira la porte. Gardez aussi vos <a href='{}'>codes de secours</a>, "
            "hors de cet appareil."
        ),
        reverse("mfa_view_recovery_codes"),
    )


def join(request, found):
    """For who has an account: one button, once signed in as the person who was asked."""
    is_theirs = request.user.is_authenticated and request.user.email == found.email
    if request.method == "POST" and is_theirs:
        try:
            invitations.accept(token=found.token, user=request.user)
        except ValidationError as error:
            messages.error(request, error.message)
            return redirect("home")
        return welcome(request, found)
    context = {"invitation": found, "is_theirs": is_theirs}
    return render(request, "residents/invitation_join.html", context)


def welcome(request, found):
    messages.success(request, _("Bienvenue. Vous êtes de %(structure)s.") % {"structure": found.resident})
    return redirect(next_place(found))


def next_place(found: Invitation) -> str:
    """What the newcomer's structure goes through on arriving, where the house has such a list."""
    if Step.objects.in_use().filter(moment=StepMoment.ARRIVAL).exists():
        return reverse("residents:steps", args=[found.resident.slug])
    return reverse("home")
