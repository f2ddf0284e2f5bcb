"""The promise, said in words: two people never hold the same space at the same time, and the database keeps it."""

from collections.abc import Callable
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from agenda.availability import Verdict
from agenda.models import Occupation, Space

# The promise (agenda.models.Occupation).
NEVER_SHARED = "agenda_space_never_shared"


class Clash(ValidationError):
    """Somebody holds the space then: `verdict` says who, as far as known; `params` nothing."""

    def __init__(self, message, verdict: Verdict):
        super().__init__(message, "clash")
        self.verdict = verdict


def lock_spaces(spaces: list[Space]) -> None:
    """Those who want the same elementary spaces wait for one another, until the transaction ends.

    It spares the database deadlocks, and proves nothing: the exclusion constraint alone keeps the promise. Who locks
    bookings too locks them first.
    """
    wanted = [space.pk for space in spaces]
    parts = Space.parts.through.objects.filter(from_space__in=wanted).values("to_space")
    among = Space.objects.filter(Q(pk__in=wanted) | Q(pk__in=parts)).order_by("pk")
    list(among.select_for_update(no_key=True).values_list("pk"))


@contextmanager
def promised(look: Callable[[], Verdict]):
    """What is written within is undone and said as Clash when somebody was quicker; `look` then says who."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not is_shared(error):
            raise
        raise clash(look()) from error


def is_shared(error: IntegrityError) -> bool:
    """Whether the database refused because the space is held then."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) == NEVER_SHARED


def clash(verdict: Verdict) -> Clash:
    return Clash(violation(Occupation, NEVER_SHARED), verdict)


def violation(model, name: str) -> str:
    """What the constraint of that name says when it is violated."""
    return next(c.violation_error_message for c in model._meta.constraints if c.name == name)
