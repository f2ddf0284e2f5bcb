"""Meetings on the agenda, with their spaces: all of it or nothing, by who may, told to who counted on them."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from procrastinate.contrib.django.models import ProcrastinateJob

from agenda.actions import events as actions
from agenda.actions.events import EventOvertaken
from agenda.actions.meeting_spaces import SpacesRefused
from agenda.actions.series import Scope
from agenda.enums import BookingStatus, EventAudience, EventStatus, Frequency
from agenda.models import Booking, Closure, Event, Series
from agenda.recurrence import Rule, occurrences
from agenda.times import local
from tests.factories import (
    BookingFactory,
    EventFactory,
    EventKindFactory,
    MembershipFactory,
    RegistrationFactory,
    SpaceFactory,
    UserFactory,
    next_monday,
    soon,
)

HOUR = datetime.timedelta(hours=1)
PUBLISHED, DRAFT = EventStatus.PUBLISHED, EventStatus.DRAFT


def wanted(**fields):
    """What the form of a meeting gives."""
    starts_at = fields.pop("starts_at", soon("18:00"))
    return {
        "title": "Bien manger",
        "kind": EventKindFactory(),
        "audience": EventAudience.PUBLIC,
        "status": PUBLISHED,
        "starts_at": starts_at,
        "ends_at": fields.pop("ends_at", starts_at + 2 * HOUR),
        "is_all_day": False,
        "capacity": None,
        "takes_registrations": False,
        "spaces": [],
        "organisers": [],
        "hosts": [],
    } | fields


def told(notice):
    """[(pk, before)] of what was asked to be told."""
    jobs = ProcrastinateJob.objects.filter(args__notice=notice).order_by("id")
    return [(job.args["pk"], job.args["before"]) for job in jobs]


def in_utc(moment):
    return moment.astimezone(datetime.UTC).isoformat()


def bookings_of(event):
    return list(event.bookings.holding().order_by("space").values_list("space", "starts_at", "ends_at"))


# Creating


def test_meeting_is_created_with_its_spaces(house_manager):
    forge, kitchen = SpaceFactory(), SpaceFactory()
    event = actions.create(to=wanted(spaces=[forge, kitchen], title="Bien manger"), by=house_manager)
    assert (event.slug, event.created_by) == ("bien-manger", house_manager)
    assert bookings_of(event) == [(space.pk, event.starts_at, event.ends_at) for space in (forge, kitchen)]
    assert set(event.bookings.values_list("title_audience", "status", "title")) == {
        ("public", BookingStatus.CONFIRMED, "Bien manger")
    }


def test_draft_holds_no_space_until_it_is_published(house_manager):
    forge = SpaceFactory()
    event = actions.create(to=wanted(spaces=[forge], status=DRAFT), by=house_manager)
    assert bookings_of(event) == []
    actions.change(event=event, to={"status": PUBLISHED}, by=house_manager)
    assert bookings_of(event) == [(forge.pk, event.starts_at, event.ends_at)]


def test_taken_space_keeps_everything_from_being_written(house_manager):
    free, taken = SpaceFactory(), SpaceFactory()
    held = BookingFactory(space=taken, starts_at=soon("19:00"))
    with pytest.raises(SpacesRefused) as refused:
        actions.create(to=wanted(spaces=[free, taken]), by=house_manager)
    assert [(one.space, one.verdict.clashes) for one in refused.value.obstacles] == [(taken, [held])]
    assert (Event.objects.count(), Booking.objects.count()) == (0, 1)


def test_closure_is_met_knowingly_by_the_house_manager(house_manager):
    Closure.objects.create(starts_on=next_monday(), ends_on=next_monday(), reason="Inventaire")
    to = wanted(spaces=[SpaceFactory()])
    with pytest.raises(SpacesRefused) as refused:
        actions.create(to=to, by=house_manager)
    assert [one.is_closed for one in refused.value.obstacles] == [True]
    assert bookings_of(actions.create(to=to, by=house_manager, despite_closure=True)) != []


def test_same_title_gets_an_address_of_its_own(house_manager):
    slugs = [actions.create(to=wanted(), by=house_manager).slug for _ in range(3)]
    assert slugs[:2] == ["bien-manger", f"bien-manger-{next_monday():%Y-%m-%d}"]
    assert len(set(slugs)) == 3
    assert actions.create(to=wanted(title="Nouveau"), by=house_manager).slug != "nouveau"
    assert actions.create(to=wanted(title="日本語"), by=house_manager).slug == "rendez-vous"


def test_member_books_for_their_structure(member):
    structure, space = member.memberships_list[0].resident, SpaceFactory()
    event = actions.create(to=wanted(spaces=[space], organisers=[structure]), by=member)
    assert event.bookings.get().resident == structure


def test_outsider_creates_nothing(db):
    with pytest.raises(PermissionDenied):
        actions.create(to=wanted(), by=UserFactory())


# Changing


def test_moving_moves_the_bookings_and_is_told(house_manager):
    forge = SpaceFactory(name="Forge")
    event = actions.create(to=wanted(spaces=[forge]), by=house_manager)
    before = (event.starts_at, event.ends_at)
    later = {"starts_at": before[0] + HOUR, "ends_at": before[1] + HOUR}
    actions.change(event=event, to=later, by=house_manager)
    event.refresh_from_db()
    assert (event.sequence, bookings_of(event)) == (1, [(forge.pk, *later.values())])
    assert Booking.objects.count() == 1
    assert told("rendez-vous-deplace") == [
        (
            event.pk,
            {"starts_at": in_utc(before[0]), "ends_at": in_utc(before[1]), "space": "Forge"},
        )
    ]


def test_changing_words_raises_the_revision_and_tells_nobody(house_manager):
    event = EventFactory()
    actions.change(event=event, to={"summary": "Autrement"}, by=house_manager)
    event.refresh_from_db()
    assert (event.sequence, event.summary, told("rendez-vous-deplace")) == (1, "Autrement", [])


def test_space_given_up_is_free_at_once(house_manager):
    first, second = SpaceFactory(), SpaceFactory()
    event = actions.create(to=wanted(spaces=[first]), by=house_manager)
    actions.change(event=event, to={"spaces": [second]}, by=house_manager)
    assert [row[0] for row in bookings_of(event)] == [second.pk]
    assert BookingFactory(space=first, starts_at=event.starts_at).pk


def test_refused_move_leaves_all_as_it_was(house_manager):
    forge = SpaceFactory()
    event = actions.create(to=wanted(spaces=[forge]), by=house_manager)
    BookingFactory(space=forge, starts_at=event.ends_at)
    with pytest.raises(SpacesRefused):
        actions.change(event=event, to={"ends_at": event.ends_at + HOUR}, by=house_manager)
    fresh = Event.objects.get()
    assert (fresh.sequence, fresh.ends_at, bookings_of(fresh)) == (
        0,
        event.ends_at,
        [(forge.pk, event.starts_at, event.ends_at)],
    )


def test_second_editor_is_told_of_the_first(house_manager):
    event = EventFactory()
    actions.change(event=event, to={"summary": "Le premier"}, by=house_manager, seen=0)
    with pytest.raises(EventOvertaken) as overtaken:
        actions.change(event=event, to={"summary": "La seconde"}, by=house_manager, seen=0)
    assert overtaken.value.event.summary == "Le premier"


def test_what_has_begun_does_not_move(house_manager):
    event = EventFactory(starts_at=soon("18:00") - datetime.timedelta(days=14), ends_at=soon("20:00"))
    with pytest.raises(ValidationError, match="a commencé"):
        actions.change(event=event, to={"ends_at": soon("21:00")}, by=house_manager)
    assert actions.change(event=event, to={"text": "Le compte rendu"}, by=house_manager)


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("author", True), ("lead", True), ("member", False), ("manager", True), ("host", False), ("other", False)],
)
@pytest.mark.django_db
def test_meeting_is_changed_by_who_may(who, allowed):
    lead = MembershipFactory(lead=True)
    author = MembershipFactory().user
    people = {
        "author": author,
        "lead": lead.user,
        "member": MembershipFactory(resident=lead.resident).user,
        "manager": UserFactory(house_manager=True),
        "host": UserFactory(),
        "other": MembershipFactory(lead=True).user,
    }
    event = EventFactory(created_by=author, organisers=[lead.resident], hosts=[people["host"]])
    attempts = [
        lambda: actions.change(event=event, to={"summary": "Autrement"}, by=people[who]),
        lambda: actions.cancel(event=event, by=people[who]),
    ]
    for attempt in attempts:
        if allowed:
            attempt()
        else:
            with pytest.raises(PermissionDenied):
                attempt()


# Cancelling


def test_cancelling_frees_the_spaces_and_is_told(house_manager):
    event = actions.create(to=wanted(spaces=[SpaceFactory()]), by=house_manager)
    actions.cancel(event=event, by=house_manager, word="La cuisinière est malade")
    event.refresh_from_db()
    assert (event.status, event.cancellation_word, event.sequence) == (
        EventStatus.CANCELLED,
        "La cuisinière est malade",
        1,
    )
    assert bookings_of(event) == []
    assert told("rendez-vous-annule") == [(event.pk, {})]
    with pytest.raises(ValidationError, match="annulé"):
        actions.change(event=event, to={"summary": "Non"}, by=house_manager)


def test_cancelled_draft_is_deleted(house_manager):
    actions.cancel(event=EventFactory(status=DRAFT), by=house_manager)
    assert (Event.objects.count(), told("rendez-vous-annule")) == (0, [])


def test_past_meeting_is_not_cancelled(house_manager):
    event = EventFactory(starts_at=soon() - datetime.timedelta(days=30))
    with pytest.raises(ValidationError, match="passé"):
        actions.cancel(event=event, by=house_manager)


# Coming again


@pytest.fixture
def weekly(house_manager):
    """Four Mondays, in one space."""
    to = wanted(spaces=[SpaceFactory(name="Forge")], title="Permanence")
    rule = Rule(frequency=Frequency.WEEKLY, starts_on=next_monday(), weekdays=[0], count=4)
    dates = occurrences(rule, local(to["starts_at"]).time(), local(to["ends_at"]).time())
    return actions.create_series(
        to=to, rule=rule, dates=dates, by=house_manager, questions=[{"label": "Quel marché ?", "kind": "texte"}]
    )


def hours(events):
    return [f"{local(event.starts_at):%d/%m %H:%M}" for event in Event.objects.filter(pk__in=[e.pk for e in events])]


def week(number, time="18:00"):
    return f"{next_monday() + datetime.timedelta(days=7 * number):%d/%m} {time}"


def test_series_makes_a_meeting_and_its_booking_a_date(weekly):
    assert hours(weekly) == [week(n) for n in range(4)]
    assert [len(bookings_of(event)) for event in weekly] == [1, 1, 1, 1]
    assert {event.series for event in weekly} == {Series.objects.get()}
    assert [event.questions.count() for event in weekly] == [1, 1, 1, 1]
    assert weekly[1].slug == f"permanence-{next_monday() + datetime.timedelta(days=7):%Y-%m-%d}"


def test_series_with_one_date_taken_writes_nothing(house_manager):
    forge = SpaceFactory()
    BookingFactory(space=forge, starts_at=soon("18:00", days=7))
    to = wanted(spaces=[forge])
    rule = Rule(frequency=Frequency.WEEKLY, starts_on=next_monday(), weekdays=[0], count=3)
    dates = occurrences(rule, local(to["starts_at"]).time(), local(to["ends_at"]).time())
    with pytest.raises(SpacesRefused) as refused:
        actions.create_series(to=to, rule=rule, dates=dates, by=house_manager)
    assert [local(one.event.starts_at).date() for one in refused.value.obstacles] == [
        next_monday() + datetime.timedelta(days=7)
    ]
    assert (Event.objects.count(), Series.objects.count(), Booking.objects.count()) == (0, 0, 1)


@pytest.mark.parametrize(
    ("scope", "moved"), [(Scope.THIS, [1]), (Scope.FROM_HERE, [1, 2, 3]), (Scope.ALL, [0, 1, 2, 3])]
)
def test_change_is_for_its_scope(weekly, house_manager, scope, moved):
    event = Event.objects.get(pk=weekly[1].pk)
    to = {"starts_at": event.starts_at + HOUR, "ends_at": event.ends_at + HOUR, "summary": "Plus tard"}
    actions.change(event=event, to=to, by=house_manager, scope=scope)
    assert hours(weekly) == [week(n, "19:00" if n in moved else "18:00") for n in range(4)]
    assert [e.summary for e in Event.objects.all()] == ["Plus tard" if n in moved else "" for n in range(4)]
    for one in Event.objects.all():
        assert [row[1] for row in bookings_of(one)] == [one.starts_at]


@pytest.mark.parametrize("weeks", [1, -1])
def test_dates_of_a_series_pass_one_another(weekly, house_manager, weeks):
    """Each takes the place of another of them: no clash among themselves."""
    event = Event.objects.get(pk=weekly[3 if weeks < 0 else 0].pk)
    shift = datetime.timedelta(days=7 * weeks)
    # Backwards, the first would fall in the past.
    scope = Scope.ALL
    if weeks < 0:
        actions.cancel(event=weekly[0], by=house_manager)
    actions.change(
        event=event,
        to={"starts_at": local(event.starts_at) + shift, "ends_at": local(event.ends_at) + shift},
        by=house_manager,
        scope=scope,
    )
    standing = Event.objects.filter(status=PUBLISHED)
    assert hours(standing) == [week(n) for n in (range(1, 5) if weeks > 0 else range(3))]


@pytest.mark.parametrize(("scope", "standing"), [(Scope.THIS, 3), (Scope.FROM_HERE, 1), (Scope.ALL, 0)])
def test_cancelling_is_for_its_scope(weekly, house_manager, scope, standing):
    actions.cancel(event=weekly[1], by=house_manager, scope=scope)
    assert Event.objects.filter(status=PUBLISHED).count() == standing
    assert Booking.objects.holding().count() == standing


def permanence(*booked):
    """From 18:00 to 20:00 by half-hours, of which those that start then are booked."""
    event = EventFactory(takes_registrations=True, slot_minutes=30)
    return event, [RegistrationFactory(event=event, slot_starts_at=soon(time)) for time in booked]


@pytest.mark.parametrize(("to", "slots"), [("18:30", ["18:30", "19:00"]), ("17:30", ["17:30", "18:00"])])
def test_slots_booked_at_a_permanence_move_with_it(house_manager, to, slots):
    event, booked = permanence("18:00", "18:30")
    actions.change(event=event, to={"starts_at": soon(to), "ends_at": soon(to) + 2 * HOUR}, by=house_manager)
    for registration in booked:
        registration.refresh_from_db()
    assert [registration.slot_starts_at for registration in booked] == [soon(time) for time in slots]


@pytest.mark.parametrize("to", [{"slot_minutes": 20}, {"slot_minutes": None}, {"ends_at": soon("18:45")}])
def test_permanence_is_not_cut_otherwise_once_slots_are_booked(house_manager, to):
    event, _booked = permanence("18:30")
    with pytest.raises(ValidationError, match="créneaux"):
        actions.change(event=event, to=to, by=house_manager)
    empty, _booked = permanence()
    actions.change(event=empty, to=to, by=house_manager)


def test_questions_of_other_dates_stay_once_answered(weekly, house_manager):
    RegistrationFactory(event=weekly[2])
    actions.change(
        event=weekly[0],
        to={},
        by=house_manager,
        scope=Scope.ALL,
        questions=[{"pk": None, "label": "Une autre ?", "kind": "texte"}],
    )
    assert [event.questions.get().label for event in weekly] == [
        "Une autre ?",
        "Une autre ?",
        "Quel marché ?",
        "Une autre ?",
    ]


def test_question_that_stays_keeps_its_answers(house_manager):
    event = actions.create(to=wanted(), by=house_manager, questions=[{"label": "Un régime ?", "kind": "texte"}])
    known = event.questions.get()
    actions.change(
        event=event,
        to={},
        by=house_manager,
        questions=[
            {"pk": known.pk, "label": "Un régime, une allergie ?", "kind": "texte"},
            {"pk": None, "label": "Des enfants ?", "kind": "oui-non"},
        ],
    )
    assert [(q.pk == known.pk, q.label) for q in event.questions.all()] == [
        (True, "Un régime, une allergie ?"),
        (False, "Des enfants ?"),
    ]
