"""People: a line is a person in a structure. Whoever has an account joins, the others are invited; nobody is removed.

The name of an account is its owner's: a sheet never changes it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residents.actions import invitations, members, memberships
from residents.enums import MembershipRole
from residents.forms.fields import one_line
from residents.models import Invitation, Membership, Resident, User
from residents.spreadsheets.naming import Named, Structures
from residents.spreadsheets.one_cell import STRUCTURE, structure_of, written
from residents.spreadsheets.plans import Change, Column, Fault, Plan, Table
from residents.spreadsheets.words import Cells, Misread, choice_of, email, line_of, repeated

LONGEST_ADDRESS = User._meta.get_field("email").max_length
LONGEST_NAME = User._meta.get_field("first_name").max_length
# "Awa Delcombe <awa@ici.example>", as mail programs copy it.
MARKED = re.compile(r"<([^<>]*)>")
COLUMNS = [
    Column(
        "email",
        gettext_lazy("Adresse e-mail"),
        aliases=("e-mail", "email", "mail", "mél", "courriel", "adresse mail", "adresse électronique"),
        required=True,
        help=gettext_lazy("Une personne sans compte est invitée à cette adresse."),
    ),
    Column(
        "first_name",
        gettext_lazy("Prénom"),
        aliases=("prénoms", "first name"),
        help=gettext_lazy("Proposé à la personne invitée ; ne change pas un compte qui existe."),
    ),
    Column(
        "last_name",
        gettext_lazy("Nom"),
        aliases=("nom de famille", "last name"),
        help=gettext_lazy("Comme le prénom."),
    ),
    STRUCTURE,
    Column(
        "role",
        gettext_lazy("Rôle"),
        aliases=("fonction",),
        help=gettext_lazy("« membre » ou « référente » ; vide : membre, ou le rôle que la personne a déjà."),
    ),
    Column(
        "state",
        gettext_lazy("État"),
        aliases=("statut", "réponse"),
        help=gettext_lazy("Écrit à l’export : compte ou invitation. N’est pas lu à l’import."),
    ),
]
BY_KEY = {column.key: column for column in COLUMNS}
# What people write for a role, besides its label.
LEADS = ["referente", "referent e", "lead", "responsable"]
ROLE = choice_of(MembershipRole, dict.fromkeys(LEADS, MembershipRole.LEAD))
ACCOUNT = gettext_lazy("compte ouvert")


def export() -> Iterator[dict[str, str]]:
    """Every membership, then every invitation that waits for its answer, structure by structure."""
    structures = written(Structures.load([]))
    members = Membership.objects.select_related("user").order_by("resident__sort_name", "resident_id", "user__email")
    for membership in members:
        person = membership.user
        yield told(person.email, person, structures[membership.resident_id], membership.role, str(ACCOUNT))
    asked = Invitation.objects.waiting().order_by("resident__sort_name", "resident_id", "email")
    for invitation in asked:
        state = str(invitation.state.label)
        yield told(invitation.email, invitation, structures[invitation.resident_id], invitation.role, state)


def told(address: str, named: User | Invitation, structure: str, role: str, state: str) -> dict[str, str]:
    return {
        "email": address,
        "first_name": named.first_name,
        "last_name": named.last_name,
        "structure": structure,
        "role": label_of(role),
        "state": state,
    }


def plan(table: Table) -> Plan:
    structures = Structures.load(row.cells["structure"] for row in table.rows)
    lines, faults = read(table, structures)
    house = House(lines)
    faults += said_twice(lines, house, table)
    changes = [change for line in lines if (change := house.change(line))]
    unchanged = len(lines) - len(changes)
    return Plan(changes, sorted(faults), unchanged, table.ignored, partial(do_all, changes, house.guests))


def do_all(changes: list[Change], guests: list[Invitation], *, by: User) -> None:
    """The invitations together, the other changes one by one."""
    memberships.invite_many(guests, by=by)
    for change in changes:
        if change.verb != "invite":
            change.do(by=by)


@dataclass(frozen=True)
class Line:
    """What a line says; `role` "" leaves the role as it is."""

    line: int
    email: str
    first_name: str
    last_name: str
    structure: Named
    role: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


def read(table: Table, structures: Structures) -> tuple[list[Line], list[Fault]]:
    lines, faults = [], []
    for row in table.rows:
        cells = Cells(table, row, BY_KEY)
        address = cells.read("email", email_in, missing=_("Il manque l’adresse e-mail."))
        structure = structure_of(cells, structures)
        names = [cells.read(key, line_of(LONGEST_NAME), empty="") for key in ("first_name", "last_name")]
        role = cells.read("role", ROLE, empty="")
        faults += cells.faults
        if not cells.faults:
            lines.append(Line(row.line, address, *names, structure, role))
    return lines, faults


def email_in(text: str) -> str:
    """An address, perhaps as mail programs copy it: « Awa Delcombe <awa@ici.example> »."""
    marked = MARKED.search(text)
    address = email(one_line(marked[1] if marked else text))
    if len(address) > LONGEST_ADDRESS:
        raise Misread(_("Cette adresse est trop longue."))
    return address


def heading(key: str) -> str:
    return str(BY_KEY[key].heading)


def label_of(role: str) -> str:
    return str(MembershipRole(role).label)


def said_twice(lines: list[Line], house: "House", table: Table) -> list[Fault]:
    """A person is there twice for one structure: which line is meant is not for us to guess."""
    column = table.heading(BY_KEY["email"])
    words = _("Cette personne est déjà à la ligne %(line)d, pour la même structure.")
    twice = repeated(lines, lambda line: (house.person(line), line.structure.pk))
    return [Fault(line.line, column, words % {"line": first}) for line, first in twice]


class House:
    """Who has an account, who belongs where, who was asked, among the people of a sheet; six queries."""

    def __init__(self, lines: list[Line]):
        emails = {line.email for line in lines}
        self.accounts = {person.email: person for person in User.objects.filter(email__in=emails)}
        # Somebody may be known by a second address too.
        for address in EmailAddress.objects.filter(email__in=emails, verified=True).select_related("user"):
            self.accounts.setdefault(address.email, address.user)
        members = Membership.objects.filter(user__in={person.pk for person in self.accounts.values()})
        self.memberships = {(one.user_id, one.resident_id): one for one in members}
        self.leads_left = self.leads_after(lines)
        asked = Invitation.objects.unanswered().filter(email__in=emails)
        self.asked = {(one.email, one.resident_id): one for one in asked}
        # Those whom the lines invite, as they are met.
        self.guests: list[Invitation] = []
        self.residents = Resident.objects.in_bulk({line.structure.pk for line in lines})

    def person(self, line: Line) -> int | str:
        """What tells the person of a line from others, however written."""
        account = self.accounts.get(line.email)
        return account.pk if account else line.email

    def leads_after(self, lines: list[Line]) -> dict[int, set[int]]:
        """{a structure's key: the keys of the accounts that will speak for it} where a line says a role."""
        said = [line for line in lines if line.role]
        leads = Membership.objects.filter(role=MembershipRole.LEAD, user__is_active=True)
        left = defaultdict(set)
        for one in leads.filter(resident__in={line.structure.pk for line in said}):
            left[one.resident_id].add(one.user_id)
        for line in said:
            if account := self.accounts.get(line.email):
                speak = left[line.structure.pk]
                speak.add(account.pk) if line.role == MembershipRole.LEAD else speak.discard(account.pk)
        return left

    def change(self, line: Line) -> Change | None:
        """What the line would do, None if it is so already."""
        account = self.accounts.get(line.email)
        if account is None:
            asked = self.asked.get((line.email, line.structure.pk))
            return self.correct(line, asked) if asked else self.invite(line)
        membership = self.memberships.get((account.pk, line.structure.pk))
        return self.change_role(line, membership) if membership else self.join(line, account)

    def join(self, line: Line, account: User) -> Change:
        role = line.role or MembershipRole.MEMBER
        do = partial(memberships.join, user=account, resident=self.residents[line.structure.pk], role=role)
        return Change(line.line, "create", who(str(account), line.email), arrives(line, role), do)

    def change_role(self, line: Line, membership: Membership) -> Change | None:
        if not line.role or line.role == membership.role:
            return None
        role = label_of(line.role)
        if not self.leads_left[line.structure.pk]:
            role = _("%(role)s : plus personne ne parlera pour la structure") % {"role": role}
        what = [(heading("role"), label_of(membership.role), role)]
        do = partial(members.change_role, membership=membership, role=line.role, without_lead=True)
        return Change(line.line, "change", self.where(line), what, do)

    def invite(self, line: Line) -> Change:
        role = line.role or MembershipRole.MEMBER
        asked = {
            "resident": self.residents[line.structure.pk],
            "email": line.email,
            "role": role,
            "first_name": line.first_name,
            "last_name": line.last_name,
        }
        self.guests.append(Invitation(**asked))
        do = partial(invitations.invite, **asked)
        return Change(line.line, "invite", who(line.name, line.email), arrives(line, role), do)

    def correct(self, line: Line, invitation: Invitation) -> Change | None:
        """Asked already: nobody is written to again."""
        said = {"first_name": line.first_name, "last_name": line.last_name, "role": line.role}
        values = {key: value for key, value in said.items() if value and value != getattr(invitation, key)}
        if not values:
            return None
        what = []
        for key, value in values.items():
            words = label_of if key == "role" else str
            what.append((heading(key), words(getattr(invitation, key)), words(value)))
        do = partial(memberships.correct_invitation, invitation=invitation, **values)
        return Change(line.line, "change", self.where(line), what, do)

    def where(self, line: Line) -> str:
        account = self.accounts.get(line.email)
        return f"{who(str(account) if account else line.name, line.email)}, {line.structure.name}"


def who(name: str, address: str) -> str:
    return f"{name} ({address})" if name and name != address else address


def arrives(line: Line, role: str) -> list[tuple[str, str, str]]:
    return [
        (heading("structure"), "", line.structure.name),
        (heading("role"), "", label_of(role)),
    ]
