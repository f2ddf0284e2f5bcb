"""What the staff page of components draws: invented things that no table holds."""

from types import SimpleNamespace

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from residents.enums import KnowledgeKind, ResidentKind, Stance
from residents.models import KnowledgeItem, Resident

COLOURS = ["paper", "sheet", "tint", "ink", "soot", "copper", "steel", "verdigris", "rust", "flame"]
TONES = ["neutral", "copper", "steel", "verdigris", "flame"]
ICONS = [
    "account", "arrow", "back", "calendar", "chaudron", "check", "chevron", "close", "download", "edit", "external",
    "eye", "filter", "gear", "handshake", "info", "key", "link", "lock", "mail", "map", "minus", "people", "phone",
    "plus", "search", "trash", "undo", "warning",
]  # fmt: skip


class SampleForm(forms.Form):
    """One field of each sort."""

    name = forms.CharField(label=_("Nom"), help_text=_("Comme il se dit à l’accueil."))
    email = forms.EmailField(label=_("Adresse e-mail"))
    kind = forms.ChoiceField(label=_("Forme"), choices=ResidentKind)
    note = forms.CharField(label=_("Présentation"), required=False, widget=forms.Textarea)
    stance = forms.ChoiceField(
        label=_("Vous l’offrez, ou vous le cherchez ?"), choices=Stance, widget=forms.RadioSelect
    )
    kinds = forms.MultipleChoiceField(
        label=_("Natures"), choices=KnowledgeKind, widget=forms.CheckboxSelectMultiple, required=False
    )
    day = forms.DateField(label=_("Jour"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    logo = forms.FileField(label=_("Logo"), required=False)
    agreed = forms.BooleanField(label=_("Je suis d’accord"), help_text=_("Vous pourrez changer d’avis."))
    locked = forms.CharField(label=_("Non modifiable"), initial="Atelier du Zinc", disabled=True)


def samples() -> dict:
    """The context of home/components.html."""
    items = [
        KnowledgeItem(kind=KnowledgeKind.SAVOIR, label="Droit des associations"),
        KnowledgeItem(kind=KnowledgeKind.SAVOIR_FAIRE, label="Animer un conseil d’administration"),
        KnowledgeItem(kind=KnowledgeKind.MILIEU, label="Jardins familiaux"),
        KnowledgeItem(
            kind=KnowledgeKind.SAVOIR_FAIRE,
            label="Concevoir et mettre en œuvre un diagnostic participatif partagé avec les habitantes et habitants",
        ),
    ]
    pages = Paginator(range(120), 10)
    return {
        "colours": COLOURS,
        "tones": TONES,
        "icons": ICONS,
        "items": items,
        "cards": [sample_card(), sample_card(items=items, tagline=_("Nous rénovons les toits avec qui vit dessous."))],
        "empty_form": SampleForm(prefix="vide"),
        "faulty_form": SampleForm({"faute-name": "", "faute-email": "atelier"}, prefix="faute"),
        "pages": [pages.page(1), pages.page(6), pages.page(12)],
        "gauges": [0, 7, 10, 25, 31],
        "messages_shown": [
            SimpleNamespace(level_tag=tag, text=text)
            for tag, text in [
                ("info", _("Un lien de confirmation est parti.")),
                ("success", _("La présentation est enregistrée.")),
                ("warning", _("Un collègue a modifié cette page pendant ce temps.")),
                ("error", _("L’envoi n’a pas abouti.")),
            ]
        ],
    }


def sample_card(*, items: list[KnowledgeItem] = (), tagline: str = "") -> SimpleNamespace:
    """What components/resident_card.html takes: bare, or full."""
    atelier = Resident(name="Atelier du Zinc", slug="atelier-du-zinc", kind=ResidentKind.COOPERATIVE)
    reading = SimpleNamespace(
        url=atelier.get_absolute_url(),
        name=atelier.name,
        kind=atelier.get_kind_display(),
        tagline=tagline,
        logo="",
        initials="AZ",
    )
    return SimpleNamespace(
        reading=reading,
        items=[{"kind": item.kind, "label": item.label, "stance": Stance.OFFER} for item in items],
        sectors=[_("Habitat")] if items else [],
        is_mapped=bool(items),
    )
