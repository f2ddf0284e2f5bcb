"""What is kept no longer than said in docs/personal-data.md, where no app of ours answers for it.

Each function deletes what is due and returns how much that was; `agenda`, `mailing`, `residents` and `bulletin` forget
their own.
"""

import datetime
import logging
from collections.abc import Callable

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Exists, OuterRef, ProtectedError, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from psycopg import sql
from wagtail.admin.models import EditingSession, FormState
from wagtail.management.commands.purge_revisions import purge_revisions
from wagtail.models import ModelLogEntry, PageLogEntry, UploadedFile

from chaudronneries.portability.leaving import delete_upload, leave
from mailing.models import Mail
from mailing.portability import forget_farewells
from residents.actions.leaving import forget_contacts
from residents.models import DeclarationChange, TeamRole, User
from residents.models.people import HOUSE_MANAGERS
from residents.models.team import GONE

logger = logging.getLogger(__name__)

# A link to confirm an address lasts three days; the mail that held it tells when it was asked for.
UNCONFIRMED_KEPT = datetime.timedelta(days=7)
# A picture waiting for its title in the back office.
UPLOAD_KEPT = datetime.timedelta(days=1)
# Who did what in the back office, and the former versions of pages.
JOURNAL_KEPT = datetime.timedelta(days=365)
# Who declared what, and when; who held a role of the team, once it ended.
HISTORY_KEPT = datetime.timedelta(days=3 * 365)
# Without signing in: an account that belongs to no structure, and any account.
STRANGER_KEPT = datetime.timedelta(days=365)
ACCOUNT_KEPT = datetime.timedelta(days=2 * 365)


def sessions() -> int:
    """Sessions that have ended, and what was noted of the browser they were opened with."""
    ended, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    still_open = Session.objects.filter(session_key=OuterRef("session_key"))
    return ended + UserSession.objects.filter(~Exists(still_open)).delete()[0]


def cached() -> int:
    """What the shared cache holds past its time, among it the addresses that limits are counted by."""
    shared = settings.CACHES["default"]
    if not shared["BACKEND"].endswith("DatabaseCache"):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("DELETE FROM {} WHERE expires < now()").format(sql.Identifier(shared["LOCATION"])),
        )
        return cursor.rowcount


def unconfirmed_addresses() -> int:
    """E-mail addresses that somebody gave and did not confirm in time."""
    asked_lately = Mail.objects.filter(to=OuterRef("email"), created_at__gte=timezone.now() - UNCONFIRMED_KEPT)
    unconfirmed = EmailAddress.objects.filter(~Exists(asked_lately), verified=False, primary=False)
    return unconfirmed.delete()[0]


def drafts_of_the_back_office() -> int:
    """Who had a form open, what a preview was drawn from, and files that were sent and never kept."""
    stale = EditingSession.objects.stale().delete()[0] + FormState.objects.stale().delete()[0]
    return stale + sum(forget_upload(upload) for upload in UploadedFile.objects.all())


def forget_upload(upload: UploadedFile) -> int:
    """Its row has no date: the file's is its own."""
    name = upload.file.name
    if default_storage.exists(name) and default_storage.get_modified_time(name) > timezone.now() - UPLOAD_KEPT:
        return 0
    return delete_upload(upload)


def journal() -> int:
    """The back office's journal, and versions of pages that are neither shown, latest, planned nor under review."""
    before = timezone.now() - JOURNAL_KEPT
    entries = sum(log.objects.filter(timestamp__lt=before).delete()[0] for log in (PageLogEntry, ModelLogEntry))
    return entries + purge_revisions(days=JOURNAL_KEPT.days)[0]


def history() -> int:
    """Who declared what, and when; what is declared stays."""
    return DeclarationChange.objects.filter(at__lt=timezone.now() - HISTORY_KEPT).delete()[0]


def contacts_of_former_structures() -> int:
    """Whom to call in structures that left the house years ago."""
    return forget_contacts()


def team_roles() -> int:
    """Who held a role of the team that ended years ago; the role and its dates stay."""
    ended = TeamRole.objects.filter(ends_on__lt=timezone.localdate() - HISTORY_KEPT)
    nobody = {"name": gettext(GONE), "about": "", "email": "", "picture": None, "is_shown": False, "user": None}
    return ended.exclude(**nobody).update(**nobody)


def farewells() -> int:
    """The address of those who deleted their account, once the mail that said so has left."""
    return forget_farewells()


def accounts() -> int:
    """Accounts that nobody signs in with any more; administrators' are left to themselves, and the last manager's."""
    now = timezone.now()
    accounts = User.objects.filter(is_superuser=False).annotate(last_seen=Coalesce("last_login", "date_joined"))
    strangers = Q(last_seen__lt=now - STRANGER_KEPT, memberships=None, is_staff=False) & ~Q(groups__name=HOUSE_MANAGERS)
    return sum(forget_account(user) for user in accounts.filter(strangers | Q(last_seen__lt=now - ACCOUNT_KEPT)))


def forget_account(user: User) -> int:
    """As when the person asks for it."""
    pk = user.pk
    try:
        leave(user=user, by=None)
    except (ProtectedError, ValidationError) as error:
        logger.error("account %d is due to be forgotten, and something still needs it: %s", pk, type(error).__name__)
        return 0
    logger.info("account %d forgotten", pk)
    return 1


ALL: list[Callable[[], int]] = [
    sessions,
    cached,
    unconfirmed_addresses,
    drafts_of_the_back_office,
    journal,
    history,
    contacts_of_former_structures,
    team_roles,
    farewells,
    accounts,
]
