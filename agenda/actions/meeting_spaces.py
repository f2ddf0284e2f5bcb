"""The spaces that a meeting is held in, each with its booking while the meeting stands."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agenda import rules
from agenda.actions import bookings
from agenda.availability import Verdict
from agenda.enums import EventAudience, EventStatus, TitleAudience
from agenda.models import Booking, Event, Space
from residents.models import User

# Who reads the title of the booking that a meeting makes.
READERS = {
    EventAudience.PUBLIC: TitleAudience.PUBLIC,
    EventAudience.RESIDENTS: TitleAudience.RESIDENTS,
    EventAudience.PARTICIPANTS: TitleAudience.OURS,
}


@dataclass(frozen=True)
class Obstacle:
    """A space that a meeting cannot have: `verdict` when somebody holds it, else `message` says why."""

    event: Event
    space: Space | None
    message: str
    verdict: Verdict | None = None
    is_closed: bool = False


class SpacesRefused(ValidationError):
    """Some spaces cannot be had, and nothing was written: `obstacles` says which and why."""

    def __init__(self, obstacles: list[Obstacle]):
        super().__init__(_("Des espaces ne sont pas libres : rien n’est enregistré pour l’instant."), "spaces")
        self.obstacles = obstacles


def lock(events: list[Event]) -> None:
    """Those who change what these meetings hold wait for one another, until the transaction ends.

    Their bookings first, then the spaces, each in the order of its keys: as whoever decides or moves one booking does.
    """
    made = Booking.objects.filter(event__in=events).order_by("pk")
    held = list(made.select_for_update(no_key=True).values_list("space", flat=True))
    wanted = Event.spaces.through.objects.filter(event__in=events).values_list("space", flat=True)
    bookings.lock_spaces(list(Space.objects.filter(pk__in={*held, *wanted})))


def hold_spaces(event: Event, *, by: User, despite_closure: bool = False) -> list[Obstacle]:
    """Make the meeting's bookings be those of its spaces, at its time; returns the spaces that cannot be had.

    A draft holds none. Those given up are freed first. Of several meetings changed at once, `lock` them all before.
    """
    lock([event])
    wanted = list(event.spaces.order_by("pk")) if event.status == EventStatus.PUBLISHED else []
    standing = {booking.space_id: booking for booking in event.bookings.holding().select_related("space")}
    for pk, booking in standing.items():
        if pk not in {space.pk for space in wanted}:
            bookings.cancel(booking=booking, by=by, tell=False)
    found = [hold(event, space, standing.get(space.pk), by, despite_closure) for space in wanted]
    return [obstacle for obstacle in found if obstacle]


def hold(event: Event, space: Space, booking: Booking | None, by: User, despite_closure: bool) -> Obstacle | None:
    """Book `space` for the meeting, or move the booking that it has there."""
    fields = {
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "title": event.title[:120],
        "title_audience": READERS[event.audience],
        "attendees": event.capacity,
    }
    try:
        with transaction.atomic():
            if booking is None:
                holder = next((one for one in event.organisers.all() if rules.can_book_for(by, one)), None)
                bookings.book(
                    space=space,
                    by=by,
                    resident=holder,
                    event=event,
                    tell=False,
                    despite_closure=despite_closure,
                    **fields,
                )
            elif any(getattr(booking, name) != value for name, value in fields.items()):
                bookings.change(
                    booking=booking, to=fields, by=by, event=event, tell=False, despite_closure=despite_closure
                )
    except bookings.Clash as clash:
        return Obstacle(event, space, clash.message, clash.verdict)
    except PermissionDenied:
        return Obstacle(event, space, _("Cet espace n’est pas réservable par vous."))
    except ValidationError as error:
        return Obstacle(event, space, " ".join(error.messages), is_closed=getattr(error, "code", "") == "closed")
    return None


def refuse(obstacles: list[Obstacle]) -> None:
    if obstacles:
        raise SpacesRefused(obstacles)
