import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from residents.enums import StepBy, StepCheck, StepMoment, StepPlace
from residents.models.people import User
from residents.models.structures import Resident


class StepQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(is_used=True)


class Step(models.Model):
    """A step of the house's lists, for who arrives or who leaves; with a `text` to read first, such as the charter."""

    moment = models.CharField(_("moment"), max_length=20, choices=StepMoment, default=StepMoment.ARRIVAL)
    title = models.CharField(_("ce qu’il y a à faire"), max_length=120)
    help = models.CharField(_("précision"), max_length=300, blank=True)
    text = models.TextField(
        _("texte à lire et à accepter"),
        max_length=20000,
        blank=True,
        help_text=_("La charte, par exemple : cocher, c’est alors l’accepter, à une date et par une personne."),
    )
    check_by = models.CharField(
        _("se constate par"), max_length=20, choices=StepCheck, default=StepCheck.BY_HAND, blank=True
    )
    done_by = models.CharField(_("qui le fait"), max_length=20, choices=StepBy, default=StepBy.STRUCTURE)
    leads_to = models.CharField(_("mène à"), max_length=20, choices=StepPlace, default=StepPlace.NOWHERE, blank=True)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)
    is_used = models.BooleanField(_("en usage"), default=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("étape")
        verbose_name_plural = _("étapes d’accueil et de départ")
        ordering = ["moment", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(moment__in=StepMoment.values),
                name="step_moment_known",
                violation_error_message=_("Ce moment n’existe pas."),
            ),
            models.CheckConstraint(
                condition=models.Q(check_by__in=StepCheck.values),
                name="step_check_known",
                violation_error_message=_("Cette façon de constater n’existe pas."),
            ),
            models.CheckConstraint(
                condition=models.Q(done_by__in=StepBy.values),
                name="step_by_known",
                violation_error_message=_("Une étape est faite par la structure ou par la maison."),
            ),
            models.CheckConstraint(
                condition=models.Q(leads_to__in=StepPlace.values),
                name="step_place_known",
                violation_error_message=_("Cette page n’existe pas."),
            ),
            models.CheckConstraint(
                condition=models.Q(text="") | models.Q(check_by=StepCheck.BY_HAND),
                name="step_text_accepted_by_hand",
                violation_error_message=_("Un texte s’accepte à la main : rien ne le constate à votre place."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def text_mark(self) -> str:
        """Of the text as it stands: what is accepted is what was read."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


class StepDone(models.Model):
    """A structure has gone through a step that is ticked by hand; who ticked it, and when, is the proof."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="done", verbose_name=_("étape"))
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="steps_done", verbose_name=_("structure"))
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("le"), auto_now_add=True)
    # As it was accepted: the house may write another one since.
    text = models.TextField(_("texte accepté"), max_length=20000, blank=True)

    class Meta:
        verbose_name = _("étape faite")
        verbose_name_plural = _("étapes faites")
        ordering = ["step", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "resident"],
                name="step_done_once",
                violation_error_message=_("Cette étape est déjà faite."),
            )
        ]

    def __str__(self):
        return f"{self.resident} – {self.step}"
