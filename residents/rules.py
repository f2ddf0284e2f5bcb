"""Who may do what: pure predicates on a person and a thing, `user` possibly anonymous."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from residents.enums import Audience, StepBy, Trace
from residents.models import Membership, Partner, Resident, User
from residents.models.structures import has_left


def is_administrator(user: User) -> bool:
    return user.is_authenticated and user.is_superuser


def is_house_manager(user: User) -> bool:
    """The maîtresse d'établissement, and administrators."""
    return user.is_authenticated and user.is_house_manager


def is_member(user: User, resident: Resident) -> bool:
    return user.is_authenticated and any(m.resident_id == resident.pk for m in user.memberships_list)


def is_lead(user: User, resident: Resident) -> bool:
    return user.is_authenticated and any(m.resident_id == resident.pk and m.is_lead for m in user.memberships_list)


def is_resident(user: User) -> bool:
    """Belongs to the house: to a structure that has not left it, or runs the house."""
    return user.is_authenticated and (user.is_house_manager or any(not m.has_left for m in user.memberships_list))


def can_edit_profile(user: User, resident: Resident) -> bool:
    return is_member(user, resident) or is_house_manager(user)


def can_invite(user: User, resident: Resident) -> bool:
    """Its leads while it is of the house, and the house: accounts are opened so."""
    leads = user.is_authenticated and any(
        m.resident_id == resident.pk and m.is_lead and not m.has_left for m in user.memberships_list
    )
    return leads or is_house_manager(user)


def can_remove_member(user: User, membership: Membership) -> bool:
    """Who invites there takes people off; everybody leaves by themselves, whatever became of the structure."""
    return membership.user_id == user.pk or can_invite(user, membership.resident)


def can_take_away(user: User, resident: Resident) -> bool:
    """Takes its data away, or deletes them: its leads, once it has left the house too, and the house."""
    return is_lead(user, resident) or is_house_manager(user)


def can_declare(user: User, resident: Resident) -> bool:
    return is_member(user, resident) or is_house_manager(user)


def can_merge_terms(user: User) -> bool:
    return is_house_manager(user)


def audiences(user: User, resident: Resident) -> set[str]:
    """The audiences of `resident`'s fields that `user` belongs to."""
    if is_house_manager(user) or is_member(user, resident):
        return {Audience.PUBLIC, Audience.RESIDENTS, Audience.HOUSE}
    if resident.leaves_its_page:
        return set()
    if is_resident(user):
        return {Audience.PUBLIC, Audience.RESIDENTS}
    return {Audience.PUBLIC}


def can_decide_applications(user: User) -> bool:
    return is_house_manager(user)


def can_read(user: User, resident: Resident, field: str) -> bool:
    """May `user` read the guarded `field` (one of Resident.GUARDED_FIELDS)?"""
    return getattr(resident, f"{field}_audience") in audiences(user, resident)


def can_edit_section(user: User, resident: Resident, section: str) -> bool:
    """The name is what bookings and the map know a structure by: its leads and the house change it, no other member."""
    if section == "name":
        return is_lead(user, resident) or is_house_manager(user)
    return can_edit_profile(user, resident)


def can_see_profile(user: User, resident: Resident) -> bool:
    """Those who meet it, once it has arrived (`with_presence`); before, only those who write the page."""
    return (resident.arrived_on is not None and meets(user, resident)) or can_edit_profile(user, resident)


def can_change_visibility(user: User, resident: Resident) -> bool:
    """Whether the public meets it, and what stays after it: its leads say so, and the house."""
    return is_lead(user, resident) or is_house_manager(user)


def can_tick_step(user: User, resident: Resident, *, by: str, is_accepted: bool) -> bool:
    """The house does its own steps, and helps with those of the structure; but nobody accepts a text in its place."""
    if by == StepBy.HOUSE:
        return is_house_manager(user)
    return is_member(user, resident) or (is_house_manager(user) and not is_accepted)


def can_follow_arrivals(user: User) -> bool:
    return is_house_manager(user)


def can_take_all_kits(user: User) -> bool:
    return is_house_manager(user)


def meets(user: User, resident: Resident) -> bool:
    """Is `user` told that this structure exists?

    The public is not of one that stays out of the directory; nobody but its members and the house is, of one that left
    and wished to leave nothing.
    """
    if is_house_manager(user) or is_member(user, resident):
        return True
    if resident.trace == Trace.NOTHING and resident.has_left:
        return False
    return resident.is_listed or is_resident(user)


def met(user: User, prefix: str = "") -> Q:
    """`meets` as a condition on rows; `prefix` leads from the row to the structure ("resident__")."""
    if is_house_manager(user):
        return Q()
    stays = ~(Q((f"{prefix}trace", Trace.NOTHING)) & has_left(f"{prefix}pk"))
    return stays & met_here(user, prefix) | ours(user, prefix)


def met_here(user: User, prefix: str = "") -> Q:
    """`met` for rows of structures that are in residence, which is asked sooner: none of them has left."""
    if is_resident(user):
        return Q()
    return Q((f"{prefix}is_listed", True)) | ours(user, prefix)


def ours(user: User, prefix: str = "") -> Q:
    """Structures of `user`; an empty condition when there is none."""
    keys = [membership.resident_id for membership in user.memberships_list] if user.is_authenticated else []
    return Q((f"{prefix}pk__in", keys)) if keys else Q()


def met_by_all() -> Q:
    """The structures that the public is told of."""
    return met(AnonymousUser())


def can_read_partner(user: User, partner: Partner) -> bool:
    """Everybody once it is shown; the house before."""
    return partner.is_shown or is_house_manager(user)


def can_read_document(user: User, document) -> bool:
    """Before it is published: the house's, and those of the structure whose collection it is in (select it)."""
    return is_house_manager(user) or (
        user.is_authenticated and document.collection.name in {resident.slug for resident in user.residents_list}
    )


def readable(user: User, field: str, prefix: str = "") -> Q:
    """`can_read` as a condition on rows of structures in residence; `prefix` leads to the structure ("resident__")."""
    if is_house_manager(user):
        return Q()
    open_to = [Audience.PUBLIC, Audience.RESIDENTS] if is_resident(user) else [Audience.PUBLIC]
    return Q((f"{prefix}{field}_audience__in", open_to)) | ours(user, prefix)
