"""`/carte/cooperations/`: who a structure could work with, why, and what it answers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from knowledge_map import rules
from knowledge_map.actions import suggestions as actions
from knowledge_map.cooperations import Card, Cooperations
from knowledge_map.enums import Answer
from knowledge_map.forms import WITHDRAW, AnswerForm, CooperationsForm
from residents.models import Resident
from residents.pages.coverage import MAPPED_MEANS, Coverage, coverage
from residents.rules import is_house_manager


@require_safe
def cooperations(request):
    """The suggestions of `?structure=` (one's first structure by default), with one kind of `?raison=` if asked."""
    form = CooperationsForm(request.GET)
    if not form.is_valid():
        raise Http404
    runs_the_house = is_house_manager(request.user)
    resident = asked(request.user, form.cleaned_data["structure"])
    if resident is None:
        house = coverage() if runs_the_house else None
        return render(request, "knowledge_map/cooperations_choose.html", {"coverage": house})
    found = Cooperations(request.user, resident, form.cleaned_data["raison"])
    # What is missing is only asked when nothing is there; the house manager goes from one structure to the next.
    house = coverage(request.user) if runs_the_house or not found.unanswered else None
    context = {
        "resident": resident,
        "cooperations": found,
        "structures": house.done if runs_the_house else request.user.residents_list,
        "state": state(resident, found, house),
        "progress": progress(resident, house),
        "mapped_means": MAPPED_MEANS,
        "is_mine": rules.can_answer(request.user, resident),
        "address": address(resident),
    }
    return render(request, "knowledge_map/cooperations.html", context)


def asked(user, slug: str) -> Resident | None:
    """The structure of that address, one's own first one without any, None for who has none.

    Raises Http404 when it does not exist, PermissionDenied when its suggestions are not theirs to read.
    """
    mine = user.residents_list
    if not slug:
        return mine[0] if mine else None
    resident = next((resident for resident in mine if resident.slug == slug), None)
    resident = resident or get_object_or_404(Resident, slug=slug)
    if not rules.can_read_cooperations(user, resident):
        raise PermissionDenied
    return resident


def state(resident: Resident, found: Cooperations, house: Coverage | None) -> str:
    """Why there is nothing new to read: absent, unmapped, filtered, answered, pending; "" when there is something."""
    if found.new:
        return ""
    if found.unanswered:
        return "filtered"
    if resident not in house.done + house.missing:
        return "absent"
    if resident in house.missing:
        return "unmapped"
    return "answered" if found.answered else "pending"


def progress(resident: Resident, house: Coverage | None):
    """How far the structure is in declaring, where that was asked."""
    counted = house.done + house.missing if house else []
    return next((other.progress for other in counted if other == resident), None)


def address(resident: Resident, fragment: str = "") -> str:
    query = urlencode({"structure": resident.slug})
    return f"{reverse('knowledge_map:cooperations')}?{query}{'#' if fragment else ''}{fragment}"


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, slug, partner_slug):
    """Answer about a partner, change the answer or take it back; htmx is given the partner's card as it becomes."""
    resident, partner = get_object_or_404(Resident, slug=slug), get_object_or_404(Resident, slug=partner_slug)
    if not rules.can_answer(request.user, resident) or resident == partner:
        raise PermissionDenied
    # Somebody back from signing in: what they had sent is lost, the page is where it can be said again.
    if request.method != "POST":
        return redirect(address(resident, f"cooperation-{partner.slug}"))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors["reponse"].as_text(), content_type="text/plain; charset=utf-8")
    given = form.cleaned_data["reponse"]
    if given == WITHDRAW:
        actions.withdraw_answer(resident=resident, partner=partner, by=request.user)
    else:
        actions.answer(resident=resident, partner=partner, answer=given, by=request.user)
    return answered(request, resident, partner, given)


def answered(request, resident: Resident, partner: Resident, given: str):
    """The card as it becomes, or the page and a message; a card taken back and suggested no more leaves nothing."""
    card = Cooperations(request.user, resident).about(partner)
    said = words(card, partner, given)
    if not request.htmx:
        messages.success(request, said)
        return redirect(address(resident, f"cooperation-{partner.slug}"))
    # Where the focus goes: to what undoes, or back to the first answer.
    context = {"card": card, "said": said, "focus": "undo" if given != WITHDRAW else "first"}
    return render(request, "knowledge_map/_cooperation_answered.html", context)


def words(card: Card | None, partner: Resident, given: str) -> str:
    """What is announced."""
    if given == WITHDRAW:
        return _("%(partner)s : votre réponse est retirée.") % {"partner": partner}
    said = _("%(partner)s : vous avez répondu « %(answer)s ».") % {"partner": partner, "answer": Answer(given).label}
    if card.is_mutual:
        said += " " + _("L’intérêt est réciproque.")
    return said
