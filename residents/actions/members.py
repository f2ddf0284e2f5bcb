"""Who speaks for a structure, and who is of it no more. Joining is done by an invitation (actions/invitations.py)."""

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mailing.enums import Topic
from mailing.letters import Letter
from residents import rules
from residents.actions import journal
from residents.enums import MembershipRole
from residents.models import Membership, Resident, User


@transaction.atomic
def change_role(*, membership: Membership, role: MembershipRole, by: User, without_lead: bool = False) -> bool:
    """Whether the role changed. Raises as `remove` does."""
    if not rules.can_invite(by, membership.resident):
        raise PermissionDenied
    kept = locked(membership)
    if kept.role == role:
        return False
    spare_the_last_lead(kept, by, without_lead)
    kept.role = role
    kept.save(update_fields=["role"])
    journal.note(kept, "wagtail.edit", by=by)
    if kept.is_lead:
        told = _(
            "Vous parlez désormais pour %(structure)s : sa page, ses personnes et ses réservations sont les vôtres."
        )
    else:
        told = _("Vous êtes toujours de %(structure)s, où une autre personne parle désormais pour la structure.")
    tell(kept, told, by)
    return True


@transaction.atomic
def remove(*, membership: Membership, by: User, without_lead: bool = False) -> None:
    """The person is of the structure no more; their account stays, and what they did.

    Raises PermissionDenied; and ValidationError when nobody would speak for the structure any more: code "last_lead",
    or "without_lead" for the house manager, who may do it all the same once they said so (`without_lead`).
    """
    if not rules.can_remove_member(by, membership):
        raise PermissionDenied
    kept = locked(membership)
    spare_the_last_lead(kept, by, without_lead)
    journal.note(kept, "wagtail.delete", by=by)
    tell(kept, _("Vous n’êtes plus des personnes de %(structure)s. Votre compte reste ouvert."), by)
    kept.delete()


def locked(membership: Membership) -> Membership:
    """The membership as it stands; all those of its structure are held, so that two leads do not leave at once."""
    held = Membership.objects.select_related("user", "resident").select_for_update(of=("self",)).order_by("pk")
    kept = next((one for one in held.filter(resident=membership.resident) if one.pk == membership.pk), None)
    if kept is None:
        raise ValidationError(_("Cette personne n’est déjà plus de la structure."), "gone")
    return kept


def is_last_lead(membership: Membership) -> bool:
    """Whether nobody else speaks for the structure."""
    structure = Resident.objects.filter(pk=membership.resident_id)
    return membership.is_lead and structure.led_by_nobody_but(membership.user).exists()


def spare_the_last_lead(membership: Membership, by: User, without_lead: bool) -> None:
    if not is_last_lead(membership):
        return
    if not rules.is_house_manager(by):
        raise ValidationError(
            _("Plus personne ne parlerait pour la structure : nommez d’abord une autre personne référente."),
            "last_lead",
        )
    if not without_lead:
        raise ValidationError(
            _("Plus personne ne parlera pour la structure : cochez la case si c’est voulu."), "without_lead"
        )


def tell(membership: Membership, words: str, by: User) -> None:
    """By mail, to whom somebody else did it."""
    if membership.user == by:
        return
    told = {"structure": membership.resident}
    letter = Letter(
        subject=_("Votre place dans %(structure)s") % told,
        name=membership.user.first_name,
        paragraphs=[words % told],
        after=[_("C’est une erreur ? Parlez-en à %(who)s, ou à la maîtresse d’établissement.") % {"who": by}],
        why=_("Vous recevez ce message parce que ce que votre compte ouvre a changé."),
    )
    letter.post(
        # Each change is told.
        key=f"appartenance:{membership.pk}:{uuid.uuid4()}",
        topic=Topic.ACCOUNT,
        user=membership.user,
    )
