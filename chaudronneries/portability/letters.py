"""What is written when somebody leaves."""

from collections.abc import Callable
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.models import Event
from mailing import outbox
from mailing.enums import Topic
from mailing.letters import Letter
from mailing.outbox import one_line
from mailing.portability import FAREWELL
from residents.enums import MembershipRole
from residents.models import Resident, User


def farewell(email: str, *, pk: int, is_asked: bool) -> None:
    """The last mail, to an address that the house forgets the night after."""
    asleep = _("Personne ne s’y connectait plus depuis longtemps : la maison ne garde pas un compte qui dort.")
    letter = Letter(
        subject=_("Votre compte des Chaudronneries est supprimé"),
        paragraphs=[
            *([] if is_asked else [asleep]),
            _("Votre compte et ce qui n’est qu’à vous sont effacés. Ce qui sert à d’autres ne dit plus votre nom."),
            _("Les sauvegardes s’effacent d’elles-mêmes en quatorze nuits ; cette adresse, la nuit prochaine."),
        ],
        after=[_("Ce n’est pas vous qui l’avez demandé ? Dites-le à la maison : ce message est notre dernier.")],
        links=[(_("La maison"), outbox.absolute("/"))],
        why=_("Vous recevez ce message parce que cette adresse était celle du compte."),
    )
    letter.post(key=f"{FAREWELL}{pk}", topic=Topic.ACCOUNT, to=email)


def tell_managers_of_orphans(orphans: list[Resident], *, pk: int) -> None:
    """Nobody speaks for these structures any more."""
    for manager in User.objects.house_managers() if orphans else []:
        letter = Letter(
            subject=_("Plus personne ne parle pour : %(names)s") % {"names": ", ".join(one.name for one in orphans)},
            name=manager.first_name,
            paragraphs=[_("La dernière personne référente n’a plus de compte.")],
            links=[(one_line(one.name), people_of(one)) for one in orphans],
            after=[_("Nommez quelqu’un parmi ses membres, ou invitez une autre personne.")],
            why=why_manager(),
        )
        letter.post(key=f"sans-referent:{pk}", topic=Topic.DECISION, user=manager)


def people_of(resident: Resident) -> str:
    return outbox.absolute(reverse("residents:people", args=[resident.slug]))


def why_manager() -> str:
    return _("Vous recevez ce message parce que vous tenez la maison.")


def closing(resident: Resident, *, by: User, meetings: list[Event]) -> list[Callable]:
    """What to post once the structure is deleted, put together while its people are known.

    To its leads, and to the house managers with the `meetings` to come that nobody organises any more.
    """
    leads = User.objects.filter(memberships__resident=resident, memberships__role=MembershipRole.LEAD)
    managers = User.objects.house_managers()
    why = _("Vous recevez ce message parce que vous parliez pour la structure.")
    letters = {lead: closed(resident, by, lead, why=why) for lead in leads}
    letters |= {one: closed(resident, by, one, why=why_manager(), meetings=meetings) for one in managers}
    key = f"structure-partie:{resident.pk}"
    return [partial(letter.post, key=key, topic=Topic.ACCOUNT, user=person) for person, letter in letters.items()]


def closed(resident: Resident, by: User, person: User, *, why: str, meetings: list[Event] = ()) -> Letter:
    told = {"name": one_line(resident.name), "who": one_line(str(by))}
    alone = _("Ces rendez-vous à venir n’ont plus personne pour les tenir :")
    return Letter(
        subject=_("%(name)s : ses données sont supprimées") % told,
        name=person.first_name,
        paragraphs=[
            _("%(who)s a supprimé les données de %(name)s. Ce dont d’autres ont besoin reste sans son nom.") % told,
            _("Ses réservations à venir sont annulées. Les comptes de ses membres restent."),
            *([alone] if meetings else []),
        ],
        lines=[one_line(event.title) for event in meetings],
        why=why,
    )
