"""The people of a structure: who is of it, what they are to it, who was asked in."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from residents import rules
from residents.actions import invitations, members
from residents.forms.back_office import HouseInviteForm
from residents.forms.invitations import InviteForm, RemovalForm, RoleForm
from residents.forms.robots import allowed
from residents.models import Invitation, Membership, Resident

LIMITS = {"invite": "20/h/user", "renew": "40/h/user"}


@require_http_methods(["GET", "HEAD", "POST"])
def people(request, slug):
    """Who belongs to the structure, who was asked in; its leads and the house ask others."""
    resident = get_object_or_404(Resident, slug=slug)
    guard(request, resident)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if may_go(request, form):
        say_invited(request, resident, form)
        return redirect("residents:people", resident.slug)
    context = {
        "resident": resident,
        "members": resident.memberships.select_related("user").order_by("user__last_name", "user__first_name", "pk"),
        "invitations": resident.invitations.waiting().select_related("invited_by"),
        "form": form,
    }
    return render(request, "residents/people.html", context, status=422 if form.errors else 200)


def guard(request, resident: Resident) -> None:
    if not rules.can_invite(request.user, resident):
        raise PermissionDenied


def may_go(request, form) -> bool:
    """Whether the invitations of `form` are to be sent; it says why not."""
    if form.is_valid() and not allowed(request, "invite", LIMITS):
        form.add_error(None, _("Vous avez beaucoup invité en peu de temps : réessayez dans une heure."))
    return form.is_bound and not form.errors


def say_invited(request, resident, form) -> None:
    """Whoever `form` names is asked in; those who are there already are said."""
    guests = form.cleaned_data["addresses"]
    asked = invitations.invite_all(resident=resident, guests=guests, role=form.cleaned_data["role"], by=request.user)
    if asked:
        words = ngettext("Une invitation est partie.", "%(count)d invitations sont parties.", len(asked))
        messages.success(request, words % {"count": len(asked)})
    if left := [guest.email for guest in guests if guest.email not in {one.email for one in asked}]:
        messages.info(request, _("Déjà là ou déjà invité : %(addresses)s.") % {"addresses": ", ".join(left)})


@require_http_methods(["GET", "HEAD", "POST"])
def invite_from_house(request):
    """In the back office: the same for any structure, without going by its page."""
    if not rules.is_house_manager(request.user):
        raise PermissionDenied
    form = HouseInviteForm(request.POST if request.method == "POST" else None)
    if may_go(request, form):
        say_invited(request, form.cleaned_data["structure"], form)
        return redirect("invitations:index")
    return render(request, "residents/back_office/invite.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def renew(request, slug, pk):
    invitation = get_object_or_404(Invitation.objects.select_related("resident"), resident__slug=slug, pk=pk)
    guard(request, invitation.resident)
    if not allowed(request, "renew", LIMITS):
        messages.error(request, _("Vous avez beaucoup relancé en peu de temps : réessayez dans une heure."))
        return redirect("residents:people", slug)
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


@require_POST
def remind(request, slug):
    """All those of the structure who have not answered, in one click."""
    resident = get_object_or_404(Resident, slug=slug)
    say_reminded(request, *invitations.remind_all(resident=resident, by=request.user))
    return redirect("residents:people", slug)


@require_POST
def remind_everybody(request):
    """The same for the whole house, from the list of the back office."""
    say_reminded(request, *invitations.remind_all(by=request.user))
    return redirect("invitations:index")


def say_reminded(request, reminded: int, spared: int) -> None:
    if reminded:
        words = ngettext("Une personne est relancée.", "%(count)d personnes sont relancées.", reminded)
        messages.success(request, words % {"count": reminded})
    if spared:
        words = ngettext(
            "Une personne laissée tranquille : nous lui avons écrit il y a moins de %(days)d jours.",
            "%(count)d personnes laissées tranquilles : nous leur avons écrit il y a moins de %(days)d jours.",
            spared,
        )
        messages.info(request, words % {"count": spared, "days": invitations.CALM.days})
    if not reminded and not spared:
        messages.info(request, _("Tout le monde a répondu : personne à relancer."))


@require_http_methods(["GET", "HEAD", "POST"])
def member(request, slug, pk):
    """One person of the structure: the role they have, and taking them off its people; one's own page, to leave."""
    membership = find(request, slug, pk)
    data = request.POST if request.method == "POST" else None
    if data is not None:
        guard(request, membership.resident)
    form = RoleForm(data, initial={"role": membership.role})
    if form.is_valid():
        try:
            changed = members.change_role(membership=membership, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("role", error)
        else:
            if changed:
                messages.success(request, _("Le rôle de %(person)s a changé.") % {"person": membership.user})
            return lead_on(request, membership)
    return show(request, membership, form)


@require_POST
def remove_member(request, slug, pk):
    membership = find(request, slug, pk)
    form = RemovalForm(request.POST)
    form.full_clean()
    try:
        members.remove(membership=membership, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        return show(request, membership, RoleForm(initial={"role": membership.role}), refused=error.messages[0])
    if membership.user == request.user:
        words = _("Vous n’êtes plus des personnes de %(structure)s.")
    else:
        words = _("%(person)s n’est plus des personnes de %(structure)s.")
    messages.success(request, words % {"person": membership.user, "structure": membership.resident})
    return lead_on(request, membership, left=True)


def find(request, slug, pk) -> Membership:
    found = get_object_or_404(Membership.objects.select_related("user", "resident"), resident__slug=slug, pk=pk)
    if not rules.can_remove_member(request.user, found):
        raise PermissionDenied
    return found


def lead_on(request, membership: Membership, left: bool = False):
    """Back to the people; who no longer speaks for the structure cannot read them, nor always its page who left it."""
    if membership.user != request.user or rules.is_house_manager(request.user):
        return redirect("residents:people", membership.resident.slug)
    return redirect("home") if left else redirect("residents:profile", membership.resident.slug)


def show(request, membership: Membership, form: RoleForm, refused: str = ""):
    context = {
        "membership": membership,
        "resident": membership.resident,
        "form": form,
        "refused": refused,
        "is_me": membership.user == request.user,
        "can_change": rules.can_invite(request.user, membership.resident),
        "is_last_lead": members.is_last_lead(membership),
        "is_asked": rules.is_house_manager(request.user),
    }
    return render(request, "residents/member.html", context, status=422 if form.errors or refused else 200)
