from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from residents.forms.directory import FORMER, DirectoryForm
from residents.pages.directory import Directory
from residents.pages.former import former


@require_safe
@login_not_required
def directory(request):
    """The structures in residence, or those that have left; htmx gets the list and the counts of the filters."""
    form = DirectoryForm(request.GET)
    if form.shows_former:
        found = former(request.user, form.page_number)
        return render(request, "residents/former.html", {"former": found, "query": f"presence={FORMER}"})
    found = Directory(request.user, form.filters)
    context = {
        "form": form,
        "directory": found,
        "page": found.page(form.page_number),
        "query": form.query(),
        "removable": removable_filters(form, found),
    }
    if not request.htmx or request.htmx.history_restore_request:
        return render(request, "residents/directory.html", context)
    response = render(request, "residents/_directory_answer.html", context)
    response["HX-Push-Url"] = reverse("residents:directory") + (f"?{form.query()}" if form.query() else "")
    return response


def removable_filters(form: DirectoryForm, found: Directory) -> list[dict]:
    """Each filter at work: its words, and the query of the address without it."""
    removable = []
    for name, chosen, facets in [
        ("q", [form.filters["q"]], []),
        ("nature", form.filters["nature"], found.kind_facets),
        ("secteur", form.filters["secteur"], found.sector_facets),
        ("savoir", [form.filters["savoir"]], found.item_facets),
    ]:
        labels = {facet.value: facet.label for facet in facets}
        removable += [
            {"label": labels.get(value) or unknown_label(name, value), "query": form.query_without(name, value)}
            for value in chosen
            if value
        ]
    return removable


def unknown_label(name: str, value) -> str:
    """A filter in the visitor's own words, or one that is in no list."""
    return f"« {value} »" if name != "savoir" else _("un savoir que personne ne déclare")
