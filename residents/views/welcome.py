"""Arriving and leaving: the house's lists of steps, for a structure and for the house manager."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from residents import rules
from residents.actions import welcome as actions
from residents.enums import StepCheck, StepMoment
from residents.forms.welcome import SinceForm, TickForm
from residents.models import Resident, Step, StepDone
from residents.pages import welcome
from residents.pages.arrivals import movement, movements


def guarded(request, slug) -> Resident:
    """The structure with its steps, for its members and the house."""
    try:
        resident = welcome.one_with_steps(slug, request.user)
    except Resident.DoesNotExist as error:
        raise Http404 from error
    if not rules.can_edit_profile(request.user, resident):
        raise PermissionDenied
    return resident


@require_safe
def steps(request, slug):
    """What is done, what is left, and where each step is done."""
    return steps_page(request, guarded(request, slug))


def steps_page(request, resident, *, status=200):
    membership = next((one for one in request.user.memberships_list if one.resident_id == resident.pk), None)
    reminded = welcome.recalled(resident, membership) if membership else []
    context = {
        "resident": resident,
        "checklists": welcome.checklists(resident, request.user),
        "is_ours": rules.is_member(request.user, resident),
        "may_put_aside": any(one.is_arrival for one in reminded),
        "follows_arrivals": rules.can_follow_arrivals(request.user),
    }
    page = "residents/_steps_answer.html" if request.htmx else "residents/steps.html"
    return render(request, page, context, status=status)


@require_POST
def put_aside(request, slug):
    """Be reminded no more of what is left to do on arrival: for oneself, and not for one's colleagues."""
    resident = get_object_or_404(Resident, slug=slug)
    if not rules.is_member(request.user, resident):
        raise PermissionDenied
    actions.put_aside(resident=resident, by=request.user)
    messages.success(request, _("C’est noté : votre accueil ne le rappelle plus. La liste reste ici."))
    return redirect("residents:steps", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request, slug, pk):
    """A text to read and accept; and where any step by hand is ticked, or not after all."""
    resident = guarded(request, slug)
    known = get_object_or_404(Step.objects.in_use(), pk=pk)
    if request.method == "POST":
        return tick(request, resident, known)
    if not known.text:
        return redirect("residents:steps", slug)
    done = StepDone.objects.select_related("by").filter(step=known, resident=resident).first()
    context = {
        "resident": resident,
        "step": known,
        "done": done,
        "is_changed": bool(done) and done.text != known.text,
        "may_accept": rules.can_tick_step(request.user, resident, by=known.done_by, is_accepted=True),
    }
    return render(request, "residents/step.html", context)


def tick(request, resident, known):
    may = rules.can_tick_step(request.user, resident, by=known.done_by, is_accepted=bool(known.text))
    # What the house sees by itself is never ticked.
    if known.check_by != StepCheck.BY_HAND or not may:
        raise PermissionDenied
    form = TickForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Dites si l’étape est faite, ou non."))
        if request.htmx:
            return list_answer(request, resident, known, back=form.cleaned_data.get("back"), status=422)
        return steps_page(request, resident, status=422)
    if form.cleaned_data["done"] == TickForm.DONE:
        if known.text and form.cleaned_data["read"] != known.text_mark:
            messages.error(request, _("Ce texte a changé pendant que vous le lisiez : relisez-le, puis acceptez-le."))
            return redirect("residents:step", resident.slug, known.pk)
        actions.tick(step=known, resident=resident, by=request.user)
        messages.success(request, said(known, resident))
    else:
        actions.untick(step=known, resident=resident, by=request.user)
        messages.success(request, _("« %(step)s » est à faire.") % {"step": known.title})
    return ticked(request, resident, known, back=form.cleaned_data["back"])


def said(known, resident) -> str:
    if not known.text:
        return _("« %(step)s » : c’est fait.") % {"step": known.title}
    words = _("C’est accepté au nom de %(resident)s : « %(step)s ». Votre nom et la date sont gardés.")
    return words % {"step": known.title, "resident": resident}


def ticked(request, resident, known, *, back):
    if not request.htmx:
        return redirect("residents:arrivals") if back else redirect("residents:steps", resident.slug)
    return list_answer(request, welcome.one_with_steps(resident.slug, request.user), known, back=back)


def list_answer(request, resident, known, *, back, status=200):
    """The list as it is now; from the page of arrivals, that structure's part of it."""
    if not back:
        return steps_page(request, resident, status=status)
    if not rules.can_follow_arrivals(request.user):
        raise PermissionDenied
    context = {"movement": movement(resident, StepMoment(known.moment), request.user)}
    return render(request, "residents/_movement_answer.html", context, status=status)


@require_POST
def reviewed(request, slug):
    """« Tout est encore juste »."""
    resident = get_object_or_404(Resident, slug=slug)
    if not rules.can_edit_profile(request.user, resident):
        raise PermissionDenied
    actions.review(resident=resident, by=request.user)
    messages.success(request, _("Merci : tout est encore juste, nous le notons."))
    return redirect("residents:kit", slug)


@require_safe
def arrivals(request):
    """Who has arrived, who is foreseen, who leaves, who has left, and what waits for the house."""
    if not rules.can_follow_arrivals(request.user):
        raise PermissionDenied
    form = SinceForm(request.GET)
    context = {"form": form, "movements": movements(form.since, request.user)}
    return render(request, "residents/arrivals.html", context)
