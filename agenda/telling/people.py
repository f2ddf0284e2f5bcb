"""Who a booking concerns."""

from agenda.models import Booking
from agenda.telling.messages import Person
from residents.enums import MembershipRole
from residents.models import User


def holders(booking: Booking, *, by: User | None) -> list[Person]:
    """Those who count on it, each once: the outside person, whom it is for, who booked it.

    When nobody of its structure had a part in it, its leads are told, or its members when it has no lead. Who did it
    (`by`) is left out when they did it for somebody else: they know, and it is not their calendar.
    """
    people = [user for user in (booking.booked_for, booking.created_by) if user is not None]
    if booking.resident_id and not any(belongs(user, booking) for user in people):
        people += spokespeople(booking)
    if by is not None and is_for_somebody_else(booking, by):
        people = [user for user in people if user != by]
    guest = [Person(booking.guest_email, booking.guest_name)] if booking.guest_email else []
    return unique([*guest, *map(Person.of, people)])


def is_for_somebody_else(booking: Booking, by: User) -> bool:
    if booking.booked_for_id:
        return booking.booked_for_id != by.pk
    if booking.guest_email:
        return True
    return booking.resident_id is not None and not belongs(by, booking)


def belongs(user: User, booking: Booking) -> bool:
    return any(membership.resident_id == booking.resident_id for membership in user.memberships_list)


def spokespeople(booking: Booking) -> list[User]:
    members = User.objects.filter(memberships__resident=booking.resident_id)
    return list(members.filter(memberships__role=MembershipRole.LEAD) or members)


def managers(*, but: User | None) -> list[Person]:
    """Those who decide, less who did it."""
    return [Person.of(user) for user in User.objects.house_managers() if user != but]


def unique(people: list[Person]) -> list[Person]:
    return list({person.email.lower(): person for person in reversed(people)}.values())[::-1]
