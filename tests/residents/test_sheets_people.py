"""The spreadsheet of people: who joins, who is invited, whose role changes; and all that may be wrong with it."""

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.models import ModelLogEntry

from mailing.models import Mail
from residents.actions import invitations
from residents.enums import InvitationState, MembershipRole, SheetKind
from residents.models import Invitation, Membership
from residents.spreadsheets import exporting
from residents.spreadsheets.kinds import people
from residents.spreadsheets.reading import read
from residents.tasks import write_invitations
from tests.factories import MembershipFactory, ResidentFactory, UserFactory, soon

pytestmark = pytest.mark.django_db
HEADINGS = "Adresse e-mail;Prénom;Nom;Structure;Rôle"


def plan(*lines: str, headings: str = HEADINGS):
    return people.plan(read("personnes.csv", "\n".join([headings, *lines]).encode(), people.COLUMNS))


def carry_out(planned, by) -> None:
    for change in planned.changes:
        change.do(by=by)


def faults(*lines: str, **options) -> list[tuple]:
    return [(fault.line, fault.column, fault.message) for fault in plan(*lines, **options).faults]


def test_somebody_without_account_is_invited(zinc, house_manager):
    planned = plan("Awa@Ici.example;Awa;Delcombe;Atelier du Zinc;Référente")
    [change] = planned.changes
    assert (change.verb, change.line, change.label) == ("invite", 2, "Awa Delcombe (awa@ici.example)")
    assert change.what == [("Structure", "", "Atelier du Zinc"), ("Rôle", "", "référente ou référent")]
    carry_out(planned, house_manager)
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.first_name, invitation.last_name) == ("awa@ici.example", "Awa", "Delcombe")
    assert (invitation.resident, invitation.role, invitation.invited_by) == (
        zinc,
        MembershipRole.LEAD,
        house_manager,
    )
    assert Mail.objects.get().to == "awa@ici.example"


def test_many_are_invited_at_once_and_written_to_in_the_background(zinc, house_manager):
    member = MembershipFactory(resident=zinc).user
    lines = [f"p{n}@ici.example;Awa;Delcombe;Atelier du Zinc;" for n in range(60)]
    plan(*lines, f"{member.email};;;Atelier du Zinc;lead").at_once(by=house_manager)
    asked = Invitation.objects.order_by("pk")
    assert [(one.email, one.invited_by) for one in asked][:1] == [("p0@ici.example", house_manager)]
    assert ModelLogEntry.objects.filter(action="wagtail.create", user=house_manager).count() == 60
    assert Membership.objects.get().is_lead
    jobs = list(ProcrastinateJob.objects.filter(task_name=invitations.WRITE).values_list("args", flat=True))
    assert [len(job["invitation_ids"]) for job in jobs] == [50, 10]
    written = Mail.objects.filter(to__endswith="@ici.example")
    for job in [*jobs, *jobs]:
        write_invitations(**job)
        withdrawn = asked.last()
        withdrawn.withdrawn_at = withdrawn.sent_at
        withdrawn.save()
    assert written.count() == 59


def test_somebody_with_an_account_joins_under_their_own_name(zinc, house_manager):
    person = UserFactory(email="awa@ici.example", first_name="Awa", last_name="Delcombe")
    planned = plan("awa@ici.example;Autre;Nom;atelier-du-zinc;")
    [change] = planned.changes
    assert (change.verb, change.label) == ("create", "Awa Delcombe (awa@ici.example)")
    carry_out(planned, house_manager)
    membership = Membership.objects.get()
    assert (membership.user, membership.resident, membership.role) == (person, zinc, MembershipRole.MEMBER)
    person.refresh_from_db()
    assert person.get_full_name() == "Awa Delcombe"
    assert [entry.action for entry in ModelLogEntry.objects.for_instance(membership)] == ["wagtail.create"]
    assert Mail.objects.get().to == "awa@ici.example"
    assert Invitation.objects.count() == 0


def test_who_joins_is_not_waited_for_any_more(zinc, house_manager):
    person = UserFactory(email="awa@ici.example")
    invitation = invitations.invite(resident=zinc, email=person.email, role=MembershipRole.MEMBER, by=house_manager)
    carry_out(plan("awa@ici.example;;;Atelier du Zinc;"), house_manager)
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.WITHDRAWN


def test_member_who_was_asked_too_is_one_line_and_is_not_reminded(zinc, house_manager):
    membership = MembershipFactory(resident=zinc)
    Invitation.objects.create(resident=zinc, email=membership.user.email, sent_at=soon(days=-20))
    content = b"".join(exporting.export(SheetKind.PEOPLE, exporting.CSV))
    planned = people.plan(read("x.csv", content, people.COLUMNS))
    assert (planned.faults, planned.changes, planned.unchanged) == ([], [], 1)
    assert invitations.remind_all(by=house_manager) == (0, 0)


def test_second_address_of_an_account_is_theirs(zinc, house_manager):
    person = UserFactory()
    EmailAddress.objects.create(user=person, email="autre@ici.example", verified=True)
    carry_out(plan("autre@ici.example;;;Atelier du Zinc;"), house_manager)
    assert Membership.objects.get().user == person


def test_role_of_a_member_changes_and_nobody_is_removed(zinc, house_manager):
    lead = MembershipFactory(resident=zinc, lead=True)
    member = MembershipFactory(resident=zinc)
    planned = plan(f"{member.user.email};;;Atelier du Zinc;lead")
    [change] = planned.changes
    assert (change.verb, change.what) == ("change", [("Rôle", "membre", "référente ou référent")])
    carry_out(planned, house_manager)
    assert set(Membership.objects.values_list("pk", "role")) == {
        (lead.pk, MembershipRole.LEAD),
        (member.pk, MembershipRole.LEAD),
    }


def test_preview_says_that_nobody_would_speak_for_a_structure(zinc, house_manager):
    lead = MembershipFactory(resident=zinc, lead=True).user
    other = MembershipFactory(resident=zinc).user
    alone = f"{lead.email};;;Atelier du Zinc;membre"
    [change] = plan(alone).changes
    assert change.what == [("Rôle", "référente ou référent", "membre : plus personne ne parlera pour la structure")]
    swapped = plan(alone, f"{other.email};;;Atelier du Zinc;référente")
    assert [change.what[0][2] for change in swapped.changes] == ["membre", "référente ou référent"]
    carry_out(swapped, house_manager)
    assert Membership.objects.get(role=MembershipRole.LEAD).user == other


@pytest.mark.parametrize("role", ["", "référent", "RÉFÉRENTE", "référent·e", "référent(e)", "responsable", "Lead"])
def test_role_is_read_as_people_write_it(zinc, role):
    lead = MembershipFactory(resident=zinc, lead=True).user
    planned = plan(f"{lead.email};;;Atelier du Zinc;{role}")
    assert (planned.changes, planned.faults, planned.unchanged) == ([], [], 1)


def test_somebody_already_invited_is_not_written_to_again(zinc, house_manager):
    invitations.invite(resident=zinc, email="awa@ici.example", role=MembershipRole.MEMBER, by=house_manager)
    assert plan("awa@ici.example;;;Atelier du Zinc;membre").unchanged == 1
    planned = plan("awa@ici.example;Awa;;Atelier du Zinc;responsable")
    [change] = planned.changes
    assert (change.verb, change.what) == (
        "change",
        [("Prénom", "", "Awa"), ("Rôle", "membre", "référente ou référent")],
    )
    carry_out(planned, house_manager)
    invitation = Invitation.objects.get()
    assert (invitation.first_name, invitation.role, Mail.objects.count()) == ("Awa", MembershipRole.LEAD, 1)


def test_one_person_in_two_structures(zinc, house_manager):
    ResidentFactory(name="Forge")
    carry_out(plan("awa@ici.example;;;Atelier du Zinc;", "awa@ici.example;;;Forge;"), house_manager)
    assert Invitation.objects.count() == 2


def test_twice_it_changes_nothing(zinc, house_manager):
    MembershipFactory(resident=zinc, lead=True)
    lines = ["awa@ici.example;Awa;Delcombe;Atelier du Zinc;", f"{UserFactory().email};;;Atelier du Zinc;"]
    carry_out(plan(*lines), house_manager)
    again = plan(*lines)
    assert (again.changes, again.faults, again.unchanged) == ([], [], 2)


def test_what_is_exported_changes_nothing(zinc, house_manager):
    twin = ResidentFactory(name="Atelier du zinc", slug="zinc-bis")
    MembershipFactory(resident=zinc, lead=True)
    MembershipFactory(resident=twin)
    invitations.invite(resident=zinc, email="awa@ici.example", role=MembershipRole.MEMBER, by=house_manager)
    rows = list(people.export())
    assert [row["structure"] for row in rows] == ["atelier-du-zinc", "zinc-bis", "atelier-du-zinc"]
    assert [row["state"] for row in rows] == ["compte ouvert", "compte ouvert", "sans réponse"]
    headings = ";".join(str(column.heading) for column in people.COLUMNS)
    planned = plan(*(";".join(row[column.key] for column in people.COLUMNS) for row in rows), headings=headings)
    assert (planned.changes, planned.faults, planned.unchanged) == ([], [], 3)


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        (";Awa;;Atelier du Zinc;", "Adresse e-mail", "Il manque l’adresse e-mail."),
        ("awa@ici.example;;;;", "Structure", "Il manque la structure."),
        (
            "awa chez ici;;;Atelier du Zinc;",
            "Adresse e-mail",
            "« awa chez ici » n’est pas une adresse e-mail ; écrivez-la comme bonjour@exemple.fr.",
        ),
        (
            "awa@ici.example;;;Atelier du Zin;",
            "Structure",
            "Aucune structure ne se nomme « Atelier du Zin » ; vouliez-vous dire « Atelier du Zinc » ?",
        ),
        (
            "awa@ici.example;;;Atelier du Zinc;roi",
            "Rôle",
            "« roi » n’existe pas ; écrivez « membre », « référente ou référent ».",
        ),
        (
            f"awa@ici.example;{'a' * 151};;Atelier du Zinc;",
            "Prénom",
            "Ce texte fait 151 signes ; il en tient 150.",
        ),
        (f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.fr;;;Atelier du Zinc;", "Adresse e-mail", None),
    ],
)
def test_fault_says_its_line_and_column(zinc, line, column, message):
    [fault] = faults("nadia@ici.example;;;Atelier du Zinc;", line)
    assert fault[:2] == (3, column)
    assert message is None or fault[2] == message


def test_all_faults_are_said_at_once(zinc):
    assert [fault[:2] for fault in faults("awa;;;Nulle part;roi", ";;;Atelier du Zinc;")] == [
        (2, "Adresse e-mail"),
        (2, "Rôle"),
        (2, "Structure"),
        (3, "Adresse e-mail"),
    ]


def test_person_written_twice_is_a_fault(zinc):
    person = UserFactory(email="awa@ici.example")
    EmailAddress.objects.create(user=person, email="awa@la.example", verified=True)
    assert faults("awa@ici.example;;;Atelier du Zinc;", "AWA@la.example;;;atelier-du-zinc;") == [
        (3, "Adresse e-mail", "Cette personne est déjà à la ligne 2, pour la même structure.")
    ]


def test_column_of_the_house_that_is_not_there_is_no_fault(zinc, house_manager):
    planned = plan("Awa D. <awa@ici.example>;Atelier du Zinc;12", headings="Courriel;Organisme;Casier")
    assert (planned.faults, planned.ignored) == ([], ["Casier"])
    carry_out(planned, house_manager)
    assert Invitation.objects.get().email == "awa@ici.example"


def test_planning_does_not_ask_more_for_more_lines(zinc, house_manager):
    def queries(count):
        lines = [f"p{n}@ici.example;;;Atelier du Zinc;" for n in range(count)]
        with CaptureQueriesContext(connection) as captured:
            plan(*lines)
        return len(captured)

    UserFactory(email="p0@ici.example")
    assert queries(1) == queries(40)
