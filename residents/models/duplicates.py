from django.db import models
from django.utils.translation import gettext_lazy as _

from residents.enums import NearDuplicateState
from residents.models.knowledge import KnowledgeItem
from residents.models.people import User


class NearDuplicateQuerySet(models.QuerySet):
    def waiting(self):
        """Those to be decided: a term that was merged elsewhere, or retired, waits for nobody."""
        return self.filter(state=NearDuplicateState.WAITING, item__retired=False, other__retired=False)

    def decided(self):
        return self.exclude(state=NearDuplicateState.WAITING)


class NearDuplicate(models.Model):
    """Two terms that may say the same thing, for the house to decide. `item` is the older of the two.

    `reasons` tells why: a list of the keys of residents.duplicates, the most telling first.
    """

    item = models.ForeignKey(KnowledgeItem, models.CASCADE, related_name="+", verbose_name=_("terme"))
    other = models.ForeignKey(KnowledgeItem, models.CASCADE, related_name="+", verbose_name=_("autre terme"))
    # From 0 to 1: the order of the queue, never shown as a percentage.
    score = models.FloatField(_("ressemblance"))
    reasons = models.JSONField(_("raisons"), default=list)
    state = models.CharField(_("état"), max_length=20, choices=NearDuplicateState, default=NearDuplicateState.WAITING)
    found_at = models.DateTimeField(_("trouvés le"), auto_now_add=True)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("décidé par")
    )
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)

    objects = NearDuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = _("termes proches")
        verbose_name_plural = _("termes proches")
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "other"],
                name="near_duplicate_once",
                violation_error_message=_("Ces deux termes sont déjà dans la file."),
            ),
            models.CheckConstraint(
                condition=models.Q(item__lt=models.F("other")),
                name="near_duplicate_older_first",
                violation_error_message=_("Le terme le plus ancien vient en premier."),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=NearDuplicateState.values),
                name="near_duplicate_state_known",
                violation_error_message=_("Cet état n’existe pas."),
            ),
            models.CheckConstraint(
                condition=models.Q(score__gte=0, score__lte=1),
                name="near_duplicate_score_sensible",
                violation_error_message=_("La ressemblance va de 0 à 1."),
            ),
        ]

    def __str__(self):
        return f"{self.item} / {self.other}"
