from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from agenda.models.spaces import secret
from residents.models import User


class CalendarKey(models.Model):
    """The secret part of the addresses that a person's calendars are subscribed at; revoked, they answer no more."""

    user = models.ForeignKey(User, models.CASCADE, related_name="calendar_keys", verbose_name=_("personne"))
    token = models.CharField(_("jeton"), max_length=40, default=secret, unique=True, editable=False)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("révoqué le"), null=True, blank=True)

    class Meta:
        verbose_name = _("clé de calendrier")
        verbose_name_plural = _("clés de calendrier")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(revoked_at=None),
                name="calendar_key_single",
                violation_error_message=_("Une personne a une adresse secrète à la fois."),
            )
        ]

    def __str__(self):
        return f"{self.user} – {self.created_at:%d/%m/%Y}"


@register_setting(icon="calendar")
class AgendaSettings(BaseGenericSetting):
    """What the house decides for its whole agenda."""

    fair_share_hours = models.PositiveSmallIntegerField(
        _("part d’une structure, en heures par mois"),
        null=True,
        blank=True,
        default=20,
        help_text=_("Au-delà, une réservation devient une demande. Vide : sans limite."),
    )
    seat_offer_hours = models.PositiveSmallIntegerField(
        _("heures pour accepter une place proposée"),
        default=24,
        help_text=_("Passé ce temps, la place est proposée à la personne suivante."),
    )
    reminder_hours = models.PositiveSmallIntegerField(
        _("rappel, en heures avant"), default=24, help_text=_("0 : pas de rappel.")
    )
    guest_kept_days = models.PositiveSmallIntegerField(
        _("jours de conservation des inscriptions extérieures"),
        default=60,
        help_text=_("Après le rendez-vous ; puis le nom et l’adresse sont effacés."),
    )

    class Meta:
        verbose_name = _("règles de l’agenda")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(seat_offer_hours__gte=1),
                name="agenda_offer_lasts",
                violation_error_message=_("Une place est proposée pendant une heure au moins."),
            )
        ]

    def __str__(self):
        return str(_("règles de l’agenda"))
