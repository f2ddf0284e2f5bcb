from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ResidentKind(TextChoices):
    ASSOCIATION = "association", _("association")
    COOPERATIVE = "cooperative", _("coopérative (Scop, Scic, CAE)")
    COMPANY = "societe", _("société")
    INDEPENDENT = "independant", _("personne indépendante")
    COLLECTIVE = "collectif", _("collectif")
    FOUNDATION = "fondation", _("fondation ou fonds de dotation")


class MembershipRole(TextChoices):
    MEMBER = "membre", _("membre")
    LEAD = "referent", _("référente ou référent")


class Audience(TextChoices):
    """Who may read a field of a profile, from the widest to the narrowest."""

    PUBLIC = "public", _("tout le monde")
    RESIDENTS = "residents", _("les résidents")
    HOUSE = "maison", _("la maison seulement")


class Trace(TextChoices):
    """What is still read of a structure that has left the house, by others than its members and the house."""

    PROFILE = "page", _("sa page, comme avant")
    NAME = "nom", _("son nom et ses dates")
    NOTHING = "rien", _("rien")


class KnowledgeKind(TextChoices):
    SAVOIR = "savoir", _("savoir")
    SAVOIR_FAIRE = "savoir_faire", _("savoir-faire")
    MILIEU = "milieu", _("milieu de référence")

    @property
    def plural(self):
        return {
            self.SAVOIR: _("savoirs"),
            self.SAVOIR_FAIRE: _("savoir-faire"),
            self.MILIEU: _("milieux de référence"),
        }[self]


class Stance(TextChoices):
    OFFER = "offre", _("offre")
    SEEK = "recherche", _("recherche")


class Evidence(TextChoices):
    """How sure the house is of a declaration (suggestions weigh 0.6 and 0.9)."""

    DECLARED = "declare", _("déclaré")
    CONFIRMED = "confirme", _("confirmé en entretien")


class Scheme(TextChoices):
    """Where a term of the vocabulary comes from."""

    ROME = "rome", _("ROME, France Travail")
    ESCO = "esco", _("ESCO, Commission européenne")
    DATA_INCLUSION = "data_inclusion", _("data.inclusion")
    HOUSE = "maison", _("Les Chaudronneries")
    RESIDENT = "resident", _("terme proposé par une structure")


class PartnerKind(TextChoices):
    AUTHORITY = "collectivite", _("collectivité")
    INSTITUTION = "institution", _("institution")
    ASSOCIATION = "association", _("association")
    COMPANY = "entreprise", _("entreprise")
    SCHOOL = "ecole", _("école, université, recherche")
    NETWORK = "reseau", _("réseau")

    @property
    def plural(self):
        return {
            self.AUTHORITY: _("collectivités"),
            self.INSTITUTION: _("institutions"),
            self.ASSOCIATION: _("associations"),
            self.COMPANY: _("entreprises"),
            self.SCHOOL: _("écoles, universités, recherche"),
            self.NETWORK: _("réseaux"),
        }[self]


class AgreementState(TextChoices):
    """Computed from the dates of an agreement, never kept."""

    COMING = "a_venir", _("à venir")
    HOLDING = "en_cours", _("en cours")
    ENDING = "bientot", _("bientôt finie")
    ENDED = "finie", _("finie")

    @property
    def tone(self) -> str:
        """Of components/badge.html."""
        return {self.HOLDING: "verdigris", self.ENDING: "flame"}.get(self, "neutral")


class ApplicationState(TextChoices):
    RECEIVED = "recue", _("reçue")
    MET = "rencontre", _("rencontre prévue")
    ACCEPTED = "acceptee", _("acceptée")
    WAITING_LIST = "liste", _("en liste d’attente")
    DECLINED = "declinee", _("déclinée")


class InvitationState(TextChoices):
    """Computed from the dates of an invitation, never kept."""

    OPEN = "ouverte", _("sans réponse")
    LAPSED = "echue", _("échue")
    ACCEPTED = "acceptee", _("acceptée")
    WITHDRAWN = "retiree", _("retirée")


class StepMoment(TextChoices):
    ARRIVAL = "accueil", _("accueil")
    DEPARTURE = "depart", _("départ")


class StepBy(TextChoices):
    """Who does a step of a list."""

    STRUCTURE = "structure", _("la structure")
    HOUSE = "maison", _("la maison")


class StepCheck(TextChoices):
    """What a step is done by, seen by the house itself; a step without check is ticked by hand."""

    BY_HAND = "", _("se coche à la main")
    TEXTS = "textes", _("une phrase et une présentation")
    LOGO = "logo", _("un logo")
    PICTURES = "images", _("des images décrites et créditées")
    SAVOIRS = "savoirs", _("assez de savoirs déclarés")
    CONTACT = "contact", _("quelqu’un à joindre")
    LINKS = "liens", _("un lien au moins")
    PEOPLE = "personnes", _("une référente ou un référent")


class StepPlace(TextChoices):
    """Where a step that is ticked by hand is done, so that its line leads straight there."""

    NOWHERE = "", _("pas de page")
    PROFILE = "page", _("sa page")
    KIT = "images", _("images et documents")
    PEOPLE = "gens", _("les personnes")
    VISIBILITY = "visibilite", _("ce qui se lit d’elle")
    DATA = "donnees", _("ses données, à emporter")
    BOOKINGS = "reservations", _("ses réservations")


class NearDuplicateState(TextChoices):
    WAITING = "a_voir", _("à voir")
    MERGED = "fusionnes", _("fusionnés")
    DIFFERENT = "differents", _("différents")


class SheetKind(TextChoices):
    """What a spreadsheet brings in or takes out, a line each."""

    STRUCTURES = "structures", _("structures")
    PEOPLE = "personnes", _("personnes")
    DECLARATIONS = "declarations", _("déclarations de savoirs")
    STAYS = "presences", _("présences")
