"""What the journal of the back office says of what was done here: the table of our actions, in words."""

import datetime
from collections.abc import Callable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter

from residents.actions.agreements import REMINDED
from residents.actions.declarations import DECLARATION
from residents.actions.duplicates import KEPT_APART, REOPENED
from residents.actions.factors import FORGOTTEN
from residents.actions.merges import MERGED, UNMERGED
from residents.actions.profiles import PROFILE_CHANGED
from residents.actions.visibility import VISIBILITY_CHANGED
from residents.actions.welcome import PUT_ASIDE, REVIEWED, STEP_ACCEPTED, STEP_DONE, STEP_UNDONE
from residents.enums import SheetKind, Trace
from residents.pages.visibility import TRACE, YES
from residents.places import say_date
from residents.profile import Section
from residents.spreadsheets.importing import IMPORTED


def say_section(data: dict) -> str:
    return gettext("Profil modifié : %(section)s") % {"section": Section(data["section"]).label}


def say_choice(data: dict) -> str:
    """What was chosen is forgotten with the structure (`actions.journal.forget_structure`), that it was is not."""
    part, after = data["part"], data.get("after")
    if part == TRACE:
        if after is None:
            return gettext("Choix changé : ce qui se lit après le départ")
        return gettext("Après le départ se lira : %(trace)s") % {"trace": Trace(after).label}
    if after is None:
        return gettext("Choix changé : figurer dans l’annuaire public")
    if after == YES:
        return gettext("Figure dans l’annuaire public")
    return gettext("Ne figure plus dans l’annuaire public")


DECLARED = {
    "declared": _("« %(item)s » déclaré"),
    "changed": _("« %(item)s » modifié"),
    "withdrawn": _("« %(item)s » retiré"),
}


def say_declaration(data: dict) -> str:
    return DECLARED[data["done"]] % data


def say_reminder(data: dict) -> str:
    day = say_date(datetime.date.fromisoformat(data["ends_on"]))
    return gettext("La maison a été prévenue : fin le %(day)s") % {"day": day}


def say_import(data: dict) -> str:
    told = data | {"kind": SheetKind(data["kind"]).label}
    return gettext("Feuille importée (%(kind)s) : créés %(create)d, changés %(change)d, invités %(invite)d") % told


# {action: (its name among the filters, what a line says)}; a sentence is filled with the data of the line.
WORDS = {
    PROFILE_CHANGED: (_("Modifier le profil"), say_section),
    VISIBILITY_CHANGED: (_("Choisir qui la rencontre"), say_choice),
    DECLARATION: (_("Déclarer un savoir"), say_declaration),
    REMINDED: (_("Rappeler une échéance"), say_reminder),
    FORGOTTEN: (_("Oublier des clés"), _("Clés et codes oubliés : la personne les avait perdus")),
    MERGED: (_("Fusionner deux termes"), _("« %(item)s » fusionné dans « %(into)s »")),
    UNMERGED: (_("Annuler une fusion"), _("Fusion de « %(item)s » dans « %(into)s » annulée")),
    KEPT_APART: (_("Départager deux termes"), _("« %(item)s » et « %(other)s » sont deux choses")),
    REOPENED: (_("Remettre deux termes à départager"), _("« %(item)s » et « %(other)s » à nouveau à départager")),
    STEP_DONE: (_("Cocher une étape"), _("Étape faite : « %(step)s »")),
    STEP_ACCEPTED: (_("Accepter un texte"), _("Texte accepté : « %(step)s »")),
    STEP_UNDONE: (_("Décocher une étape"), _("Étape à refaire : « %(step)s »")),
    REVIEWED: (_("Relire un profil"), _("Relu : tout est encore juste")),
    PUT_ASIDE: (_("Mettre les étapes de côté"), _("Les étapes de l’arrivée ne lui sont plus rappelées")),
    IMPORTED: (_("Importer une feuille de calcul"), say_import),
}


class Told(LogFormatter):
    def __init__(self, label: str, say: str | Callable[[dict], str]):
        self.label, self.say = label, say

    def format_message(self, entry) -> str:
        return self.say(entry.data) if callable(self.say) else str(self.say) % entry.data


def register(actions) -> None:
    """The journal makes each formatter without arguments: hence the small functions."""
    for action, (label, say) in WORDS.items():
        actions.register_action(action)(lambda label=label, say=say: Told(label, say))
