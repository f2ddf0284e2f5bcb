from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SubscriberState(TextChoices):
    """From the asking to the leaving: only CONFIRMED is written to."""

    PENDING = "en_attente", _("adresse à confirmer")
    CONFIRMED = "abonne", _("abonné·e")
    LEFT = "parti", _("désabonné·e")
    BOUNCED = "injoignable", _("injoignable")


class RubricKind(TextChoices):
    """The rubrics of the papers; each has its drawn mark (static/img/sur-le-feu.svg)."""

    NEWS = "actualite", _("actualité")
    UNDERSTANDING = "comprehension", _("compréhension")
    ACTION = "action", _("action")
    PHOTOS = "photos", _("photos")


class Mark(TextChoices):
    """What stands before a title, as in the papers; the first two are counted."""

    NUMBER = "numero", _("1/ un grand titre")
    LETTER = "lettre", _("A. un titre dessous")
    ARROW = "chevron", _("> une phrase qui annonce")
    NONE = "rien", _("rien")
