"""Preparing an issue, under /gestion/bulletin/: begun from the facts of the house, then edited in Wagtail's editor."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bulletin import rules
from bulletin.actions import drafting
from bulletin.forms.drafting import FactsForm
from bulletin.models import BulletinPage
from bulletin.pages.office import office_page


def guard(request) -> None:
    if not rules.can_draft(request.user):
        raise PermissionDenied


@require_safe
@never_cache
def office(request):
    """The issue in hand and what happened since, or what the next one would tell; then those that came out."""
    guard(request)
    page = office_page()
    form = FactsForm(facts=page.facts) if page.draft else None
    return render(request, "bulletin/back_office/office.html", {"page": page, "form": form})


@require_POST
def new_issue(request):
    """A second draft while there is one is that one."""
    guard(request)
    issue, is_new = drafting.make_draft(by=request.user)
    said = (
        _("Le n° %(number)d est commencé : il vous reste à l’écrire.")
        if is_new
        else _("Le n° %(number)d est déjà en préparation : le voici.")
    )
    messages.success(request, said % {"number": issue.number})
    return redirect("wagtailadmin_pages:edit", issue.pk)


@require_POST
def add_facts(request, pk):
    """The chosen facts, at the end of their rubrics."""
    guard(request)
    issue = get_object_or_404(BulletinPage, pk=pk, first_published_at=None, live=False)
    version = issue.get_latest_revision_as_object()
    form = FactsForm(request.POST, facts=drafting.news(version))
    if not form.is_valid():
        context = {"page": office_page(), "form": form}
        return render(request, "bulletin/back_office/office.html", context, status=422)
    chosen = form.chosen
    drafting.add_facts(issue, chosen, by=request.user)
    said = ngettext("%(count)d fait ajouté au brouillon.", "%(count)d faits ajoutés au brouillon.", len(chosen))
    messages.success(request, said % {"count": len(chosen)})
    return redirect("wagtailadmin_pages:edit", issue.pk)
