"""A sheet is planned, shown, then carried out: all of it or nothing, by the house manager, and the journal says so."""

import logging
from collections.abc import Callable
from dataclasses import replace

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from residents import rules
from residents.actions import journal
from residents.models import SheetUpload, User
from residents.spreadsheets.kinds import kind_of
from residents.spreadsheets.plans import Change, Fault, Plan, Table, Unreadable
from residents.spreadsheets.reading import read

logger = logging.getLogger(__name__)

# What a change does; a line of structures that names a new sector creates it besides.
VERBS = ("create", "change", "invite", "sector")
# The action in the journal; its data is {"kind"} and how many of each verb.
IMPORTED = "residents.sheet"
# Held by whoever imports: two sheets at once would not see what the other one brings.
LOCK = 7_406_229


class Refused(Exception):
    """Nothing was changed: `plan.faults` says why."""

    def __init__(self, plan: Plan):
        # No more: what a sheet holds of people has no place in a log.
        super().__init__(f"{len(plan.faults)} faults")
        self.plan = plan


class Busy(Exception):
    """Nothing was changed, for another import goes on: nothing is wrong with the sheet."""


class Moved(Refused):
    """Nothing was changed: the house did since the preview, and the sheet would now do what `plan` says."""


def plan(kind: str, name: str, content: bytes) -> Plan:
    """What importing the file `name` would change, nothing written; one that cannot be read is a plan of its faults."""
    try:
        table = read(name, content, kind_of(kind).COLUMNS)
    except Unreadable as error:
        return Plan([], error.faults, 0)
    return kind_of(kind).plan(table)


def carry_out(kind: str, name: str, content: bytes, *, by: User, expected: str | None = None) -> Plan:
    """Do all that the file changes, and return it; `expected` is the `mark` of the plan that was confirmed, if any.

    Raises PermissionDenied, Refused with all the faults, Moved when it is no more what was confirmed, or Busy.
    """
    if not rules.is_house_manager(by):
        raise PermissionDenied
    try:
        # Before the transaction: a large file takes longer to read than an idle transaction is left alone.
        table = read(name, content, kind_of(kind).COLUMNS)
    except Unreadable as error:
        raise Refused(Plan([], error.faults, 0)) from None
    with transaction.atomic():
        take_turn()
        return do_all(kind, table, by=by, expected=expected)


def take_turn() -> None:
    """One import at a time; who comes second is told rather than left waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise Busy


def do_all(kind: str, table: Table, *, by: User, expected: str | None) -> Plan:
    found = kind_of(kind).plan(table)
    if found.faults:
        raise Refused(found)
    if expected is not None and expected != found.mark:
        raise Moved(found)
    if found.at_once is None or not done(found.at_once, by):
        for change in found.changes:
            if why_not := attempt(change.do, by):
                raise Refused(replace(found, faults=[Fault(change.line, "", why_not)]))
    if found.changes:
        upload = SheetUpload(pk=0, kind=kind, name=table.name)
        journal.note(upload, IMPORTED, by=by, kind=str(kind), **counts(found.changes))
    logger.info("sheet of %s imported: %d changes", kind, len(found.changes))
    return found


def done(do: Callable, by: User) -> bool:
    """All at once, or nothing: then each change is tried, to say which line the database refuses."""
    return not attempt(do, by)


def attempt(do: Callable, by: User) -> str:
    """Do it, or say in words why not, with nothing done; what is no fault of the sheet is raised."""
    try:
        with transaction.atomic():
            do(by=by)
    except ValidationError as error:
        return " ".join(error.messages)
    except (IntegrityError, DataError) as error:
        logger.info("line of a sheet refused by the database: %s", type(error).__name__)
        return in_words(error)
    return ""


def in_words(error: Exception) -> str:
    """What the constraint says of itself; the database never speaks to people."""
    diagnostic = getattr(error.__cause__, "diag", None)
    name = getattr(diagnostic, "constraint_name", None)
    for model in apps.get_app_config("residents").get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return str(constraint.get_violation_error_message())
    return _("La base refuse cette ligne : quelqu’un vient peut-être de changer la même chose. Importez de nouveau.")


def counts(changes: list[Change]) -> dict[str, int]:
    """How many there are of each verb."""
    return {verb: sum(change.verb == verb for change in changes) for verb in VERBS}
