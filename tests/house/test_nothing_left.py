"""After somebody left, no table of the database says their name or their address, but where it is said to stay."""

import datetime

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection
from django.utils import timezone
from psycopg import sql

from agenda.actions import bookings
from chaudronneries import forgetting
from chaudronneries.portability.leaving import leave
from mailing import outbox
from mailing.enums import MailState, Topic
from mailing.letters import TEMPLATE, Letter
from mailing.models import Mail
from mailing.tasks import sweep
from residents.actions import declarations, invitations, members, visibility, welcome
from residents.actions.profiles import change_section
from residents.enums import MembershipRole
from residents.models import Invitation, Resident, SheetUpload, TeamRole, User
from residents.pages.visibility import LISTED, NO
from residents.profile import Section
from tests.factories import (
    ApplicationFactory,
    BookingFactory,
    KnowledgeItemFactory,
    MembershipFactory,
    PostFactory,
    RegistrationFactory,
    ResidentFactory,
    StepFactory,
    TeamRoleFactory,
)

pytestmark = pytest.mark.django_db
SAID = ["Delcombe", "awa@atelier.example"]


def places_that_say(words: list[str]) -> list[str]:
    """table.column, of all the tables of the database."""
    found = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            for column in connection.introspection.get_table_description(cursor, table):
                wanted = sql.SQL(" OR ").join(
                    sql.SQL("strpos(lower({}::text), lower({})) > 0").format(sql.Identifier(column.name), word)
                    for word in words
                )
                query = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(sql.Identifier(table), wanted)
                cursor.execute(query)
                found += [f"{table}.{column.name}"] * cursor.fetchone()[0]
    return sorted(set(found))


@pytest.fixture
def awa(house_manager):
    """Who did a little of everything."""
    resident = ResidentFactory(name="Atelier", slug="atelier", contact_name="Awa Delcombe", email="awa@atelier.example")
    MembershipFactory(resident=resident, lead=True)
    invitations.invite(
        resident=resident,
        email="awa@atelier.example",
        role=MembershipRole.LEAD,
        first_name="Awa",
        last_name="Delcombe",
        by=house_manager,
    )
    token = Invitation.objects.get().token
    return invitations.accept(token=token, first_name="Awa", last_name="Delcombe", password="zinc-et-cuivre")


def live(awa: User, house_manager: User) -> None:
    resident = Resident.objects.get()
    awa = User.objects.with_roles().get(pk=awa.pk)
    change_section(
        resident=resident, section=Section.CONTACT_NAME, to={"contact_name": "Awa Delcombe, tôlière"}, by=awa
    )
    change_section(resident=resident, section=Section.CONTACT_NAME, to={"contact_name": "awa delcombe"}, by=awa)
    visibility.choose(resident=resident, part=LISTED, to=NO, by=awa)
    welcome.tick(step=StepFactory(text="La charte"), resident=resident, by=awa)
    declarations.declare(resident=resident, item=KnowledgeItemFactory(), by=awa)
    invitations.invite(resident=resident, email="bo@ici.example", role=MembershipRole.MEMBER, by=awa)
    other = MembershipFactory(resident=resident)
    members.change_role(membership=other, role=MembershipRole.LEAD, by=awa)
    members.remove(membership=other, by=awa)
    members.change_role(membership=awa.memberships.get(), role=MembershipRole.MEMBER, by=house_manager)
    booking = BookingFactory(booked_for=awa, created_by=awa, resident=resident)
    bookings.cancel(booking=booking, by=house_manager, word="")
    RegistrationFactory(user=awa)
    PostFactory(authors=[awa])
    TeamRoleFactory(user=awa, name="Awa Delcombe", email="awa@atelier.example")
    ApplicationFactory(name="Awa Delcombe", email="AWA@atelier.example")
    SheetUpload.objects.create(kind="structures", name="awa delcombe.csv", content=b"", uploaded_by=awa)
    EmailAddress.objects.create(user=awa, email="awa.delcombe@ailleurs.example", verified=True)
    letter = Letter(subject="Pour Awa Delcombe", paragraphs=["Bonjour Awa Delcombe."], why="Pour voir.")
    outbox.post(key="1", topic=Topic.BOOKING, template=TEMPLATE, context={"letter": letter}, user=awa)


def test_no_table_says_who_left(awa, house_manager):
    live(awa, house_manager)
    assert len(places_that_say(SAID)) > 10
    leave(user=awa, by=awa)
    # What was written to others, for ninety days, and the address of the last mail, until the night after it left.
    to_others = ["mailing_mail.html", "mailing_mail.text"]
    assert places_that_say(SAID) == [*to_others, "mailing_mail.to"]
    Mail.objects.update(state=MailState.SENT, sent_at=timezone.now())
    forgetting.farewells()
    assert places_that_say(SAID) == to_others
    Mail.objects.update(created_at=timezone.now() - datetime.timedelta(days=91))
    sweep(0)
    assert places_that_say(SAID) == []
    assert (TeamRole.objects.get().user, User.objects.filter(pk=awa.pk).count()) == (None, 0)
    assert apps.get_model("residents", "StepDone").objects.get().by is None
