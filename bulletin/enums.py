from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SubscriberState(TextChoices):
    """From the asking to the leaving: only CONFIRMED is written to."""

    PENDING = "en_attente", _("adresse à confirmer")
    CONFIRMED = "abonne", _("abonné·e")
    LEFT = "parti", _("désabonné·e")
    BOUNCED = "injoignable", _("injoignable")
