"""What is due is really deleted, and what is not is spared."""

import ast
import datetime
import inspect
import os
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.admin.models import EditingSession, FormState
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Page, PageLogEntry, Revision, UploadedFile

from chaudronneries import forgetting, tasks
from chaudronneries.env import BASE_DIR
from mailing.enums import Topic
from mailing.models import Mail
from residents.models import DeclarationChange, Resident, TeamRole, User
from tests.factories import (
    KnowledgeItemFactory,
    MembershipFactory,
    ResidentFactory,
    StayFactory,
    TeamRoleFactory,
    UserFactory,
)
from tests.worker import work

pytestmark = pytest.mark.django_db


def ago(days: float) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=days)


def test_sessions_that_ended_are_forgotten_with_the_browsers_they_were_opened_with(member):
    for key, expires in {"finie": ago(1), "ouverte": ago(-1)}.items():
        Session.objects.create(session_key=key, session_data="x", expire_date=expires)
    for key in ["finie", "ouverte", "disparue"]:
        UserSession.objects.create(user=member, session_key=key, ip="192.0.2.1", user_agent="x")
    assert forgetting.sessions() == 3
    left = [model.objects.values_list("session_key", flat=True).get() for model in (Session, UserSession)]
    assert left == ["ouverte", "ouverte"]


def test_what_the_cache_holds_past_its_time_is_forgotten():
    cache.clear()
    cache.set("past", 1, timeout=100)
    cache.set("still", 1, timeout=100)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cache SET expires = now() - interval '1 second' WHERE cache_key LIKE '%past'")
        assert (forgetting.cached(), cache.get("still")) == (1, 1)
        cursor.execute("SELECT count(*) FROM cache")
        assert cursor.fetchone() == (1,)


def test_an_address_that_was_not_confirmed_in_time_is_forgotten(member):
    def address(name, *, asked, **fields):
        email = f"{name}@chaudronneries.example"
        mail = Mail.objects.create(key=name, topic=Topic.ACCOUNT, to=email, subject="x")
        Mail.objects.filter(pk=mail.pk).update(created_at=ago(asked))
        return EmailAddress.objects.create(user=member, email=email, **fields).pk

    EmailAddress.objects.filter(user=member).delete()
    address("oubliee", asked=8)
    spared = {
        address("attendue", asked=6),
        address("confirmee", asked=8, verified=True),
        address("principale", asked=8, primary=True),
    }
    before = EmailAddress.objects.count()
    assert forgetting.unconfirmed_addresses() == 1
    left = set(EmailAddress.objects.values_list("pk", flat=True))
    assert (spared <= left, len(left)) == (True, before - 1)


def test_drafts_of_the_back_office_are_forgotten(house_manager):
    about = {"user": house_manager, "content_type": ContentType.objects.get_for_model(User), "object_id": "1"}
    for days in (2, 0):
        EditingSession.objects.create(last_seen_at=ago(days), **about)
        FormState.objects.create(last_updated_at=ago(days), data="nom=Camille", **about)
    old, new = (UploadedFile.objects.create(file=ContentFile(b"x", name=f"{name}.png")) for name in ("old", "new"))
    lost = UploadedFile.objects.create(file="wagtail_uploads/lost.png")
    then = ago(2).timestamp()
    os.utime(default_storage.path(old.file.name), (then, then))
    assert forgetting.drafts_of_the_back_office() == 4
    assert (EditingSession.objects.count(), FormState.objects.count()) == (1, 1)
    assert list(UploadedFile.objects.all()) == [new]
    assert (default_storage.exists(old.file.name), default_storage.exists(new.file.name)) == (False, True)
    assert lost.pk != new.pk


def test_the_journal_of_the_back_office_is_forgotten_after_a_year(house_manager):
    resident, page = ResidentFactory(), Page.objects.get(depth=1)
    for thing in (resident, page):
        for _ in range(2):
            log(thing, "wagtail.edit", user=house_manager)
    kept = []
    for entries in (ModelLogEntry, PageLogEntry):
        due, later = entries.objects.filter(user=house_manager).order_by("pk")
        entries.objects.filter(pk=due.pk).update(timestamp=ago(366))
        entries.objects.filter(pk=later.pk).update(timestamp=ago(364))
        kept.append(later)
    assert forgetting.journal() == 2
    assert [entry.__class__.objects.filter(user=house_manager).get() for entry in kept] == kept


@pytest.mark.parametrize(
    ("ages", "left"),
    [
        ([366, 364, 1], [364, 1]),
        # The last one is what the page is now, however old.
        ([400, 380, 370], [370]),
    ],
)
def test_former_versions_of_a_page_are_forgotten_after_a_year(house_manager, ages, left):
    page = Page.objects.filter(depth=2).first().specific
    versions = {page.save_revision(user=house_manager).pk: days for days in ages}
    for pk, days in versions.items():
        Revision.objects.filter(pk=pk).update(created_at=ago(days))
    forgetting.journal()
    found = Revision.objects.filter(pk__in=versions).order_by("pk").values_list("pk", flat=True)
    assert [versions[pk] for pk in found] == left


def test_who_declared_what_is_forgotten_after_three_years(member):
    about = {"resident": ResidentFactory(), "item": KnowledgeItemFactory(), "by": member}
    due, later = (DeclarationChange.objects.create(**about) for _ in range(2))
    DeclarationChange.objects.filter(pk=due.pk).update(at=ago(3 * 365 + 1))
    DeclarationChange.objects.filter(pk=later.pk).update(at=ago(3 * 365 - 1))
    assert forgetting.history() == 1
    assert list(DeclarationChange.objects.all()) == [later]


def test_accounts_that_nobody_uses_are_forgotten():
    def seen(user, days):
        User.objects.filter(pk=user.pk).update(last_login=ago(days), date_joined=ago(2000))
        return user.pk

    due = {
        seen(UserFactory(), 366),
        seen(MembershipFactory().user, 731),
        seen(UserFactory(house_manager=True), 731),
    }
    never = UserFactory()
    User.objects.filter(pk=never.pk).update(last_login=None, date_joined=ago(366))
    spared = {
        seen(UserFactory(), 364),
        seen(MembershipFactory().user, 729),
        seen(UserFactory(house_manager=True), 729),
        seen(UserFactory(administrator=True), 2000),
        UserFactory().pk,
    }
    assert forgetting.accounts() == 4
    left = set(User.objects.values_list("pk", flat=True))
    assert (spared <= left, left & {*due, never.pk}) == (True, set())


def test_what_fails_keeps_nothing_else_from_being_forgotten(monkeypatch):
    done = []

    def broken():
        connection.cursor().execute("SELECT nothing_there")

    def fine():
        done.append(1)
        return 1

    monkeypatch.setattr(forgetting, "ALL", [broken, fine])
    with pytest.raises(RuntimeError, match=r"^broken$"):
        tasks.forget()
    assert done == [1]


def test_all_of_it_is_done_each_night(member):
    Session.objects.create(session_key="finie", session_data="x", expire_date=ago(1))
    tasks.forget()
    assert not Session.objects.filter(session_key="finie").exists()
    periodic = app.periodic_registry.periodic_tasks.values()
    crons = {found.task.name: found.cron for found in periodic}
    assert crons["chaudronneries.tasks.forget"] == "10 4 * * *"


@pytest.mark.django_db(transaction=True)
def test_jobs_that_failed_are_looked_into_for_a_month():
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
        failed = [app.configure_task("nobody.does.this").defer() for _ in range(2)]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
        for job, days in zip(failed, (31, 29), strict=True):
            cursor.execute(
                "UPDATE procrastinate_events SET at = now() - %s * interval '1 day' WHERE job_id = %s", [days, job]
            )
    tasks.keep_queue.defer()
    work()
    assert list(ProcrastinateJob.objects.filter(status="failed").values_list("pk", flat=True)) == [failed[1]]


def test_the_register_names_what_is_there():
    """docs/personal-data.md says where each thing is deleted; a function that goes takes its line along."""
    register = (BASE_DIR / "docs" / "personal-data.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w/]+\.py)` `(\w+)`", register))
    lost = [name for path, name in named if f"def {name}(" not in (BASE_DIR / path).read_text(encoding="utf-8")]
    assert (lost, {forgotten.__name__ for forgotten in forgetting.ALL} - {name for _, name in named}) == ([], set())


def calls_of(function) -> set[str]:
    """What a function calls, as it is written there: "forget", "invitations.forget"."""
    tree = ast.parse(inspect.getsource(function))
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def done_by_the_clock() -> set[tuple[str, str]]:
    """("mailing/tasks", "sweep"): each periodic task, and what it calls by the name of its module."""
    found = {("chaudronneries/forgetting", forgotten.__name__) for forgotten in forgetting.ALL}
    for periodic in app.periodic_registry.periodic_tasks.values():
        function = periodic.task.func
        module = inspect.getmodule(function)
        found.add((module.__name__.replace(".", "/"), function.__name__))
        for call in calls_of(function):
            name, _, called = call.rpartition(".")
            if inspect.ismodule(known := getattr(module, name, None)):
                found.add((known.__name__.replace(".", "/"), called))
    return found


def test_each_line_of_the_register_is_done_by_the_clock():
    """A duration that is written down and that no task applies is a promise that nobody keeps."""
    register = (BASE_DIR / "docs" / "personal-data.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w/]+)\.py` `(\w+)`", register))
    assert (named - done_by_the_clock(), len(named) > 10) == (set(), True)


def test_whom_to_call_in_a_structure_that_left_years_ago_is_forgotten():
    def structure(*stays):
        resident = ResidentFactory(contact_name="Awa", email="awa@ici.example", phone="04", in_residence=False)
        for start, end in stays:
            StayFactory(resident=resident, starts_on=ago(start).date(), ends_on=end and ago(end).date())
        return resident

    due = structure((3000, 3 * 365 + 2))
    spared = [
        structure((3000, 3 * 365 - 2)),
        structure((3000, 3 * 365 + 2), (100, None)),
        structure(),
    ]
    assert forgetting.contacts_of_former_structures() == 1
    left = [Resident.objects.get(pk=one.pk) for one in [due, *spared]]
    assert [(one.contact_name, one.email, one.phone) for one in left] == [
        ("", "", ""),
        *[("Awa", "awa@ici.example", "04")] * 3,
    ]
    assert forgetting.contacts_of_former_structures() == 0


def test_who_held_a_role_of_the_team_long_ago_is_forgotten(member):
    today = timezone.localdate()
    ends = [today - datetime.timedelta(days=days) for days in (3 * 365 + 1, 3 * 365 - 1)]
    for end in [*ends, None]:
        TeamRoleFactory(user=member, name="Awa", starts_on=today - datetime.timedelta(days=2000), ends_on=end)
    assert (forgetting.team_roles(), forgetting.team_roles()) == (1, 0)
    assert sorted(TeamRole.objects.values_list("name", "is_shown")) == [
        ("Awa", True),
        ("Awa", True),
        ("Personne partie", False),
    ]
