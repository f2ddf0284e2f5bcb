from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailing.enums import MailState, Topic


class Mail(models.Model):
    """A message to one person, written in the transaction that it tells of and sent by the queue once it committed.

    `key` says what it tells to whom: the same thing is never told twice to the same person.
    """

    key = models.CharField(_("clé"), max_length=200)
    topic = models.CharField(_("sujet"), max_length=20, choices=Topic)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="mails",
        verbose_name=_("personne"),
    )
    to = models.EmailField(_("destinataire"))
    subject = models.CharField(_("objet"), max_length=250)
    text = models.TextField(_("texte"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    # An iTIP message ("REQUEST", "CANCEL"), when the mail carries one.
    calendar = models.TextField(_("calendrier"), blank=True)
    method = models.CharField(_("méthode"), max_length=20, blank=True)
    # Extra headers, for instance List-Unsubscribe: {"name": "value"}.
    headers = models.JSONField(_("en-têtes"), default=dict, blank=True)
    # What it says opens something (a code, a link to reset): forgotten as soon as it left.
    is_secret = models.BooleanField(_("secret"), default=False)
    state = models.CharField(_("état"), max_length=20, choices=MailState, default=MailState.WAITING)
    error = models.CharField(_("erreur"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("écrit le"), auto_now_add=True)
    sent_at = models.DateTimeField(_("parti le"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["-created_at"], name="mail_by_date")]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "to"],
                name="mail_told_once",
                violation_error_message=_("Ce message a déjà été écrit à cette personne."),
            ),
            models.CheckConstraint(
                condition=models.Q(topic__in=Topic.values),
                name="mail_topic_known",
                violation_error_message=_("Ce sujet n’existe pas."),
            ),
            models.CheckConstraint(
                condition=models.Q(state=MailState.SENT, sent_at__isnull=False)
                | models.Q(state__in=[MailState.WAITING, MailState.FAILED], sent_at=None),
                name="mail_sent_has_date",
                violation_error_message=_("Un message parti a sa date, et lui seul."),
            ),
        ]

    def __str__(self):
        return self.subject


class Refusal(models.Model):
    """A person does not want mails of this topic."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_refusals", verbose_name=_("personne")
    )
    topic = models.CharField(_("sujet"), max_length=20, choices=Topic)

    class Meta:
        verbose_name = _("refus de message")
        verbose_name_plural = _("refus de messages")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "topic"],
                name="mail_refusal_once",
                violation_error_message=_("Ce sujet est déjà refusé."),
            ),
            models.CheckConstraint(
                condition=models.Q(topic__in=[topic.value for topic in Topic.refusable()]),
                name="mail_refusal_possible",
                violation_error_message=_("Ces messages ne se refusent pas."),
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.get_topic_display()}"
