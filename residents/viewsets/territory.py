"""What the house does around it, and who asks to come in: partners, territorial issues, applications."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.widgets.slug import SlugInput

from residents.models import Application, Partner, TerritorialIssue
from residents.viewsets.agreements import AgreementsPanel
from residents.viewsets.lists import HouseViewSet, list_of, named


class PartnerViewSet(HouseViewSet):
    model = Partner
    name = "partenaires"
    icon = "link"
    menu_label = _("Partenaires")
    add_label = _("Ajouter un partenaire")
    list_display = [
        "name",
        "kind",
        BooleanColumn("is_shown", label=_("Se lit sur le site"), accessor="is_shown"),
        DateColumn("updated_at", label=_("Modifié"), sort_key="updated_at"),
    ]
    list_filter = ["kind", "is_shown"]
    search_fields = ["name", "together", "contact_name"]
    ordering = ["sort_name", "pk"]
    list_export = [
        "name",
        "get_kind_display",
        "url",
        "together",
        "contact_name",
        "contact_email",
        "is_shown",
        "updated_at",
    ]
    export_headings = {"get_kind_display": _("Nature")}
    panels = [
        named("name"),
        FieldPanel("slug", widget=SlugInput),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("url")]),
        FieldPanel(
            "together",
            widget=forms.Textarea(attrs={"rows": 6}),
            help_text=_(
                "Une ligne vide sépare deux paragraphes. Tout se lit sur la page du partenaire, "
                "le premier paragraphe sur celle du territoire."
            ),
        ),
        FieldPanel("is_shown"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("contact_name"), FieldPanel("contact_email")])],
            heading=_("À contacter, pour la maison seule"),
        ),
        MultiFieldPanel([AgreementsPanel()], heading=_("Conventions")),
    ]


class TerritorialIssueViewSet(HouseViewSet):
    model = TerritorialIssue
    name = "problematiques"
    icon = "site"
    menu_label = _("Problématiques")
    add_label = _("Ajouter une problématique")
    list_display = [
        "title",
        "position",
        BooleanColumn("is_shown", label=_("Se lit sur le site"), accessor="is_shown"),
        DateColumn("updated_at", label=_("Modifiée"), sort_key="updated_at"),
    ]
    list_filter = {"partners": ["exact"], "residents": ["exact"], "is_shown": ["exact"]}
    search_fields = ["title", "state_of_play", "objectives"]
    ordering = ["position", "pk"]
    list_export = ["title", "state_of_play", "objectives", "position", "is_shown", "updated_at"]
    panels = [
        named("title"),
        FieldPanel("slug", widget=SlugInput),
        FieldPanel("state_of_play", widget=forms.Textarea(attrs={"rows": 6})),
        FieldPanel("objectives", widget=forms.Textarea(attrs={"rows": 6})),
        MultiFieldPanel(
            [
                FieldPanel("partners", widget=forms.CheckboxSelectMultiple),
                FieldPanel("residents", widget=forms.CheckboxSelectMultiple),
            ],
            heading=_("Avec qui"),
        ),
        FieldRowPanel([FieldPanel("position"), FieldPanel("is_shown")]),
    ]


class ApplicationViewSet(HouseViewSet):
    """What came by the form of the public page: read, answered by mail or by telephone, its state and a note kept."""

    model = Application
    name = "candidatures"
    icon = "mail"
    menu_label = _("Candidatures")
    add_label = ""
    index_view_class = list_of()
    list_display = [
        "name",
        "structure",
        Column("share", label=_("Part d’une place"), accessor="share", sort_key="share"),
        Column("state", label=_("État"), accessor="get_state_display", sort_key="state"),
        DateColumn("created_at", label=_("Reçue"), sort_key="created_at"),
    ]
    list_filter = {"state": ["exact"], "created_at": ["gte", "lte"]}
    search_fields = ["name", "structure", "email"]
    ordering = ["-created_at", "-pk"]
    list_export = ["name", "structure", "email", "phone", "share", "message", "get_state_display", "note", "created_at"]
    export_headings = {"get_state_display": _("État")}
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("name", read_only=True),
                FieldPanel("structure", read_only=True),
                FieldPanel("email", read_only=True),
                FieldPanel("phone", read_only=True),
                FieldPanel("share", read_only=True),
                FieldPanel("message", read_only=True),
            ],
            heading=_("Ce qui nous a été écrit"),
        ),
        MultiFieldPanel([FieldPanel("state"), FieldPanel("note")], heading=_("Où nous en sommes")),
        HelpPanel(
            content=_("Répondez à la personne par mail ou par téléphone : changer l’état ne lui écrit pas."),
            heading=_("Et la réponse ?"),
        ),
    ]
