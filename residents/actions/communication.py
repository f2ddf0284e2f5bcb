"""A structure's own pictures and documents, kept in its collection, offered to the house for communication."""

from django.core.files import File
from django.db import transaction
from wagtail.documents import get_document_model
from wagtail.models import Collection

from residents.actions import journal
from residents.actions.profiles import collection_of
from residents.models import Picture, Resident, User


@transaction.atomic
def add_picture(
    *, resident: Resident, file: File, title: str, by: User, description: str = "", credit: str = ""
) -> Picture:
    """Keep a picture that is already cleaned (residents/pictures.py). `description` is what one sees on it."""
    return store_picture(
        collection=collection_of(resident), file=file, title=title, by=by, description=description, credit=credit
    )


def store_picture(
    *, collection: Collection, file: File, title: str, by: User, description: str = "", credit: str = ""
) -> Picture:
    picture = Picture(
        title=title[:255],
        description=description,
        credit=credit[:150],
        file=file,
        collection=collection,
        uploaded_by_user=by,
    )
    picture._set_image_file_metadata()
    picture.save()
    journal.note(picture, "wagtail.create", by=by)
    return picture


@transaction.atomic
def describe_picture(*, picture: Picture, title: str, description: str, credit: str, by: User) -> None:
    picture.title, picture.description, picture.credit = title, description, credit
    picture.save(update_fields=["title", "description", "credit"])
    journal.note(picture, "wagtail.edit", by=by)


@transaction.atomic
def add_document(*, resident: Resident, file: File, title: str, by: User):
    """Keep a document that its form has looked at; returns it."""
    return store_document(collection=collection_of(resident), file=file, title=title, by=by)


def store_document(*, collection: Collection, file: File, title: str, by: User):
    document = get_document_model()(title=title[:255], file=file, collection=collection, uploaded_by_user=by)
    document._set_document_file_metadata()
    document.save()
    journal.note(document, "wagtail.create", by=by)
    return document


@transaction.atomic
def remove(*, kept: Picture, by: User) -> None:
    """Delete a picture or a document, file included. Whoever calls has seen that no published page shows it."""
    journal.note(kept, "wagtail.delete", by=by)
    kept.delete()
