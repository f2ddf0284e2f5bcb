"""Every address of the product and what a GET of it answers to each role: the one list that the guards go through.

`WORLD` names stand for the objects of `world()`: a lead speaks for `atelier`, a member belongs to another structure.
"""

import datetime
import uuid
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.urls import get_resolver, reverse
from django.utils import timezone

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

# The key of a picture in a gallery.
KEY = "5f0c4f5e-3d55-4b9e-9d57-6f2f8f1c0a11"
ROLES = ["anonymous", "member", "lead", "manager"]
ALL = [200, 200, 200, 200]
SIGNED_IN = [302, 200, 200, 200]
MANAGER = [302, 403, 403, 200]
# What belongs to a structure: those who speak for it, and the house manager.
OURS = [302, 403, 200, 200]
# Answers a form, never an address.
POSTED = [302, 405, 405, 405]
# Signing in is for those who are not; the others are sent home.
NOT_SIGNED_IN = [200, 302, 302, 302]
# Nothing there yet for this person.
ABSENT = [302, 404, 404, 404]
ELSEWHERE = [302, 302, 302, 302]
# A change asked for by address: nothing is changed, one is led back to the page that asks for it.
BACK = [302, 403, 302, 302]
# For members; the house manager is asked first for which structure.
MEMBERS = [302, 200, 200, 302]

ADDRESSES = {
    "home": ({}, ALL),
    "health": ({}, ALL),
    "components": ({}, MANAGER),
    "my_data": ({}, SIGNED_IN),
    "my_data_export": ({}, SIGNED_IN),
    "delete_account": ({}, SIGNED_IN),
    "structure_data": ({"slug": "atelier"}, OURS),
    "structure_data_export": ({"slug": "atelier"}, OURS),
    "delete_structure": ({"slug": "atelier"}, OURS),
    "search": ({}, ALL),
    "site_map": ({}, ALL),
    "sitemap": ({}, ALL),
    "robots": ({}, ALL),
    "house_card": ({}, ALL),
    "page_card": ({"kind": "structure", "slug": "atelier"}, ALL),
    "blog:index": ({}, ALL),
    "blog:post": ({"slug": "post"}, ALL),
    "blog:card": ({"slug": "post"}, ALL),
    "blog:rubric": ({"slug": "post-rubric"}, ALL),
    "blog:tag": ({"slug": "post-tag"}, ALL),
    "blog:resident": ({"slug": "atelier"}, ALL),
    "blog:author": ({"pk": "post-author"}, ALL),
    "blog:archives": ({}, ALL),
    "blog:year": ({"year": "post-year"}, ALL),
    "blog:month": ({"year": "post-year", "month": "post-month"}, ALL),
    "wagtail_serve": ({"path": "page-path"}, ALL),
    "blog:atom": ({}, ALL),
    "blog:rss": ({}, ALL),
    "blog:rubric_atom": ({"slug": "actualite"}, ALL),
    "blog:propose": ({}, SIGNED_IN),
    "blog:preview_text": ({}, POSTED),
    "blog:mine": ({}, SIGNED_IN),
    # Those who write it; the house manager does in the back office.
    "blog:write": ({"pk": "draft"}, [302, 403, 200, 302]),
    "blog:preview": ({"pk": "draft"}, OURS),
    "blog:submit": ({"pk": "draft"}, POSTED),
    "blog:take_back": ({"pk": "draft"}, POSTED),
    # Who proposed it; the house manager deletes in the back office.
    "blog:discard": ({"pk": "draft"}, [302, 403, 200, 403]),
    "residents:territory": ({}, ALL),
    "residents:partner": ({"slug": "partner"}, ALL),
    "residents:apply": ({}, ALL),
    "residents:directory": ({}, ALL),
    "residents:profile": ({"slug": "atelier"}, ALL),
    "residents:edit_profile": ({"slug": "atelier"}, OURS),
    "residents:edit_section": ({"slug": "atelier", "section": "tagline"}, OURS),
    "residents:show_section": ({"slug": "atelier", "section": "tagline"}, BACK),
    "residents:visibility": ({"slug": "atelier"}, OURS),
    "residents:kit": ({"slug": "atelier"}, OURS),
    "residents:kit_archive": ({"slug": "atelier"}, OURS),
    "residents:add_pictures": ({"slug": "atelier"}, POSTED),
    "residents:picture": ({"slug": "atelier", "pk": "picture"}, OURS),
    "residents:remove_picture": ({"slug": "atelier", "pk": "picture"}, POSTED),
    "residents:add_document": ({"slug": "atelier"}, POSTED),
    "residents:remove_document": ({"slug": "atelier", "pk": "document"}, POSTED),
    "wagtaildocs_serve": ({"document_id": "document", "document_filename": "document-name"}, OURS),
    "residents:steps": ({"slug": "atelier"}, OURS),
    "residents:step": ({"slug": "atelier", "pk": "step"}, OURS),
    "residents:reviewed": ({"slug": "atelier"}, POSTED),
    "residents:arrivals": ({}, MANAGER),
    "residents:to_ask": ({}, MANAGER),
    "residents:all_kits": ({}, MANAGER),
    "residents:people": ({"slug": "atelier"}, OURS),
    "residents:member": ({"slug": "atelier", "pk": "membership"}, OURS),
    "residents:remove_member": ({"slug": "atelier", "pk": "membership"}, POSTED),
    "residents:remind": ({"slug": "atelier"}, POSTED),
    "residents:remind_everybody": ({}, POSTED),
    "residents:invitation_key": ({"token": "invitation-token"}, [405, 405, 405, 405]),
    "residents:forget_factors": ({"pk": "member"}, MANAGER),
    "residents:end_session": ({"pk": "nothing"}, POSTED),
    "residents:renew_invitation": ({"slug": "atelier", "pk": "invitation"}, POSTED),
    "residents:withdraw_invitation": ({"slug": "atelier", "pk": "invitation"}, POSTED),
    "residents:invitation": ({"token": "invitation-token"}, ALL),
    "residents:savoirs": ({}, SIGNED_IN),
    "residents:terms": ({}, MEMBERS),
    "residents:neighbours": ({}, MEMBERS),
    "residents:coverage": ({}, SIGNED_IN),
    "residents:changes": ({}, MEMBERS),
    "residents:undo": ({"pk": "change"}, BACK),
    "residents:declare": ({}, ELSEWHERE),
    "residents:audience": ({}, ELSEWHERE),
    "residents:declaration": ({"pk": "item"}, [302, 200, 200, 403]),
    "residents:withdraw": ({"pk": "item"}, ELSEWHERE),
    "knowledge_map:map": ({}, ALL),
    "knowledge_map:export": ({"form": "json"}, ALL),
    "knowledge_map:cooperations": ({}, SIGNED_IN),
    "knowledge_map:answer": ({"slug": "atelier", "partner_slug": "voisine"}, [302, 403, 302, 403]),
    "mailing:preferences": ({}, SIGNED_IN),
    "mailing:refuse": ({"token": "refusal"}, ALL),
    "mailing:mails": ({}, MANAGER),
    "mailing:mail": ({"pk": "mail"}, MANAGER),
    "mailing:mail_html": ({"pk": "mail"}, MANAGER),
    "agenda:agenda": ({}, ALL),
    "agenda:new_event": ({}, SIGNED_IN),
    "agenda:event": ({"slug": "meeting"}, ALL),
    "agenda:edit_event": ({"slug": "meeting"}, OURS),
    "agenda:cancel_event": ({"slug": "meeting"}, OURS),
    "agenda:register": ({"slug": "meeting"}, ALL),
    "agenda:registrations": ({"slug": "meeting"}, OURS),
    "agenda:registrations_csv": ({"slug": "meeting"}, OURS),
    "agenda:mark_attendance": ({"pk": "registration"}, POSTED),
    "agenda:registration": ({"token": "offered"}, ALL),
    "agenda:confirm_registration": ({"token": "pending"}, ALL),
    "agenda:accept_seat": ({"token": "offered"}, ELSEWHERE),
    "agenda:cancel_registration": ({"token": "offered"}, ELSEWHERE),
    "agenda:spaces": ({}, SIGNED_IN),
    "agenda:space": ({"slug": "salle"}, SIGNED_IN),
    "agenda:week": ({}, SIGNED_IN),
    "agenda:day": ({}, SIGNED_IN),
    "agenda:month": ({}, SIGNED_IN),
    "agenda:bookings_list": ({}, SIGNED_IN),
    "agenda:find": ({}, SIGNED_IN),
    "agenda:shares": ({}, SIGNED_IN),
    "agenda:book": ({}, SIGNED_IN),
    "agenda:my_bookings": ({}, SIGNED_IN),
    "agenda:booking": ({"pk": "booking"}, SIGNED_IN),
    "agenda:change_booking": ({"pk": "booking"}, OURS),
    "agenda:move_booking": ({"pk": "booking"}, POSTED),
    "agenda:cancel_booking": ({"pk": "booking"}, OURS),
    "agenda:decide_booking": ({"pk": "booking"}, POSTED),
    "agenda:waive_booking": ({"pk": "booking"}, POSTED),
    "agenda:mark_no_show": ({"pk": "booking"}, POSTED),
    "agenda:repeat_booking": ({"pk": "booking"}, OURS),
    "agenda:change_series": ({"pk": "date-of-series"}, OURS),
    "agenda:cancel_series": ({"pk": "date-of-series"}, OURS),
    "agenda:public_feed": ({}, ALL),
    "agenda:my_feed": ({"token": "calendar-key"}, ALL),
    "agenda:my_busy_feed": ({"token": "busy-key"}, ALL),
    "agenda:residents_feed": ({"token": "calendar-key"}, ALL),
    "agenda:space_feed": ({"token": "calendar-key", "slug": "salle"}, ALL),
    "agenda:event_ics": ({"slug": "calendar-event"}, ALL),
    "agenda:booking_ics": ({"pk": "booking"}, SIGNED_IN),
    "agenda:subscriptions": ({}, ALL),
    "agenda:import_calendar": ({}, MANAGER),
    "agenda:renew_key": ({}, ELSEWHERE),
    "agenda:revoke_key": ({}, ELSEWHERE),
    "agenda:my_day": ({}, MANAGER),
    "agenda:door_sheets": ({}, MANAGER),
    "agenda:usage": ({}, MANAGER),
    "agenda:usage_csv": ({}, MANAGER),
    "agenda:mark_seen": ({}, POSTED),
    "agenda:door": ({"token": "door"}, ALL),
    "bulletin:index": ({}, ALL),
    "bulletin:issue": ({"slug": "bulletin-issue"}, ALL),
    "bulletin:pdf": ({"slug": "bulletin-issue"}, ALL),
    "bulletin:subscribe": ({}, NOT_SIGNED_IN),
    "bulletin:confirm": ({"token": "subscriber-pending"}, ALL),
    "bulletin:leave": ({"token": "subscriber"}, ALL),
    "account_login": ({}, NOT_SIGNED_IN),
    "account_logout": ({}, SIGNED_IN),
    "account_inactive": ({}, ALL),
    "account_signup": ({}, NOT_SIGNED_IN),
    "account_reauthenticate": ({}, SIGNED_IN),
    "account_email": ({}, SIGNED_IN),
    "account_email_verification_sent": ({}, ALL),
    "account_change_password": ({}, SIGNED_IN),
    "account_set_password": ({}, ELSEWHERE),
    "account_reset_password": ({}, ALL),
    "account_confirm_login_code": ({}, ELSEWHERE),
    "account_confirm_email": ({"key": "no-key"}, ALL),
    "account_reset_password_from_key_done": ({}, ALL),
    "account_reset_password_from_key": ({"uidb36": "1", "key": "no-key"}, ALL),
    "account_reset_password_done": ({}, ALL),
    "account_request_login_code": ({}, NOT_SIGNED_IN),
    "mfa_index": ({}, SIGNED_IN),
    "mfa_authenticate": ({}, ELSEWHERE),
    "mfa_reauthenticate": ({}, ELSEWHERE),
    "mfa_activate_totp": ({}, SIGNED_IN),
    "mfa_deactivate_totp": ({}, ABSENT),
    "mfa_view_recovery_codes": ({}, ABSENT),
    "mfa_generate_recovery_codes": ({}, SIGNED_IN),
    "mfa_download_recovery_codes": ({}, ABSENT),
    "mfa_list_webauthn": ({}, SIGNED_IN),
    "mfa_add_webauthn": ({}, SIGNED_IN),
    "mfa_reauthenticate_webauthn": ({}, ELSEWHERE),
    "mfa_remove_webauthn": ({"pk": "nothing"}, ABSENT),
    "mfa_edit_webauthn": ({"pk": "nothing"}, ABSENT),
    "mfa_login_webauthn": ({}, ELSEWHERE),
    "usersessions_list": ({}, SIGNED_IN),
}
# The back office has a guard of its own (tests/residents/test_back_office.py).
GUARDED_ELSEWHERE = ("gestion/", "media/", "^media/")


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
    post.current_workflow_state.current_task_state.reject(comment="Quel jour ?")
    return {"draft": post.pk}


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
    EventQuestion.objects.create(event=event, label="Quel métal ?", kind=QuestionKind.CHOICE, choices="fer\ncuivre")
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


def routes() -> dict[str, str]:
    """The path of each of our addresses by its name, as the site's resolver knows them: "residents/<slug:slug>/"."""

    def walk(resolver, prefix="", namespace=""):
        for pattern in resolver.url_patterns:
            path = prefix + str(pattern.pattern)
            if path.startswith(GUARDED_ELSEWHERE):
                continue
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern, path, pattern.namespace or namespace)
            else:
                yield f"{namespace}:{pattern.name}" if namespace else pattern.name, path

    return dict(walk(get_resolver()))


def published() -> set[str]:
    """Their names."""
    return set(routes())
