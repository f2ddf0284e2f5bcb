"""What « Sur le feu » keeps of a person (docs/portability.md)."""

from django.db.models import F, Q, QuerySet

from bulletin.models import Delivery, Sending, Subscriber
from residents.models import Resident, User


def of_person(user: User) -> dict[str, QuerySet]:
    """Rows of dicts; never the token of a subscription."""
    subscriptions = Subscriber.objects.filter(email=user.email).order_by("pk")
    sendings = Sending.objects.filter(started_by=user).order_by("pk")
    return {
        "subscriptions": subscriptions.values(
            "email", "state", "asked_at", "confirmed_at", "consent", "left_at", "bounces", "last_bounce"
        ),
        "deliveries": deliveries_of(user)
        .order_by("pk")
        .values("to", "written_at", "skipped", "bounce", "bounced_at", issue=F("sending__issue__title")),
        "sendings": sendings.values("started_at", "finished_at", issue_title=F("issue__title")),
    }


def of_structure(resident: Resident) -> dict[str, QuerySet]:
    """Nothing: the bulletin is written to people."""
    return {}


def deliveries_of(user: User) -> QuerySet[Delivery]:
    return Delivery.objects.filter(Q(user=user) | Q(to=user.email))
