"""A person leaves the house, or a structure: what this app holds of them. The rest is chaudronneries/portability/.

Each is called in the transaction that ends by deleting the account, or the structure.
"""

import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Collection, ReferenceIndex

from residents import tasks
from residents.actions import journal
from residents.models import Invitation, Picture, Resident, Stay, User
from residents.portability import applications_of, given, invited

# Once all stays of a structure have ended, whom to call there is remembered for that long.
CONTACT_KEPT = datetime.timedelta(days=3 * 365)


def left_without_lead(user: User) -> QuerySet[Resident]:
    """The structures in residence that `user` alone speaks for."""
    return Resident.objects.in_residence().led_by_nobody_but(user)


@transaction.atomic
def forget_person(*, user: User, name: str) -> None:
    """What is theirs goes; what their structures say of whom to call names them no more. `name` is how it says them."""
    Invitation.objects.filter(invited(user)).delete()
    applications_of(user).delete()
    ours = Resident.objects.filter(memberships__user=user)
    ours.filter(contact_name__iexact=name).update(contact_name="", updated_at=timezone.now())
    ours.filter(email__iexact=user.email).update(email="", updated_at=timezone.now())
    journal.forget_person(user, name=name, structures=ours)
    Session.objects.filter(session_key__in=UserSession.objects.filter(user=user).values("session_key")).delete()


@transaction.atomic
def forget_structure(*, resident: Resident) -> None:
    """Delete its page with all that hangs on it, pictures and documents included; the map is drawn anew."""
    empty_collection(resident)
    journal.forget_structure(resident)
    resident.delete()
    tasks.declarations_changed()


def empty_collection(resident: Resident) -> None:
    """Delete its pictures and documents, files included; those that something else shows become the house's."""
    root = Collection.get_first_root_node()
    for model in (Picture, get_document_model()):
        for kept in model.objects.filter(given(resident)):
            if shown_elsewhere(kept, resident):
                kept.collection, kept.uploaded_by_user = root, None
                kept.save(update_fields=["collection", "uploaded_by_user"])
            else:
                kept.delete()
    for collection in root.get_children().filter(name=resident.slug):
        collection.delete()


def shown_elsewhere(kept, resident: Resident) -> bool:
    """Whether a page, a meeting, another structure… shows it."""
    references = ReferenceIndex.get_references_to(kept).select_related("base_content_type")
    return any(
        (reference.base_content_type.model_class(), reference.object_id) != (Resident, str(resident.pk))
        for reference in references
    )


@transaction.atomic
def forget_contacts() -> int:
    """Whom to call in the structures that left long ago; how many structures said it."""
    before = timezone.localdate() - CONTACT_KEPT
    stayed = Stay.objects.filter(ends_on__lt=before).values("resident")
    still = Stay.objects.not_ended(before).values("resident")
    left = Resident.objects.filter(pk__in=stayed).exclude(pk__in=still)
    said = left.exclude(contact_name="", email="", phone="")
    return said.update(contact_name="", email="", phone="", updated_at=timezone.now())
