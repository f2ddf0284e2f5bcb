"""Merging two terms, in the back office: the other one is looked for, what will happen is read, then it is done."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from residents import merging, rules
from residents.actions import merges as actions
from residents.forms.duplicates import MergeForm
from residents.forms.merges import TermSearchForm
from residents.models import KnowledgeItem, Merge


def guard(request) -> None:
    if not rules.can_merge_terms(request.user):
        raise PermissionDenied


@require_safe
def choose(request, pk):
    """The other term: those that resemble this one, or those that answer what is typed."""
    guard(request)
    item = get_object_or_404(KnowledgeItem, pk=pk)
    if away := Merge.objects.in_force().filter(item=item).first():
        return redirect(away)
    form = TermSearchForm(request.GET or None)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    context = {"item": item, "form": form, "text": text, "found": [] if form.errors else merging.candidates(item, text)}
    return render(request, "residents/back_office/merge_choose.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, pk, into_pk):
    """What will happen, before it happens."""
    guard(request)
    item, into = (get_object_or_404(KnowledgeItem, pk=key) for key in (pk, into_pk))
    asked = MergeForm(request.GET)
    pair = asked.cleaned_data["paire"] if asked.is_valid() else None
    refused = actions.refusal(item, into)
    if request.method == "POST":
        try:
            merge = actions.merge(item=item, into=into, by=request.user)
        except ValidationError as error:
            refused = error.messages[0]
        else:
            undo = messages.button(merge.get_absolute_url(), _("Annuler la fusion"))
            messages.success(request, _("%(merge)s.") % {"merge": merge}, buttons=[undo])
            return redirect("near_terms") if pair else redirect(reverse("termes:edit", args=[into.pk]))
    context = {
        "item": item,
        "into": into,
        "refused": refused,
        "sentences": [] if refused else merging.what_happens(item, into),
        "can_turn": not refused and not actions.refusal(into, item),
        "pair": pair,
    }
    status = 422 if refused and request.method == "POST" else 200
    return render(request, "residents/back_office/merge_confirm.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def merge_page(request, pk):
    """One merge: who, when, and what undoing it does."""
    guard(request)
    merge = get_object_or_404(Merge.objects.select_related("item", "into", "by", "undone_by"), pk=pk)
    refused = actions.refusal_to_undo(merge)
    if request.method == "POST":
        try:
            spared = actions.undo(merge=merge, by=request.user)
        except ValidationError as error:
            refused = error.messages[0]
        else:
            words = _("Fusion annulée : « %(item)s » est à nouveau un terme.") % {"item": merge.item}
            tell = messages.warning if spared else messages.success
            tell(request, " ".join([words, *spared]))
            return redirect("fusions:index")
    context = {
        "merge": merge,
        "refused": refused,
        "sentences": [] if refused else merging.what_undoing_does(merge),
    }
    status = 422 if refused and request.method == "POST" else 200
    return render(request, "residents/back_office/merge.html", context, status=status)
