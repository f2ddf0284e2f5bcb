"""A person leaves: what is theirs goes, what others need stays without their name."""

import datetime
import re

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from agenda.actions import registrations
from agenda.enums import BookingAction, RegistrationStatus
from agenda.models import BookingChange
from blog.models import PostPage
from bulletin.actions import bounces, sendings
from bulletin.bounces import Bounce
from bulletin.enums import SubscriberState
from bulletin.models import Delivery, Subscriber
from chaudronneries import forgetting
from chaudronneries.portability.leaving import PERSON_LEFT, leave
from mailing import outbox, refusing
from mailing.enums import MailState, Topic
from mailing.letters import TEMPLATE, Letter
from mailing.models import Mail
from residents.actions import invitations, journal
from residents.enums import MembershipRole
from residents.models import Application, Invitation, Membership, Resident, TeamRole, User
from tests.bulletin.issues import full_issue
from tests.conftest import just_signed_in
from tests.factories import (
    ApplicationFactory,
    BookingFactory,
    EventFactory,
    MembershipFactory,
    PostFactory,
    ResidentFactory,
    SubscriberFactory,
    TeamRoleFactory,
    UserFactory,
    soon,
)
from tests.worker import work_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def awa(house_manager):
    """A member of a structure in residence that somebody else leads; her name is nowhere else in the base."""
    resident = ResidentFactory(name="Atelier", slug="atelier")
    MembershipFactory(resident=resident, lead=True)
    user = UserFactory(first_name="Awa", last_name="Delcombe", email="awa@atelier.example")
    MembershipFactory(user=user, resident=resident)
    return user


def letter_to(user, key="1") -> Mail:
    letter = Letter(subject="Pour Awa Delcombe", paragraphs=["C’est noté."], why="Pour voir.")
    return outbox.post(key=key, topic=Topic.BOOKING, template=TEMPLATE, context={"letter": letter}, user=user)


def test_account_goes_and_bookings_stay_without_the_name(awa):
    resident = awa.memberships_list[0].resident
    bookings = [
        BookingFactory(created_by=awa, booked_for=awa, resident=resident, starts_at=soon(days=days))
        for days in (-30, 30)
    ]
    BookingChange.objects.create(booking=bookings[0], action=BookingAction.BOOKED, by=awa)
    leave(user=awa, by=awa)
    for booking in bookings:
        booking.refresh_from_db()
        assert (booking.created_by, booking.booked_for, booking.resident, booking.is_holding) == (
            None,
            None,
            resident,
            True,
        )
    assert (User.objects.filter(email="awa@atelier.example").exists(), BookingChange.objects.get().by) == (False, None)


def test_seat_to_come_is_offered_to_who_waits(awa):
    event = EventFactory(with_seats=True, capacity=1)
    other = MembershipFactory(user=UserFactory()).user
    registrations.register(event=event, by=awa)
    waiting = registrations.register(event=event, by=other)
    assert waiting.status == RegistrationStatus.WAITING
    leave(user=awa, by=awa)
    waiting.refresh_from_db()
    assert (waiting.status, event.registrations.count()) == (RegistrationStatus.OFFERED, 1)


def test_mail_that_waits_is_not_sent_and_what_was_sent_says_nothing(awa):
    waiting, sent = letter_to(awa, "1"), letter_to(awa, "2")
    Mail.objects.filter(pk=sent.pk).update(state=MailState.SENT, sent_at=timezone.now())
    leave(user=awa, by=awa)
    assert not Mail.objects.filter(pk=waiting.pk).exists()
    sent.refresh_from_db()
    assert (sent.user, sent.subject, sent.text, sent.html, sent.headers) == (None, "", "", "", {})
    assert re.fullmatch(r"[0-9a-f]{32}@efface\.invalid", sent.to)


def test_last_mail_confirms_and_its_address_goes_the_night_after(awa):
    leave(user=awa, by=awa)
    last = Mail.objects.get(to="awa@atelier.example")
    assert last.subject == "Votre compte des Chaudronneries est supprimé"
    assert forgetting.farewells() == 0
    Mail.objects.filter(pk=last.pk).update(state=MailState.SENT, sent_at=timezone.now())
    assert forgetting.farewells() == 1
    assert not Mail.objects.filter(to="awa@atelier.example").exists()
    assert forgetting.farewells() == 0


@pytest.mark.parametrize(("signs", "signature"), [(True, "Awa Delcombe"), (False, "Atelier")])
def test_post_is_signed_as_the_person_wishes(awa, signs, signature):
    post = PostFactory(owner=awa, authors=[awa])
    post.save_revision(user=awa)
    leave(user=awa, by=awa, signs=signs)
    post = PostPage.objects.get(pk=post.pk)
    assert (post.owner, post.signature, post.authors.count()) == (None, signature, 0)
    # What is published later from a kept version says the same.
    latest = post.get_latest_revision_as_object()
    assert (latest.signature, list(latest.authors.all())) == (signature, [])


def test_post_of_several_keeps_the_others(awa):
    other = UserFactory()
    post = PostFactory(authors=[awa, other], signature="l’atelier")
    leave(user=awa, by=awa)
    post = PostPage.objects.get(pk=post.pk)
    assert (list(post.authors.all()), post.signature) == ([other], "l’atelier")


def test_draft_that_is_theirs_alone_goes(awa):
    alone = PostFactory(owner=awa, authors=[awa], live=False, first_published_at=None)
    shared = PostFactory(owner=awa, authors=[awa, UserFactory()], live=False, first_published_at=None)
    leave(user=awa, by=awa)
    assert list(PostPage.objects.filter(pk__in=[alone.pk, shared.pk])) == [shared]


def test_refusal_of_the_bulletin_outlives_the_account(awa):
    SubscriberFactory(email=awa.email)
    refusing.refuse(by=awa, topic=Topic.BULLETIN)
    leave(user=awa, by=awa)
    assert Subscriber.objects.get(email="awa@atelier.example").state == SubscriberState.LEFT
    assert "awa@atelier.example" not in {copy.to for copy in sendings.recipients()}


def test_subscription_without_refusal_stays(awa):
    SubscriberFactory(email=awa.email)
    leave(user=awa, by=awa)
    assert "awa@atelier.example" in {copy.to for copy in sendings.recipients()}


def test_copies_of_the_bulletin_keep_no_address(awa, house_manager):
    sending = sendings.start(issue=full_issue(), by=house_manager)
    assert sending.deliveries.filter(to=awa.email).exists()
    leave(user=awa, by=awa)
    assert not Delivery.objects.filter(to="awa@atelier.example").exists()


def test_what_was_asked_at_their_address_goes(awa):
    resident = ResidentFactory()
    lead = MembershipFactory(resident=resident, lead=True).user
    invitations.invite(resident=resident, email=awa.email, role=MembershipRole.MEMBER, by=lead)
    ApplicationFactory(email=awa.email.upper())
    leave(user=awa, by=awa)
    assert (Invitation.objects.count(), Application.objects.count()) == (0, 0)


def test_their_structures_name_them_no_more(awa):
    resident = awa.memberships_list[0].resident
    Resident.objects.filter(pk=resident.pk).update(contact_name="Awa Delcombe", email=awa.email, phone="04 77 00 00 00")
    TeamRoleFactory(user=awa, name="Awa Delcombe")
    leave(user=awa, by=awa)
    resident.refresh_from_db()
    assert (resident.contact_name, resident.email, resident.phone) == ("", "", "04 77 00 00 00")
    assert TeamRole.objects.get().name == "Personne partie"


def test_journal_keeps_what_was_done_and_not_by_whom(awa, house_manager):
    membership = awa.memberships.get()
    journal.note(membership, "wagtail.edit", by=house_manager)
    journal.note(awa, "wagtail.edit", by=awa)
    journal.note(membership.resident, "residents.profile", by=awa, section="email", after={"email": awa.email})
    leave(user=awa, by=awa)
    said = " ".join(f"{one.label} {one.data}" for one in ModelLogEntry.objects.all())
    assert ("Delcombe" in said, "awa@atelier.example" in said) == (False, False)
    left = ModelLogEntry.objects.get(action=PERSON_LEFT)
    assert (left.user_id, left.label, left.data) == (None, "une personne partie", {"asked": True})
    assert set(ModelLogEntry.objects.values_list("user", flat=True)) == {None, house_manager.pk}


def test_journal_of_others_whose_name_holds_theirs_is_left_alone(house_manager):
    ana, anais = UserFactory(first_name="Ana", last_name=""), UserFactory(first_name="Anaïs", last_name="Rivet")
    resident = ResidentFactory(name="Zinc")
    for user in (ana, anais):
        journal.note(MembershipFactory(user=user, resident=resident), "wagtail.create", by=house_manager)
    leave(user=ana, by=ana)
    labels = ModelLogEntry.objects.filter(action="wagtail.create").order_by("pk").values_list("label", flat=True)
    assert list(labels) == ["une personne partie – Zinc", "Anaïs Rivet – Zinc"]


def test_journal_says_which_manager_did_it(awa, house_manager):
    leave(user=awa, by=house_manager)
    entry = ModelLogEntry.objects.get(action=PERSON_LEFT)
    assert (entry.user, entry.data) == (house_manager, {"asked": False})


def test_sessions_are_closed(awa, client):
    just_signed_in(client, awa)
    key = client.session.session_key
    UserSession.objects.create(user=awa, session_key=key, ip="192.0.2.1", user_agent="x")
    leave(user=awa, by=awa)
    assert not Session.objects.filter(session_key=key).exists()


def test_nobody_else_deletes_an_account(awa):
    with pytest.raises(PermissionDenied):
        leave(user=awa, by=UserFactory())


def test_manager_does_not_delete_an_administrator(house_manager, administrator):
    UserFactory(administrator=True)
    with pytest.raises(PermissionDenied):
        leave(user=administrator, by=house_manager)


@pytest.mark.parametrize("trait", ["administrator", "house_manager"])
def test_last_key_of_the_house_is_not_given_up(trait):
    User.objects.filter(is_superuser=True).delete()
    person = UserFactory(**{trait: True})
    with pytest.raises(ValidationError) as refused:
        leave(user=person, by=person)
    assert refused.value.code == "last_key"
    other = UserFactory(**{trait: True})
    leave(user=person, by=person)
    assert list(User.objects.filter(pk__in=[person.pk, other.pk])) == [other]


def test_managers_are_told_of_a_structure_that_nobody_leads(house_manager):
    membership = MembershipFactory(lead=True, resident__name="Seule")
    leave(user=membership.user, by=membership.user)
    assert Mail.objects.get(user=house_manager).subject == "Plus personne ne parle pour : Seule"


def test_account_that_sleeps_leaves_the_same_way(awa):
    post = PostFactory(authors=[awa])
    User.objects.filter(pk=awa.pk).update(last_login=timezone.now() - datetime.timedelta(days=731))
    assert forgetting.accounts() == 1
    assert PostPage.objects.get(pk=post.pk).signature == "Atelier"
    assert "qui dort" in Mail.objects.get(to="awa@atelier.example").text


# Its pages


def open_page(client, person, **data):
    just_signed_in(client, person)
    address = reverse("delete_account")
    return client.post(address, data) if data else client.get(address)


def test_page_says_what_goes_and_asks_for_the_address(awa, client):
    BookingFactory(created_by=awa)
    page = open_page(client, awa).content.decode()
    assert ("S’efface" in page, "Réservations faites par vous ou pour vous" in page) == (True, True)
    refused = open_page(client, awa, typed="oui")
    assert (refused.status_code, User.objects.filter(pk=awa.pk).exists()) == (422, True)
    assert 'value="oui"' in refused.content.decode()
    done = open_page(client, awa, typed=" AWA@atelier.example ")
    assert (done.status_code, done["Location"], User.objects.filter(pk=awa.pk).exists()) == (302, "/", False)
    assert client.get(reverse("my_data")).status_code == 302


def test_recent_sign_in_is_asked_for(awa, client):
    client.force_login(awa)
    answer = client.post(reverse("delete_account"), {"typed": awa.email})
    assert (
        answer["Location"].startswith(reverse("account_reauthenticate")),
        User.objects.filter(pk=awa.pk).count(),
    ) == (
        True,
        1,
    )


def test_who_enters_by_a_code_signs_in_again_first(awa, client):
    """Without a password nor a key there is nothing to ask for: only a sign-in of a few minutes ago will do."""
    awa.set_unusable_password()
    awa.save()
    client.force_login(awa)
    answer = client.post(reverse("delete_account"), {"typed": awa.email})
    assert (answer["Location"], User.objects.filter(pk=awa.pk).exists()) == (reverse("my_data"), True)
    assert "déconnectez-vous" in client.get(reverse("my_data")).content.decode()
    assert open_page(client, awa, typed=awa.email)["Location"] == "/"


@pytest.mark.parametrize("typed", ["\0", "é" * 400, "😀", "=1+1", "awa@atelier.example\n"])
def test_odd_words_are_refused_in_words(awa, client, typed):
    assert open_page(client, awa, typed=typed).status_code in {302, 422}


def test_last_lead_is_told_who_else_could_and_confirms(client, house_manager):
    membership = MembershipFactory(lead=True)
    other = MembershipFactory(resident=membership.resident, user__first_name="Bo", user__last_name="Tournier")
    page = open_page(client, membership.user).content.decode()
    assert (str(other.user) in page, "Plus personne ne parlera pour" in page) == (True, True)
    typed = {"typed": membership.user.email}
    assert open_page(client, membership.user, **typed).status_code == 422
    assert open_page(client, membership.user, **typed, orphans="on").status_code == 302
    assert not Membership.objects.filter(pk=membership.pk).exists()


def test_name_is_kept_as_a_signature_when_asked(awa, client):
    post = PostFactory(authors=[awa])
    assert open_page(client, awa, typed=awa.email, signs="oui").status_code == 302
    assert PostPage.objects.get(pk=post.pk).signature == "Awa Delcombe"


def test_who_has_the_last_key_reads_why(client, house_manager):
    page = open_page(client, house_manager)
    assert "la seule personne à tenir la maison" in page.content.decode()
    assert open_page(client, house_manager, typed=house_manager.email).status_code == 422


def test_back_office_deletes_in_the_same_way(awa, client, administrator):
    just_signed_in(client, administrator)
    answer = client.post(reverse("wagtailusers_users:delete", args=[awa.pk]))
    assert (answer.status_code, ModelLogEntry.objects.filter(action=PERSON_LEFT).count()) == (302, 1)
    assert Mail.objects.filter(to="awa@atelier.example").count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_was_asked_of_the_queue_finds_nobody_and_breaks_nothing(house_manager):
    """Notices that wait, when the person leaves, tell those who remain."""
    membership = MembershipFactory()
    event = EventFactory(with_seats=True, capacity=1)
    registrations.register(event=event, by=membership.user)
    leave(user=membership.user, by=membership.user)
    work_at_once()
    assert not Mail.objects.filter(user__isnull=False).exists()


def test_what_comes_back_to_who_left_is_not_kept(awa):
    sent = letter_to(awa)
    Mail.objects.filter(pk=sent.pk).update(state=MailState.SENT, sent_at=timezone.now())
    leave(user=awa, by=awa)
    bounce = Bounce("550 5.1.1 <awa@atelier.example>: User unknown")
    assert bounces.note(mail=Mail.objects.get(pk=sent.pk), bounce=bounce) is False
    assert Mail.objects.get(pk=sent.pk).error == ""


# The subscribers' list


def test_list_of_subscribers_shows_those_whose_address_is_kept(client, house_manager):
    kept, gone = SubscriberFactory(email="la@ici.example"), SubscriberFactory(email="x@efface.invalid")
    client.force_login(house_manager)
    page = client.get(reverse("abonnements:index")).content.decode()
    assert (kept.email in page, gone.email in page) == (True, False)


def test_subscriber_deleted_by_the_house_leaves_no_address_in_the_copies(client, house_manager):
    subscriber = SubscriberFactory(email="la@ici.example")
    sendings.start(issue=full_issue(), by=house_manager)
    client.force_login(house_manager)
    assert client.post(reverse("abonnements:delete", args=[subscriber.pk])).status_code == 302
    assert (Subscriber.objects.count(), Delivery.objects.filter(to="la@ici.example").count()) == (0, 0)
