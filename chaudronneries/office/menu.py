"""One menu, in the words of the house, by role: what nobody here uses is not in it."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

# name: (title, icon, names of the entries in their order). An entry that is in no chapter stays in the menu itself.
CHAPTERS = {
    "publier": (
        _("Publier"),
        "edit",
        ["explorer", "articles", "a-relire", "bulletin", "abonnements", "images", "documents", "rubriques"],
    ),
    "residence": (
        _("Résidence"),
        "group",
        [
            "structures",
            "presences-et-places",
            "arrivees-et-departs",
            "etapes-daccueil-et-de-depart",
            "users",
            "appartenances",
            "invitations",
            "candidatures",
            "equipe",
            "partenaires",
            "conventions",
            "problematiques",
            "secteurs",
            "vocabulaire",
            "termes-proches",
            "fusions",
            "feuilles",
        ],
    ),
    "agenda": (
        _("Agenda"),
        "calendar-alt",
        [
            "reservations",
            "rendez-vous",
            "inscriptions",
            "espaces",
            "fermetures",
            "equipements",
            "sortes-de-rendez-vous",
        ],
    ),
}
# Wagtail's own entries that say nothing here: its help is in English, its site history is our journal.
HIDDEN = {"help"}
# Set once, by an administrator.
ADMINISTRATORS = {"reports", "workflows", "workflow-tasks", "collections", "sites", "groups"}
HIDDEN_REPORTS = {"site-history"}


def arrange(request, items: list[MenuItem]) -> None:
    """Gather the entries of the main menu under the house's chapters, in place."""
    shown = {item.name: item for item in items if item.name not in hidden_from(request.user)}
    if "settings" in shown:
        shown["settings"].label = _("Réglages")
    chapters = [chapter(order, name, shown) for order, name in enumerate(CHAPTERS, start=200)]
    items[:] = [*[item for item in chapters if item], *shown.values()]


def chapter(order: int, name: str, shown: dict[str, MenuItem]) -> SubmenuMenuItem | None:
    """The chapter with those of its entries that are `shown`, which it takes away; None when there are none."""
    title, icon, names = CHAPTERS[name]
    entries = [shown.pop(entry) for entry in names if entry in shown]
    for rank, entry in enumerate(entries):
        entry.order = rank
    return SubmenuMenuItem(title, Menu(items=entries), name=name, icon_name=icon, order=order) if entries else None


def hidden_from(user) -> set[str]:
    return HIDDEN if user.is_superuser else HIDDEN | ADMINISTRATORS


def home() -> MenuItem:
    return MenuItem(_("Accueil"), reverse("wagtailadmin_home"), name="accueil", icon_name="home", order=10)


def site() -> MenuItem:
    return MenuItem(_("Voir le site"), reverse("home"), name="le-site", icon_name="view", order=11000)
