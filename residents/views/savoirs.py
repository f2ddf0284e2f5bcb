"""`/savoirs/`: what a structure declares that it knows, read. What changes it is in `declarations.py`."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from residents import rules
from residents.enums import KnowledgeKind, Stance
from residents.forms.savoirs import LONGEST_NOTE, AudienceForm, SearchForm, StructureForm
from residents.models import KnowledgeItem, Resident, User
from residents.pages.coverage import GOAL_ITEMS, MAPPED_MEANS, coverage
from residents.pages.history import changes_of, undoable
from residents.pages.inventory import Inventory, Section, still_missing
from residents.pages.terms import Terms, find_terms

NEIGHBOURS = 8
OPTIONS = 10
RESULTS = 30
CHANGES_A_PAGE = 25


def acting_for(request) -> Resident | None:
    """The structure of the address (`?structure=`), or the person's first one, or None if they have none.

    Raises Http404 when it does not exist, PermissionDenied when they may not declare for it.
    """
    form = StructureForm(request.GET)
    if not form.is_valid():
        raise Http404
    slug, mine = form.cleaned_data["structure"], request.user.residents_list
    if not slug:
        return mine[0] if mine else None
    resident = next((resident for resident in mine if resident.slug == slug), None)
    resident = resident or get_object_or_404(Resident, slug=slug)
    if not rules.can_declare(request.user, resident):
        raise PermissionDenied
    return resident


def address(name: str, resident: Resident, *args, **parameters) -> str:
    """The address `residents:<name>` for that structure."""
    return f"{reverse(f'residents:{name}', args=args)}?{urlencode({'structure': resident.slug, **parameters})}"


def board(reader: User, resident: Resident) -> dict:
    """What the parts of the page that follow each change need."""
    inventory = Inventory(resident)
    return {
        "resident": resident,
        "inventory": inventory,
        "missing": still_missing(inventory.progress),
        "coverage": coverage(reader),
        "goal": GOAL_ITEMS,
        "mapped_means": MAPPED_MEANS,
        "longest_note": LONGEST_NOTE,
        "celebrate": False,
        "oob": False,
    }


@require_safe
def savoirs(request):
    """The editor; without a structure, the house manager chooses one and others read how to join."""
    resident = acting_for(request)
    if resident is None:
        return (
            choose(request) if rules.is_house_manager(request.user) else render(request, "residents/savoirs_join.html")
        )
    context = {
        **board(request.user, resident),
        "search": SearchForm(initial={"nature": "", "position": Stance.OFFER.value}),
        "sections": [Section(kind, []) for kind in KnowledgeKind],
        "audience_form": AudienceForm(initial={"savoirs_audience": resident.savoirs_audience}),
        "structures": request.user.residents_list,
    }
    return render(request, "residents/savoirs.html", context)


def choose(request):
    return render(request, "residents/savoirs_choose.html", {"coverage": coverage()})


@require_safe
def terms(request):
    """Terms for what is typed: the options of the field, or a page of them with a button each."""
    resident = acting_for(request)
    if resident is None:
        return redirect("residents:savoirs")
    search = SearchForm(request.GET or {"position": Stance.OFFER.value})
    found = Terms("", [], [])
    if search.is_valid():
        text, kind = search.cleaned_data["q"], search.cleaned_data["nature"]
        found = find_terms(resident, text=text, kind=kind, limit=OPTIONS if request.htmx else RESULTS)
    if request.htmx:
        return render(request, "residents/_savoirs_options.html", {"terms": found, "search": search})
    return results(request, resident, search, found)


def results(request, resident, search, found, *, status=200, **more):
    """The page of results; `more` may bring what a refused declaration has to say (`close`, `refused`)."""
    context = {
        "resident": resident,
        "search": search,
        "terms": found,
        "stance": search.cleaned_data["position"] if search.is_valid() else Stance.OFFER.value,
        "close": [],
        "label": "",
        "nature": "",
        "refused": [],
        **more,
    }
    return render(request, "residents/savoirs_search.html", context, status=status)


@require_safe
def neighbours(request):
    """What often goes along with what the structure has declared."""
    resident = acting_for(request)
    if resident is None:
        return redirect("residents:savoirs")
    items = KnowledgeItem.objects.going_along_with(resident, limit=NEIGHBOURS)
    template = "residents/_savoirs_neighbours.html" if request.htmx else "residents/savoirs_neighbours.html"
    return render(request, template, {"resident": resident, "items": items})


@require_safe
def changes(request):
    """Who changed what, and when; each undone where it still can be."""
    resident = acting_for(request)
    if resident is None:
        return redirect("residents:savoirs")
    page = Paginator(changes_of(resident), CHANGES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "resident": resident,
        "page": page,
        "changes": undoable(resident, page.object_list),
        "query": urlencode({"structure": resident.slug}),
    }
    return render(request, "residents/savoirs_changes.html", context)


@require_safe
def covered(request):
    """How much of the house is mapped, and who is missing."""
    if not rules.is_resident(request.user):
        raise PermissionDenied
    house = coverage(request.user)
    # Who may not read the savoirs of a structure is not told how many there are.
    told = [one.pk for one in house.missing + house.done if rules.can_read(request.user, one, "savoirs")]
    context = {"coverage": house, "told": told, "mapped_means": MAPPED_MEANS}
    return render(request, "residents/savoirs_coverage.html", context)
