from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Answer(TextChoices):
    """What a structure says of a suggested cooperation. No answer is not a no."""

    INTERESTED = "interessant", _("intéressant")
    NOT_FOR_US = "pas_pour_nous", _("pas pour nous")
    IN_TOUCH = "deja_en_contact", _("déjà en contact")


class Closeness(TextChoices):
    """How far apart two structures stand: a label, not a factor (Nooteboom et al. 2007)."""

    CLOSE = "proches", _("proches : mutualiser")
    COMPLEMENTARY = "complementaires", _("complémentaires")
