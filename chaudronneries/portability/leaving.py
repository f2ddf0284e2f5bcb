"""A person deletes their account, or a structure its page: each app lets go of its part, and what others need stays.

The one way out, whoever asks: the person, the back office, the night's forgetting.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import UploadedFile

import agenda.actions.leaving
import blog.actions.leaving
import bulletin.actions.leaving
import mailing.portability
import residents.actions.leaving
from chaudronneries.portability import letters, rules
from residents.actions import journal
from residents.models import Resident, Stay, User
from residents.models.people import HOUSE_MANAGERS
from residents.rules import can_take_away

# The actions in the journal.
PERSON_LEFT, STRUCTURE_LEFT = "chaudronneries.person_left", "chaudronneries.structure_left"


def why_person_stays(user: User) -> str:
    """Why this account cannot be deleted now, in words; "" when it can. The house never loses its last key."""
    others = User.objects.filter(is_active=True).exclude(pk=user.pk)
    if user.is_superuser and not others.filter(is_superuser=True).exists():
        return _(
            "Vous êtes la seule personne à administrer la maison : plus personne n’en aurait les clés. "
            "Donnez d’abord ce rôle à quelqu’un d’autre."
        )
    if user.groups.filter(name=HOUSE_MANAGERS).exists() and not others.house_managers().exists():
        return _(
            "Vous êtes la seule personne à tenir la maison : les demandes n’arriveraient plus à personne. "
            "Donnez d’abord ce rôle à quelqu’un d’autre."
        )
    return ""


def why_structure_stays(resident: Resident) -> str:
    """Why this structure cannot be deleted now, in words; "" when it can.

    A stay tells how many places are left, and an agreement runs with it: the house ends it, then the page may go.
    """
    if Stay.objects.filter(resident=resident).not_ended(timezone.localdate()).exists():
        return _(
            "La structure est en résidence : sa présence compte dans les places de la maison. "
            "La maîtresse d’établissement y met d’abord fin ; le lendemain, tout peut s’effacer."
        )
    return ""


@transaction.atomic
def leave(*, user: User, by: User | None, signs: bool = False) -> None:
    """Delete the account; its posts keep the name of the person as a signature when they wish (`signs`).

    `by` is the person, who manages the house, or None for the night's forgetting. House managers are told of the
    structures that nobody speaks for any more, and the person, a last time, that it is done. Raises PermissionDenied,
    and ValidationError for who holds the last key of the house.
    """
    if user.is_house_manager:
        hold_the_keys()
    user = User.objects.with_roles().select_for_update(of=("self",)).get(pk=user.pk)
    if not rules.can_delete_account(by, user):
        raise PermissionDenied
    if reason := why_person_stays(user):
        raise ValidationError(reason, "last_key")
    name, pk, email = user.get_full_name(), user.pk, user.email
    orphans = list(residents.actions.leaving.left_without_lead(user))
    agenda.actions.leaving.forget_person(user=user, by=by)
    blog.actions.leaving.forget_person(user=user, by=by, signs=signs)
    bulletin.actions.leaving.forget_person(user=user)
    for upload in UploadedFile.objects.filter(uploaded_by_user=user):
        delete_upload(upload)
    mailing.portability.forget_person(user)
    residents.actions.leaving.forget_person(user=user, name=name)
    teller = None if by == user else by
    journal.note(user, PERSON_LEFT, by=teller, label=_("une personne partie"), asked=by == user)
    user.delete()
    letters.farewell(email, pk=pk, is_asked=by is not None)
    letters.tell_managers_of_orphans(orphans, pk=pk)


def hold_the_keys() -> None:
    """Who holds a key of the house leaves one after the other: each would count on the one who leaves meanwhile."""
    keys = User.objects.filter(Q(is_superuser=True) | Q(pk__in=User.objects.house_managers().values("pk")))
    list(keys.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True))


def delete_upload(upload: UploadedFile) -> int:
    """With its file, which storage may have lost."""
    default_storage.delete(upload.file.name)
    return upload.delete()[0]


@transaction.atomic
def close(*, resident: Resident, by: User) -> None:
    """Delete the structure; its people keep their accounts. Who spoke for it and the house managers are told.

    Raises PermissionDenied, and ValidationError while it is in residence.
    """
    resident = Resident.objects.select_for_update(of=("self",)).get(pk=resident.pk)
    if not can_take_away(by, resident):
        raise PermissionDenied
    if reason := why_structure_stays(resident):
        raise ValidationError(reason, "in_residence")
    told = letters.closing(resident, by=by, meetings=list(agenda.actions.leaving.left_without_host(resident)))
    journal.note(resident, STRUCTURE_LEFT, by=by)
    agenda.actions.leaving.forget_structure(resident=resident, by=by)
    blog.actions.leaving.forget_structure(resident=resident, by=by)
    residents.actions.leaving.forget_structure(resident=resident)
    for post in told:
        post()
