from django.db import models
from django.utils.translation import gettext_lazy as _

from knowledge_map.enums import Answer, Closeness
from residents.models import Resident, User


class MapLayout(models.Model):
    """Where the map's nodes stand, computed in the background and kept recognisable from one time to the next.

    `positions` maps a node's key ("r12" structure, "i345" item, "dK12" domain) to `[x, y]`, in the drawing's units.
    """

    positions = models.JSONField(_("positions"))
    computed_at = models.DateTimeField(_("calculée le"), auto_now=True)

    class Meta:
        verbose_name = _("disposition de la carte")
        verbose_name_plural = _("dispositions de la carte")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="map_layout_single",
                violation_error_message=_("La carte n’a qu’une disposition."),
            )
        ]

    def __str__(self):
        return f"{self.computed_at:%d/%m/%Y %H:%M}"


class Suggestion(models.Model):
    """A cooperation suggested to `resident` with `partner`, and why; computed in the background, replaced whole."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="suggestions", verbose_name=_("structure"))
    partner = models.ForeignKey(Resident, models.CASCADE, related_name="+", verbose_name=_("partenaire"))
    rank = models.PositiveSmallIntegerField(_("rang"))
    score = models.FloatField(_("score"))
    # {"shared", "related", "need", "third_party"}: the raw channel values (see suggestions.py).
    channels = models.JSONField(_("canaux"))
    # The actual items and structures behind each channel: see suggestions.py for the shape.
    reasons = models.JSONField(_("raisons"))
    closeness = models.CharField(_("distance"), max_length=20, choices=Closeness, blank=True)
    computed_at = models.DateTimeField(_("calculée le"), auto_now_add=True)

    class Meta:
        verbose_name = _("suggestion de coopération")
        verbose_name_plural = _("suggestions de coopération")
        ordering = ["resident_id", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "partner"],
                name="suggestion_once",
                violation_error_message=_("Cette suggestion existe déjà."),
            ),
            models.UniqueConstraint(
                fields=["resident", "rank"],
                name="suggestion_rank_unique",
                violation_error_message=_("Deux suggestions ont le même rang."),
            ),
            models.CheckConstraint(
                condition=~models.Q(resident=models.F("partner")),
                name="suggestion_with_another",
                violation_error_message=_("Une structure ne coopère pas avec elle-même."),
            ),
        ]

    def __str__(self):
        return f"{self.resident} – {self.partner}"


class SuggestionAnswer(models.Model):
    """What a structure said of a suggested partner; kept when suggestions are computed again."""

    resident = models.ForeignKey(
        Resident, models.CASCADE, related_name="suggestion_answers", verbose_name=_("structure")
    )
    partner = models.ForeignKey(Resident, models.CASCADE, related_name="+", verbose_name=_("partenaire"))
    answer = models.CharField(_("réponse"), max_length=20, choices=Answer)
    # The channels as they stood when the answer was given: what the weights learn from.
    channels = models.JSONField(_("canaux"), default=dict)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("le"), auto_now=True)

    class Meta:
        verbose_name = _("réponse à une suggestion")
        verbose_name_plural = _("réponses aux suggestions")
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "partner"],
                name="suggestion_answer_once",
                violation_error_message=_("Une réponse existe déjà."),
            ),
            models.CheckConstraint(
                condition=models.Q(answer__in=Answer.values),
                name="suggestion_answer_known",
                violation_error_message=_("Cette réponse n’existe pas."),
            ),
            models.CheckConstraint(
                condition=~models.Q(resident=models.F("partner")),
                name="suggestion_answer_with_another",
                violation_error_message=_("Une structure ne coopère pas avec elle-même."),
            ),
        ]

    def __str__(self):
        return f"{self.resident} – {self.partner} : {self.get_answer_display()}"
