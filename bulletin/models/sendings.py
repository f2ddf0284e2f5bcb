from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from bulletin.models.issues import BulletinPage
from bulletin.models.subscribers import Subscriber
from mailing.enums import MailState
from residents.models import User

# Copies that did not leave, or came back.
FAILED = Q(mail__state=MailState.FAILED) | Q(bounced_at__isnull=False)


class SendingQuerySet(models.QuerySet):
    def under_way(self):
        """Neither finished nor paused."""
        return self.filter(finished_at=None, paused_at=None)


class Sending(models.Model):
    """An issue leaves by mail, once: who gets it is written down first, then the queue writes to each."""

    issue = models.OneToOneField(BulletinPage, models.PROTECT, related_name="sending", verbose_name=_("numéro"))
    started_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("envoyé par"))
    started_at = models.DateTimeField(_("commencé le"), auto_now_add=True)
    paused_at = models.DateTimeField(_("suspendu le"), null=True, blank=True)
    finished_at = models.DateTimeField(_("fini le"), null=True, blank=True)
    # What `Delivery.objects.figures` said when the copies, which name people, were forgotten.
    figures = models.JSONField(_("chiffres"), default=dict, blank=True, editable=False)

    objects = SendingQuerySet.as_manager()

    class Meta:
        verbose_name = _("envoi du bulletin")
        verbose_name_plural = _("envois du bulletin")

    def __str__(self):
        return str(self.issue)


class DeliveryQuerySet(models.QuerySet):
    def to_write(self):
        return self.filter(written_at=None, skipped="")

    def failed(self):
        return self.filter(FAILED)

    def to_try_again(self):
        """Copies that did not leave, and no fault of the address: our own server was down, or refused."""
        return self.filter(mail__state=MailState.FAILED, bounced_at=None)

    def figures(self) -> dict[str, int]:
        """How many copies in all, still to write, skipped, waiting to leave, gone and not come back, failed."""
        gone = Q(written_at__isnull=False, bounced_at=None) & (Q(mail=None) | Q(mail__state=MailState.SENT))
        return self.aggregate(
            total=Count("pk"),
            to_write=Count("pk", filter=Q(written_at=None, skipped="")),
            skipped=Count("pk", filter=~Q(skipped="")),
            waiting=Count("pk", filter=Q(mail__state=MailState.WAITING)),
            gone=Count("pk", filter=gone),
            failed=Count("pk", filter=FAILED),
        )


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
    # The address refused it: at once, or by a message that came back later. Counted once.
    bounce = models.CharField(_("retour"), max_length=300, blank=True)
    bounced_at = models.DateTimeField(_("revenu le"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("exemplaire envoyé")
        verbose_name_plural = _("exemplaires envoyés")
        indexes = [
            # What the next batch reads.
            models.Index(fields=["sending", "id"], name="delivery_to_write", condition=Q(written_at=None, skipped=""))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["sending", "to"],
                name="delivery_once",
                violation_error_message=_("Cette personne a déjà son exemplaire."),
            ),
            models.CheckConstraint(
                condition=Q(written_at=None) | Q(skipped=""),
                name="delivery_written_or_skipped",
                violation_error_message=_("Un exemplaire est écrit, ou ne l’est pas."),
            ),
        ]

    def __str__(self):
        return f"{self.sending} – {self.to}"
