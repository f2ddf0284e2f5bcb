"""What one's own place says first: what waits for me, what was answered, what is new."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from agenda.enums import BookingStatus, EventAudience, EventStatus, Frequency, RegistrationStatus
from agenda.models import Series
from blog.actions import posts
from chaudronneries.home import place
from residents.models import Partner, User
from tests.blog.writing import draft
from tests.factories import (
    ApplicationFactory,
    BookingFactory,
    BulletinFactory,
    EventFactory,
    MembershipFactory,
    PartnerFactory,
    PostFactory,
    RegistrationFactory,
    ResidentFactory,
    StayFactory,
    UserFactory,
    soon,
)

# Each person of these tests has just come in: the steps planted with the house would wait for all.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_step")]


def read(user) -> place.Place:
    return place.read(User.objects.with_roles().get(pk=user.pk))


def waits(user) -> list[tuple[str, str, bool]]:
    return [(wait.words, wait.url, wait.is_mine) for wait in read(user).waits]


def news(user) -> list[tuple[str, str, str]]:
    return [(new.sort, new.said, new.url) for new in read(user).news]


def test_offered_seat_waits_for_me_even_beyond_the_week(member):
    offered = RegistrationFactory(
        user=member,
        event__starts_at=soon(days=21),
        event__ends_at=soon("12:00", days=21),
        waiting=True,
        status=RegistrationStatus.OFFERED,
        offered_until=timezone.now() + datetime.timedelta(hours=5),
    )
    [wait] = read(member).waits
    assert (wait.words, wait.url, wait.is_mine) == (
        f"Une place se libère pour vous : {offered.event.title}",
        offered.event.get_absolute_url(),
        True,
    )
    assert read(member).week == []


def test_seat_that_nobody_accepted_in_time_waits_no_more(member):
    RegistrationFactory(
        user=member,
        event__starts_at=soon(days=21),
        event__ends_at=soon("12:00", days=21),
        waiting=True,
        status=RegistrationStatus.OFFERED,
        offered_until=timezone.now() - datetime.timedelta(minutes=1),
    )
    assert waits(member) == []


def test_my_request_and_what_the_house_decided_are_told(member, house_manager):
    resident = member.memberships_list[0].resident
    asked = BookingFactory(resident=resident, starts_at=soon(days=14), status=BookingStatus.REQUESTED)
    declined = BookingFactory(
        resident=resident,
        starts_at=soon("15:00", days=14),
        status=BookingStatus.DECLINED,
        decided_at=timezone.now(),
        decided_by=house_manager,
        decision_word="La salle est en travaux.",
    )
    BookingFactory(starts_at=soon(days=15), status=BookingStatus.REQUESTED)
    found = read(member).waits
    assert [(wait.words, wait.url, wait.is_mine) for wait in found] == [
        (f"{asked.title}, {asked.space.name}", asked.get_absolute_url(), False),
        (f"{declined.title}, {declined.space.name}", declined.get_absolute_url(), False),
    ]
    assert found[1].more.endswith("la maison a dit non. « La salle est en travaux. »")


def test_decision_of_long_ago_is_told_no_more(member, house_manager):
    BookingFactory(
        resident=member.memberships_list[0].resident,
        starts_at=soon(days=14),
        decided_at=timezone.now() - datetime.timedelta(days=15),
        decided_by=house_manager,
    )
    assert waits(member) == []


def test_my_post_under_review_then_to_take_up_again(member, house_manager):
    post = draft(member)
    posts.submit(post=post, by=member)
    written = reverse("blog:write", args=[post.pk])
    title = post.draft_title
    assert waits(member) == [(f"Votre article « {title} »", written, False)]
    state = type(post).objects.get(pk=post.pk).current_workflow_state.current_task_state
    state.reject(user=house_manager, comment="Une photo de plus ?")
    assert waits(member) == [(f"Votre article « {title} » est à reprendre", written, True)]
    assert waits(MembershipFactory().user) == []


def test_house_manager_is_told_what_waits_for_the_house(member, house_manager):
    post = draft(member)
    posts.submit(post=post, by=member)
    BookingFactory(status=BookingStatus.REQUESTED, title="Grande fête")
    application = ApplicationFactory(name="Claude Étain")
    assert waits(house_manager) == [
        ("1 réservation à décider", reverse("agenda:my_day"), True),
        (f"Article à relire : « {post.draft_title} »", reverse("wagtailadmin_pages:edit", args=[post.pk]), True),
        ("Candidature à lire : Claude Étain", reverse("candidatures:edit", args=[application.pk]), True),
    ]


def test_what_waits_for_the_house_is_not_told_to_members(member):
    BookingFactory(status=BookingStatus.REQUESTED)
    ApplicationFactory()
    assert waits(member) == []


def test_news_are_those_of_two_weeks_latest_first(member):
    now = timezone.now()
    days = [now - datetime.timedelta(days=number) for number in range(20)]
    post = PostFactory(title="Un article", first_published_at=days[1])
    PostFactory(first_published_at=days[15])
    PostFactory(live=False)
    issue = BulletinFactory(first_published_at=days[3])
    arrived = StayFactory(starts_on=timezone.localdate() - datetime.timedelta(days=5)).resident
    meeting = EventFactory(audience=EventAudience.RESIDENTS)
    type(meeting).objects.filter(pk=meeting.pk).update(created_at=days[2])
    partner = PartnerFactory()
    Partner.objects.filter(pk=partner.pk).update(updated_at=days[6])
    PartnerFactory(is_shown=False)
    assert news(member) == [
        ("article", "Un article", post.get_absolute_url()),
        ("rendez-vous annoncé", meeting.title, meeting.get_absolute_url()),
        ("bulletin", issue.title, issue.get_absolute_url()),
        ("nouvelle structure", arrived.name, arrived.get_absolute_url()),
        ("partenaire", partner.name, partner.get_absolute_url()),
    ]


def test_meeting_that_is_not_for_me_is_no_news():
    EventFactory(audience=EventAudience.RESIDENTS)
    EventFactory(audience=EventAudience.PARTICIPANTS)
    EventFactory(status=EventStatus.DRAFT)
    assert news(UserFactory()) == []


def test_drafts_are_no_news_to_the_house_manager(house_manager):
    EventFactory(status=EventStatus.DRAFT)
    assert news(house_manager) == []


def test_series_is_told_once(member):
    series = Series.objects.create(frequency=Frequency.WEEKLY, weekdays=[0], starts_on=soon().date(), count=3,
                                   start_time=datetime.time(10), end_time=datetime.time(12))  # fmt: skip
    first, *_others = [EventFactory(series=series, starts_at=soon(days=7 * number)) for number in range(3)]
    assert news(member) == [("rendez-vous annoncé", first.title, first.get_absolute_url())]


def test_structure_that_stays_on_is_no_arrival(member):
    resident = ResidentFactory(in_residence=False)
    today = timezone.localdate()
    StayFactory(resident=resident, ends_on=today - datetime.timedelta(days=3))
    StayFactory(resident=resident, starts_on=today - datetime.timedelta(days=2))
    assert news(member) == []


def test_quiet_place_says_so_and_offers_to_write(client, member):
    client.force_login(member)
    page = client.get("/").content.decode()
    for written in ("Rien ne vous attend", "Rien de nouveau depuis deux semaines", 'href="/blog/proposer/"'):
        assert written in page


def test_who_belongs_to_no_structure_is_not_asked_to_write(client):
    client.force_login(UserFactory())
    page = client.get("/").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert "Proposer un article" not in main


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_waits_comes_first_on_a_phone(page, sign_in, member):
    RegistrationFactory(
        user=member,
        event__title="Grosses-Bouches",
        waiting=True,
        status=RegistrationStatus.OFFERED,
        offered_until=timezone.now() + datetime.timedelta(hours=5),
    )
    sign_in(page, member)
    page.goto("/")
    headings = page.locator("main h2").all_inner_texts()
    assert headings[0] == "Ce qui vous attend"
    wait = page.get_by_role("link", name="Une place se libère pour vous : Grosses-Bouches")
    expect(wait).to_be_in_viewport()
    wait.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Grosses-Bouches")
