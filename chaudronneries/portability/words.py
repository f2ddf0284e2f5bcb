"""What is kept of a person or of a structure, in words: what it is, until when, and what becomes of it when they leave.

One line for each key of `gathering`; docs/personal-data.md says the same to whoever keeps the register.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Fate(TextChoices):
    """What becomes of it when the person, or the structure, leaves."""

    GOES = "part", _("s’efface avec vous")
    STAYS = "reste", _("reste, sans votre nom")
    APART = "a_part", _("ne change pas : chaque numéro porte le lien pour le quitter")


@dataclass(frozen=True)
class Kept:
    """`what` names it in the plural, without an article; `until` says how long it is kept."""

    what: str
    until: str
    fate: Fate


WITH_YOU = _("tant que vous avez un compte")
THREE_YEARS = _("trois ans après la date")
A_YEAR = _("un an")
A_DAY = _("un jour")
WHILE_THERE = _("tant que la structure est là")
WHILE_READ = _("tant que c’est publié ; les versions d’avant, un an")
WHILE_OF_USE = _("tant que le terme sert")
GOES, STAYS = Fate.GOES, Fate.STAYS

# What one part of the house is called to a person, and to a structure.
APPS = {
    "residents": _("Votre compte et vos structures"),
    "mailing": _("Les courriers"),
    "agenda": _("L’agenda"),
    "knowledge_map": _("La carte"),
    "blog": _("Le blog"),
    "bulletin": _("« Sur le feu »"),
    "house": _("Vos connexions et la gestion"),
}

APPS_OF_STRUCTURE = APPS | {"residents": _("La structure"), "house": _("Le journal de la maison")}

OF_PERSON = {
    "residents.account": Kept(_("compte : adresse, nom, dates"), WITH_YOU, GOES),
    "residents.roles": Kept(_("rôles dans la maison"), WITH_YOU, GOES),
    "residents.rights": Kept(_("droits particuliers"), WITH_YOU, GOES),
    "residents.memberships": Kept(_("votre place dans vos structures"), WITH_YOU, GOES),
    "residents.invitations_received": Kept(_("invitations reçues"), _("180 jours après leur fin"), GOES),
    "residents.invitations_made": Kept(_("invitations que vous avez faites"), _("180 jours après leur fin"), STAYS),
    "residents.declarations": Kept(_("savoirs déclarés pour vos structures"), WHILE_THERE, STAYS),
    "residents.declaration_changes": Kept(_("changements de déclarations"), _("trois ans"), STAYS),
    "residents.terms_proposed": Kept(_("termes proposés au vocabulaire"), WHILE_OF_USE, STAYS),
    "residents.merges": Kept(_("fusions de termes, faites ou annulées"), WHILE_OF_USE, STAYS),
    "residents.near_duplicates": Kept(_("termes proches que vous avez départagés"), WHILE_OF_USE, STAYS),
    "residents.pictures": Kept(_("images déposées"), _("tant qu’elles servent"), STAYS),
    "residents.documents": Kept(_("documents déposés"), _("tant qu’ils servent"), STAYS),
    "residents.spreadsheets": Kept(_("feuilles de calcul à importer"), A_DAY, GOES),
    "residents.team_roles": Kept(_("rôles dans l’équipe"), _("trois ans après leur fin"), STAYS),
    "residents.steps_done": Kept(_("étapes cochées, chartes acceptées"), WHILE_THERE, STAYS),
    "residents.applications": Kept(_("candidatures à votre adresse"), _("un an après le dernier échange"), GOES),
    "mailing.mails": Kept(_("courriers que la maison vous a écrits"), _("90 jours"), STAYS),
    "mailing.refusals": Kept(_("sujets de courrier que vous refusez"), WITH_YOU, GOES),
    "agenda.bookings": Kept(_("réservations faites par vous ou pour vous"), THREE_YEARS, STAYS),
    "agenda.bookings_decided": Kept(_("réservations que vous avez décidées ou annulées"), THREE_YEARS, STAYS),
    "agenda.booking_changes": Kept(_("changements de réservations"), THREE_YEARS, STAYS),
    "agenda.series": Kept(_("séries de réservations"), _("tant que leurs dates sont à l’agenda"), STAYS),
    "agenda.registrations": Kept(_("inscriptions, avec vos réponses"), THREE_YEARS, GOES),
    "agenda.events_proposed": Kept(_("rendez-vous que vous avez proposés"), _("tant qu’ils sont à l’agenda"), STAYS),
    "agenda.events_held": Kept(_("rendez-vous que vous tenez"), _("tant qu’ils sont à l’agenda"), STAYS),
    "agenda.calendars": Kept(_("adresses secrètes de calendrier"), WITH_YOU, GOES),
    "agenda.profiles_seen": Kept(_("profils que vous avez vus changer"), WITH_YOU, GOES),
    "knowledge_map.answers": Kept(_("réponses aux coopérations suggérées"), WHILE_THERE, STAYS),
    "blog.posts": Kept(_("articles et brouillons"), WHILE_READ, STAYS),
    "bulletin.subscriptions": Kept(_("abonnement public à votre adresse"), _("tant que vous le gardez"), Fate.APART),
    "bulletin.deliveries": Kept(_("exemplaires du bulletin reçus"), _("90 jours"), STAYS),
    "bulletin.sendings": Kept(_("envois du bulletin que vous avez lancés"), _("tant que le numéro existe"), STAYS),
    "house.addresses": Kept(_("adresses confirmées ou à confirmer"), WITH_YOU, GOES),
    "house.second_factors": Kept(_("clés d’accès et doubles vérifications"), WITH_YOU, GOES),
    "house.sessions": Kept(_("appareils connectés"), _("deux semaines"), GOES),
    "house.api_tokens": Kept(_("jetons d’accès d’un programme"), WITH_YOU, GOES),
    "house.pages_made": Kept(_("pages du site que vous avez commencées"), WHILE_READ, STAYS),
    "house.pages_locked": Kept(_("pages que vous avez verrouillées"), WHILE_READ, STAYS),
    "house.versions": Kept(_("versions enregistrées de vos pages"), A_YEAR, STAYS),
    "house.comments": Kept(_("commentaires de relecture"), _("avec l’article"), GOES),
    "house.comment_replies": Kept(_("réponses à des commentaires"), _("avec l’article"), GOES),
    "house.comments_resolved": Kept(_("commentaires que vous avez réglés"), _("avec l’article"), STAYS),
    "house.reviews_asked": Kept(_("relectures demandées"), _("avec l’article"), STAYS),
    "house.reviews_done": Kept(_("relectures faites"), _("avec l’article"), STAYS),
    "house.pages_followed": Kept(_("pages que vous suivez"), WITH_YOU, GOES),
    "house.forms_open": Kept(_("formulaires ouverts dans la gestion"), A_DAY, GOES),
    "house.forms_drafts": Kept(_("formulaires en cours dans la gestion"), A_DAY, GOES),
    "house.uploads_waiting": Kept(_("fichiers déposés sans suite"), A_DAY, STAYS),
    "house.back_office_choices": Kept(_("réglages de la gestion"), WITH_YOU, GOES),
    "house.journal": Kept(_("lignes du journal"), A_YEAR, STAYS),
    "house.journal_of_pages": Kept(_("lignes du journal des pages"), A_YEAR, STAYS),
}

OF_STRUCTURE = {
    "residents.profile": Kept(_("page de la structure"), WHILE_THERE, GOES),
    "residents.links": Kept(_("liens"), WHILE_THERE, GOES),
    "residents.stays": Kept(_("présences dans la maison"), WHILE_THERE, GOES),
    "residents.members": Kept(_("membres"), WHILE_THERE, GOES),
    "residents.invitations": Kept(_("invitations"), _("180 jours après leur fin"), GOES),
    "residents.declarations": Kept(_("savoirs déclarés"), WHILE_THERE, GOES),
    "residents.declaration_changes": Kept(_("changements de déclarations"), _("trois ans"), GOES),
    "residents.steps_done": Kept(_("étapes faites, chartes acceptées"), WHILE_THERE, GOES),
    "residents.territorial_issues": Kept(_("problématiques où elle s’engage"), WHILE_THERE, STAYS),
    "residents.pictures": Kept(_("images, logo compris"), WHILE_THERE, GOES),
    "residents.documents": Kept(_("documents"), WHILE_THERE, GOES),
    "agenda.bookings": Kept(_("réservations"), _("trois ans pour les personnes et les mots"), STAYS),
    "agenda.events_organised": Kept(_("rendez-vous organisés"), _("tant qu’ils sont à l’agenda"), STAYS),
    "agenda.registrations": Kept(_("inscriptions de ses membres, en son nom"), THREE_YEARS, STAYS),
    "knowledge_map.suggestions": Kept(_("coopérations suggérées"), _("jusqu’au calcul suivant"), GOES),
    "knowledge_map.answers": Kept(_("réponses aux suggestions"), WHILE_THERE, GOES),
    "blog.posts": Kept(_("articles publiés qui parlent d’elle"), WHILE_READ, STAYS),
    "house.journal": Kept(_("lignes du journal sur sa page"), A_YEAR, STAYS),
}
