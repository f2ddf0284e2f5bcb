"""The queue of near terms, in the back office: two terms, why, and a gesture each way."""

from urllib.parse import urlencode

from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from residents import rules
from residents.actions import duplicates as actions
from residents.duplicates.reading import pairs
from residents.forms.duplicates import DecideForm, Gesture, NearTermsForm, Shown
from residents.models import NearDuplicate

PAIRS_A_PAGE = 12


def guard(request) -> None:
    if not rules.can_merge_terms(request.user):
        raise PermissionDenied


@require_safe
def near_terms(request):
    """What is to be decided, the surest first, or what was decided, the latest first."""
    guard(request)
    form = NearTermsForm(request.GET)
    # An address that says nothing readable is read as the first page.
    asked = form.cleaned_data if form.is_valid() else {}
    shown = Shown(asked.get("etat") or Shown.WAITING)
    rows = NearDuplicate.objects.select_related("item__domain", "other__domain", "decided_by")
    waiting, decided = rows.waiting().order_by("-score", "pk"), rows.decided().order_by("-decided_at", "pk")
    page = Paginator(waiting if shown == Shown.WAITING else decided, PAIRS_A_PAGE).get_page(asked.get("page"))
    context = {
        "shown": shown,
        "page": page,
        "pairs": pairs(page.object_list),
        "tabs": [{"label": tab.label, "address": address(tab), "current": tab == shown} for tab in Shown],
        "waiting": shown == Shown.WAITING,
    }
    return render(request, "residents/back_office/near_terms.html", context)


@require_POST
def decide(request, pk):
    """One gesture. When a structure declares both terms, what will happen is read first, on the page of the merge."""
    guard(request)
    pair = get_object_or_404(NearDuplicate.objects.select_related("item", "other"), pk=pk)
    form = DecideForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    gesture, back = form.cleaned_data["geste"], came_from(form.cleaned_data)
    keep, away = (pair.item, pair.other) if gesture == Gesture.KEEP_ITEM else (pair.other, pair.item)
    if gesture in (Gesture.KEEP_ITEM, Gesture.KEEP_OTHER) and actions.both_declare(pair):
        return redirect(f"{reverse('termes:merge_into', args=[away.pk, keep.pk])}?{urlencode({'paire': pair.pk})}")
    try:
        tell(request, pair, gesture, keep)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(back)


def tell(request, pair: NearDuplicate, gesture: str, keep) -> None:
    """Do it, and say it with the way back; raises ValidationError."""
    decided = messages.button(address(Shown.DECIDED), _("Voir ce qui est départagé"))
    if gesture == Gesture.UNDO:
        spared = actions.undo(pair=pair, by=request.user)
        words = _("« %(item)s » et « %(other)s » sont à nouveau à départager.") % names(pair)
        (messages.warning if spared else messages.success)(request, " ".join([words, *spared]))
    elif gesture == Gesture.APART:
        actions.keep_apart(pair=pair, by=request.user)
        words = _("« %(item)s » et « %(other)s » sont deux choses : ils ne vous seront plus proposés ensemble.")
        messages.success(request, words % names(pair), buttons=[decided])
    else:
        merge = actions.merge(pair=pair, keep=keep, by=request.user)
        messages.success(request, _("%(merge)s.") % {"merge": merge}, buttons=[undoing(merge)])


def names(pair: NearDuplicate) -> dict:
    return {"item": pair.item, "other": pair.other}


def undoing(merge):
    return messages.button(merge.get_absolute_url(), _("Annuler la fusion"))


def address(shown: Shown, page: int | None = None) -> str:
    query = {"etat": shown.value} | ({"page": page} if page else {})
    return f"{reverse('near_terms')}?{urlencode(query)}"


def came_from(asked: dict) -> str:
    """Where the gesture was made, at the pair that was below."""
    place = f"#paire-{asked['suivante']}" if asked["suivante"] else ""
    return address(Shown(asked["etat"] or Shown.WAITING), asked["page"]) + place
