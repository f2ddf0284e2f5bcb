from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Weekday(IntegerChoices):
    """As `date.weekday()`."""

    MONDAY = 0, _("lundi")
    TUESDAY = 1, _("mardi")
    WEDNESDAY = 2, _("mercredi")
    THURSDAY = 3, _("jeudi")
    FRIDAY = 4, _("vendredi")
    SATURDAY = 5, _("samedi")
    SUNDAY = 6, _("dimanche")


class Colour(TextChoices):
    """A space's colour: a class of static/css/components/space.css, with its pair for the dark scheme."""

    COPPER = "cuivre", _("cuivre")
    STEEL = "acier", _("acier")
    VERDIGRIS = "vert-de-gris", _("vert-de-gris")
    OCHRE = "ocre", _("ocre")
    PLUM = "prune", _("prune")
    SLATE = "ardoise", _("ardoise")
    BRICK = "brique", _("brique")
    MOSS = "mousse", _("mousse")


class Pattern(TextChoices):
    """A space's pattern, so that colour is never alone."""

    PLAIN = "uni", _("uni")
    STRIPES = "rayures", _("rayures")
    DOTS = "points", _("points")
    GRID = "carreaux", _("carreaux")
    DASHES = "tirets", _("tirets")
    CHEVRONS = "chevrons", _("chevrons")


class Approval(TextChoices):
    """When a booking waits for the house manager's decision."""

    NEVER = "jamais", _("jamais : confirmée tout de suite, et refusée au-delà des règles")
    ALWAYS = "toujours", _("toujours : chaque réservation est décidée")
    BEYOND = "au-dela", _("au-delà des règles : trop longue, trop loin, plus que sa part")


class BookableBy(TextChoices):
    RESIDENTS = "residents", _("les résidents")
    LEADS = "referents", _("les référentes et référents")
    HOUSE = "maison", _("la maîtresse d’établissement")


class BookingStatus(TextChoices):
    """Requested and confirmed bookings hold their space alike; the others hold nothing."""

    REQUESTED = "demandee", _("à décider")
    CONFIRMED = "confirmee", _("confirmée")
    DECLINED = "refusee", _("refusée")
    CANCELLED = "annulee", _("annulée")


# Those that hold their space; the trigger of the second migration writes them again.
HOLDING = [BookingStatus.REQUESTED, BookingStatus.CONFIRMED]


class TitleAudience(TextChoices):
    """Who reads what a booking is for; the others read « occupé »."""

    PUBLIC = "public", _("tout le monde")
    RESIDENTS = "residents", _("les résidents")
    OURS = "structure", _("ma structure et la maison seulement")


class Reason(TextChoices):
    """Why a booking is beyond the rules, and becomes a request."""

    APPROVAL = "decision", _("cet espace se réserve sur demande")
    TOO_SHORT = "trop-courte", _("plus courte que la durée prévue")
    TOO_LONG = "trop-longue", _("plus longue que la durée prévue")
    TOO_FAR = "trop-loin", _("trop longtemps à l’avance")
    OUT_OF_HOURS = "hors-horaires", _("hors des heures d’ouverture")
    TOO_MANY = "trop-nombreux", _("plus de monde que la salle n’en tient")
    OVER_SHARE = "au-dela-de-la-part", _("au-delà de la part de la structure ce mois-ci")


class BookingAction(TextChoices):
    """What happened to a booking (BookingChange)."""

    BOOKED = "reservee", _("réservée")
    REQUESTED = "demandee", _("demandée")
    CHANGED = "modifiee", _("modifiée")
    APPROVED = "acceptee", _("acceptée")
    DECLINED = "refusee", _("refusée")
    CANCELLED = "annulee", _("annulée")
    WAIVED = "excusee", _("annulation tardive excusée")
    NO_SHOW = "absence", _("absence notée")
    SHOWED = "presence", _("présence rétablie")


class RegistrationAction(TextChoices):
    """What happened to a registration, as the journal says it."""

    REGISTERED = "demandee", _("inscription")
    ADDED = "ajoutee", _("inscription ajoutée par l’organisation")
    CONFIRMED = "confirmee", _("inscription confirmée")
    ACCEPTED = "acceptee", _("place acceptée")
    CANCELLED = "annulee", _("inscription annulée")
    ATTENDANCE = "presence", _("présence notée")


class Frequency(TextChoices):
    WEEKLY = "semaines", _("toutes les n semaines, certains jours")
    MONTHLY_DATE = "mois-date", _("chaque mois à la même date")
    MONTHLY_WEEKDAY = "mois-jour", _("chaque mois le même jour de semaine")


class EventAudience(TextChoices):
    PUBLIC = "public", _("tout le monde")
    RESIDENTS = "residents", _("les résidents")
    PARTICIPANTS = "participants", _("les personnes inscrites ou invitées")


class EventStatus(TextChoices):
    DRAFT = "brouillon", _("brouillon")
    PUBLISHED = "publie", _("à l’agenda")
    CANCELLED = "annule", _("annulé")


class QuestionKind(TextChoices):
    TEXT = "texte", _("réponse courte")
    LONG_TEXT = "texte-long", _("réponse longue")
    YES_NO = "oui-non", _("oui ou non")
    CHOICE = "choix", _("un choix parmi plusieurs")


class RegistrationStatus(TextChoices):
    """Registered and offered take a seat; pending is a guest who has not confirmed the address yet."""

    PENDING = "a-confirmer", _("à confirmer par mail")
    REGISTERED = "inscrite", _("inscrite")
    WAITING = "en-attente", _("sur liste d’attente")
    OFFERED = "proposee", _("place proposée")
    CANCELLED = "annulee", _("annulée")
    LAPSED = "passee", _("offre passée à la personne suivante")


# Those that take a seat; the trigger of the second migration writes them again.
SEATED = [RegistrationStatus.REGISTERED, RegistrationStatus.OFFERED]
# Those of which a person has at most one for a meeting (for a permanence, one a slot).
ACTIVE = [
    RegistrationStatus.PENDING,
    RegistrationStatus.REGISTERED,
    RegistrationStatus.WAITING,
    RegistrationStatus.OFFERED,
]


class Notice(TextChoices):
    """What is told by mail (notices.py)."""

    BOOKING_CONFIRMED = "reservation-confirmee"
    BOOKING_TO_DECIDE = "reservation-a-decider"
    BOOKING_APPROVED = "reservation-acceptee"
    BOOKING_DECLINED = "reservation-refusee"
    BOOKING_MOVED = "reservation-deplacee"
    BOOKING_CANCELLED = "reservation-annulee"
    SERIES_BOOKED = "serie-reservee"
    SERIES_CHANGED = "serie-modifiee"
    SERIES_CANCELLED = "serie-annulee"
    BOOKING_REMINDER = "rappel-reservation"
    REGISTRATION_TO_CONFIRM = "inscription-a-confirmer"
    SEAT_CONFIRMED = "place-confirmee"
    SEAT_WAITING = "place-attendue"
    SEAT_OFFERED = "place-proposee"
    SEAT_LOST = "place-perdue"
    REGISTRATION_CANCELLED = "inscription-annulee"
    EVENT_REMINDER = "rappel-rendez-vous"
    EVENT_MOVED = "rendez-vous-deplace"
    EVENT_CANCELLED = "rendez-vous-annule"
