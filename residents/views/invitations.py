"""The people of a structure, asking others in, and coming in."""

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from residents import rules
from residents.actions import invitations
from residents.forms.invitations import AcceptForm, InviteForm
from residents.forms.robots import allowed
from residents.models import Invitation, Resident, User

BACKEND = "residents.backends.EmailBackend"
LIMITS = {"invite": "20/h/user", "invitation": "60/h/ip"}


@require_http_methods(["GET", "HEAD", "POST"])
def people(request, slug):
    """Who belongs to the structure, who was asked in; its leads and the house ask others."""
    resident = get_object_or_404(Resident, slug=slug)
    if not rules.can_invite(request.user, resident):
        raise PermissionDenied
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and not allowed(request, "invite", LIMITS):
        form.add_error(None, _("Vous avez beaucoup invité en peu de temps : réessayez dans une heure."))
    if form.is_bound and form.is_valid():
        return invite(request, resident, form)
    context = {
        "resident": resident,
        "members": resident.memberships.select_related("user").order_by("user__last_name", "user__first_name", "pk"),
        "invitations": resident.invitations.filter(accepted_at=None, withdrawn_at=None).select_related("invited_by"),
        "form": form,
    }
    return render(request, "residents/people.html", context, status=422 if form.errors else 200)


def invite(request, resident, form):
    addresses = form.cleaned_data["addresses"]
    asked = invitations.invite_all(resident=resident, emails=addresses, role=form.cleaned_data["role"], by=request.user)
    if asked:
        words = ngettext("Une invitation est partie.", "%(count)d invitations sont parties.", len(asked))
        messages.success(request, words % {"count": len(asked)})
    if left := [address for address in addresses if address not in {one.email for one in asked}]:
        messages.info(request, _("Déjà là ou déjà invité : %(addresses)s.") % {"addresses": ", ".join(left)})
    return redirect("residents:people", resident.slug)


@require_POST
def renew(request, slug, pk):
    invitation = get_object_or_404(Invitation.objects.select_related("resident"), resident__slug=slug, pk=pk)
    try:
        written = invitations.renew(invitation=invitation, by=request.user)
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        said = _("Nous avons réécrit à %(email)s.") if written else _("Nous venons d’écrire à %(email)s.")
        messages.success(request, said % {"email": invitation.email})
    return redirect("residents:people", slug)


@require_POST
def withdraw(request, slug, pk):
    invitation = get_object_or_404(Invitation.objects.select_related("resident"), resident__slug=slug, pk=pk)
    try:
        invitations.withdraw(invitation=invitation, by=request.user)
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("L’invitation de %(email)s est retirée.") % {"email": invitation.email})
    return redirect("residents:people", slug)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def invitation(request, token):
    """What an invitation's link opens. Reading it uses nothing up: mail programs read links before people do."""
    # PostgreSQL knows no text with NUL.
    known = Invitation.objects.open().select_related("resident", "invited_by").filter(token=token.replace("\0", ""))
    found = known.first()
    if found is None or not allowed(request, "invitation", LIMITS):
        return render(request, "residents/invitation_lapsed.html", status=404)
    if request.user.is_authenticated or User.objects.filter(email=found.email).exists():
        return join(request, found)
    form = AcceptForm(
        request.POST if request.method == "POST" else None,
        email=found.email,
        initial={"first_name": found.first_name, "last_name": found.last_name},
    )
    if form.is_valid():
        fields = {**form.cleaned_data, "password": form.cleaned_data["password"] or None}
        try:
            user = invitations.accept(token=token, **fields)
        except ValidationError as error:
            # Opened twice at the same instant, or withdrawn meanwhile.
            messages.error(request, error.message)
            return redirect("account_login")
        login(request, user, backend=BACKEND)
        record_authentication(request, user, "code")
        return welcome(request, found)
    context = {"invitation": found, "form": form}
    return render(request, "residents/invitation.html", context, status=422 if form.errors else 200)


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
    messages.success(
        request,
        _("Bienvenue. Vous êtes de %(structure)s ; commencez par sa page, puis dites ce qu’elle sait.")
        % {"structure": found.resident},
    )
    return redirect("home")
