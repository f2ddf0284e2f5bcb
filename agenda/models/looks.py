from django.db import models
from django.utils.translation import gettext_lazy as _

from residents.models import User


class ProfilesSeen(models.Model):
    """How far a house manager has looked at what structures change on their profiles: only what is later is shown."""

    user = models.OneToOneField(User, models.CASCADE, related_name="profiles_seen", verbose_name=_("personne"))
    until = models.DateTimeField(_("jusqu’au"))

    class Meta:
        verbose_name = _("profils vus")
        verbose_name_plural = _("profils vus")

    def __str__(self):
        return f"{self.user} – {self.until:%d/%m/%Y %H:%M}"
