"""Pictures and documents that come with a post: kept in the collection of the structure that sends them."""

from django.core.files import File
from django.db import transaction
from wagtail.models import Collection

from residents.actions import communication
from residents.actions.profiles import collection_of
from residents.models import User


def own_collection(by: User) -> Collection:
    """That of the person's first structure in the house; the house's for who has none."""
    structures = [m.resident for m in by.memberships_list if not m.has_left]
    return collection_of(structures[0]) if structures else Collection.get_first_root_node()


@transaction.atomic
def store_picture(*, file: File, title: str, credit: str, by: User):
    """`file` is a picture already written anew (residents/pictures.py)."""
    return communication.store_picture(collection=own_collection(by), file=file, title=title, credit=credit, by=by)


@transaction.atomic
def store_document(*, file: File, title: str, by: User):
    return communication.store_document(collection=own_collection(by), file=file, title=title, by=by)


def give_credit(picture, credit: str, *, by: User) -> None:
    """Say who made a picture; only who sent it does."""
    if picture and picture.uploaded_by_user_id == by.pk and picture.credit != credit[:150]:
        picture.credit = credit[:150]
        picture.save(update_fields=["credit"])
