"""Who may do what in the agenda: pure predicates on a person and a thing, `user` possibly anonymous."""

from django.db.models import Q

from agenda.enums import BookableBy, BookingStatus, EventAudience, EventStatus, TitleAudience
from agenda.models import Booking, Event, Space
from residents.models import Resident, User
from residents.rules import is_house_manager, is_lead, is_member, is_resident


def can_see_bookings(user: User) -> bool:
    """When spaces are taken: those of the house."""
    return is_resident(user)


def can_book(user: User, space: Space) -> bool:
    """May ask for `space`, for one of their structures or, for the house manager, for anybody."""
    if is_house_manager(user):
        return not space.is_retired
    if space.is_retired or not is_resident(user):
        return False
    if space.bookable_by == BookableBy.LEADS:
        return any(m.is_lead and not m.has_left for m in user.memberships_list)
    return space.bookable_by == BookableBy.RESIDENTS


def can_book_for(user: User, resident: Resident | None) -> bool:
    """For a structure of theirs; the house manager for any, for the house (None) and for outside persons."""
    return is_house_manager(user) or (resident is not None and is_member(user, resident))


def is_party(user: User, booking: Booking) -> bool:
    """The booking is theirs: they booked it, it is for them, or for one of their structures."""
    if not user.is_authenticated:
        return False
    return user.pk in {booking.created_by_id, booking.booked_for_id} or (
        booking.resident_id in {m.resident_id for m in user.memberships_list} and booking.resident_id is not None
    )


def owns(user: User, booking: Booking) -> bool:
    """Moves and cancels it: who booked it, whom it is for, the leads of its structure, the house manager."""
    if not user.is_authenticated:
        return False
    return (
        is_house_manager(user)
        or user.pk in {booking.created_by_id, booking.booked_for_id}
        or (booking.resident_id is not None and is_lead(user, booking.resident))
    )


def can_change(user: User, booking: Booking) -> bool:
    """The past never moves; nor does a booking made with a meeting, which moves with it."""
    return owns(user, booking) and booking.is_holding and not booking.has_started and booking.event_id is None


def can_cancel(user: User, booking: Booking) -> bool:
    """Until it ends, for one may leave early; a meeting's booking is cancelled with the meeting."""
    return owns(user, booking) and booking.is_holding and not booking.is_past and booking.event_id is None


def can_decide(user: User, booking: Booking) -> bool:
    return is_house_manager(user) and booking.status == BookingStatus.REQUESTED


def can_read_title(user: User, booking: Booking) -> bool:
    """May read what the booking is for; the others read « occupé »."""
    if is_house_manager(user) or booking.title_audience == TitleAudience.PUBLIC:
        return True
    if booking.title_audience == TitleAudience.RESIDENTS and is_resident(user):
        return True
    return is_party(user, booking)


def can_edit_events(user: User) -> bool:
    """Puts meetings on the agenda: residents, for their structures; the house manager, any."""
    return is_resident(user)


def can_edit_event(user: User, event: Event) -> bool:
    """Who proposed it, the leads of a structure that organises it, the house manager (prefetch `organisers`).

    Only while they belong to the house: it holds the names and addresses of those who come.
    """
    if not is_resident(user):
        return False
    return (
        is_house_manager(user)
        or event.created_by_id == user.pk
        or any(is_lead(user, organiser) for organiser in event.organisers.all())
    )


def can_see_registrations(user: User, event: Event) -> bool:
    """Names and addresses: those who edit the meeting, and those who hold it."""
    return can_edit_event(user, event) or any(host.pk == user.pk for host in event.hosts.all())


def can_see_event(user: User, event: Event) -> bool:
    if event.status == EventStatus.DRAFT:
        return can_see_registrations(user, event)
    if event.audience == EventAudience.PUBLIC or can_see_registrations(user, event):
        return True
    if event.audience == EventAudience.RESIDENTS:
        return is_resident(user)
    return user.is_authenticated and event.registrations.active().filter(user=user).exists()


def visible_events(user: User) -> Q:
    """`can_see_event` as a condition on rows, for those on the agenda (join on people: use `.distinct()`)."""
    published = ~Q(status=EventStatus.DRAFT)
    if is_house_manager(user):
        return Q()
    public = published & Q(audience=EventAudience.PUBLIC)
    if not user.is_authenticated:
        return public
    ours = Q(hosts=user)
    if is_resident(user):
        leads = [m.resident_id for m in user.memberships_list if m.is_lead]
        ours |= Q(created_by=user) | Q(organisers__in=leads)
    invited = published & Q(
        pk__in=user.registrations.active().values("event"),
    )
    inside = published & Q(audience=EventAudience.RESIDENTS) if is_resident(user) else Q(pk=None)
    return public | inside | ours | invited


def can_register(user: User, event: Event) -> bool:
    """May take a seat for themselves, when registration is open; participants are added by those who hold it."""
    if event.audience == EventAudience.PUBLIC:
        return user.is_authenticated
    return event.audience == EventAudience.RESIDENTS and is_resident(user)


def can_register_guests(event: Event) -> bool:
    """People without an account may ask for a seat."""
    return event.audience == EventAudience.PUBLIC and event.takes_registrations


def can_import(user: User) -> bool:
    return is_house_manager(user)
