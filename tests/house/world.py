"""The house that the guards go through: an object behind each name of `tests/house/addresses.py`."""

import datetime
import uuid
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment

from agenda.actions import calendars
from agenda.actions.series import book_series
from agenda.calendars.subscriptions import busy_token
from agenda.enums import (
    BookingAction,
    BookingStatus,
    Frequency,
    QuestionKind,
    Reason,
    RegistrationStatus,
    TitleAudience,
)
from agenda.models import Booking, BookingChange, Closure, EventQuestion, Space
from agenda.recurrence import Rule
from agenda.times import instant
from blog.actions import posts
from blog.content import Content
from mailing import outbox, refusing
from mailing.enums import Topic
from mailing.letters import TEMPLATE, Letter
from residents.actions import communication, invitations, welcome
from residents.actions.declarations import declare
from residents.enums import MembershipRole
from residents.models import Declaration, Partner, Resident, User
from tests.blog.bodies import every_block, make_document
from tests.bulletin.issues import full_issue
from tests.factories import (
    AgreementFactory,
    BookingFactory,
    DeclarationFactory,
    EventFactory,
    KnowledgeItemFactory,
    MembershipFactory,
    PartnerFactory,
    PictureFactory,
    PostFactory,
    RegistrationFactory,
    ResidentFactory,
    RubricFactory,
    SpaceFactory,
    StandardPageFactory,
    StayFactory,
    StepFactory,
    SubscriberFactory,
    TeamRoleFactory,
    TerritorialIssueFactory,
    UserFactory,
    drawn,
    next_monday,
)
from tests.house.addresses import ADDRESSES

# The key of a picture in a gallery.
KEY = "5f0c4f5e-3d55-4b9e-9d57-6f2f8f1c0a11"


@dataclass
class World:
    people: dict[str, User | None]
    atelier: Resident
    values: dict

    def address(self, name: str) -> str:
        arguments, _ = ADDRESSES[name]
        return reverse(name, kwargs={key: self.values[value] for key, value in arguments.items()})


def make_world() -> World:
    """Two structures that declare something, and one person of each role."""
    atelier = ResidentFactory(name="Atelier", slug="atelier", tagline="Du fer et du feu", presentation="Nous forgeons.")
    voisine = ResidentFactory(name="Voisine", slug="voisine")
    lead = MembershipFactory(resident=atelier, lead=True).user
    member = MembershipFactory(resident=voisine).user
    item = KnowledgeItemFactory(label="Forge")
    change = declare(resident=atelier, item=item, by=lead)
    DeclarationFactory(resident=voisine, item=item, seeks=True)
    people = {
        "anonymous": None,
        "member": member,
        "lead": lead,
        "manager": UserFactory(house_manager=True),
    }
    letter = Letter(subject="Réservé", paragraphs=["C’est noté."], facts=[("Où", "Salle")], why="Pour voir.")
    mail = outbox.post(key="1", topic=Topic.BOOKING, template=TEMPLATE, context={"letter": letter}, user=member)
    salle = make_calendar(atelier, voisine, lead)
    booking, date = make_bookings(salle, atelier, lead)
    values = {
        **make_reading(atelier, lead),
        **make_kit(atelier, lead),
        **make_steps(atelier, lead),
        **make_draft(atelier, lead),
        **make_invitation(atelier, lead),
        **make_meeting(atelier, lead),
        **make_calendar_key(lead),
        "bulletin-issue": full_issue().slug,
        "subscriber": SubscriberFactory().token,
        "subscriber-pending": SubscriberFactory(pending=True).token,
        "salle": salle.slug,
        "door": salle.door_token,
        "booking": booking.pk,
        "date-of-series": date.pk,
        "mail": mail.pk,
        "refusal": refusing.token(member, Topic.BOOKING),
        "atelier": atelier.slug,
        "voisine": voisine.slug,
        "item": item.pk,
        "member": member.pk,
        "membership": lead.memberships.get().pk,
        "change": change.pk,
        "nothing": 0,
        "tagline": "tagline",
        "structure": "structure",
        # Planted with the site.
        "actualite": "actualite",
        "json": "json",
        "1": "1",
        "no-key": "no-key",
    }
    assert Declaration.objects.count() == 2
    return World(people, atelier, values)


def make_reading(atelier: Resident, lead: User) -> dict:
    """A post and a page with every block, and two posts to read beside them."""
    rubric = RubricFactory(name="Compréhension")
    day = instant(datetime.date(2025, 3, 7), datetime.time(10))
    told = {"rubric": rubric, "authors": [lead], "residents": [atelier], "tags": ["chantier"]}
    blocks = every_block(declaration=atelier.declarations.get())
    post = PostFactory(
        slug="derriere-la-cloison",
        cover=PictureFactory(),
        signature="l’atelier cartographie",
        first_published_at=day,
        body=blocks,
        **told,
    )
    for hours in (-1, 1):
        PostFactory(first_published_at=day + datetime.timedelta(hours=hours), **told)
    partner = make_partner(atelier)
    StandardPageFactory(
        slug="toute-la-page", lead="Chapeau.", body=[*blocks, ("territory", None), ("team", None), ("house", None)]
    )
    return {
        "post": post.slug,
        "post-rubric": rubric.slug,
        "post-tag": "chantier",
        "post-author": lead.pk,
        "post-year": 2025,
        "post-month": 3,
        "page-path": "toute-la-page/",
        "partner": partner.slug,
    }


def make_partner(atelier: Resident) -> Partner:
    """With whom the house works at a question and signed something, part of which is shown."""
    partner = PartnerFactory(together="Nous cuisinons.", contact_name="Dominique", url="https://exemple.fr/")
    issue = TerritorialIssueFactory(title="Se nourrir", state_of_play="Réunions.", objectives="Enquêter.")
    issue.partners.add(partner)
    issue.residents.add(atelier)
    AgreementFactory(partner=partner, is_shown=True, document=make_document(), ends_on=next_monday())
    AgreementFactory(partner=partner)
    TeamRoleFactory(about="Elle tient la maison.", picture=PictureFactory(), email="maison@exemple.fr")
    TeamRoleFactory()
    return partner


def make_draft(atelier: Resident, lead: User) -> dict:
    """A post being written, with a block of each kind, to which the house asked for a change."""
    picture = PictureFactory()
    values = {
        "text": "<p>Nous avons <b>soudé</b> la porte.</p>",
        "picture": {"image": picture.pk, "alt": "La porte", "caption": "", "credit": ""},
        "gallery": {"title": "Les travaux", "pictures": [{"type": "item", "value": {"image": picture.pk}, "id": KEY}]},
        "quote": {"text": "On y voit clair.", "by": "Une soudeuse"},
        "document": {"document": None, "label": ""},
        "resident": {"resident": atelier.pk},
        "event": {"event": None},
        "map": {"resident": atelier.pk, "item": None, "caption": ""},
        "call": {"label": "Venir", "url": "https://exemple.fr", "page": None},
    }
    body = [{"type": kind, "value": value, "id": str(uuid.uuid4())} for kind, value in values.items()]
    # What Markdown does not carry.
    body.append({"type": "text", "value": "<p>10 m<sup>2</sup></p>", "id": str(uuid.uuid4())})
    content = Content(title="La porte", summary="Soudée.", cover=picture.pk, authors=(lead.pk,), body=tuple(body))
    post = posts.save(post=posts.create(key=uuid.uuid4(), by=lead), content=content, opened="", by=lead)
    posts.submit(post=post, by=lead)
    post.current_workflow_state.current_task_state.reject(comment="Quel jour ?")
    remark = Comment.objects.create(page=post, user=UserFactory(), text="Quel jour ?", contentpath="title")
    return {"draft": post.pk, "remark": remark.pk}


def make_invitation(atelier: Resident, lead: User) -> dict:
    """Somebody asked in, who has not answered."""
    role = MembershipRole.MEMBER
    invitation = invitations.invite(resident=atelier, email="attendue@ailleurs.example", role=role, by=lead)
    return {"invitation": invitation.pk, "invitation-token": invitation.token}


def make_steps(atelier: Resident, lead: User) -> dict:
    """A text accepted, that the house changed since; somebody who arrives, and somebody who leaves."""
    step = StepFactory(title="Lire le règlement", text="Nous rangeons.")
    welcome.tick(step=step, resident=atelier, by=lead)
    type(step).objects.filter(pk=step.pk).update(text="Nous rangeons, le soir.")
    arriving, leaving = (ResidentFactory(name=name, in_residence=False) for name in ("Arrivante", "Partante"))
    today = timezone.localdate()
    StayFactory(resident=arriving, starts_on=today)
    StayFactory(resident=leaving, ends_on=today + datetime.timedelta(days=20))
    return {"step": step.pk}


def make_kit(atelier: Resident, lead: User) -> dict:
    """A picture and a document that the workshop gave."""
    picture = communication.add_picture(
        resident=atelier, file=ContentFile(drawn((40, 30)), "a.png"), title="A", by=lead
    )
    document = communication.add_document(resident=atelier, file=ContentFile(b"A", "a.pdf"), title="A", by=lead)
    return {"picture": picture.pk, "document": document.pk, "document-name": document.filename}


def make_calendar_key(lead: User) -> dict:
    key = calendars.renew(by=lead)
    return {
        "calendar-key": key.token,
        "busy-key": busy_token(key),
        "calendar-event": f"rencontre-{next_monday()}",
    }


def make_calendar(atelier: Resident, voisine: Resident, lead: User) -> Space:
    """A space held today and next week in each way that a calendar draws: ours, to decide, busy, a meeting, closed."""
    salle = SpaceFactory(name="Salle", slug="salle", pattern="rayures", buffer_minutes=30)
    SpaceFactory(name="Cour", slug="cour", colour="mousse", pattern="points")
    for day in (timezone.localdate(), next_monday()):
        start = instant(day, datetime.time(9))
        hours = [start + datetime.timedelta(hours=hours) for hours in range(0, 12, 3)]
        BookingFactory(space=salle, starts_at=hours[0], resident=atelier, created_by=lead, title="Forger à plusieurs")
        BookingFactory(space=salle, starts_at=hours[1], resident=voisine, status=BookingStatus.REQUESTED)
        BookingFactory(space=salle, starts_at=hours[2], resident=voisine, title_audience=TitleAudience.OURS)
        event = EventFactory(slug=f"rencontre-{day}", starts_at=hours[3])
        BookingFactory(space=salle, starts_at=hours[3], resident=None, event=event)
    sunday = next_monday() + datetime.timedelta(days=6)
    Closure.objects.create(starts_on=sunday, ends_on=sunday, reason="Inventaire")
    return salle


def make_bookings(salle: Space, atelier: Resident, lead: User) -> tuple[Booking, Booking]:
    """One to decide, with all that a page may say of it; and a date of a series."""
    tuesday = next_monday() + datetime.timedelta(days=1)
    told = {"setup": "Douze chaises", "request_word": "Pour une fois", "reasons": [Reason.TOO_LONG], "attendees": 9}
    booking = BookingFactory(
        space=salle,
        starts_at=instant(tuesday, datetime.time(9)),
        resident=atelier,
        created_by=lead,
        status=BookingStatus.REQUESTED,
        **told,
    )
    BookingChange.objects.create(
        booking=booking, action=BookingAction.CHANGED, by=lead, before={"title": "Forge"}, after={"title": "Réunion"}
    )
    rule = Rule(Frequency.WEEKLY, tuesday, weekdays=[1], count=2)
    hours = datetime.time(14), datetime.time(16)
    keep = {tuesday, tuesday + datetime.timedelta(days=7)}
    series = book_series(
        rule=rule,
        start_time=hours[0],
        end_time=hours[1],
        space=salle,
        by=lead,
        keep=keep,
        resident=atelier,
        title="Veille",
    )
    return booking, series.bookings.first()


def make_meeting(atelier: Resident, lead: User) -> dict:
    """A public meeting of the workshop, asking something, with somebody in each state of its list."""
    event = EventFactory(
        slug="forge-ouverte", title="Forge ouverte", with_seats=True, organisers=[atelier], hosts=[lead], text="Venez."
    )
    EventQuestion.objects.create(event=event, label="Quel métal ?", kind=QuestionKind.CHOICE, choices="fer\ncuivre")
    now = timezone.now()
    registered = RegistrationFactory(event=event, attended=True)
    offered = RegistrationFactory(
        event=event,
        status=RegistrationStatus.OFFERED,
        queued_at=now,
        offered_until=now + datetime.timedelta(hours=6),
    )
    RegistrationFactory(event=event, waiting=True)
    pending = RegistrationFactory(event=event, guest=True, status=RegistrationStatus.PENDING)
    return {
        "meeting": event.slug,
        "registration": registered.pk,
        "offered": offered.token,
        "pending": pending.token,
    }
