"""A spreadsheet between its preview and its confirmation."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from residents import rules
from residents.models import SheetUpload, User
from residents.spreadsheets import importing
from residents.spreadsheets.plans import Plan

LONGEST_NAME = SheetUpload._meta.get_field("name").max_length


@transaction.atomic
def keep(*, kind: str, name: str, content: bytes, by: User, instead_of: int | None = None) -> SheetUpload:
    """Keep a file until its preview is confirmed; it takes the place of the one that it corrects (its key), if any.

    Raises PermissionDenied.
    """
    guard(by)
    SheetUpload.objects.filter(pk=instead_of).delete()
    return SheetUpload.objects.create(kind=kind, name=name[-LONGEST_NAME:], content=content, uploaded_by=by)


def carry_out(*, upload: SheetUpload, expected: str, by: User) -> Plan:
    """Do all that the preview of mark `expected` said, and forget the file; what was done.

    Raises what `importing.carry_out` does, the file being kept.
    """
    done = importing.carry_out(upload.kind, upload.name, bytes(upload.content), by=by, expected=expected)
    upload.delete()
    return done


def abandon(*, upload: SheetUpload, by: User) -> None:
    """Forget the file. Raises PermissionDenied."""
    guard(by)
    upload.delete()


def guard(by: User) -> None:
    if not rules.is_house_manager(by):
        raise PermissionDenied
