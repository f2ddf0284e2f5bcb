"""Every write tells who did what: one table of all the actions."""

import datetime
from decimal import Decimal

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import ModelLogEntry

from chaudronneries.portability import leaving
from residents.actions import (
    communication,
    declarations,
    duplicates,
    factors,
    invitations,
    members,
    memberships,
    sheets,
    stays,
    visibility,
    welcome,
)
from residents.actions.profiles import change_section
from residents.enums import MembershipRole, SheetKind
from residents.models import NearDuplicate, Stay
from residents.pages.visibility import LISTED, NO, TRACE
from residents.profile import Section
from residents.spreadsheets import importing
from tests.factories import (
    KnowledgeItemFactory,
    MembershipFactory,
    PictureFactory,
    ResidentFactory,
    StepFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date


class House:
    """What the actions are done to, made when it is asked for; `by` runs the house, and leads nothing."""

    def __init__(self):
        self.by = UserFactory(house_manager=True)
        self.another = UserFactory(administrator=True)
        self.resident = ResidentFactory(in_residence=False)

    def asked(self):
        invitation = invitations.invite(
            resident=self.resident,
            email="awa@ici.example",
            role=MembershipRole.MEMBER,
            by=UserFactory(administrator=True),
        )
        invitation.sent_at -= datetime.timedelta(days=5)
        invitation.save()
        return invitation

    def member(self):
        return MembershipFactory(resident=self.resident)

    def stay(self):
        return Stay.objects.create(resident=self.resident, starts_on=DAY(2026, 1, 1), ends_on=DAY(2026, 12, 31))

    def pair(self, **fields):
        return NearDuplicate.objects.create(
            item=KnowledgeItemFactory(), other=KnowledgeItemFactory(), score=1, **fields
        )

    def kept_apart(self):
        pair = self.pair()
        duplicates.keep_apart(pair=pair, by=self.another)
        return pair

    def ticked(self):
        step = StepFactory()
        welcome.tick(step=step, resident=self.resident, by=UserFactory())
        return step

    def with_factor(self):
        user = UserFactory()
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
        return user

    def sheet(self, kind, *lines):
        content = "\n".join(lines).encode()
        mark = importing.plan(kind, "x.csv", content).mark
        upload = sheets.keep(kind=kind, name="x.csv", content=content, by=self.by)
        sheets.carry_out(upload=upload, expected=mark, by=self.by)


MEMBER, LEAD = MembershipRole.MEMBER, MembershipRole.LEAD
# What it is done to, what is done, and the journal's actions.
TOLD = {
    "invite": (
        lambda h: "bo@ici.example",
        lambda h, on: invitations.invite(resident=h.resident, email=on, role=MEMBER, by=h.by),
        ["wagtail.create"],
    ),
    "renew": (House.asked, lambda h, on: invitations.renew(invitation=on, by=h.by), ["wagtail.edit"]),
    "remind all": (House.asked, lambda h, on: invitations.remind_all(by=h.by), ["wagtail.edit"]),
    "withdraw": (House.asked, lambda h, on: invitations.withdraw(invitation=on, by=h.by), ["wagtail.edit"]),
    "correct": (
        House.asked,
        lambda h, on: memberships.correct_invitation(invitation=on, by=h.by, role=LEAD),
        ["wagtail.edit"],
    ),
    "join": (
        lambda h: UserFactory(),
        lambda h, on: memberships.join(user=on, resident=h.resident, role=MEMBER, by=h.by),
        ["wagtail.create"],
    ),
    "change role": (
        House.member,
        lambda h, on: members.change_role(membership=on, role=LEAD, by=h.by),
        ["wagtail.edit"],
    ),
    "remove": (House.member, lambda h, on: members.remove(membership=on, by=h.by), ["wagtail.delete"]),
    "end a stay": (House.stay, lambda h, on: stays.end(stay=on, on=DAY(2026, 6, 30), by=h.by), ["wagtail.edit"]),
    "change a share": (
        House.stay,
        lambda h, on: stays.change_share(stay=on, share=Decimal("0.5"), from_day=DAY(2026, 6, 1), by=h.by),
        ["wagtail.create", "wagtail.edit"],
    ),
    "be listed": (
        lambda h: h.resident,
        lambda h, on: visibility.choose(resident=on, part=LISTED, to=NO, by=h.by),
        ["residents.visibility"],
    ),
    "leave a trace": (
        lambda h: h.resident,
        lambda h, on: visibility.choose(resident=on, part=TRACE, to="rien", by=h.by),
        ["residents.visibility"],
    ),
    "choose who reads": (
        lambda h: h.resident,
        lambda h, on: visibility.choose(resident=on, part="email", to="maison", by=h.by),
        ["residents.profile"],
    ),
    "write": (
        lambda h: h.resident,
        lambda h, on: change_section(resident=on, section=Section.TAGLINE, to={"tagline": "Du zinc"}, by=h.by),
        ["residents.profile"],
    ),
    "review": (lambda h: h.resident, lambda h, on: welcome.review(resident=on, by=h.by), ["residents.reviewed"]),
    "tick": (
        lambda h: StepFactory(),
        lambda h, on: welcome.tick(step=on, resident=h.resident, by=h.by),
        ["residents.step_done"],
    ),
    "accept": (
        lambda h: StepFactory(text="La charte"),
        lambda h, on: welcome.tick(step=on, resident=h.resident, by=h.by),
        ["residents.step_accepted"],
    ),
    "untick": (
        House.ticked,
        lambda h, on: welcome.untick(step=on, resident=h.resident, by=h.by),
        ["residents.step_undone"],
    ),
    "keep apart": (House.pair, lambda h, on: duplicates.keep_apart(pair=on, by=h.by), ["residents.kept_apart"]),
    "reopen": (House.kept_apart, lambda h, on: duplicates.undo(pair=on, by=h.by), ["residents.kept_apart_undone"]),
    "merge": (House.pair, lambda h, on: duplicates.merge(pair=on, keep=on.item, by=h.by), ["residents.merge"]),
    "propose a term": (
        lambda h: "Zinguer",
        lambda h, on: declarations.free_term(label=on, kind="savoir", by=h.by),
        ["wagtail.create"],
    ),
    "declare": (
        lambda h: KnowledgeItemFactory(),
        lambda h, on: declarations.declare(resident=h.resident, item=on, by=h.by),
        ["residents.declaration"],
    ),
    "forget factors": (
        House.with_factor,
        lambda h, on: factors.forget(user=on, by=h.by),
        ["residents.factors_forgotten"],
    ),
    "add a picture": (
        lambda h: PictureFactory.build().file,
        lambda h, on: communication.add_picture(resident=h.resident, file=on, title="Zinc", by=h.by),
        ["wagtail.create"],
    ),
    "describe a picture": (
        lambda h: PictureFactory(),
        lambda h, on: communication.describe_picture(picture=on, title="Zinc", description="", credit="", by=h.by),
        ["wagtail.edit"],
    ),
    "add a document": (
        lambda h: SimpleUploadedFile("x.pdf", b"%PDF-1.4"),
        lambda h, on: communication.add_document(resident=h.resident, file=on, title="Zinc", by=h.by),
        ["wagtail.create"],
    ),
    "remove a picture": (
        lambda h: PictureFactory(),
        lambda h, on: communication.remove(kept=on, by=h.by),
        ["wagtail.delete"],
    ),
    "import structures": (
        lambda h: None,
        lambda h, on: h.sheet(SheetKind.STRUCTURES, "Nom;Forme;Secteurs", "Zinc;association;Toiture"),
        ["residents.sheet", "wagtail.create", "wagtail.create"],
    ),
    "import stays": (
        lambda h: None,
        lambda h, on: h.sheet(SheetKind.STAYS, "Structure;Du", f"{h.resident.slug};2020-01-01"),
        ["residents.sheet", "wagtail.create"],
    ),
    "import people": (
        lambda h: None,
        lambda h, on: h.sheet(SheetKind.PEOPLE, "E-mail;Structure", f"bo@ici.example;{h.resident.slug}"),
        ["residents.sheet", "wagtail.create"],
    ),
    "import declarations": (
        lambda h: None,
        lambda h, on: h.sheet(SheetKind.DECLARATIONS, "Structure;Nature;Terme", f"{h.resident.slug};savoir;Zinguer"),
        ["residents.declaration", "residents.sheet", "wagtail.create"],
    ),
    "delete a structure": (
        lambda h: h.resident,
        lambda h, on: leaving.close(resident=on, by=h.by),
        ["chaudronneries.structure_left"],
    ),
    "delete an account": (
        lambda h: UserFactory(),
        lambda h, on: leaving.leave(user=on, by=h.by),
        ["chaudronneries.person_left"],
    ),
}


@pytest.mark.parametrize("done", TOLD)
def test_who_did_it_is_told(done):
    house = House()
    prepare, do, told = TOLD[done]
    on = prepare(house)
    ModelLogEntry.objects.all().delete()
    do(house, on)
    entries = ModelLogEntry.objects.all()
    assert sorted(entry.action for entry in entries) == told
    assert {entry.user for entry in entries} == {house.by}


def test_who_accepts_is_told():
    invitation = House().asked()
    user = invitations.accept(token=invitation.token, first_name="Awa", last_name="Delcombe")
    entries = ModelLogEntry.objects.filter(user=user)
    assert [(entry.action, entry.object_id) for entry in entries] == [("wagtail.edit", str(invitation.pk))]
