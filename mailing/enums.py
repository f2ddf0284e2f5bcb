from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Topic(TextChoices):
    """What a mail is about: what a person chooses to get or not. An account's own mails are never refused."""

    ACCOUNT = "compte", _("mon compte")
    BOOKING = "reservation", _("mes réservations : confirmées, décidées, déplacées, annulées")
    DECISION = "decision", _("les demandes à décider")
    DEADLINE = "echeance", _("les échéances de la maison : conventions qui finissent")
    REMINDER = "rappel", _("les rappels, la veille de ce à quoi je participe")
    EVENT = "rendez-vous", _("les rendez-vous où je suis inscrit·e : place, changements, annulation")
    PUBLICATION = "publication", _("mes articles : relus, à reprendre, publiés")
    BULLETIN = "bulletin", _("« Sur le feu », le bulletin de la maison")

    @classmethod
    def refusable(cls) -> list["Topic"]:
        return [topic for topic in cls if topic != cls.ACCOUNT]


class MailState(TextChoices):
    WAITING = "en_attente", _("à envoyer")
    SENT = "envoye", _("envoyé")
    FAILED = "echoue", _("n’est pas parti")
