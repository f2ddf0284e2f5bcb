import datetime
from decimal import Decimal

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from residents.enums import ApplicationState
from residents.models.structures import Stay


@register_setting(icon="home")
class HouseSettings(BaseGenericSetting):
    """What the house says of itself on its public pages: the same words everywhere."""

    places = models.DecimalField(
        _("places à temps plein"),
        max_digits=5,
        decimal_places=2,
        default=0,
        help_text=_("Ce que la maison peut accueillir. Les places qui restent s’en déduisent, par les présences."),
    )
    address = models.TextField(_("adresse postale"), max_length=300, blank=True)
    email = models.EmailField(_("adresse e-mail publique"), blank=True)
    phone = models.CharField(_("téléphone public"), max_length=30, blank=True)
    legal_name = models.CharField(_("éditeur du site"), max_length=200, blank=True)
    publication_director = models.CharField(_("direction de la publication"), max_length=120, blank=True)
    host = models.TextField(_("hébergeur du site"), max_length=300, blank=True)
    takes_applications = models.BooleanField(_("reçoit des candidatures"), default=True)
    application_kept_months = models.PositiveSmallIntegerField(
        _("mois de conservation des candidatures"),
        default=12,
        help_text=_("Après la réponse, ou après le dernier message ; puis elles sont effacées."),
    )

    class Meta:
        verbose_name = _("la maison")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(places__gte=0, places__lte=500),
                name="house_places_sensible",
                violation_error_message=_("La maison accueille de 0 à 500 places."),
            ),
            models.CheckConstraint(
                condition=models.Q(application_kept_months__gte=1, application_kept_months__lte=24),
                name="house_applications_forgotten",
                violation_error_message=_("Une candidature se garde de 1 à 24 mois."),
            ),
        ]

    def __str__(self):
        return str(_("la maison"))


def places_taken(day: datetime.date) -> Decimal:
    """The shares of places that are held on `day`; 1 is a full-time place."""
    return Stay.objects.on(day).aggregate(taken=models.Sum("share"))["taken"] or Decimal(0)


class ApplicationQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=ApplicationState.RECEIVED)

    def to_forget(self, months: int):
        """Last touched more than `months` (of 30 days) ago."""
        return self.filter(updated_at__lt=timezone.now() - datetime.timedelta(days=30 * months))


class Application(models.Model):
    """Somebody asks for a place in the house (« candidature »)."""

    name = models.CharField(_("nom"), max_length=120)
    structure = models.CharField(_("structure"), max_length=160, blank=True)
    email = models.EmailField(_("adresse e-mail"))
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    share = models.DecimalField(_("part d’une place"), max_digits=3, decimal_places=2, null=True, blank=True)
    message = models.TextField(_("message"), max_length=4000)
    state = models.CharField(_("état"), max_length=20, choices=ApplicationState, default=ApplicationState.RECEIVED)
    note = models.TextField(_("note de la maison"), max_length=4000, blank=True)
    created_at = models.DateTimeField(_("reçue le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifiée le"), auto_now=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("candidature")
        verbose_name_plural = _("candidatures")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ApplicationState.values),
                name="application_state_known",
                violation_error_message=_("Cet état n’existe pas."),
            ),
            models.CheckConstraint(
                condition=models.Q(share=None) | models.Q(share__gt=0, share__lte=10),
                name="application_share_sensible",
                violation_error_message=_("La part d’une place va de plus de 0 à 10."),
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.created_at:%d/%m/%Y}"
