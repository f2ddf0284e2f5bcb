"""Who may do what with « Sur le feu », and who gets it without asking."""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from mailing.enums import Topic
from mailing.models import Refusal
from residents.models import Membership, Resident, User
from residents.rules import is_house_manager


def can_draft(user: User) -> bool:
    """Begins an issue, and reads it before it comes out."""
    return is_house_manager(user)


def can_send(user: User) -> bool:
    return is_house_manager(user)


def readers_of_the_house():
    """Who gets it by default: the people of structures in residence today, and the house managers."""
    present = Resident.objects.present_on(timezone.localdate())
    memberships = Membership.objects.filter(user=OuterRef("pk"), resident__in=present.values("pk"))
    managers = User.objects.house_managers().values("pk")
    return User.objects.filter(Exists(memberships) | Q(pk__in=managers), is_active=True)


def reads_by_default(user: User) -> bool:
    return user.is_authenticated and readers_of_the_house().filter(pk=user.pk).exists()


def refusing():
    """People who said no to the bulletin: it holds for their address too, until they ask for it again."""
    return User.objects.filter(pk__in=Refusal.objects.filter(topic=Topic.BULLETIN).values("user"))
