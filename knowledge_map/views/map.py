"""The map: its page, and what leaves it."""

from collections import Counter
from functools import cached_property

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from knowledge_map.drawing import drawing
from knowledge_map.exports import EXPORTS
from knowledge_map.forms import DEPTHS, VIEWS, MapForm
from knowledge_map.graph import State, visible
from knowledge_map.listing import LISTS, Listing
from knowledge_map.panel import panel
from knowledge_map.reading import readable_map

ROWS_PER_PAGE = 25


class MapPage:
    """What the reader may see, and what their address asks of it."""

    def __init__(self, request):
        self.readable = readable_map(request.user, request.GET.get("q", "")[:100].replace("\0", ""))
        self.form = MapForm(request.GET, readable=self.readable)
        self.form.is_valid()
        self.state: State = self.form.state()

    @cached_property
    def scene(self):
        return visible(self.readable.graph, self.state)

    @cached_property
    def data(self) -> dict:
        """What `static/js/map.js` draws."""
        drawn = drawing(self.scene, self.readable.graph, self.readable.positions, frozenset(self.readable.mine))
        told = {"chosen": self.state.chosen, "centre": self.state.centre, "byItems": self.state.view == "savoirs"}
        return drawn | told

    @cached_property
    def panel(self):
        return panel(self.scene, self.readable.graph, self.state.chosen)

    @cached_property
    def listing(self) -> Listing:
        name = self.form.cleaned_data.get("liste") or ("savoirs" if self.state.view == "savoirs" else "structures")
        return Listing(self.scene, name, self.form.cleaned_data.get("tri") or "nom", self.state.view != "autour")

    @cached_property
    def rows(self):
        return Paginator(self.listing.rows, ROWS_PER_PAGE).get_page(self.form.cleaned_data.get("page"))

    @property
    def depth(self) -> str:
        return str(self.state.depth)

    @property
    def my_structures(self) -> list:
        """Between which to choose a centre; none when there is no choice."""
        mine = [self.readable.graph.structures[key] for key in self.readable.mine]
        return mine if len(mine) > 1 else []

    @property
    def is_unfolded(self) -> bool:
        return self.state.chosen in self.state.unfolded

    @property
    def unfolded(self) -> list[str]:
        return sorted(self.state.unfolded)

    @property
    def unfolded_with(self) -> list[str]:
        """`deplie` once the chosen node is unfolded too, or folded again."""
        return sorted(self.state.unfolded ^ {self.state.chosen})

    @property
    def centre(self):
        return self.readable.graph.structures.get(self.state.centre)

    @property
    def item(self) -> str:
        """The item by which the map is filtered."""
        return self.readable.graph.label(self.state.item)

    @property
    def is_filtered(self) -> bool:
        return bool(self.state.kinds or self.state.stance or self.state.sector)

    @property
    def is_narrowed(self) -> bool:
        return self.is_filtered or bool(self.state.search or self.state.item or self.state.unfolded)

    @property
    def said(self) -> str:
        """What the map shows, in a sentence that is also said aloud when it changes."""
        graph = self.scene.graph
        shown = Counter(
            "structures" if key in graph.structures else "savoirs" for key in self.scene.nodes - graph.weights.keys()
        )
        structures = ngettext("%d structure", "%d structures", shown["structures"]) % shown["structures"]
        items = ngettext("%d savoir", "%d savoirs", shown["savoirs"]) % shown["savoirs"]
        return _("%(structures)s et %(items)s sur la carte.") % {"structures": structures, "items": items}

    @property
    def faults(self) -> list[tuple[str, list[str]]]:
        return [(self.form.fields[name].label, errors) for name, errors in self.form.errors.items()]


@require_safe
@login_not_required
def map_page(request):
    """The map, its panel and its list; only those parts when the page asks for them."""
    page = MapPage(request)
    query = request.GET.copy()
    query.pop("page", None)
    context = {"map": page, "views": VIEWS, "depths": DEPTHS, "lists": LISTS, "query": query.urlencode()}
    template = "knowledge_map/_map_parts.html" if request.htmx else "knowledge_map/map.html"
    return render(request, template, context)


@require_safe
@login_not_required
def export(request, form: str):
    """The map as a file: what is seen (page, picture) or all that the filters keep (data)."""
    if form not in EXPORTS:
        raise Http404
    page = MapPage(request)
    content_type, write = EXPORTS[form]
    body = write(page.scene, page.readable.graph, page.readable.positions)
    response = HttpResponse(body, content_type=content_type)
    # A picture is also drawn in the page, for who has no script.
    kind = "inline" if form == "png" else "attachment"
    response["Content-Disposition"] = f'{kind}; filename="carte-des-savoirs.{form}"'
    return response
