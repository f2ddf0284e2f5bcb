from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from bulletin.enums import SubscriberState
from bulletin.models.issues import BulletinPage
from residents.models import User


def new_token() -> str:
    return get_random_string(32)


class SubscriberQuerySet(models.QuerySet):
    def confirmed(self):
        return self.filter(state=SubscriberState.CONFIRMED)


class Subscriber(models.Model):
    """Somebody of the public who asked for « Sur le feu », and said so twice (double opt-in).

    Residents are no subscribers: they get it by default, and refuse the topic BULLETIN.
    """

    email = models.EmailField(_("adresse e-mail"), unique=True)
    state = models.CharField(_("état"), max_length=20, choices=SubscriberState, default=SubscriberState.PENDING)
    # Who holds it confirms, and leaves.
    token = models.CharField(_("jeton"), max_length=40, unique=True, default=new_token, editable=False)
    asked_at = models.DateTimeField(_("demandé le"))
    # The consent: when it was given, and the words that were agreed to.
    confirmed_at = models.DateTimeField(_("confirmé le"), null=True, blank=True)
    consent = models.CharField(_("ce qui a été accepté"), max_length=300, blank=True)
    left_at = models.DateTimeField(_("désabonné le"), null=True, blank=True)
    bounces = models.PositiveSmallIntegerField(_("retours de suite"), default=0)
    last_bounce = models.CharField(_("dernier retour"), max_length=300, blank=True)
    last_bounce_at = models.DateTimeField(_("dernier retour le"), null=True, blank=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("abonnement")
        verbose_name_plural = _("abonnements")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")) & ~models.Q(email=""),
                name="subscriber_email_lower_case",
                violation_error_message=_("L'adresse s'écrit en minuscules."),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=SubscriberState.values),
                name="subscriber_state_known",
                violation_error_message=_("Cet état n'existe pas."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state=SubscriberState.CONFIRMED) | models.Q(confirmed_at__isnull=False),
                name="subscriber_consented",
                violation_error_message=_("On n'écrit qu'à qui a confirmé son adresse."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state=SubscriberState.LEFT) | models.Q(left_at__isnull=False),
                name="subscriber_left_has_date",
                violation_error_message=_("Un départ a sa date."),
            ),
        ]

    def __str__(self):
        return self.email


class Sending(models.Model):
    """An issue leaves by mail, once: who gets it is written down first, then the queue writes to each."""

    issue = models.OneToOneField(BulletinPage, models.PROTECT, related_name="sending", verbose_name=_("numéro"))
    started_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("envoyé par"))
    started_at = models.DateTimeField(_("commencé le"), auto_now_add=True)
    paused_at = models.DateTimeField(_("suspendu le"), null=True, blank=True)
    finished_at = models.DateTimeField(_("fini le"), null=True, blank=True)

    class Meta:
        verbose_name = _("envoi du bulletin")
        verbose_name_plural = _("envois du bulletin")

    def __str__(self):
        return str(self.issue)


class Delivery(models.Model):
    """One person's copy of an issue: `mail` once it is written (mailing sends it, and says whether it left)."""

    sending = models.ForeignKey(Sending, models.CASCADE, related_name="deliveries", verbose_name=_("envoi"))
    to = models.EmailField(_("destinataire"))
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("personne"))
    subscriber = models.ForeignKey(
        Subscriber, models.SET_NULL, null=True, blank=True, related_name="deliveries", verbose_name=_("abonnement")
    )
    mail = models.ForeignKey(
        "mailing.Mail", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    written_at = models.DateTimeField(_("écrit le"), null=True, blank=True)
    skipped = models.CharField(_("pas écrit parce que"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("exemplaire envoyé")
        verbose_name_plural = _("exemplaires envoyés")
        constraints = [
            models.UniqueConstraint(
                fields=["sending", "to"],
                name="delivery_once",
                violation_error_message=_("Cette personne a déjà son exemplaire."),
            )
        ]

    def __str__(self):
        return f"{self.sending} – {self.to}"
