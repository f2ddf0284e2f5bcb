"""What every template may read."""

from blog.rules import can_propose
from chaudronneries import logs

# The sheet that an app's pages add to main.css; the house manager's have their own, by the head of their address.
SHEETS = {
    "residents": "residents",
    "knowledge_map": "knowledge_map",
    "agenda": "agenda",
    "blog": "blog",
    "bulletin": "bulletin",
}
SHEETS_BY_ADDRESS = {"/ma-journee/": "house", "/recherche/": "search", "/plan-du-site/": "search"}


def house(request):
    """`my_residents`: the structures of the signed-in person, for the menu (no query: loaded with the user).

    `writes_posts`: whether that person proposes posts.

    `sheet`: the style sheet of the page's app ("css/agenda.css"), or ""; `reference` finds this request in the logs.
    """
    user = getattr(request, "user", None)
    return {
        "my_residents": user.residents_list if user and user.is_authenticated else [],
        "writes_posts": user is not None and can_propose(user),
        "sheet": sheet_of(request),
        "reference": logs.reference.get(),
    }


def sheet_of(request) -> str:
    match = getattr(request, "resolver_match", None)
    name = SHEETS.get(match.app_name, "") if match else ""
    # The standard pages are made of the blog's blocks.
    name = "blog" if match and match.url_name == "wagtail_serve" else name
    name = next((sheet for head, sheet in SHEETS_BY_ADDRESS.items() if request.path.startswith(head)), name)
    return f"css/{name}.css" if name else ""
