from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from chaudronneries.search.forms import SearchForm
from chaudronneries.search.results import Search

PER_PAGE = 20


@require_safe
@login_not_required
def search(request):
    """All that answers, in groups, or one group page by page; htmx gets the results alone."""
    form = SearchForm(request.GET)
    found = Search(request.user, form.text, form.group)
    groups = found.groups
    context = {
        "form": form,
        "search": found,
        "groups": groups,
        "total": found.total,
        # A group by itself comes page by page.
        "page": Paginator(groups[0].results, PER_PAGE).get_page(form.page_number) if form.group and groups else None,
        "query": form.query(),
        "everything": form.query(dans=""),
    }
    if not request.htmx or request.htmx.history_restore_request:
        return render(request, "search/search.html", context)
    response = render(request, "search/_found.html", context)
    response["HX-Push-Url"] = reverse("search") + (f"?{form.query()}" if form.query() else "")
    return response
