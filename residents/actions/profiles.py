"""What the members of a structure change on its profile."""

from django.core.files import File
from django.db import transaction
from wagtail.images import get_image_model
from wagtail.models import Collection, ModelLogEntry

from residents import tasks
from residents.actions import journal
from residents.models import Resident, ResidentLink, User
from residents.profile import Section, state

# The action in the journal; its `data` is `{"section", "before", "after"}`.
PROFILE_CHANGED = "residents.profile"


def locked(slug: str) -> Resident:
    """The structure, its row held until the transaction ends: two colleagues who save wait for each other.

    Raises Resident.DoesNotExist.
    """
    return Resident.objects.select_for_update(of=("self",), no_key=True).with_presence().get(slug=slug)


@transaction.atomic
def change_section(*, resident: Resident, section: Section, to: dict, by: User, picture: File | None = None) -> None:
    """Make `section` of `resident` be `to` (see residents.profile.state), and keep who changed it from what.

    A new logo comes as `picture`, already cleaned, `to["logo"]` being then of no account. What `to` holds has passed
    its form.
    """
    before = state(resident, section)
    if section in to:
        put_value(resident, section, to[section], picture=picture, by=by)
    if "audience" in to:
        setattr(resident, f"{section}_audience", to["audience"])
    resident.save()
    if section in {Section.NAME, Section.SAVOIRS}:
        tasks.declarations_changed()
    after = state(resident, section)
    journal.note(resident, PROFILE_CHANGED, by=by, section=section, before=before, after=after)


def put_value(resident: Resident, section: Section, value, *, picture: File | None, by: User) -> None:
    match section:
        case Section.SECTORS:
            resident.sectors.set(value)
        case Section.LINKS:
            put_links(resident, value)
        case Section.LOGO:
            put_logo(resident, value, picture=picture, by=by)
        case _:
            setattr(resident, section, value)


def put_links(resident: Resident, links: list[list[str]]) -> None:
    resident.links.all().delete()
    ResidentLink.objects.bulk_create(
        ResidentLink(resident=resident, label=label, url=url, position=position)
        for position, (label, url) in enumerate(links)
    )


def put_logo(resident: Resident, value: int | None, *, picture: File | None, by: User) -> None:
    """A new picture takes the place of the old one, which is deleted, file included."""
    old = resident.logo
    if picture:
        resident.logo = store_logo(resident, picture, by=by)
    elif value is None:
        resident.logo = None
    if old and old != resident.logo:
        resident.save(update_fields=["logo"])
        old.delete()


def store_logo(resident: Resident, picture: File, *, by: User):
    image = get_image_model()(
        title=f"Logo de {resident.name}", file=picture, collection=collection_of(resident), uploaded_by_user=by
    )
    image._set_image_file_metadata()
    image.save()
    return image


def collection_of(resident: Resident) -> Collection:
    """The structure's own collection of pictures, named by its address, which never changes."""
    root = Collection.get_first_root_node()
    known = root.get_children().filter(name=resident.slug).first()
    return known or root.add_child(name=resident.slug)


def last_change(resident: Resident, section: Section) -> ModelLogEntry | None:
    """Who changed the section last, and when (`.user`, `.timestamp`)."""
    return journal.last(resident, PROFILE_CHANGED, section=section)
