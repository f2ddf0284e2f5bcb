"""How much of a structure is met by the public, and what stays of it when it has left."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from residents import rules
from residents.actions import visibility as actions
from residents.actions.profiles import last_change
from residents.forms.visibility import ChoiceForm, PartForm
from residents.models import Resident
from residents.pages.visibility import LISTED, TRACE, Line, excerpt
from residents.profile import Section
from residents.reading import Reading, as_read_by
from residents.views.profile import guarded


@require_http_methods(["GET", "HEAD", "POST"])
def visibility(request, slug):
    """Every choice on one page, each saved by itself as soon as it is made; htmx is given its line anew."""
    if request.method != "POST":
        return page(request, guarded(request, slug))
    part = asked(request)
    with transaction.atomic():
        resident = guarded(request, slug, lock=True)
        if not may_change(request.user, resident, part):
            raise PermissionDenied
        form = ChoiceForm(part, resident, request.POST)
        saved = form.is_valid() and form.changes
        if saved:
            actions.choose(resident=resident, part=part, to=form.typed["choice"], by=request.user)
    if not form.is_valid():
        return line_answer(request, form, status=422) if request.htmx else page(request, resident, form, 422)
    said = _("C’est enregistré.") if saved else _("Rien n’a changé.")
    if request.htmx:
        return line_answer(request, ChoiceForm(part, resident), said=said)
    messages.success(request, said)
    return redirect(f"{reverse('residents:visibility', args=[slug])}#{part}")


def asked(request) -> str:
    form = PartForm(request.POST)
    if not form.is_valid():
        raise Http404
    return form.cleaned_data["part"]


def may_change(user, resident: Resident, part: str) -> bool:
    if part in {LISTED, TRACE}:
        return rules.can_change_visibility(user, resident)
    return rules.can_edit_section(user, resident, part)


def line(request, form: ChoiceForm, reading: Reading) -> Line:
    said = excerpt(reading, form.part) if form.is_audience else ""
    return Line(form, said, may_change(request.user, form.resident, form.part))


def page(request, resident: Resident, refused: ChoiceForm | None = None, status: int = 200):
    """With the form that was refused, if any, in its place."""
    reading = as_read_by(request.user, resident)

    def line_of(part: str) -> Line:
        form = refused if refused and refused.part == part else ChoiceForm(part, resident)
        return line(request, form, reading)

    context = {
        "resident": resident,
        "listed": line_of(LISTED),
        "fields": [line_of(field) for field in Resident.GUARDED_FIELDS],
        "trace": line_of(TRACE),
        "refused": refused,
        "changed": change_met(refused),
    }
    return render(request, "residents/visibility.html", context, status=status)


def line_answer(request, form: ChoiceForm, *, said: str = "", status: int = 200):
    """The line anew, with what has just happened to it."""
    context = {
        "resident": form.resident,
        "line": line(request, form, as_read_by(request.user, form.resident)),
        "changed": change_met(form),
        "said": said,
    }
    return render(request, "residents/_visibility_answer.html", context, status=status)


def change_met(form: ChoiceForm | None):
    """The journal's line of the colleague's change that the form meets, or None."""
    if not form or not form.conflict:
        return None
    if form.is_audience:
        return last_change(form.resident, Section(form.part))
    return actions.last_choice(form.resident, form.part)
