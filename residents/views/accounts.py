"""Accounts, beside what allauth shows of them: a name, one device signed out, the keys of somebody who lost them."""

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from residents.actions import accounts, factors
from residents.forms.accounts import NameForm
from residents.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def name(request):
    """How others read me."""
    initial = {"first_name": request.user.first_name, "last_name": request.user.last_name}
    form = NameForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        if accounts.change_name(user=request.user, **form.cleaned_data):
            messages.success(request, _("Votre nom est changé."))
        return redirect("residents:my_name")
    return render(request, "residents/my_name.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def end_session(request, pk):
    """One of mine, this one included: what its cookie opened is closed at once."""
    session = get_object_or_404(UserSession, user=request.user, pk=pk)
    is_here = session.is_current()
    end_sessions(request, [session])
    if is_here:
        return redirect("home")
    messages.success(request, _("Cet appareil est déconnecté."))
    return redirect("usersessions_list")


@require_http_methods(["GET", "HEAD", "POST"])
def forget_factors(request, pk):
    """Who lost key, telephone and backup codes is let in again, once the house knows who asks."""
    person = get_object_or_404(User, pk=pk)
    if not factors.can_forget(request.user, person):
        raise PermissionDenied
    if request.method == "POST":
        forgotten = factors.forget(user=person, by=request.user)
        said = _("Les clés et codes de %(person)s sont oubliés.") if forgotten else _("%(person)s n’en avait pas.")
        messages.success(request, said % {"person": person})
        return redirect("wagtailusers_users:index")
    return render(request, "residents/forget_factors.html", {"person": person})
