import datetime

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from bulletin.enums import SubscriberState

# A request waits that long for its confirmation; then it is asked for again, and forgotten some time later.
CONFIRMED_WITHIN = datetime.timedelta(days=7)
PENDING_KEPT = datetime.timedelta(days=30)
# Who left, or cannot be reached, keeps an address here for that long; then only what proves the refusal, without it.
ADDRESS_KEPT = datetime.timedelta(days=30)
REFUSAL_KEPT = datetime.timedelta(days=3 * 365)
# What stands for an address once it is forgotten (RFC 2606: no such domain).
FORGOTTEN_DOMAIN = "efface.invalid"


def new_token() -> str:
    return get_random_string(32)


class SubscriberQuerySet(models.QuerySet):
    def confirmed(self):
        return self.filter(state=SubscriberState.CONFIRMED)

    def pending(self):
        """Who asked, and did not say so twice yet."""
        return self.filter(state=SubscriberState.PENDING)

    def gone(self):
        """Whom we write to no more: they left, or their address answers no more."""
        return self.filter(state__in=[SubscriberState.LEFT, SubscriberState.BOUNCED])

    def gone_before(self, moment: datetime.datetime):
        left = models.Q(state=SubscriberState.LEFT, left_at__lt=moment)
        return self.filter(left | models.Q(state=SubscriberState.BOUNCED, last_bounce_at__lt=moment))

    def without_address(self):
        """Of whom only the proof of a refusal is left."""
        return self.filter(email__endswith=f"@{FORGOTTEN_DOMAIN}")

    def with_address(self):
        """Those that the house manager may look for."""
        return self.exclude(email__endswith=f"@{FORGOTTEN_DOMAIN}")


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
                violation_error_message=_("L’adresse s’écrit en minuscules."),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=SubscriberState.values),
                name="subscriber_state_known",
                violation_error_message=_("Cet état n’existe pas."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state=SubscriberState.CONFIRMED) | models.Q(confirmed_at__isnull=False),
                name="subscriber_consented",
                violation_error_message=_("On n’écrit qu’à qui a confirmé son adresse."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state=SubscriberState.LEFT) | models.Q(left_at__isnull=False),
                name="subscriber_left_has_date",
                violation_error_message=_("Un départ a sa date."),
            ),
        ]

    def __str__(self):
        return self.email

    @property
    def can_confirm(self) -> bool:
        return self.state == SubscriberState.PENDING and not self.has_lapsed

    @property
    def has_lapsed(self) -> bool:
        """Asked for too long ago: whoever opens the link now may not be who asked."""
        return self.state == SubscriberState.PENDING and self.asked_at < timezone.now() - CONFIRMED_WITHIN
