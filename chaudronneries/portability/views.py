"""The pages of a person, or of those who speak for a structure, to take their data away and to leave."""

import time
from functools import wraps

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from blog.models import PostPage
from chaudronneries.portability import archives, gathering, leaving, pages
from chaudronneries.portability.forms import LeaveForm, TypedForm
from residents.actions.leaving import left_without_lead
from residents.models import Resident
from residents.rules import can_take_away

# A sign-in by a code is recent for that long; seconds.
ENTERED_LATELY = 15 * 60


@require_safe
def my_data(request):
    """What the house keeps of the person, how much and how long."""
    return render(request, "portability/my_data.html", {"chapters": pages.of_person(request.user)})


@never_cache
@require_safe
def my_data_export(request):
    """All of it, as JSON: docs/portability.md."""
    rows = gathering.of_person(request.user)
    return StreamingHttpResponse(
        gathering.as_json(rows, about="person"),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="mes-donnees-{timezone.localdate()}.json"'},
    )


def signed_in_lately(back_to: str):
    """A view that deletes: who has a password or a key gives it again; who enters by a code has just done so.

    `back_to` names the page, with the same arguments, that says to sign in again.
    """

    def decorator(view):
        @reauthentication_required
        @wraps(view)
        def guarded_view(request, *args, **kwargs):
            if entered_by_code(request.user) and not entered_lately(request):
                messages.error(
                    request,
                    _(
                        "Votre compte s’ouvre par un code, et cela fait plus d’un quart d’heure : "
                        "déconnectez-vous, revenez par un nouveau code, puis recommencez."
                    ),
                )
                return redirect(back_to, *args, **kwargs)
            return view(request, *args, **kwargs)

        return guarded_view

    return decorator


def entered_by_code(user) -> bool:
    return not get_reauthentication_flows(user)


def entered_lately(request) -> bool:
    entries = get_authentication_records(request, request.user)
    return bool(entries) and time.time() - entries[-1]["at"] < ENTERED_LATELY


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_lately("my_data")
def delete_account(request):
    """What goes, what stays, and the word that does it."""
    user = request.user
    orphans = pages.orphans(left_without_lead(user), but=user)
    form = LeaveForm(
        request.POST if request.method == "POST" else None,
        expected=user.email,
        label=_("Pour supprimer votre compte, écrivez votre adresse : %(email)s") % {"email": user.email},
        published=PostPage.objects.live().filter(authors=user).exists(),
        orphans=bool(orphans),
    )
    reason = leaving.why_person_stays(user)
    if form.is_valid() and not reason:
        try:
            leaving.leave(user=user, by=user, signs=form.keeps_name)
        except ValidationError as error:
            # The other key of the house left meanwhile.
            reason = error.message
        else:
            logout(request)
            messages.success(request, _("Votre compte est supprimé. Un dernier message vous le confirme. Bonne route."))
            return redirect("home")
    context = {
        "form": form,
        "orphans": orphans,
        "parting": pages.Parting.of(pages.of_person(user)),
        "reason": reason,
    }
    refused = form.errors or (reason and request.method == "POST")
    return render(request, "portability/delete_account.html", context, status=422 if refused else 200)


def guarded(request, slug) -> Resident:
    resident = get_object_or_404(Resident, slug=slug)
    if not can_take_away(request.user, resident):
        raise PermissionDenied
    return resident


@require_safe
def structure_data(request, slug):
    """What the house keeps of a structure."""
    resident = guarded(request, slug)
    context = {
        "chapters": pages.of_structure(resident),
        "resident": resident,
        "reason": leaving.why_structure_stays(resident),
    }
    return render(request, "portability/structure_data.html", context)


@never_cache
@require_safe
def structure_data_export(request, slug):
    """All of it, as one archive."""
    resident = guarded(request, slug)
    name = f"{resident.slug}-{timezone.localdate()}.zip"
    written = archives.of_structure(resident)
    return FileResponse(written, as_attachment=True, filename=name, content_type="application/zip")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete_structure(request, slug):
    """Who may not is refused before being asked for a password."""
    guarded(request, slug)
    return close_structure(request, slug=slug)


@signed_in_lately("structure_data")
def close_structure(request, slug):
    """What goes, what stays without its name, and its name to type."""
    resident = guarded(request, slug)
    reason = leaving.why_structure_stays(resident)
    form = TypedForm(
        request.POST if request.method == "POST" else None,
        expected=resident.name,
        label=_("Pour tout supprimer, écrivez le nom de la structure : %(name)s") % {"name": resident.name},
    )
    if form.is_valid() and not reason:
        try:
            leaving.close(resident=resident, by=request.user)
        except ValidationError as error:
            # A stay began meanwhile.
            reason = error.message
        else:
            messages.success(request, _("Les données de %(name)s sont supprimées.") % {"name": resident.name})
            return redirect("home")
    context = {
        "form": form,
        "parting": pages.Parting.of(pages.of_structure(resident)),
        "reason": reason,
        "resident": resident,
    }
    refused = form.errors or (reason and request.method == "POST")
    return render(request, "portability/delete_structure.html", context, status=422 if refused else 200)
