from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from residents.enums import PartnerKind
from residents.models.fields import searchable_column
from residents.models.structures import Resident


class Partner(models.Model):
    """Whom the house does things with: a local authority, an institution, an association of the neighbourhood."""

    name = models.CharField(_("nom"), max_length=160)
    slug = models.SlugField(_("adresse"), max_length=160, unique=True)
    sort_name = searchable_column("name")
    kind = models.CharField(_("nature"), max_length=20, choices=PartnerKind)
    url = models.URLField(_("site"), max_length=300, blank=True)
    together = models.TextField(
        _("ce que nous faisons ensemble"),
        max_length=4000,
        blank=True,
        help_text=_("Une ligne vide sépare deux paragraphes. Ce texte se lit sur la page du territoire."),
    )
    is_shown = models.BooleanField(_("se lit sur le site"), default=True)
    created_at = models.DateTimeField(_("ajouté le"), auto_now_add=True)
    # What the bulletin tells since its last issue.
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)

    class Meta:
        verbose_name = _("partenaire")
        verbose_name_plural = _("partenaires")
        ordering = ["sort_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sort_name"],
                name="partner_name_unique",
                violation_error_message=_("Ce partenaire existe déjà."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=PartnerKind.values),
                name="partner_kind_known",
                violation_error_message=_("Cette nature n'existe pas."),
            ),
            models.CheckConstraint(
                condition=~models.Q(sort_name=""),
                name="partner_name_readable",
                violation_error_message=_("Le nom doit contenir au moins une lettre ou un chiffre."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"{reverse('residents:territory')}#partenaire-{self.slug}"


class TerritorialIssue(models.Model):
    """A question of the territory (« problématique ») that the house works at with partners and structures."""

    title = models.CharField(_("problématique"), max_length=200)
    slug = models.SlugField(_("adresse"), max_length=200, unique=True)
    partners = models.ManyToManyField(Partner, related_name="issues", blank=True, verbose_name=_("partenaires"))
    residents = models.ManyToManyField(
        Resident, related_name="territorial_issues", blank=True, verbose_name=_("structures engagées")
    )
    state_of_play = models.TextField(
        _("état des lieux"), max_length=6000, blank=True, help_text=_("Une ligne vide sépare deux paragraphes.")
    )
    objectives = models.TextField(
        _("objectifs"), max_length=6000, blank=True, help_text=_("Une ligne vide sépare deux paragraphes.")
    )
    position = models.PositiveSmallIntegerField(_("rang"), default=0)
    is_shown = models.BooleanField(_("se lit sur le site"), default=True)
    created_at = models.DateTimeField(_("ajoutée le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifiée le"), auto_now=True)

    class Meta:
        verbose_name = _("problématique territoriale")
        verbose_name_plural = _("problématiques territoriales")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"{reverse('residents:territory')}#{self.slug}"
