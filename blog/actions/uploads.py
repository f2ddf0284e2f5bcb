"""Pictures and documents that come with a post: kept in the collection of the structure that sends them."""

from django.core.files import File
from django.db import transaction
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection

from residents.actions.profiles import collection_of
from residents.models import User


def own_collection(by: User) -> Collection:
    """That of the person's first structure in the house; the house's for who has none."""
    structures = [m.resident for m in by.memberships_list if not m.has_left]
    return collection_of(structures[0]) if structures else Collection.get_first_root_node()


@transaction.atomic
def store_picture(*, file: File, title: str, credit: str, by: User):
    """`file` is a picture already written anew (residents/pictures.py)."""
    picture = get_image_model()(
        title=title[:255], file=file, credit=credit[:150], collection=own_collection(by), uploaded_by_user=by
    )
    picture._set_image_file_metadata()
    picture.save()
    return picture


@transaction.atomic
def store_document(*, file: File, title: str, by: User):
    document = get_document_model()(title=title[:255], file=file, collection=own_collection(by), uploaded_by_user=by)
    document._set_document_file_metadata()
    document.save()
    return document


def give_credit(picture, credit: str, *, by: User) -> None:
    """Say who made a picture; only who sent it does."""
    if picture and picture.uploaded_by_user_id == by.pk and picture.credit != credit[:150]:
        picture.credit = credit[:150]
        picture.save(update_fields=["credit"])
