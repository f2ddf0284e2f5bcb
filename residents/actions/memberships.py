"""What the house says of who belongs where, by the spreadsheet of people; nobody is removed so."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from residents import rules
from residents.actions import invitations, journal, members
from residents.enums import MembershipRole
from residents.models import Invitation, Membership, Resident, User


@transaction.atomic
def join(*, user: User, resident: Resident, role: MembershipRole, by: User) -> Membership | None:
    """Make somebody who has an account a member, and tell them; None when they are one. Raises PermissionDenied."""
    guard(by)
    membership, is_new = Membership.objects.get_or_create(user=user, resident=resident, defaults={"role": role})
    if not is_new:
        return None
    journal.note(membership, "wagtail.create", by=by)
    joined(membership=membership, by=by)
    return membership


@transaction.atomic
def joined(*, membership: Membership, by: User) -> None:
    """The house made somebody a member: they are told, and an invitation that waits for them there is withdrawn."""
    guard(by)
    for invitation in membership.resident.invitations.unanswered().filter(email=membership.user.email):
        invitations.withdraw(invitation=invitation, by=by)
    members.tell(membership, _("Vous êtes désormais des personnes de %(structure)s : votre compte y mène."), by)


@transaction.atomic
def invite_many(guests: list[Invitation], *, by: User) -> None:
    """Ask in all these people at once, as `invitations.invite` does each; they are written to in the background.

    `guests` are not saved yet. Raises PermissionDenied, and IntegrityError when one was asked already.
    """
    guard(by)
    for guest in guests:
        guest.invited_by = by
    asked = Invitation.objects.bulk_create(guests, batch_size=invitations.BATCH)
    journal.note_all([journal.entry(invitation, "wagtail.create", by=by) for invitation in asked])
    invitations.write_to_all(asked)


@transaction.atomic
def correct_invitation(*, invitation: Invitation, by: User, **values: str) -> None:
    """Change the role or the names that an invitation proposes; its link and its mail stay. Raises PermissionDenied.

    `values` are among `role`, `first_name` and `last_name`.
    """
    guard(by)
    for field, value in values.items():
        setattr(invitation, field, value)
    invitation.save(update_fields=list(values))
    journal.note(invitation, "wagtail.edit", by=by)


def guard(by: User) -> None:
    if not rules.is_house_manager(by):
        raise PermissionDenied
